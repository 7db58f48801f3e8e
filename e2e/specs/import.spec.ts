// What a person sees when a file is not as it should be.

import { expect, test } from "../fixtures/test.ts";
import { NewProjectPage } from "../pages/new-project.ts";

test("bad rows are named with their lines and the good ones are kept", async ({ page }) => {
  const text = ["id,text,label", "1,fine,A", "2,also fine,B", "1,an id that is taken,A", "3,too,many,cells", "4,good,B"].join("\n");
  const create = new NewProjectPage(page);
  await create.open();
  await create.choose({ name: "rows.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await create.role("id").selectOption({ label: "Id" });
  await create.name(0, "A");
  await create.name(1, "B");
  await create.create();
  await expect(page.getByText("3 rows added, 2 bad rows left out")).toBeVisible();
  await page.getByText("2 bad rows left out", { exact: true }).click();
  const lines = page.getByRole("region", { name: "Bad rows" }).getByRole("rowheader");
  await expect(lines).toHaveText(["4", "5"]);
});

test.describe("a file that cannot be read", () => {
  test.use({ expectedErrors: [/status of 4\d\d/] });

  test("says why, and another can be chosen", async ({ page }) => {
    await page.goto("/new");
    await page.locator('input[type="file"]').setInputFiles({ name: "empty.csv", mimeType: "text/csv", buffer: Buffer.from("") });
    await expect(page.getByText("The file could not be read.")).toBeVisible();
    await expect(page.getByText("No project was touched.")).toBeVisible();
  });
});
