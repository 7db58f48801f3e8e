// The suggested rules below the list on the rules page.

import { expect, type Locator, type Page } from "@playwright/test";

export type Basis = "gold" | "model" | "shown" | "picked";

export class Suggestions {
  readonly panel: Locator;
  readonly lines: Locator;

  constructor(readonly page: Page) {
    this.panel = page.getByRole("region", { name: "Suggested rules" });
    this.lines = this.panel.getByRole("listitem");
  }

  async by(basis: Basis): Promise<void> {
    await this.panel.getByRole("combobox", { name: "What suggestions go by" }).selectOption(basis);
  }

  /** Returns once suggestions are there. */
  async found(): Promise<void> {
    await expect(this.page.getByTestId("suggestions")).toHaveAttribute("data-found", "true", { timeout: 30_000 });
    await expect(this.lines.first()).toBeVisible();
  }

  /** The term a line is about. */
  async term(line: Locator): Promise<string> {
    return (await line.getAttribute("data-term")) ?? "";
  }

  /** The name of the rule a line would make. */
  async name(line: Locator): Promise<string> {
    return (await line.locator(".mono").first().innerText()).trim();
  }

  async look(line: Locator): Promise<void> {
    await line.locator("button.look").click();
  }

  async accept(line: Locator): Promise<void> {
    await line.getByRole("button", { name: /^Accept/ }).click();
  }

  async refuse(line: Locator): Promise<void> {
    await line.getByRole("button", { name: /^Never suggest/ }).click();
  }
}
