// The page of the lexicons.

import { expect, type Locator, type Page } from "@playwright/test";

export class LexiconsPage {
  readonly terms: Locator;

  constructor(readonly page: Page) {
    this.terms = page.locator(".terms").getByRole("listitem");
  }

  async open(project: string): Promise<void> {
    await this.page.goto(`/p/${project}/lexicons`);
    await expect(this.page.getByRole("heading", { level: 1, name: "Lexicons" })).toBeVisible();
  }

  async make(name: string, terms: string): Promise<void> {
    await this.page.getByRole("button", { name: "New lexicon" }).click();
    const dialog = this.page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name" }).fill(name);
    await dialog.getByRole("textbox", { name: "Terms" }).fill(terms);
    await dialog.getByRole("button", { name: "Make the lexicon" }).click();
    await expect(this.page.getByRole("heading", { level: 2, name: `@${name}` })).toBeVisible();
  }

  async rename(name: string): Promise<void> {
    await this.page.getByRole("button", { name: "Rename" }).click();
    const dialog = this.page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name" }).fill(name);
    await dialog.getByRole("button", { name: "Rename" }).click();
    await expect(this.page.getByRole("heading", { level: 2, name: `@${name}` })).toBeVisible();
  }

  async remove(): Promise<void> {
    await this.page.getByRole("button", { name: "Delete" }).click();
  }
}
