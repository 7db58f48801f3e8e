// The model page: applying the rules, what the models make of their votes, and what other settings would.

import { expect, type Locator, type Page } from "@playwright/test";

export type View = "Models" | "Rules" | "Confidence" | "Try settings" | "People" | "End model" | "Documents";

export class ModelPage {
  /** The part that is shown. */
  readonly part: Locator;
  /** What the tried settings would change, in a sentence. */
  readonly moved: Locator;
  /** How long fitting took. */
  readonly note: Locator;

  constructor(readonly page: Page) {
    this.part = page.getByRole("tabpanel");
    this.moved = page.getByTestId("moved");
    this.note = page.getByTestId("refit-note");
  }

  /** Applies the rules and waits for the labels. */
  async apply(): Promise<void> {
    await this.page.getByRole("button", { name: "Apply the rules" }).first().click();
    await expect(this.page.getByRole("region", { name: "The labels in use" })).toBeVisible({ timeout: 60_000 });
  }

  async show(view: View): Promise<void> {
    await this.page.getByRole("tab", { name: view, exact: true }).click();
    await expect(this.page.getByRole("tabpanel", { name: view, exact: true })).toBeVisible();
  }

  /** The line of a model in the table of models. */
  model(name: string): Locator {
    return this.part.getByRole("row").filter({ has: this.page.getByRole("rowheader", { name }) });
  }

  /** Chooses another model to try. */
  async tryModel(name: string): Promise<void> {
    await this.part.getByRole("combobox", { name: "Model" }).selectOption({ label: name });
  }

  /** Gives a label another share before any vote. */
  async tryPrior(label: string, percent: number): Promise<void> {
    await this.part.getByRole("slider", { name: `Prior of ${label}` }).fill(String(percent));
  }

  /** How long each refit so far took, from the change of a setting to the frame that shows its figures, in milliseconds. */
  async refits(): Promise<number[]> {
    return this.page.evaluate(() => performance.getEntriesByName("hunch:refit").map(({ duration }) => duration));
  }
}
