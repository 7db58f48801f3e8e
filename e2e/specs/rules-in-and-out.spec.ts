// Rules in from a table of regular expressions, and out as SQL and Python.

import { youtubeProject } from "../fixtures/project.ts";
import { expect, test } from "../fixtures/test.ts";
import { csv } from "../fixtures/youtube.ts";
import { TransferDialogs } from "../pages/transfer.ts";

test("rules are imported after a preview, and exported as what votes the same", async ({ page, accessible }) => {
  test.setTimeout(120_000);
  test.skip(!csv, "skipped: HUNCH_DATA does not lead to the youtube data set");
  const project = await youtubeProject(page, csv ?? "");
  const dialogs = new TransferDialogs(page);
  await page.goto(`/p/${project}/rules`);

  await test.step("the preview tells what comes and what does not, and nothing is there before it is added", async () => {
    await dialogs.openImport();
    await dialogs.chooseFile("rules.tsv", "label\tregex\nspam\tcheck\\s+out\nham\tlove this song\nspam\t(?=look)\neggs\tx\n");
    await expect(dialogs.importPreview).toContainText("2 rules from a table of regular expressions");
    await expect(dialogs.importPreview).toContainText("2 left out");
    await expect(dialogs.importPreview).toContainText("there is no label `eggs`");
    await accessible(page);
    await expect(page.locator('[data-rule="rule_1"]')).toHaveCount(0);
    await dialogs.add();
    await expect(page.locator('[data-rule="rule_1"]')).toBeVisible();
    await expect(page.locator('[data-rule="rule_2"]')).toBeVisible();
  });

  await test.step("a name that is taken becomes another one", async () => {
    await dialogs.openImport();
    await dialogs.paste("label\tregex\nspam\tsubscribe\n");
    await expect(dialogs.importPreview).toContainText("`rule_1` is taken; the new rule is `rule_1_2`.");
    await dialogs.add();
    await expect(page.locator('[data-rule="rule_1_2"]')).toBeVisible();
  });

  await test.step("the rules are saved as a query and as a module", async () => {
    await dialogs.openExport();
    await expect(dialogs.exportPreview).toContainText(/rules? written/);
    await accessible(page);
    expect(await dialogs.saved()).toContain('AS "rule_1"');
    await dialogs.writeFor("snorkel");
    expect(await dialogs.saved()).toContain("def rule_");
  });
});
