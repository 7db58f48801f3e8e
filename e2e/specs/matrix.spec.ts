// The matrix on texts whose pairs are known: figures, documents behind a cell, keys, the address, near duplicates.

import { expect, test } from "../fixtures/test.ts";
import { finish, post } from "../fixtures/project.ts";
import { MatrixPage } from "../pages/matrix.ts";
import type { Page } from "@playwright/test";

const TEXTS = ["my song", "my channel", "a song", "free song", "my song again", "nothing"];
const RULES = {
  my: 'SPAM when text has "my"',
  mine: 'SPAM when text contains "my "',
  song: 'HAM when text has "song"',
  free: 'SPAM when text has "free"',
};

async function makeProject(page: Page, rules: Record<string, string>): Promise<string> {
  const { id } = await post(page, "/projects", { name: "Pairs", labels: [{ name: "HAM" }, { name: "SPAM" }] });
  const csv = ["id,text", ...TEXTS.map((text, row) => `${row},${text}`)].join("\n");
  const headers = { "content-type": "application/octet-stream" };
  const sent = await page.request.post("/api/v1/uploads?name=pairs.csv", { data: Buffer.from(csv), headers });
  const { upload } = await sent.json();
  const { id: job } = await post(page, `/projects/${id}/imports`, { upload, mapping: { text: ["text"], id: "id" } });
  await finish(page, id, job, 60_000);
  for (const [name, clause] of Object.entries(rules)) {
    await post(page, `/projects/${id}/rules`, { source: `rule ${name}:\n  ${clause}\n`, active: true });
  }
  return id;
}

test("every pair has its figures, and a cell leads to its documents", async ({ page, accessible }) => {
  const project = await makeProject(page, RULES);
  await page.goto(`/p/${project}/matrix`);
  const matrix = new MatrixPage(page);
  await expect(matrix.cell("my", "song")).toBeVisible();
  expect(await matrix.counted("my", "song")).toEqual({ part: 2, whole: 5 });
  expect(await matrix.counted("song", "my")).toEqual({ part: 2, whole: 5 });
  await expect(matrix.cell("my", "free")).toHaveAttribute("aria-label", /0\/4/);
  await expect(page.getByText("mine vote alike on 100")).toBeVisible();
  await matrix.show("Conflict");
  expect(await matrix.counted("my", "song")).toEqual({ part: 2, whole: 2 });
  await matrix.cell("my", "song").click();
  await expect(matrix.documents).toHaveText([/my song/, /my song again/]);
  await expect(matrix.told).toContainText("vote differently on 2 documents");
  await matrix.show("Agreement");
  await expect(matrix.told).toContainText("vote alike on 0 documents");
  await expect(matrix.documents).toHaveCount(0);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await accessible(page);
  }
});

test("cells are walked by keys, and a link shows what one sees", async ({ page }) => {
  const project = await makeProject(page, RULES);
  await page.goto(`/p/${project}/matrix?figure=conflict`);
  const matrix = new MatrixPage(page);
  await matrix.cell("my", "mine").focus();
  await page.keyboard.press("ArrowRight");
  await expect(matrix.cell("my", "song")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(matrix.documents).toHaveCount(2);
  await page.keyboard.press("ArrowDown");
  await expect(matrix.cell("mine", "song")).toBeFocused();
  await expect(page).toHaveURL(/figure=conflict&rule=.+&with=/);
  await page.reload();
  await expect(matrix.documents).toHaveCount(2);
  await expect(matrix.cell("my", "song")).toHaveAttribute("aria-pressed", "true");
});

test("with fewer than two rules the page says what it is for", async ({ page, accessible }) => {
  const project = await makeProject(page, {});
  await page.goto(`/p/${project}/matrix`);
  await expect(page.getByText("Two rules are needed")).toBeVisible();
  await accessible(page);
});
