// Keystroke to figures on 100,000 and on a million documents, beside twenty saved rules; and the longest tasks on the
// page's main thread while the project opens and while someone types.

import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { RulesPage } from "../pages/rules.ts";
import { data, makeProject } from "./corpus.ts";
import { report } from "./figures.ts";

/** Name, the text before the cursor, what is typed, the text after it. */
const CASES: [string, string, string, string][] = [
  ["word", 'SPAM when text has "', "subscribe channel", '"'],
  ["substring", 'SPAM when text contains "', "subscribe channel", '"'],
  ["regex with a literal", "SPAM when text ~ /", "check.*out my ch", "/i"],
  ["regex of alternatives", "SPAM when text ~ /subscribe|", "check out|free prize", "/i"],
];
/** The rule of the twenty that is edited, and what is typed into it. */
const EDITED = ["please", " check out"] as const;

/** Types a text key by key and takes it back, thrice, waits for exact figures after each key, and returns what the page measured. */
async function type(page: Page, rules: RulesPage, text: string): Promise<{ first: number[]; exact: number[] }> {
  await page.evaluate(() => performance.clearMeasures());
  const keys = [...text, ...Array<string>(text.length).fill("Backspace")];
  for (const key of [...keys, ...keys, ...keys]) {
    await page.keyboard.press(key === " " ? "Space" : key);
    await rules.exact();
  }
  return page.evaluate(() => {
    const durations = (name: string) => performance.getEntriesByName(name, "measure").map(({ duration }) => duration);
    return { first: durations("hunch:first-figures"), exact: durations("hunch:figures") };
  });
}

/** Takes the tasks of 50 ms and more since the last time. */
const longTasks = (page: Page) => page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks.splice(0));
const told = (tasks: number[]) => (tasks.length === 0 ? "none of 50 ms" : tasks.map((task) => task.toFixed(0)).join(", "));

for (const rows of [100_000, 1_000_000]) {
  test(`keystroke to figures on ${rows} documents`, async ({ page }) => {
    test.setTimeout(60 * 60_000);
    test.skip(data.length === 0, "skipped: HUNCH_DATA does not lead to the data sets");
    const project = await makeProject(page, rows);
    await page.addInitScript(() => {
      const tasks: number[] = [];
      Object.assign(window, { longTasks: tasks });
      new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask", buffered: true });
    });
    const opened = Date.now();
    await page.goto(`/p/${project}/rules/new`);
    const rules = new RulesPage(page);
    await expect(page.getByTestId("covered")).toHaveAttribute("data-exact", "true", { timeout: 600_000 });
    await rules.exact();
    console.log(`${rows} documents: all twenty rules' figures ${Date.now() - opened} ms after opening`);
    console.log(`  tasks on the main thread while opening: ${told(await longTasks(page))}`);

    for (const [name, before, typed, after] of CASES) {
      await rules.replace(`rule typed:\n  ${before}${after}\n`);
      // The cursor goes between the delimiters: the last line is empty.
      await page.keyboard.press("ArrowLeft");
      for (const _ of after) await page.keyboard.press("ArrowLeft");
      // Without a first letter the rule is an error, and has no figures to wait for.
      await page.keyboard.type(typed.charAt(0));
      await rules.exact();
      const { first, exact } = await type(page, rules, typed.slice(1));
      report(`${name}, first figures`, first);
      report(`${name}, exact figures`, exact);
    }

    const [name, typed] = EDITED;
    await rules.open(name);
    await rules.exact();
    await rules.editor.click();
    await page.keyboard.press("ControlOrMeta+End");
    // Into the last of its terms.
    for (const _ of '")\n') await page.keyboard.press("ArrowLeft");
    const { first, exact } = await type(page, rules, typed);
    report("one of the twenty rules, first figures", first);
    report("one of the twenty rules, exact figures", exact);
    console.log(`  tasks on the main thread while typing: ${told(await longTasks(page))}`);
  });
}
