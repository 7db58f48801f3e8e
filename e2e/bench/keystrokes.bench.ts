// Keystroke to figures on 100,000 documents of about 100 bytes, and the longest task on the page's main thread.

import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { RulesPage } from "../pages/rules.ts";

const DOCUMENTS = 100_000;
const WORDS = "the great song video check out my channel please subscribe love this best music ever free prize call now http what a nice day everyone watch again never seen such good voice made me cry laugh".split(" ");

/** Texts of 16 to 20 words, the same in every run. */
function corpus(): string {
  let state = 1;
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const lines = ["id,text"];
  for (let id = 0; id < DOCUMENTS; id++) {
    lines.push(`${id},${Array.from({ length: 16 + random(5) }, () => WORDS[random(WORDS.length)]).join(" ")}`);
  }
  return lines.join("\n");
}

/** A project with the corpus and a few rules, made through the API. */
async function makeProject(page: Page): Promise<string> {
  const post = async (path: string, data: unknown) => {
    const answer = await page.request.post(`/api/v1${path}`, { data });
    expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
    return answer.json();
  };
  const project = (await post("/projects", { name: "Bench", labels: [{ name: "HAM" }, { name: "SPAM" }] })).id as string;
  const sent = await page.request.post("/api/v1/uploads?name=bench.csv", { data: corpus(), headers: { "content-type": "application/octet-stream" } });
  const { upload } = await sent.json();
  const { id: job } = await post(`/projects/${project}/imports`, { upload, mapping: { text: ["text"], id: "id" } });
  await expect
    .poll(async () => (await (await page.request.get(`/api/v1/projects/${project}/jobs/${job}`)).json()).state, { timeout: 120_000 })
    .toBe("done");
  for (const [name, clause] of [
    ["my", 'SPAM when text contains "my"'],
    ["link", 'SPAM when text contains "http"'],
    ["please", 'SPAM when text has any ("please", "plz")'],
    ["song", 'HAM when text contains "song"'],
    ["short", "HAM when words(text) < 17"],
  ]) {
    await post(`/projects/${project}/rules`, { source: `rule ${name}:\n  ${clause}\n`, active: true });
  }
  return project;
}

/** Types a text key by key, waits for exact figures after each, and returns what the page measured. */
async function type(page: Page, rules: RulesPage, text: string): Promise<{ first: number[]; exact: number[] }> {
  await page.evaluate(() => performance.clearMeasures());
  for (const key of text) {
    await page.keyboard.type(key);
    await rules.exact();
  }
  return page.evaluate(() => {
    const durations = (name: string) => performance.getEntriesByName(name, "measure").map(({ duration }) => duration);
    return { first: durations("hunch:first-figures"), exact: durations("hunch:figures") };
  });
}

const at = (values: number[], share: number) => {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
};
const report = (name: string, values: number[]) =>
  console.log(`${name}: p50 ${at(values, 0.5).toFixed(1)} ms, p95 ${at(values, 0.95).toFixed(1)} ms, n = ${values.length}`);

test("keystroke to figures", async ({ page }) => {
  test.setTimeout(15 * 60_000);
  const project = await makeProject(page);
  await page.addInitScript(() => {
    const tasks: number[] = [];
    Object.assign(window, { longTasks: tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask", buffered: true });
  });
  await page.goto(`/p/${project}/rules/new`);
  const rules = new RulesPage(page);
  await rules.exact();
  await expect(page.getByTestId("covered")).toHaveAttribute("data-exact", "true", { timeout: 120_000 });
  await page.evaluate(() => ((window as unknown as { longTasks: number[] }).longTasks.length = 0));

  const cases = [
    ["word rule", 'rule typed:\n  SPAM when text has "', "subscribe channel"],
    ["substring rule", 'rule typed:\n  SPAM when text contains "', "subscribe channel"],
    ["regex rule", "rule typed:\n  SPAM when text ~ /", "check.*out my ch"],
  ] as const;
  for (const [name, before, typed] of cases) {
    const after = name === "regex rule" ? "/i" : '"';
    await rules.replace(`${before}${after}\n`);
    // The cursor goes between the delimiters: the last line is empty.
    await page.keyboard.press("ArrowLeft");
    for (const _ of after) await page.keyboard.press("ArrowLeft");
    await page.keyboard.type("s");
    await rules.exact();
    await page.keyboard.press("Backspace");
    const { first, exact } = await type(page, rules, typed);
    report(`${name}, first figures`, first);
    report(`${name}, exact figures`, exact);
  }
  const longest = await page.evaluate(() => Math.max(0, ...(window as unknown as { longTasks: number[] }).longTasks));
  console.log(`longest task on the main thread while typing: ${longest === 0 ? "under 50" : longest.toFixed(0)} ms`);
});
