// Keeps what the app needs to open without the network: its own files, the documents, and the last answers to reads.
//
// The page always comes from the server while that answers, so an old app never meets a newer server for longer than
// one load. Writes, the event stream and everything of sync pass through untouched: those are the page's own business.

/// <reference lib="webworker" />
export {};
declare const self: ServiceWorkerGlobalScope;
/** The app's files as paths, `/` among them for the page itself. Put in by the build. */
declare const FILES: string[];
/** Moves when any of them does. Put in by the build. */
declare const VERSION: string;

/** What the page says to this worker, as JSON. */
type Message =
  /** The page's project is open: keep what it read before this worker was there to see it. */
  | { keep: string[] }
  /** Someone else is at the machine now: keep nothing of a server's data. */
  | { forget: true };

const APP = `hunch-app-${VERSION}`;
/** Named by their content: they never change. */
const BLOBS = "hunch-blobs";
/** The last answers to reads. */
const READS = "hunch-reads";

/** How long the server may take before what is kept is shown instead. */
const PATIENCE = 8_000;

const BLOB = /^\/api\/v1\/projects\/[^/]+\/(chunks|weights)\/[^/]+$/;
const READ = /^\/api\/v1\/(session|projects(\/[^/]+(\/(corpus|lexicons(\/[^/]+)?|jobs|labels|labels\/report|snapshots(\/[^/]+)?|rules(\/[^/]+\/revisions)?|members))?)?)$/;
/** Paths that the server answers with the app's page, as far as they work without it. */
const PAGE = /^\/($|new$|p\/)/;

self.addEventListener("install", (event) => {
  event.waitUntil(install());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(activate());
});

self.addEventListener("message", (event) => {
  const message = JSON.parse(event.data as string) as Message;
  event.waitUntil("keep" in message ? keep(message.keep) : forget());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (PAGE.test(url.pathname)) event.respondWith(page(request));
  } else if (BLOB.test(url.pathname)) {
    event.respondWith(blob(request));
  } else if (READ.test(url.pathname)) {
    event.respondWith(read(request));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(file(request));
  }
});

async function install(): Promise<void> {
  const cache = await caches.open(APP);
  await cache.addAll(FILES.map((path) => new Request(path, { cache: "no-cache" })));
  await self.skipWaiting();
}

async function activate(): Promise<void> {
  const others = (await caches.keys()).filter((name) => name.startsWith("hunch-app-") && name !== APP);
  await Promise.all(others.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function forget(): Promise<void> {
  await Promise.all([caches.delete(READS), caches.delete(BLOBS)]);
}

/** Fetches what is not kept yet; the browser's own cache mostly still has it. */
async function keep(paths: string[]): Promise<void> {
  for (const path of paths) {
    const request = new Request(path);
    const store = BLOB.test(new URL(request.url).pathname) ? BLOBS : READS;
    if (await (await caches.open(store)).match(request)) continue;
    await (store === BLOBS ? blob(request) : read(request)).catch(() => undefined);
  }
}

/** The page from the server; the kept one if it cannot be reached. */
async function page(request: Request): Promise<Response> {
  return (await fetchInTime(request)) ?? (await kept(APP, "/")) ?? Response.error();
}

/** Files with a hash in their name never change; of the others the server's copy goes first. */
async function file(request: Request): Promise<Response> {
  const hashed = /-[0-9a-f]{16}/.test(request.url);
  const first = hashed ? await kept(APP, request) : undefined;
  return first ?? (await fetchInTime(request)) ?? (await kept(APP, request)) ?? Response.error();
}

async function blob(request: Request): Promise<Response> {
  const found = await kept(BLOBS, request);
  if (found) return found;
  const response = await fetch(request);
  if (response.ok) await store(BLOBS, request, response.clone());
  return response;
}

/** The server's answer, kept for when there is none. */
async function read(request: Request): Promise<Response> {
  const response = await fetchInTime(request);
  if (!response) return (await kept(READS, request)) ?? Response.error();
  if (response.status === 401) await forget();
  if (response.ok) await store(READS, request, response.clone());
  if (response.ok && request.url.endsWith("/corpus")) await prune(request.url, response.clone());
  return response;
}

/** Lets go of documents that the corpus no longer has, and of weights of words that are others now. */
async function prune(url: string, corpus: Response): Promise<void> {
  const { chunks, columns } = (await corpus.json()) as { chunks: { hash: string }[]; columns: { weights?: string }[] };
  const project = url.replace(/corpus$/, "");
  const wanted = new Set(chunks.map((chunk) => `${project}chunks/${chunk.hash}`));
  for (const { weights } of columns) if (weights) wanted.add(`${project}weights/${weights}`);
  // A sample's address says which rows it has.
  const whole = (address: string) => address.replace(/\?.*/, "");
  const cache = await caches.open(BLOBS);
  for (const { url } of await cache.keys()) {
    if (/^(chunks|weights)\//.test(url.slice(project.length)) && url.startsWith(project) && !wanted.has(whole(url))) {
      await cache.delete(url);
    }
  }
}

/** Nothing if the server cannot be reached or takes too long. */
async function fetchInTime(request: Request): Promise<Response | undefined> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), PATIENCE);
  try {
    return await fetch(request, { signal: late.signal });
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

async function kept(name: string, request: Request | string): Promise<Response | undefined> {
  return (await caches.open(name)).match(request, { ignoreVary: true });
}

/** Without room the app still works as long as the network does. */
async function store(name: string, request: Request, response: Response): Promise<void> {
  await (await caches.open(name)).put(request, response).catch(() => undefined);
}
