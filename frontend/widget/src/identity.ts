// Who answers: the id that the page gives, or one that the browser keeps.

import type { Identity } from "./v1";

const KEY = "hunch-feedback";
let kept: string | undefined;

/** A UUID, also where `randomUUID` is missing because the page is not served over TLS. */
export function uuid(): string {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function anonymous(): string {
  try {
    kept ??= localStorage.getItem(KEY) ?? undefined;
    localStorage.setItem(KEY, (kept ??= uuid()));
  } catch {
    kept ??= uuid(); // for as long as the page is open
  }
  return kept;
}

export function identityOf(element: Element): Identity {
  const id = element.getAttribute("identity");
  const signature = element.getAttribute("signature");
  if (!id || !signature) return { id: anonymous() };
  return { id, expires: Number(element.getAttribute("expires")), signature };
}
