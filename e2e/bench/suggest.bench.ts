// Rules suggested on the sample project: from the question to the list, each time anew.

import { expect, test } from "../fixtures/test.ts";
import { ProjectPage } from "../pages/project.ts";
import { RulesPage } from "../pages/rules.ts";
import { type Basis, Suggestions } from "../pages/suggestions.ts";
import { report } from "./figures.ts";

const BASES: Basis[] = ["gold", "model", "shown"];

test("suggested rules on the sample", async ({ page }) => {
  test.setTimeout(5 * 60_000);
  await page.goto("/");
  await page.getByRole("button", { name: "Try the sample" }).first().click();
  await page.waitForURL(/\/p\//);
  await new ProjectPage(page).open("Rules");
  await new RulesPage(page).exact();
  const suggestions = new Suggestions(page);
  await suggestions.found();
  const marks = (name: string) => page.evaluate((name) => performance.getEntriesByName(name, "mark").map(({ startTime }) => startTime), name);
  for (const basis of BASES) {
    await suggestions.by(basis);
    await suggestions.found();
    await page.evaluate(() => performance.clearMarks());
    for (let round = 1; round <= 20; round++) {
      const before = (await marks("hunch:suggested")).length;
      await suggestions.panel.getByRole("button", { name: "Look again" }).click();
      await expect.poll(async () => (await marks("hunch:suggested")).length).toBeGreaterThan(before);
    }
    const [asked, told] = [await marks("hunch:suggest"), await marks("hunch:suggested")];
    // A question that another takes the place of is not answered.
    const times = told.map((end) => end - Math.max(...asked.filter((start) => start < end)));
    report(`suggestions by ${basis}`, times.filter(Number.isFinite));
  }
});
