// The matrix: rules by rules, and the documents behind a cell.

import { expect, type Locator, type Page } from "@playwright/test";

export class MatrixPage {
  readonly grid: Locator;
  readonly documents: Locator;
  readonly told: Locator;

  constructor(readonly page: Page) {
    this.grid = page.getByRole("table", { name: "Pairs of rules" });
    this.documents = page.locator(".matrix-page ol.documents > li");
    this.told = page.locator(".matrix-page").getByRole("status").last();
  }

  cell(one: string, other: string): Locator {
    return this.grid.getByRole("button", { name: new RegExp(`^${one} and ${other}: `) });
  }

  /** What a cell says: documents counted, and of how many. */
  async counted(one: string, other: string): Promise<{ part: number; whole: number }> {
    const text = (await this.cell(one, other).getAttribute("aria-label")) ?? "";
    const [part, whole] = /([\d,]+)\/([\d,]+)/.exec(text)?.slice(1).map((number) => Number(number.replaceAll(",", ""))) ?? [];
    if (part === undefined || whole === undefined) throw new Error(`the cell reads ${text}`);
    return { part, whole };
  }

  async show(figure: "Overlap" | "Conflict" | "Agreement"): Promise<void> {
    await this.page.getByRole("tab", { name: figure }).click();
    await expect(this.page.getByRole("tab", { name: figure })).toHaveAttribute("aria-selected", "true");
  }
}
