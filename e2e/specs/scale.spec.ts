// A corpus that is more than the browser holds, a rule that is slow, and one that never ends.

import type { Page } from "@playwright/test";
import { finish, post } from "../fixtures/project.ts";
import { expect, test } from "../fixtures/test.ts";
import { ProjectPage } from "../pages/project.ts";
import { RulesPage } from "../pages/rules.ts";

const ROWS = 4_000;
const LABELS = [{ name: "HAM" }, { name: "SPAM" }];

/** A project with the documents of a CSV file and the given rules, made through the API. */
async function makeProject(page: Page, csv: string, rules: string[]): Promise<string> {
  const { id } = await post(page, "/projects", { name: "Scale", labels: LABELS });
  const headers = { "content-type": "application/octet-stream" };
  const sent = await page.request.post("/api/v1/uploads?name=scale.csv", { data: csv, headers });
  const { upload } = await sent.json();
  const { id: job } = await post(page, `/projects/${id}/imports`, { upload, mapping: { text: ["text"], id: "id" } });
  await finish(page, id, job);
  for (const source of rules) {
    await post(page, `/projects/${id}/rules`, { source, active: true });
  }
  return id;
}

test("a corpus beyond the browser's limit is sampled, and the full figures are one click away", async ({ page, accessible }) => {
  // Every fourth document has the word, half of those the rule that exists as well.
  const text = (row: number) => `comment ${row}${row % 4 === 0 ? " subscribe" : ""}${row % 8 === 0 ? " channel" : ""}`;
  const csv = ["id,text", ...Array.from({ length: ROWS }, (_, row) => `${row},${text(row)}`)].join("\n");
  const project = await makeProject(page, csv, ['rule channel:\n  SPAM when text has "channel"\n']);
  // The documented setting: millions of bytes of text that this browser holds.
  await page.addInitScript(() => localStorage.setItem("hunch-text-mb", "0.02"));
  await page.goto(`/p/${project}/rules/new`);
  const rules = new RulesPage(page);
  await rules.replace('rule typed:\n  HAM when text has "subscribe"\n');
  await rules.exact();

  const note = page.getByTestId("sample");
  await expect(note).toHaveText(/Figures of a sample of [\d,]+ of 4,000 rows/);
  const sampled = await rules.figure("coverage");
  expect(sampled.whole).toBeGreaterThan(500);
  expect(sampled.whole).toBeLessThan(2_000);
  expect(sampled.part / sampled.whole).toBeGreaterThan(0.2);
  expect(sampled.part / sampled.whole).toBeLessThan(0.3);
  await accessible(page);

  await page.getByRole("button", { name: "Full figures" }).click();
  await expect(note).toHaveText(/Full figures of 4,000 rows/);
  expect(await rules.figure("coverage")).toEqual({ part: 1_000, whole: 4_000 });
  expect(await rules.figure("conflicts")).toEqual({ part: 500, whole: 4_000 });
  await accessible(page);

  // They were of the text as it was.
  await rules.editor.click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("# edited");
  await rules.exact();
  await expect(note).toHaveText(/Figures of a sample/);
  expect((await rules.figure("coverage")).whole).toBe(sampled.whole);

  // Documents beyond the sample are shown all the same.
  await new ProjectPage(page).open("Data");
  await expect(page.getByText("comment 0 subscribe channel")).toBeVisible();
  await expect(page.getByText("comment 1", { exact: true })).toBeVisible();
  await expect(page.getByText("comment 2", { exact: true })).toBeVisible();
});

/** A text without order, on which a pattern with thousands of states is in most of them at each place. */
const ENDLESS = Array.from({ length: 1_000_000 }, (_, at) => (Math.sin(at * at) > 0 ? "a" : "b")).join("");

test.describe("a rule that never ends", () => {
  test.setTimeout(120_000);

  test("is stopped, said so, and leaves the others their figures", async ({ page }) => {
    const csv = `id,text\n0,${ENDLESS}\n1,my song\n2,a song\n`;
    const project = await makeProject(page, csv, ['rule song:\n  HAM when text has "song"\n']);
    await page.goto(`/p/${project}/rules/new`);
    const rules = new RulesPage(page);
    await rules.replace("rule typed:\n  SPAM when text ~ /[ab]*a[ab]{1000}[ab]{1000}[ab]{1000}[ab]{1000}[cd]/\n");
    await expect(rules.figures).toContainText("It was stopped: it took more than ten seconds", { timeout: 60_000 });
    // The page lives, the worker that took its place evaluates.
    await rules.replace('rule typed:\n  SPAM when text has "my"\n');
    await rules.exact();
    expect(await rules.figure("coverage")).toEqual({ part: 1, whole: 3 });
    expect(await rules.figure("conflicts")).toEqual({ part: 1, whole: 3 });
  });
});

test("a slow rule is marked by measurement and its figures follow", async ({ page, accessible }) => {
  // Word boundaries beyond ASCII, on texts of which no literal chooses any.
  const text = "abé abab ".repeat(250);
  const csv = ["id,text", ...Array.from({ length: 2_000 }, (_, row) => `${row},${text}${row}`)].join("\n");
  const project = await makeProject(page, csv, []);
  await page.goto(`/p/${project}/rules/new`);
  const rules = new RulesPage(page);
  await rules.replace("rule typed:\n  SPAM when count(text, /\\b\\w+b\\b/) > 1000\n");
  await rules.exact();
  await expect(rules.figures).toContainText(/Slow: [\d.]+ s of computing for 2,000 rows/);
  expect((await rules.figure("coverage")).whole).toBe(2_000);
  await accessible(page);
  await rules.replace('rule typed:\n  SPAM when text has "abab"\n');
  await rules.exact();
  await expect(rules.figures).not.toContainText("Slow");
});
