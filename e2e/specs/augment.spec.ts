// The augmentation studio on real comments: what a policy does to the rules' votes, and copies in a snapshot.

import { finish, post, youtubeProject } from "../fixtures/project.ts";
import { expect, test } from "../fixtures/test.ts";
import { csv } from "../fixtures/youtube.ts";
import { AugmentPage } from "../pages/augment.ts";

test("a policy is written, watched on real comments, saved, and its copies come with a snapshot", async ({ page, accessible }) => {
  test.setTimeout(180_000);
  test.skip(!csv, "skipped: HUNCH_DATA does not lead to the youtube data set");
  const project = await youtubeProject(page, csv ?? "");
  const studio = new AugmentPage(page);

  await test.step("the empty studio says what it is for", async () => {
    await studio.open(project);
    await expect(page.getByText("No policy yet")).toBeVisible();
    await accessible(page);
    await page.getByRole("button", { name: "Write the first policy" }).click();
  });

  await test.step("figures are of a sample of train documents, and copies stand beside the originals", async () => {
    await expect(studio.editor).toContainText("augment train: 2 copies of typo(0.05) then swap(1)");
    await expect(studio.share("whole policy", "votes")).toBeVisible();
    const votes = await studio.counts("whole policy", "votes");
    expect(votes.whole).toBe(200);
    expect(votes.part).toBeGreaterThan(0);
    await expect(studio.documents).toHaveCount(30);
    await expect(studio.documents.locator("ins").first()).toBeVisible();
    await accessible(page);
  });

  await test.step("a slider rewrites the text, and more typing mistakes change more votes", async () => {
    const before = await studio.counts("typo", "votes");
    await page.getByRole("slider", { name: "typo: share" }).fill("0.3");
    await expect(studio.editor).toContainText("typo(0.3)");
    await expect.poll(async () => (await studio.counts("typo", "votes")).part).toBeGreaterThan(before.part);
  });

  await test.step("a share opens its documents", async () => {
    await studio.share("whole policy", "label").click();
    const flips = await studio.counts("whole policy", "label");
    await expect(studio.documents).toHaveCount(Math.min(30, flips.part));
    for (const document of await studio.documents.all()) {
      await expect(document.getByText("label flips").first()).toBeVisible();
    }
    await page.getByRole("button", { name: "All documents" }).click();
  });

  await test.step("another seed makes other copies, the same seed the same", async () => {
    const first = () => studio.documents.first().innerText();
    const before = await first();
    await page.getByRole("button", { name: "Seed 1" }).click();
    await expect.poll(first).not.toBe(before);
  });

  await test.step("an error is shown where it is, and nothing is saved", async () => {
    await studio.replace("augment test: 2 copies of typo(0.05)");
    await expect(page.getByText("only `train` is augmented, never `test`")).toBeVisible();
    await page.keyboard.press("ControlOrMeta+s");
    await expect(page.getByText("not saved")).toBeVisible();
    await accessible(page);
  });

  await test.step("a saved policy is there after a reload", async () => {
    await studio.replace("augment noisy train: 2 copies of typo(0.05) then swap(1)");
    await page.keyboard.press("ControlOrMeta+s");
    await expect(page.getByRole("link", { name: "noisy" })).toBeVisible();
    await expect(page.getByText("saved · r1")).toBeVisible();
    await page.reload();
    await expect(page.getByRole("link", { name: "noisy" })).toBeVisible();
  });

  await test.step("a snapshot carries the copies with their lineage", async () => {
    const { id: apply } = await post(page, `/projects/${project}/apply`, {});
    await finish(page, project, apply);
    const jobs = await (await page.request.get(`/api/v1/projects/${project}/jobs`)).json();
    const combine = jobs.items.find((job: { after?: string }) => job.after === apply);
    await finish(page, project, combine.id);
    const { id: freeze } = await post(page, `/projects/${project}/snapshots`, { name: "augmented", policies: ["noisy"] });
    await finish(page, project, freeze);
    const snapshots = await (await page.request.get(`/api/v1/projects/${project}/snapshots`)).json();
    const answer = await page.request.get(`/api/v1/projects/${project}/snapshots/${snapshots.items[0].id}/export?format=jsonl`);
    const rows = (await answer.text()).trim().split("\n").map((line) => JSON.parse(line));
    const originals = rows.filter((row) => row.parent === null);
    const copies = rows.filter((row) => row.parent !== null);
    expect(originals).toHaveLength(1_686);
    const train = new Map(originals.filter((row) => row.split === "train").map((row) => [row.id, row]));
    expect(copies).toHaveLength(2 * train.size);
    for (const copy of copies) {
      const parent = train.get(copy.parent);
      expect(copy.id).toMatch(/~noisy~[12]$/);
      expect([copy.label, copy.p_HAM, copy.p_SPAM]).toEqual([parent.label, parent.p_HAM, parent.p_SPAM]);
      expect([copy.policy, copy.seed]).toEqual(["noisy", expect.any(String)]);
    }
  });
});
