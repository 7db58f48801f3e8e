// What keystrokes are measured on: real texts repeated to as many rows as asked for, and the rules of the engine's own bench.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { parse } from "csv-parse/sync";
import { finish, post } from "../fixtures/project.ts";
import { expect } from "../fixtures/test.ts";

const FOLDER = process.env.HUNCH_DATA ?? join(import.meta.dirname, "../../../shared/data");
const FILES = ["youtube", "sms"].flatMap((set) => ["train", "valid", "test"].map((split) => join(FOLDER, set, `text_${split}.csv`)));
const COUNTRIES = ["DE", "AT", "FR", "US", "IN"];

/** The rules of `shared/engine/benches/apply/rules.rs`. */
export const MIXED: [string, string][] = [
  ["subscribe", 'SPAM when text contains "subscribe"'],
  ["http", 'SPAM when text contains "http"'],
  ["www", 'SPAM when text contains "www."'],
  ["song", 'HAM when text contains "song"'],
  ["call_now", 'SPAM when text contains any ("call now", "text stop", "reply yes")'],
  ["my", 'SPAM when text has "my"'],
  ["free", 'SPAM when text has "free"'],
  ["please", 'SPAM when text has any ("please", "plz")'],
  ["prizes", 'SPAM when text has any ("win", "won", "prize", "cash", "claim", "urgent", "guaranteed", "award")'],
  ["thanks", 'HAM when text has any ("love", "thanks", "sorry")'],
  ["check_out", "SPAM when text ~ /check.*out/i"],
  ["url", String.raw`SPAM when text ~ /https?:\/\/\S+/`],
  ["call_free", String.raw`SPAM when text ~ /( |^)(call|ringtone)[^\w]* ([^\s]+ )*(free)[^\w]*( |$)/i`],
  ["offers", String.raw`SPAM when text ~ /\b(?:winner|offers?|voucher|bonus)\b/i`],
  ["number", "SPAM when text ~ /[0-9]{5,}/"],
  ["price", "SPAM when text ~ /£ ?[0-9]+/"],
  ["names", "HAM when text has @names"],
  ["shops", "SPAM when text has @shops"],
  ["stars", 'HAM when stars >= 4 and country in ("DE", "AT")'],
  ["low", 'SPAM when stars < 2 or country = "IN"'],
];

/** The texts, without line breaks; nothing where the data sets are not at hand. */
function texts(): string[] {
  if (!FILES.every((file) => existsSync(file))) return [];
  const read = (file: string) => parse(readFileSync(file), { columns: true }) as { text: string }[];
  return FILES.flatMap(read).map(({ text }) => text.replaceAll(/[\r\n]/g, " "));
}

export const data = texts();

/** A file of as many rows, with the attributes that the engine's bench has. */
function csv(rows: number): Buffer {
  const cells = data.map((text) => `"${text.replaceAll('"', '""')}"`);
  const lines = ["id,text,country,stars"];
  for (let row = 0; row < rows; row++) {
    const attributes = row % 100 === 0 ? "," : `${COUNTRIES[(row % 7) % 5]},${((row % 11) % 5) + 1}`;
    lines.push(`${row},${cells[row % cells.length]},${attributes}`);
  }
  return Buffer.from(lines.join("\n"));
}

/** Ten thousand terms, `real` of them words of the texts. */
function lexicon(seed: number, real: number): string[] {
  const words = new Set(data.flatMap((text) => text.toLowerCase().split(/[^a-z0-9]/)).filter((word) => word.length > 4));
  const sorted = [...words].sort();
  const chosen = Array.from({ length: real }, (_, at) => sorted[seed + at * Math.floor(sorted.length / real)]).filter((word) => word !== undefined);
  const made = Array.from({ length: 10_000 - chosen.length }, (_, n) => `${["ann", "shop", "brand", "mc"][n % 4]}${n * 7 + seed}`);
  return [...chosen, ...made];
}

/** A project with as many rows and the twenty rules, made through the API. */
export async function makeProject(page: Page, rows: number): Promise<string> {
  const { id } = await post(page, "/projects", { name: `Bench ${rows}`, labels: [{ name: "HAM" }, { name: "SPAM" }] });
  const headers = { "content-type": "application/octet-stream" };
  const sent = await page.request.post("/api/v1/uploads?name=bench.csv", { data: csv(rows), headers, timeout: 600_000 });
  const { upload } = await sent.json();
  const attributes = [
    { column: "country", type: "category" },
    { column: "stars", type: "number" },
  ];
  const mapping = { text: ["text"], id: "id", attributes };
  const { id: job } = await post(page, `/projects/${id}/imports`, { upload, mapping });
  await finish(page, id, job, 600_000);
  for (const [name, seed, real] of [["names", 1, 300], ["shops", 2, 200]] as const) {
    const saved = await page.request.put(`/api/v1/projects/${id}/lexicons/${name}`, {
      data: { terms: lexicon(seed, real) },
      headers: { "if-none-match": "*" },
    });
    expect(saved.ok(), await saved.text()).toBe(true);
  }
  for (const [name, clause] of MIXED) {
    await post(page, `/projects/${id}/rules`, { source: `rule ${name}:\n  ${clause}\n`, active: true });
  }
  return id;
}
