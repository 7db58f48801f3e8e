// The model page: applying the rules and what the models make of their votes.

import { expect, type Page } from "@playwright/test";

export class ModelPage {
  constructor(readonly page: Page) {}

  /** Applies the rules and waits for the labels. */
  async apply(): Promise<void> {
    await this.page.getByRole("button", { name: "Apply the rules" }).first().click();
    await expect(this.page.getByRole("columnheader", { name: "Majority vote" }).first()).toBeVisible({ timeout: 60_000 });
  }
}
