// The model page on real comments: whether a model is needed, how far rules can be trusted, why labels are as they are,
// and what other settings would change.

import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { parse } from "csv-parse/sync";
import { finish, post } from "../fixtures/project.ts";
import { expect, test } from "../fixtures/test.ts";
import { csv, rules, ruleText } from "../fixtures/youtube.ts";
import { ModelPage, type View } from "../pages/model.ts";

const VIEWS: View[] = ["Models", "Rules", "Confidence", "Try settings", "People", "End model", "Documents"];

/** Three more rules: a near copy, one that is wrong more often than right, and one of the shape of the text. */
const MORE = [
  'rule subscribes:\n  SPAM when text contains "subscrib"\n',
  'rule channel_is_fine:\n  HAM when text contains "channel"\n',
  "rule loud:\n  SPAM when share(text, uppercase) > 0.3\n",
];

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

/** The comments with gold of every fifth in the dev split and of every other fifth in valid; the others have none. */
function comments(): string {
  const records = parse(readFileSync(csv ?? ""), { columns: true }) as { id: string; text: string; label: string }[];
  const line = ({ id, text, label }: (typeof records)[number], at: number) => {
    const split = ["dev", "valid"][at % 5] ?? "train";
    return [id, quoted(text), split === "train" ? "" : label, split].join(",");
  };
  return ["id,text,label,split", ...records.map(line)].join("\n");
}

async function makeProject(page: Page): Promise<string> {
  const { id } = await post(page, "/projects", { name: "Comments", labels: [{ name: "HAM" }, { name: "SPAM" }] });
  const headers = { "content-type": "application/octet-stream" };
  const sent = await page.request.post("/api/v1/uploads?name=comments.csv", { data: comments(), headers });
  const { upload } = await sent.json();
  const mapping = { text: ["text"], id: "id", gold: "label", split: "split" };
  const { id: job } = await post(page, `/projects/${id}/imports`, { upload, mapping });
  await finish(page, id, job);
  for (const source of [...rules.map(ruleText), ...MORE]) await post(page, `/projects/${id}/rules`, { source, active: true });
  return id;
}

test.beforeEach(() => {
  test.skip(!csv, "skipped: HUNCH_DATA does not lead to the youtube data set");
});

test("labels say which model they are of, whether it is needed, and why each is as it is", async ({ page, accessible }) => {
  test.setTimeout(300_000);
  const project = await makeProject(page);
  const model = new ModelPage(page);

  await test.step("before the first labels the page says what it is for", async () => {
    await page.goto(`/p/${project}/model`);
    await expect(page.getByRole("heading", { name: "No labels yet" })).toBeVisible();
    await accessible(page);
    await model.apply();
  });

  await test.step("the headline tells the model, and its figures what they are of", async () => {
    const headline = page.getByRole("region", { name: "The labels in use" });
    await expect(headline).toContainText(/Majority vote is enough here|beats majority vote|below majority vote/);
    await expect(headline).toContainText(/[\d,]+\/1,686/);
    await expect(headline).toContainText(/338 documents/);
  });

  await test.step("every model stands beside majority vote on dev and valid gold", async () => {
    await expect(model.part.getByRole("columnheader", { name: /Gold of dev: 338/ })).toBeVisible();
    await expect(model.part.getByRole("columnheader", { name: /Gold of valid: 337/ })).toBeVisible();
    for (const name of ["Majority vote", "Dawid-Skene", "Matrix completion", "Robust"]) {
      await expect(model.model(name).first()).toBeVisible();
    }
  });

  await test.step("warnings lead to the rule they are about", async () => {
    const warning = page.locator('[data-warning="near-duplicates"]');
    await expect(warning).toContainText("subscribes");
    await expect(warning.getByRole("link").first()).toHaveAttribute("href", new RegExp(`/p/${project}/rules/`));
  });

  await test.step("rules are sorted by what they are worth, and the chart goes with one as a file", async () => {
    await model.show("Rules");
    await expect(model.part.getByRole("table").last().getByRole("row")).toHaveCount(11);
    await model.part.getByRole("button", { name: "Value", exact: true }).click();
    await expect(model.part.getByRole("columnheader", { name: /Value/ })).toHaveAttribute("aria-sort", "descending");
    for (const kind of ["SVG", "CSV"]) {
      const download = page.waitForEvent("download");
      await model.part.getByRole("button", { name: kind }).click();
      expect((await download).suggestedFilename()).toBe(`accuracy-of-rules.${kind.toLowerCase()}`);
    }
  });

  await test.step("probabilities are calibrated on valid gold and say so", async () => {
    await model.show("Confidence");
    await expect(model.part.getByText(/^Calibrated by/)).toBeVisible();
    await expect(model.part.getByRole("img", { name: /Reliability of/ })).toBeVisible();
    await model.part.getByRole("button", { name: "Table", exact: true }).click();
    await expect(model.part.getByRole("columnheader", { name: "confidence" })).toBeVisible();
  });

  await test.step("what majority vote says otherwise is listed, and each label is explained", async () => {
    await page.goto(`/p/${project}/model?view=documents`);
    const why = model.part.getByRole("list", { name: /^Why (HAM|SPAM) rather than (HAM|SPAM)/ });
    await expect(why.first()).toBeVisible();
    await expect(why.first()).toContainText(/[+−]\d+\.\d/);
    await model.part.getByRole("combobox", { name: "Which documents" }).selectOption({ label: "Not as dev gold" });
    await expect(page).toHaveURL(/gold=wrong/);
    await expect(model.part.getByRole("row").nth(1)).toBeVisible();
    await page.goBack();
    await expect(page).not.toHaveURL(/gold=wrong/);
  });

  await test.step("every part is accessible in both themes", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const view of VIEWS) {
        await model.show(view);
        await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
        await accessible(page);
      }
    }
  });
});

