// Answers that the server does not have yet, in the browser's database; in memory where there is none.

import type { Answer } from "./v1";

/** An answer and where it goes. */
export interface Waiting {
  answer: Answer;
  url: string;
}

const memory = new Map<string, Waiting>();
let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("hunch-feedback", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("outbox", { keyPath: "answer.id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error);
  });
  return opened;
}

/** Does something in one transaction; the result is there when it is on disk. */
async function transact<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const transaction = (await open()).transaction("outbox", mode);
  return new Promise((resolve, reject) => {
    const request = work(transaction.objectStore("outbox"));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

/** Keeps an answer. */
export async function keep(waiting: Waiting): Promise<void> {
  memory.set(waiting.answer.id, waiting);
  try {
    await transact("readwrite", (store) => store.put(waiting));
  } catch {
    // No database here, as in some private windows: memory has it while the page is open.
  }
}

/** All answers there are, oldest first: of other tabs and earlier visits too. */
export async function all(): Promise<Waiting[]> {
  const found = new Map(memory);
  try {
    for (const waiting of await transact<Waiting[]>("readonly", (store) => store.getAll())) {
      found.set(waiting.answer.id, waiting);
    }
  } catch {
    // As above.
  }
  return [...found.values()].sort((a, b) => a.answer.at - b.answer.at);
}

/** Forgets an answer. */
export async function forget(id: string): Promise<void> {
  memory.delete(id);
  try {
    await transact("readwrite", (store) => store.delete(id));
  } catch {
    // As above.
  }
}

/** What this page has not seen arrive. */
export function ofThisPage(): Waiting[] {
  return [...memory.values()];
}
