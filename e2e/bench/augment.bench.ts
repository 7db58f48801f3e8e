// A change of a policy to the new preview of 200 documents on the youtube comments.

import { youtubeProject } from "../fixtures/project.ts";
import { expect, test } from "../fixtures/test.ts";
import { csv } from "../fixtures/youtube.ts";
import { AugmentPage } from "../pages/augment.ts";
import { report } from "./figures.ts";

test("policy to preview", async ({ page }) => {
  test.setTimeout(5 * 60_000);
  test.skip(!csv, "skipped: HUNCH_DATA does not lead to the youtube data set");
  const project = await youtubeProject(page, csv ?? "");
  const studio = new AugmentPage(page);
  await page.goto(`/p/${project}/augment/new`);
  await expect(studio.share("whole policy", "votes")).toBeVisible();
  const slider = page.getByRole("slider", { name: "typo: share" });
  const measured = () => page.evaluate(() => performance.getEntriesByName("hunch:preview", "measure").length);
  for (let step = 1; step <= 60; step++) {
    const before = await measured();
    await slider.fill((0.01 * step).toFixed(2));
    await expect.poll(measured).toBeGreaterThan(before);
  }
  const times = await page.evaluate(() => performance.getEntriesByName("hunch:preview", "measure").map(({ duration }) => duration));
  report("preview of 200 documents", times);
});
