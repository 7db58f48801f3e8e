// The rule editor explains the language and mends mistakes, all from the keyboard.

import { expect, test } from "../fixtures/test.ts";
import { ProjectPage } from "../pages/project.ts";
import { RulesPage } from "../pages/rules.ts";

test("a mistake is explained by F1 and mended by its fix, without the mouse", async ({ page, accessible }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "Try the sample" }).first().click();
  await page.waitForURL(/\/p\//);
  await new ProjectPage(page).open("Rules");
  const rules = new RulesPage(page);
  await rules.exact();
  const label = (await page.locator(".rule-line .chip").first().innerText()).trim();
  await rules.write(`rule typed:\n  ${label} when text hass "the"`);

  await expect(rules.problems).toContainText("did you mean `has`?");
  await rules.moveLeft('"the"'.length + 3);
  await page.keyboard.press("F1");
  await expect(rules.docs).toContainText("The text does not follow the grammar");
  await accessible(page);
  await page.keyboard.press("Escape");
  await expect(rules.docs).toBeHidden();

  await page.keyboard.press("ControlOrMeta+.");
  await expect(rules.fixes).toContainText("Write has");
  // CodeMirror's panel is a list of options with buttons in them; each has a key, as below.
  await accessible(page, ["nested-interactive"]);
  await page.keyboard.press("w");
  await expect(rules.editor).toContainText('text has "the"');
  await rules.exact();
  expect((await rules.figure("coverage")).part).toBeGreaterThan(0);

  await page.keyboard.press("ControlOrMeta+End");
  await rules.moveLeft('"the"'.length + 3);
  await page.keyboard.press("F1");
  await expect(rules.docs).toContainText("finds a whole word or phrase");
});

test("a term is completed by words that are frequent in the corpus", async ({ page, accessible }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "Try the sample" }).first().click();
  await page.waitForURL(/\/p\//);
  await new ProjectPage(page).open("Rules");
  const rules = new RulesPage(page);
  await rules.exact();
  const label = (await page.locator(".rule-line .chip").first().innerText()).trim();
  await rules.write(`rule typed:\n  ${label} when text has "the"`);
  await rules.moveLeft(1);
  for (const _ of "the") await page.keyboard.press("Backspace");
  // The workers look for frequent words when nothing else is left to do.
  await expect(page.locator(".editing")).not.toHaveAttribute("data-words", "0");
  await page.keyboard.type("th");
  await expect(rules.completions).toContainText("frequent in the corpus");
  await expect(rules.completions.getByRole("option", { name: /^(?!th)/ })).toHaveCount(0);
  // The list is moved through by arrow keys while the focus stays in the text.
  await accessible(page, ["scrollable-region-focusable"]);
  const word = (await rules.completions.locator(".cm-completionLabel").first().innerText()).trim();
  await page.keyboard.press("Tab");
  await expect(rules.editor).toContainText(`text has "${word}"`);
  await rules.exact();
  expect((await rules.figure("coverage")).part).toBeGreaterThan(0);
});
