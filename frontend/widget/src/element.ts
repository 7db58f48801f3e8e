// `<hunch-feedback>`: asks, keeps the answer, says thank you.

import { configOf, type Config } from "./config";
import { identityOf, uuid } from "./identity";
import { send, vouch, type Outcome } from "./sender";
import { style } from "./style";
import { TEXTS, type Texts } from "./texts";
import type { Answer, HunchFeedbackElement, Problem, Question, Reply, TextName } from "./v1";

const NAME = "hunch-feedback";
/** More labels than these are a list rather than buttons. */
const BUTTONS = 7;
const TOAST_STAYS = 5000;
const THUMB = "M2 21h4V9H2zM22 10a2 2 0 0 0-2-2h-6l1-5-2-1-6 7v12h11l4-8z";
const CROSS = "M6 4 4 6l6 6-6 6 2 2 6-6 6 6 2-2-6-6 6-6-2-2-6 6z";

type Attributes = Record<string, string>;

function make(tag: string, attributes: Attributes = {}, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function icon(path: string, turned = false): SVGElement {
  const svg = (tag: string, attributes: Attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const drawing = svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
  drawing.append(svg("path", { d: path, ...(turned && { transform: "rotate(180 12 12)" }) }));
  return drawing;
}

/** Registers the element; `home` is the server it came from. */
export function define(home: string): new () => HunchFeedbackElement {
  class HunchFeedback extends HTMLElement implements HunchFeedbackElement {
    static observedAttributes = ["key", "server", "document", "text", "shown", "question", "labels", "mode",
      "preview", "identity", "signature", "expires", ...Object.keys(TEXTS).map((name) => `text-${name}`)];

    #texts: Texts = {};
    #config: Config | undefined;
    #chosen: string | undefined;
    #status = make("span", { role: "status", part: "status" });
    #due = false;
    #timer: ReturnType<typeof setTimeout> | undefined;

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [style];
      root.addEventListener("keydown", (event) => {
        if ((event as KeyboardEvent).key === "Escape" && this.#is("mode", "toast")) this.hidden = true;
      });
    }

    get texts(): Texts {
      return this.#texts;
    }

    set texts(texts: Texts) {
      this.#texts = texts;
      this.#render();
    }

    reset(): void {
      this.#chosen = undefined;
      this.#render();
    }

    connectedCallback(): void {
      this.#load();
    }

    attributeChangedCallback(name: string, before: string | null, now: string | null): void {
      if (before === now) return;
      if (name === "document" || name === "text" || name === "shown") this.#chosen = undefined;
      // Once for all attributes that change together.
      if (!this.#due) queueMicrotask(() => this.#load());
      this.#due = true;
    }

    #get(name: string): string | undefined {
      return this.getAttribute(name) ?? undefined;
    }

    #is(name: string, value: string): boolean {
      return this.getAttribute(name) === value;
    }

    #url(): string {
      return `${(this.#get("server") ?? home).replace(/\/$/, "")}/w/v1/${encodeURIComponent(this.#get("key") ?? "")}`;
    }

    async #load(): Promise<void> {
      this.#due = false;
      if (!this.isConnected) return;
      const labels = this.#get("labels")?.split(",").map((label) => label.trim());
      if (this.hasAttribute("preview")) {
        this.#config = { question: "right", labels: labels ?? [], texts: {}, anonymous: true };
      } else {
        const said = await configOf(this.#url());
        if ("type" in said) return this.#fail(said);
        this.#config = labels ? { ...said, labels } : said;
        const identity = identityOf(this);
        vouch(identity);
        if (!said.anonymous && !identity.signature) {
          return this.#fail(problem("signature-required", "The widget takes answers of signed identities only."));
        }
      }
      this.#render();
    }

    #fail(problem: Problem, answer?: Answer): void {
      if (!answer) this.shadowRoot!.replaceChildren();
      console.warn(`${NAME}: ${problem.detail}`);
      this.#tell("hunch-error", { problem, ...(answer && { answer }) });
    }

    #tell(name: string, detail: object): void {
      this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
    }

    #text(name: TextName): string {
      const text = this.#get(`text-${name}`) ?? this.#texts[name] ?? this.#config?.texts[name] ?? TEXTS[name];
      return text.replaceAll("{label}", this.#get("shown") ?? "");
    }

    #question(): Question {
      const asked = this.#get("question");
      return asked === "thumbs" || asked === "right" || asked === "choose" ? asked : this.#config!.question;
    }

    #render(): void {
      if (!this.#config) return;
      const question = this.#question();
      const prompt = make("span", { id: "prompt", class: "prompt", part: "prompt" }, this.#text(`prompt-${question}`));
      const box = make("div", { class: "box", part: "box", role: "group", "aria-labelledby": "prompt" }, prompt);
      box.append(make("div", {}, ...this.#choices(question)), this.#status);
      if (this.#is("mode", "toast")) {
        const close = make("button", { class: "close", part: "close", "aria-label": this.#text("close") }, icon(CROSS));
        close.onclick = () => (this.hidden = true);
        box.append(close);
      }
      this.#status.textContent = this.#chosen ? this.#status.textContent : "";
      this.shadowRoot!.replaceChildren(box);
    }

    #choices(question: Question): HTMLElement[] {
      if (question === "thumbs") {
        return [
          this.#button("yes", this.#text("up"), icon(THUMB)),
          this.#button("no", this.#text("down"), icon(THUMB, true)),
        ];
      }
      if (question === "right") {
        return (["yes", "no", "unsure"] as const).map((reply) => this.#button(reply, this.#text(reply)));
      }
      const { labels } = this.#config!;
      if (labels.length <= BUTTONS) return labels.map((label) => this.#button("label", label, undefined, label));
      const list = make("select", { part: "list", "aria-labelledby": "prompt" }) as HTMLSelectElement;
      list.append(...labels.map((label) => new Option(label)));
      if (this.#chosen) list.value = this.#chosen;
      const button = make("button", { part: "button" }, this.#text("send"));
      button.onclick = () => this.#answer("label", list.value);
      return [list, button];
    }

    #button(reply: Reply, name: string, picture?: SVGElement, label?: string): HTMLElement {
      const value = label ?? reply;
      const pressed = String(this.#chosen === value);
      const button = make("button", { part: "button", "aria-pressed": pressed, "data-value": value }, picture ?? name);
      if (picture) button.ariaLabel = button.title = name;
      button.onclick = () => this.#answer(reply, label);
      return button;
    }

    #answer(reply: Reply, label?: string): void {
      const value = label ?? reply;
      if (this.#chosen === value) return;
      this.#chosen = value;
      for (const button of this.shadowRoot!.querySelectorAll<HTMLElement>("[data-value]")) {
        button.ariaPressed = String(button.dataset["value"] === value);
      }
      const given = (name: "document" | "text" | "shown" | "snapshot") => {
        const text = this.#get(name);
        return text ? { [name]: text } : {};
      };
      const answer: Answer = {
        id: uuid(),
        ...given("document"),
        ...given("text"),
        question: this.#question(),
        ...given("shown"),
        ...given("snapshot"),
        reply,
        ...(label !== undefined && { label }),
        identity: identityOf(this),
        at: Date.now(),
      };
      this.#say("thanks");
      this.#tell("hunch-answer", { answer });
      if (!this.hasAttribute("preview")) {
        void send(`${this.#url()}/answers`, answer, (outcome) => this.#settled(outcome, answer, value));
      }
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        if (this.#is("mode", "toast") && !this.matches(":hover, :focus-within")) this.hidden = true;
      }, TOAST_STAYS);
    }

    #settled(outcome: Outcome, answer: Answer, value: string): void {
      const current = this.#chosen === value;
      if (outcome === "waiting" || outcome === "sent") {
        if (current) this.#say(outcome === "sent" ? "thanks" : "waiting");
        return;
      }
      if (current) this.reset();
      this.#fail(outcome, answer);
    }

    #say(name: TextName): void {
      const text = this.#text(name);
      if (this.#status.textContent !== text) this.#status.textContent = text;
    }
  }

  const known = customElements.get(NAME) as typeof HunchFeedback | undefined;
  if (!known) customElements.define(NAME, HunchFeedback);
  return known ?? HunchFeedback;
}

function problem(type: string, detail: string): Problem {
  return { type, title: detail, status: 403, detail };
}
