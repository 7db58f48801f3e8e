// Constructed, so that a policy without 'unsafe-inline' lets it through.

export const style = new CSSStyleSheet();
style.replaceSync(`
:host {
  --c: var(--hunch-color, light-dark(#1f2328, #e8e8ee));
  --b: var(--hunch-background, light-dark(#fff, #1c1c22));
  --l: var(--hunch-border, light-dark(#8b8b96, #767684));
  --a: var(--hunch-accent, light-dark(#4338ca, #b4bcff));
  --o: var(--hunch-on-accent, light-dark(#fff, #15151c));
  --s: var(--hunch-space, 8px);
  display: inline-block;
  max-width: 100%;
  font: var(--hunch-font, 14px/20px system-ui, sans-serif);
  color: var(--c);
}
:host([hidden]) { display: none }
:host([theme=light]) { color-scheme: light }
:host([theme=dark]) { color-scheme: dark }
:host([theme=system]) { color-scheme: light dark }
:host([mode=toast]) {
  position: fixed;
  inset: var(--hunch-inset, auto 16px 16px auto);
  z-index: var(--hunch-z-index, 100000);
  max-width: min(360px, calc(100vw - 32px));
  box-shadow: 0 4px 16px #0003;
  border-radius: var(--hunch-radius, 6px);
}
div { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s) }
.box { padding: var(--s); background: var(--b); border: 1px solid var(--l); border-radius: var(--hunch-radius, 6px) }
.prompt { overflow-wrap: anywhere }
button, select {
  font: inherit;
  color: inherit;
  background: transparent;
  min-height: 32px;
  max-width: 100%;
  padding: 4px 12px;
  border: 1px solid var(--l);
  border-radius: var(--hunch-radius, 6px);
  cursor: pointer;
}
select { background: var(--b) }
button:hover { border-color: var(--a) }
button:focus-visible, select:focus-visible { outline: 2px solid var(--a); outline-offset: 2px }
button[aria-pressed=true] { background: var(--a); border-color: var(--a); color: var(--o) }
button[aria-pressed=true]::after { content: " ✓" / "" }
.close { border-color: transparent; padding: 4px 8px; margin-inline-start: auto }
svg { display: block; width: 18px; height: 18px; fill: currentColor }
[role=status]:empty { display: none }
@media (forced-colors: active) { button[aria-pressed=true] { outline: 2px solid } }
`);
