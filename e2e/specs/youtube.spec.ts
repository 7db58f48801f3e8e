// The main job on real texts, from a file to a snapshot that other programs read.

import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { hunch } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";
import { csv, type Figures, figures, rules, rulesFile, ruleText } from "../fixtures/youtube.ts";
import { ModelPage } from "../pages/model.ts";
import { NewProjectPage } from "../pages/new-project.ts";
import { ProjectPage } from "../pages/project.ts";
import { type Figure, RulesPage } from "../pages/rules.ts";
import { SnapshotsPage } from "../pages/snapshots.ts";

const NAMES: Figure[] = ["coverage", "overlaps", "conflicts"];

const READ_PARQUET = `
import json, sys
import pyarrow.parquet
table = pyarrow.parquet.read_table(sys.argv[1])
sums = [sum(row) for row in zip(*(table[name].to_pylist() for name in table.column_names if name.startswith("p_")))]
print(json.dumps({"rows": table.num_rows, "columns": table.column_names, "worst": max(abs(total - 1) for total in sums), "snapshots": sorted(set(table["snapshot"].to_pylist()))}))
`;

test("a file of comments becomes rules, figures, labels and a snapshot", async ({ page }, testInfo) => {
  test.setTimeout(240_000);
  test.skip(!csv, "skipped: HUNCH_DATA does not lead to the youtube data set");
  const file = csv ?? "";
  const project = new ProjectPage(page);

  await test.step("import", async () => {
    const create = new NewProjectPage(page);
    await create.open();
    await create.choose(file);
    await expect(create.preview()).toHaveCount(10);
    await expect(create.role("text").locator("option:checked")).toHaveText("Main text");
    await expect(create.role("id").locator("option:checked")).toHaveText("Id");
    await expect(create.role("label").locator("option:checked")).toHaveText("Gold label");
    await create.name(0, "HAM");
    await create.name(1, "SPAM");
    await create.create();
    await expect(page.getByText("1,686 rows").first()).toBeVisible();
  });

  const page_ = new RulesPage(page);
  await test.step("write the seven rules", async () => {
    await project.open("Rules");
    for (const rule of rules) {
      await page_.write(ruleText(rule));
      await page_.exact();
      await page_.save();
    }
  });

  await test.step("the page, the command line and independent lines agree", async () => {
    const path = testInfo.outputPath("rules.hunch");
    await writeFile(path, rulesFile);
    const analyzed = JSON.parse(await hunch("analyze", path, file, "--text", "text", "--gold", "label", "--format", "json")) as Figures;
    const counted = figures();
    expect(analyzed.rows).toBe(1686);
    for (const [at, rule] of counted.rules.entries()) {
      expect(analyzed.rules[at]).toMatchObject({ name: rule.name, votes: rule.votes });
      await page_.open(rule.name);
      await page_.exact();
      for (const name of NAMES) {
        expect(analyzed.rules[at]?.[name], `${name} of ${rule.name} by hunch analyze`).toBeCloseTo(rule[name], 12);
        const { part, whole } = await page_.figure(name);
        expect(whole, `documents behind ${name} of ${rule.name}`).toBe(1686);
        expect(part / whole, `${name} of ${rule.name} on the page`).toBeCloseTo(rule[name], 12);
      }
    }
  });

  await test.step("apply and combine", async () => {
    await project.open("Model");
    const model = new ModelPage(page);
    await model.apply();
    await expect(model.model("Dawid-Skene").first()).toBeVisible();
  });

  await test.step("freeze, download, read with pyarrow", async () => {
    await project.open("Snapshots");
    const snapshots = new SnapshotsPage(page);
    await snapshots.freeze("first");
    const download = await snapshots.download("Parquet");
    const parquet = join(testInfo.outputDir, "labels.parquet");
    await download.saveAs(parquet);
    const python = process.env.HUNCH_PYTHON ?? "python3";
    const { stdout } = await promisify(execFile)(python, ["-c", READ_PARQUET, parquet]);
    const read = JSON.parse(stdout) as { rows: number; columns: string[]; worst: number; snapshots: string[] };
    expect(read.rows).toBe(1686);
    expect(read.columns).toEqual(["id", "label", "p_HAM", "p_SPAM", "split", "snapshot"]);
    expect(read.worst).toBeLessThan(1e-9);
    expect(read.snapshots).toHaveLength(1);
  });
});
