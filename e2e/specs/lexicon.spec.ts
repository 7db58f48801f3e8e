// Lexicons: made, used by a rule, searched, renamed with the rule, kept from being deleted, and fed from documents.

import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { LexiconsPage } from "../pages/lexicons.ts";
import { ProjectPage } from "../pages/project.ts";
import { RulesPage } from "../pages/rules.ts";

async function sample(page: Page): Promise<string> {
  await page.goto("/");
  await page.getByRole("button", { name: "Try the sample" }).first().click();
  await page.waitForURL(/\/p\//);
  return new ProjectPage(page).id();
}

test("a lexicon is made by pasting, used, renamed together with its rule, and not deleted while it is used", async ({ page, accessible }) => {
  test.setTimeout(120_000);
  const project = await sample(page);
  const lexicons = new LexiconsPage(page);
  await lexicons.open(project);
  await accessible(page);
  await lexicons.make("shops", "ebay\nnew york\n ebay \n\n");
  await expect(lexicons.terms).toHaveCount(2);
  await page.getByRole("searchbox", { name: "Search the terms" }).fill("YORK");
  await expect(lexicons.terms).toHaveCount(1);
  await page.getByRole("searchbox", { name: "Search the terms" }).fill("");
  await page.getByRole("textbox", { name: "Add a term" }).fill("the");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(lexicons.terms).toHaveCount(3);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await accessible(page);
  }

  await new ProjectPage(page).open("Rules");
  const rules = new RulesPage(page);
  await rules.exact();
  const label = (await page.locator(".rule-line .chip").first().innerText()).trim();
  await rules.write(`rule sells:\n  ${label} when text has @shops\n`);
  await rules.exact();
  expect((await rules.figure("coverage")).part).toBeGreaterThan(0);
  await rules.save();

  await lexicons.open(project);
  await page.getByRole("link", { name: /@shops/ }).click();
  await lexicons.remove();
  await expect(page.getByText("@shops cannot be deleted: sells names it.", { exact: false })).toBeVisible();
  await lexicons.rename("stores");
  await expect(page.getByText("Named by sells.")).toBeVisible();
  await new ProjectPage(page).open("Rules");
  await rules.open("sells");
  await expect(rules.editor).toContainText("@stores");
});

test("a word selected in a document goes into a new lexicon by the keyboard", async ({ page }) => {
  const project = await sample(page);
  await new ProjectPage(page).open("Rules");
  await new RulesPage(page).exact();
  await page.locator(".document .text").first().dblclick();
  const word = (await page.evaluate(() => getSelection()?.toString() ?? "")).trim();
  expect(word).not.toBe("");
  await expect(page.getByRole("button", { name: "Add to lexicon" })).toBeVisible();
  await page.keyboard.press("ControlOrMeta+.");
  const dialog = page.getByRole("dialog", { name: "Add to a lexicon" });
  await dialog.getByRole("combobox", { name: "Lexicon" }).selectOption("");
  await dialog.getByRole("textbox", { name: "Name of the new lexicon" }).fill("harvest");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByText(`“${word}” is in @harvest.`)).toBeVisible();
  const lexicons = new LexiconsPage(page);
  await lexicons.open(project);
  await page.getByRole("link", { name: /@harvest/ }).click();
  await expect(lexicons.terms).toHaveText([new RegExp(word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))]);
});
