// The sample project: no file, no account, something to see on every page in either theme, and nothing axe objects to.

import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { ProjectPage, type Section } from "../pages/project.ts";
import { RulesPage } from "../pages/rules.ts";

const SECTIONS: Section[] = ["Overview", "Data", "Rules", "Model", "Label", "Snapshots", "Widgets"];

/** A sample project of the test's own. */
async function openSample(page: Page): Promise<void> {
  await page.goto("/");
  await page.getByRole("button", { name: "Try the sample" }).first().click();
  await page.waitForURL(/\/p\//);
}

test("one press makes the sample project, and every page of it is accessible in both themes", async ({ page, accessible }) => {
  test.setTimeout(180_000);
  await page.goto("/");
  await accessible(page);
  await page.goto("/new");
  await accessible(page);
  await openSample(page);
  await expect(page.getByText(/2,000 rows · .* covered/)).toBeVisible({ timeout: 60_000 });
  const project = new ProjectPage(page);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const section of SECTIONS) {
      await project.open(section);
      if (section === "Rules") await new RulesPage(page).exact();
      await accessible(page);
    }
  }
});

test("figures follow each keystroke, and an error says where it is without losing the text", async ({ page }) => {
  await openSample(page);
  await new ProjectPage(page).open("Rules");
  const rules = new RulesPage(page);
  await rules.exact();
  const label = (await page.locator(".rule-line .chip").first().innerText()).trim();
  await rules.write(`rule typed:\n  ${label} when text contains "e"\n`);
  await rules.exact();
  const wide = await rules.figure("coverage");
  expect(wide.part).toBeGreaterThan(0);
  await rules.replace(`rule typed:\n  ${label} when text contains "the"\n`);
  await rules.exact();
  expect((await rules.figure("coverage")).part).toBeLessThan(wide.part);
  await expect(rules.documents.first().locator("mark").first()).toHaveText(/the/i);

  await rules.replace(`rule typed:\n  ${label} when txt contains "the"\n`);
  await expect(page.getByText(/txt/).filter({ hasText: /unknown|column/i }).first()).toBeVisible();
  await expect(rules.editor).toContainText("txt contains");
});

test("a rule is saved, found again after a reload, and its deletion can be undone", async ({ page }) => {
  await openSample(page);
  await new ProjectPage(page).open("Rules");
  const rules = new RulesPage(page);
  await rules.exact();
  const label = (await page.locator(".rule-line .chip").first().innerText()).trim();
  await rules.write(`rule kept:\n  ${label} when words(text) < 4\n`);
  await rules.exact();
  await rules.save();
  await page.reload();
  await expect(page.getByRole("heading", { level: 2, name: "kept", exact: true })).toBeVisible();
  await expect(rules.editor).toContainText("words(text) < 4");

  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.locator('[data-rule="kept"]')).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.locator('[data-rule="kept"]')).toHaveCount(1);
});
