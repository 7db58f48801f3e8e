import type { TextName } from "./v1";

export type Texts = Partial<Record<TextName, string>>;

export const TEXTS: Record<TextName, string> = {
  "prompt-thumbs": "{label}: good or bad?",
  "prompt-right": "Is “{label}” right?",
  "prompt-choose": "Which is right?",
  up: "Good",
  down: "Bad",
  yes: "Yes",
  no: "No",
  unsure: "Not sure",
  send: "Send",
  thanks: "Thank you.",
  waiting: "Saved. It is sent when you are online.",
  close: "Close",
};