test("settings are tried live in the browser, on the figures of the whole corpus, and used", async ({ page }, testInfo) => {
  test.setTimeout(180_000);
  const project = await makeProject(page);
  const model = new ModelPage(page);
  await page.goto(`/p/${project}/model`);
  await model.apply();
  await model.show("Try settings");
  await expect(model.moved).toHaveText("No label would change.");
  await expect(model.note).toContainText("1,686 documents");

  await model.tryModel("Dawid-Skene");
  for (const percent of [5, 20, 40, 60, 80, 95, 99]) {
    const before = (await model.refits()).length;
    await model.tryPrior("SPAM", percent);
    await expect.poll(async () => (await model.refits()).length).toBeGreaterThan(before);
  }
  await expect(model.moved).toContainText("would get another label");
  const refits = (await model.refits()).slice(-7);
  const sorted = refits.toSorted((a, b) => a - b);
  const median = sorted[3] ?? Number.NaN;
  testInfo.annotations.push({ type: "refit", description: `${refits.map((ms) => ms.toFixed(1)).join(", ")} ms; ${await model.note.innerText()}` });
  expect(median, "milliseconds from a moved slider to its figures on screen").toBeLessThan(250);

  await page.getByRole("button", { name: "Use these settings" }).click();
  const headline = page.getByRole("region", { name: "The labels in use" });
  await expect(headline).toContainText(/99\.0\s%/, { timeout: 30_000 });
});

test.describe("a server that fails", () => {
  test.use({ expectedErrors: [/500/] });

  test("is told of, and the page recovers", async ({ page, accessible }) => {
    const { id } = await post(page, "/projects", { name: "Failing", labels: [{ name: "A" }, { name: "B" }] });
    await page.route("**/labels/report", (route) => route.fulfill({ status: 500, body: "" }));
    await page.goto(`/p/${id}/model`);
    await expect(page.getByText("The labels' report could not be loaded.")).toBeVisible();
    await accessible(page);
    await page.unroute("**/labels/report");
    // News from the server may bring the report before anyone asks again.
    const [again, report] = [page.getByRole("button", { name: "Try again" }), page.getByRole("heading", { name: "No labels yet" })];
    await expect(again.or(report)).toBeVisible();
    if (await again.isVisible()) await again.click();
    await expect(report).toBeVisible();
  });
});
