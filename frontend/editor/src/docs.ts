// What the page knows of a word: under the mouse, and under the cursor with F1.

import { StateEffect, StateField } from "@codemirror/state";
import type { EditorState, Extension } from "@codemirror/state";
import { EditorView, hoverTooltip, keymap, showTooltip } from "@codemirror/view";
import type { Tooltip } from "@codemirror/view";

/** What is known of a piece of the text. */
export interface Hover {
  from: number;
  to: number;
  /** Paragraphs, lists, code blocks; `code`, *emphasis* and links inside. */
  markdown: string;
}

/** Shows what `hover` tells. */
export function docs(hover: (text: string, offset: number) => Hover | null): Extension {
  const find = (state: EditorState, offset: number): Tooltip | null => {
    const found = hover(state.doc.toString(), offset);
    return found && { pos: found.from, end: found.to, create: () => ({ dom: rendered(found.markdown) }) };
  };
  const asked = StateEffect.define<Tooltip | null>();
  const shown = StateField.define<Tooltip | null>({
    create: () => null,
    update(tooltip, transaction) {
      for (const effect of transaction.effects) if (effect.is(asked)) return effect.value;
      return transaction.docChanged || transaction.selection ? null : tooltip;
    },
    provide: (field) => showTooltip.from(field),
  });
  const ask = (view: EditorView): boolean => {
    const tooltip = find(view.state, view.state.selection.main.head);
    const said = tooltip ? (tooltip.create(view).dom.textContent ?? "") : "Nothing is known of this place.";
    view.dispatch({ effects: [asked.of(tooltip), EditorView.announce.of(said)] });
    return true;
  };
  const hide = (view: EditorView): boolean => {
    if (!view.state.field(shown)) return false;
    view.dispatch({ effects: asked.of(null) });
    return true;
  };
  return [
    shown,
    hoverTooltip((view, offset) => find(view.state, offset)),
    keymap.of([
      { key: "F1", run: ask },
      { key: "Escape", run: hide },
    ]),
  ];
}

function rendered(markdown: string): HTMLElement {
  const box = element("div", "docs");
  for (const block of markdown.split(/\n{2,}/)) {
    const code = /^```\w*\n([^]*?)\n?```$/.exec(block);
    if (code) {
      box.append(element("pre", "docs-code", code[1]));
    } else if (block.startsWith("- ")) {
      const list = element("ul", "docs-list");
      for (const item of block.split(/\n?^- /m).slice(1)) list.append(inline(element("li", ""), item));
      box.append(list);
    } else {
      box.append(inline(element("p", ""), block));
    }
  }
  return box;
}

/** Appends text with its `code`, *emphasis*, **strong** words and links, which are only named. */
function inline(parent: HTMLElement, text: string): HTMLElement {
  for (const part of text.split(/(`[^`]+`|\*\*[^*]+\*\*|\*[^*]+\*|\[[^\]]+\]\([^)]+\))/)) {
    if (part.startsWith("`")) parent.append(element("code", "", part.slice(1, -1)));
    else if (part.startsWith("**")) parent.append(element("strong", "", part.slice(2, -2)));
    else if (part.startsWith("*") && part.length > 2) parent.append(element("em", "", part.slice(1, -1)));
    else if (part.startsWith("[")) parent.append(part.slice(1, part.indexOf("]")));
    else parent.append(part);
  }
  return parent;
}

function element(name: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}
