/** What the element asks about the label that the page shows. */
export type Question = "thumbs" | "right" | "choose";

/** What was answered: the label shown is right, wrong, perhaps either; or another label was chosen. */
export type Reply = "yes" | "no" | "unsure" | "label";

/** The texts that a page can replace; `{label}` stands for the label shown. */
export type TextName =
  | "prompt-thumbs"
  | "prompt-right"
  | "prompt-choose"
  | "up"
  | "down"
  | "yes"
  | "no"
  | "unsure"
  | "send"
  | "thanks"
  | "waiting"
  | "close";

/** Who answers. Without a signature `id` is a UUID that the browser made. */
export interface Identity {
  id: string;
  /** Until when the signature holds, in seconds since 1970. */
  expires?: number;
  /** HMAC-SHA-256 of `id:expires` in hexadecimal. */
  signature?: string;
}

/** An answer as it is sent. */
export interface Answer {
  id: string;
  document?: string;
  text?: string;
  question: Question;
  shown?: string;
  snapshot?: string;
  reply: Reply;
  label?: string;
  identity: Identity;
  /** Milliseconds since 1970, by the user's clock. */
  at: number;
}

/** Why something was refused: an RFC 9457 problem document. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
}

/** `<hunch-feedback>`. Its attributes are listed in `docs/widget.md`; most pages need nothing else. */
export interface HunchFeedbackElement extends HTMLElement {
  /** Texts that take the place of the element's own. */
  texts: Partial<Record<TextName, string>>;
  /** Asks again, as if nothing had been answered. */
  reset(): void;
}

/** The user answered; the answer is kept until the server has it. */
export type HunchAnswerEvent = CustomEvent<{ answer: Answer }>;

/** The server refuses an answer, or the element itself. */
export type HunchErrorEvent = CustomEvent<{ problem: Problem; answer?: Answer }>;

/** The element's class, which is registered as `hunch-feedback`. */
export const HunchFeedback: { new (): HunchFeedbackElement; prototype: HunchFeedbackElement };

declare global {
  interface HTMLElementTagNameMap {
    "hunch-feedback": HunchFeedbackElement;
  }
  interface HTMLElementEventMap {
    "hunch-answer": HunchAnswerEvent;
    "hunch-error": HunchErrorEvent;
  }
}
