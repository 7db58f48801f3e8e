// A telephone's width: nothing is cut off sideways, the editor comes first.

import { expect, test } from "../fixtures/test.ts";
import { ProjectPage, type Section } from "../pages/project.ts";

test.use({ viewport: { width: 390, height: 844 } });

test("every page fits 390 pixels without scrolling sideways", async ({ page, accessible }) => {
  test.setTimeout(120_000);
  await page.goto("/");
  await page.getByRole("button", { name: "Try the sample" }).first().click();
  await page.waitForURL(/\/p\//);
  const project = new ProjectPage(page);
  for (const section of ["Overview", "Data", "Rules", "Model", "Label", "Snapshots", "Widgets"] as Section[]) {
    await project.open(section);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, `${section} scrolls sideways`).toBeLessThanOrEqual(0);
    await accessible(page);
  }
});
