// What the server says of a widget; offline, what it said last.

import type { Problem, Question } from "./v1";
import type { Texts } from "./texts";

export interface Config {
  question: Question;
  labels: string[];
  texts: Texts;
  anonymous: boolean;
}

const DEFAULT: Config = { question: "right", labels: [], texts: {}, anonymous: true };
const asked = new Map<string, Promise<Config | Problem>>();

/** Asks once per page. */
export function configOf(url: string): Promise<Config | Problem> {
  let answer = asked.get(url);
  if (!answer) asked.set(url, (answer = ask(url)));
  return answer;
}

async function ask(url: string): Promise<Config | Problem> {
  const key = `hunch-feedback ${url}`;
  try {
    const response = await fetch(url, { credentials: "omit" });
    const said = await response.json();
    if (response.ok) remember(key, JSON.stringify(said));
    if (response.ok || response.status < 500) return said;
  } catch {
    console.warn(
      `hunch-feedback: no answer from ${url}. Perhaps the browser is offline, the key is wrong, or ` +
        `${location.origin} is not among the widget's origins; its page in Hunch lists what was refused.`,
    );
  }
  asked.delete(url);
  try {
    return { ...DEFAULT, ...JSON.parse(localStorage.getItem(key) ?? "{}") };
  } catch {
    return DEFAULT;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Only offline visits miss it.
  }
}
