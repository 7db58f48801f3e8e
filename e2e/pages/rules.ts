// The rules page: the list, the editor, its figures, the matching documents.

import { expect, type Locator, type Page } from "@playwright/test";

export type Figure = "coverage" | "overlaps" | "conflicts";
export type Tab = "Matches" | "Conflicts" | "Abstains" | "Wrong against gold";

export class RulesPage {
  readonly editor: Locator;
  readonly figures: Locator;
  readonly documents: Locator;
  /** What is wrong with the text. */
  readonly problems: Locator;
  /** What F1 tells of the word under the cursor. */
  readonly docs: Locator;
  /** The panel of problems and their fixes. */
  readonly fixes: Locator;

  /** What could be written where the cursor is. */
  readonly completions: Locator;

  constructor(readonly page: Page) {
    this.editor = page.getByRole("textbox", { name: "Rule" });
    this.figures = page.getByTestId("figures");
    this.documents = page.getByRole("tabpanel").getByRole("listitem");
    this.problems = page.getByRole("list", { name: "Problems" });
    this.docs = page.locator(".docs");
    this.fixes = page.locator(".cm-panel-lint");
    this.completions = page.getByRole("listbox", { name: "Completions" });
  }

  /** Writes a new rule; it is not saved. */
  async write(text: string): Promise<void> {
    await this.page.getByRole("button", { name: "New", exact: false }).first().click();
    await this.page.waitForURL(/\/rules\/new/);
    await this.replace(text);
  }

  /** Replaces the whole text in the editor. */
  async replace(text: string): Promise<void> {
    await this.editor.click();
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.press("Delete");
    await this.page.keyboard.insertText(text);
  }

  /** Moves the cursor so many characters to the left. */
  async moveLeft(characters: number): Promise<void> {
    for (let left = characters; left > 0; left--) await this.page.keyboard.press("ArrowLeft");
  }

  async save(): Promise<void> {
    await this.page.keyboard.press("ControlOrMeta+s");
    await expect(this.page.getByText(/saved ✓/)).toBeVisible();
  }

  async open(rule: string): Promise<void> {
    await this.page.locator(`[data-rule="${rule}"]`).getByRole("link").click();
    await expect(this.page.getByRole("heading", { level: 2, name: rule, exact: true })).toBeVisible();
  }

  /** Returns once the figures are those of the text in the editor, over all documents. */
  async exact(): Promise<void> {
    await expect
      .poll(async () => {
        const edit = await this.page.locator(".editing").getAttribute("data-seq");
        const [seq, exact] = await Promise.all([this.figures.getAttribute("data-seq"), this.figures.getAttribute("data-exact")]);
        return edit !== null && seq === edit && exact === "true";
      })
      .toBe(true);
  }

  /** A figure as the page shows it: how many documents, of how many. */
  async figure(name: Figure): Promise<{ part: number; whole: number }> {
    const text = await this.figures.locator(`[data-figure="${name}"] .of`).innerText();
    const [part, whole] = text.split("/").map((number) => Number(number.replaceAll(/[^\d]/g, "")));
    if (part === undefined || whole === undefined) throw new Error(`${name} reads ${text}`);
    return { part, whole };
  }

  async tab(name: Tab): Promise<void> {
    await this.page.getByRole("tab", { name }).click();
  }
}
