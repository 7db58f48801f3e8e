// Sends what is in the outbox: in batches, by one tab at a time, again and again with growing pauses. The server knows
// answers by their id, so sending one twice does no harm.

import { all, forget, keep, ofThisPage, type Waiting } from "./outbox";
import type { Answer, Identity, Problem } from "./v1";

/** What became of an answer: it arrived, waits for another try, or is refused. */
export type Outcome = "sent" | "waiting" | Problem;

interface Result {
  id: string;
  problem?: Problem;
}

const BATCH = 50;
const BATCH_CHARS = 15_000; // at most 60,000 bytes; a beacon carries 64 kB
const WEEK = 7 * 24 * 3600_000;
const HOUR = 3600_000;
/** Refusals of the page rather than of the answer: they may be lifted. */
const LATER = /^(unknown-key|origin-refused|widget-off|rate-limited)$/;

const listeners = new Map<string, (outcome: Outcome) => void>();
/** The latest signature of each user, and those that the server says have expired. */
const signatures = new Map<string, Identity>();
const expired = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;
let failures = 0;
let busy = false;

/** Keeps an answer and sends it soon. */
export async function send(url: string, answer: Answer, listener: (outcome: Outcome) => void): Promise<void> {
  listeners.set(answer.id, listener);
  await keep({ url, answer });
  if (!failures) soon(300);
}

/** The latest signature of a user, also for answers that wait since an older one expired. */
export function vouch(identity: Identity): void {
  if (!identity.signature) return;
  signatures.set(identity.id, identity);
  soon(300);
}

function soon(pause: number): void {
  clearTimeout(timer);
  timer = setTimeout(flush, pause);
}

async function flush(): Promise<void> {
  if (busy) return;
  busy = true;
  const drained = async () => {
    try {
      return await drain();
    } catch {
      return 0; // no network, or no answer that the page may read
    }
  };
  const pause = await (navigator.locks?.request("hunch-feedback", drained) ?? drained());
  busy = false;
  if (pause === undefined) {
    failures = 0;
    return;
  }
  for (const { answer } of ofThisPage()) listeners.get(answer.id)?.("waiting");
  const backoff = Math.min(HOUR, 1000 * 2 ** failures++) * (0.75 + Math.random() / 2);
  soon(pause || backoff);
}

/** Sends all there is. Returns how long to wait if that did not work; 0 if the server did not say. */
async function drain(): Promise<number | undefined> {
  for (;;) {
    const batch = next(await all());
    if (!batch.length) return undefined;
    const url = batch[0]!.url;
    const response = await post(url, batch);
    if (response.ok) {
      const { results } = (await response.json()) as { results: Result[] };
      for (const { answer } of batch) {
        await settle(answer, results.find(({ id }) => id === answer.id)?.problem);
      }
      continue;
    }
    const problem = (await response.json().catch(() => ({}))) as Problem;
    if (response.status >= 500 || response.status === 408 || LATER.test(problem.type)) {
      if (response.status < 500) console.warn(`hunch-feedback: ${problem.detail}`);
      return 1000 * Number(response.headers.get("retry-after") ?? 0);
    }
    for (const { answer } of batch) await settle(answer, problem);
  }
}

function post(url: string, batch: Waiting[]): Promise<Response> {
  return fetch(url, { method: "POST", body: body(batch), credentials: "omit", keepalive: true });
}

/** As plain text, which a browser sends without asking first. */
function body(batch: Waiting[]): string {
  return JSON.stringify({ answers: batch.map(({ answer }) => answer) });
}

/** The next batch: of one widget, in order. What waits for a signature stays; what is older than a week goes. */
function next(waiting: Waiting[]): Waiting[] {
  const batch: Waiting[] = [];
  let chars = 0;
  for (const one of waiting) {
    const { answer } = one;
    const newer = signatures.get(answer.identity.id);
    if (answer.identity.signature && newer) answer.identity = newer;
    if (answer.at < Date.now() - WEEK) void forget(answer.id);
    else if (!expired.has(answer.identity.signature ?? "none") && one.url === (batch[0] ?? one).url) {
      chars += JSON.stringify(answer).length;
      if (batch.length === BATCH || (batch.length && chars > BATCH_CHARS)) break;
      batch.push(one);
    }
  }
  return batch;
}

async function settle(answer: Answer, problem?: Problem): Promise<void> {
  if (problem?.type === "signature-expired") {
    expired.add(answer.identity.signature ?? "");
    return;
  }
  await forget(answer.id);
  listeners.get(answer.id)?.(problem ?? "sent");
  listeners.delete(answer.id);
}

/** What this page has not seen arrive goes along as it closes; what arrives twice counts once. */
function leave(): void {
  let waiting = ofThisPage();
  for (let batch = next(waiting); batch.length; batch = next(waiting)) {
    if (!navigator.sendBeacon(batch[0]!.url, body(batch))) return;
    waiting = waiting.filter((one) => !batch.includes(one));
  }
}

addEventListener("online", () => soon(0));
addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") leave();
});
soon(1000); // what earlier visits left behind
