// The snapshots page.

import { type Download, expect, type Page } from "@playwright/test";

export class SnapshotsPage {
  constructor(readonly page: Page) {}

  async freeze(name: string): Promise<void> {
    await this.page.getByRole("button", { name: "Freeze a snapshot" }).first().click();
    const dialog = this.page.getByRole("dialog", { name: "Freeze a snapshot" });
    await dialog.getByRole("textbox", { name: "Name" }).fill(name);
    await dialog.getByRole("button", { name: "Freeze", exact: true }).click();
    await expect(this.page.getByRole("link", { name })).toBeVisible();
  }

  async download(format: "Parquet" | "CSV" | "JSONL"): Promise<Download> {
    const download = this.page.waitForEvent("download");
    await this.page.getByRole("link", { name: format }).first().click();
    return download;
  }
}
