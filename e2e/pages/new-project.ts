// Making a project from a file.

import { type Locator, type Page } from "@playwright/test";

export class NewProjectPage {
  constructor(readonly page: Page) {}

  async open(): Promise<void> {
    await this.page.goto("/new");
  }

  /** Chooses the file and waits until the server has looked into it. */
  async choose(file: string | { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
    await this.page.locator('input[type="file"]').setInputFiles(file);
    await this.page.getByRole("table").waitFor();
  }

  /** The first rows of the file. */
  preview(): Locator {
    return this.page.getByRole("table").locator("tbody tr");
  }

  /** What the column becomes. */
  role(column: string): Locator {
    return this.page.getByRole("combobox", { name: `What ${column} is` });
  }

  async name(index: number, label: string): Promise<void> {
    await this.page.getByRole("textbox", { name: `Name of label ${index}`, exact: true }).fill(label);
  }

  async create(): Promise<void> {
    await this.page.getByRole("button", { name: "Create and import" }).click();
    await this.page.waitForURL(/\/p\/[^/]+\/data/);
  }
}
