// Suggested rules on the sample: looked at, accepted, refused; what is missing is said; figures are the engine's.

import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { post } from "../fixtures/project.ts";
import { ProjectPage } from "../pages/project.ts";
import { RulesPage } from "../pages/rules.ts";
import { Suggestions } from "../pages/suggestions.ts";

async function openSample(page: Page): Promise<RulesPage> {
  await page.goto("/");
  await page.getByRole("button", { name: "Try the sample" }).first().click();
  await page.waitForURL(/\/p\//);
  await new ProjectPage(page).open("Rules");
  const rules = new RulesPage(page);
  await rules.exact();
  return rules;
}

test("a suggestion is looked at, accepted as a rule, and its figures are those of its text", async ({ page, accessible }) => {
  test.setTimeout(120_000);
  const rules = await openSample(page);
  const suggestions = new Suggestions(page);
  await suggestions.found();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await accessible(page);
  }

  const line = suggestions.lines.first();
  const [name, term, hint] = [await suggestions.name(line), await suggestions.term(line), await line.locator("button.look").getAttribute("title")];
  const votes = Number(/Votes on ([\d,]+)\//.exec(hint ?? "")?.[1]?.replaceAll(",", ""));
  await suggestions.look(line);
  await expect(rules.editor).toContainText(`rule ${name}:`);
  await rules.exact();
  expect((await rules.figure("coverage")).part).toBe(votes);

  await suggestions.accept(line);
  await expect(page.locator(`[data-rule="${name}"]`)).toBeVisible();
  await expect(page.locator(`.suggestion[data-term=${JSON.stringify(term)}]`)).toHaveCount(0);
  await page.reload();
  await expect(page.locator(`[data-rule="${name}"]`)).toBeVisible();
});

test("what was refused is not suggested again, until that is undone", async ({ page }) => {
  await openSample(page);
  const suggestions = new Suggestions(page);
  await suggestions.found();
  const term = await suggestions.term(suggestions.lines.first());
  const line = page.locator(`.suggestion[data-term=${JSON.stringify(term)}]`);
  await suggestions.refuse(line);
  await expect(line).toHaveCount(0);
  await suggestions.found();
  const id = new ProjectPage(page).id();
  const blacklist = async () => (await (await page.request.get(`/api/v1/projects/${id}`)).json()).blacklist ?? [];
  await expect.poll(blacklist).toEqual([term]);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(line).toHaveCount(1);
});

test("the model and chosen documents suggest rules too, on the sample within a second", async ({ page }) => {
  await openSample(page);
  const suggestions = new Suggestions(page);
  await suggestions.found();
  await suggestions.by("model");
  await suggestions.found();
  await suggestions.by("picked");
  await expect(suggestions.panel).toContainText("Choose documents on the right");
  for (const row of [0, 1, 2, 3]) await page.locator(".document .pick").nth(row).check();
  await suggestions.panel.getByRole("button", { name: "Look again" }).click();
  await expect(suggestions.panel.getByRole("status")).toHaveCount(0);

  const took = await page.evaluate(() => {
    const last = (name: string) => performance.getEntriesByName(name).at(-1)?.startTime ?? Number.NaN;
    return last("hunch:suggested") - last("hunch:suggest");
  });
  test.info().annotations.push({ type: "suggestions took", description: `${took.toFixed(0)} ms` });
});

test("without gold and rules the panel says what to do", async ({ page, accessible }) => {
  await page.goto("/");
  const { id } = await post(page, "/projects", { name: "Empty", labels: [{ name: "A" }, { name: "B" }] });
  await page.goto(`/p/${id}/rules`);
  await expect(new Suggestions(page).panel).toContainText("No documents yet");
  await accessible(page);
});
