// The augmentation studio: policies, the editor, sliders and figures, documents beside their copies.

import { expect, type Locator, type Page } from "@playwright/test";

export class AugmentPage {
  readonly editor: Locator;
  readonly parts: Locator;
  readonly documents: Locator;

  constructor(readonly page: Page) {
    this.editor = page.getByRole("textbox", { name: "Policy" });
    this.parts = page.getByRole("table", { name: "What the policy" });
    this.documents = page.getByRole("region", { name: "List" }).locator(".document");
  }

  async open(project: string): Promise<void> {
    await this.page.goto(`/p/${project}/augment`);
    await expect(this.page.getByRole("heading", { level: 1, name: "Augment" })).toBeAttached();
  }

  /** Replaces the whole text in the editor. */
  async replace(text: string): Promise<void> {
    await this.editor.click();
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.press("Delete");
    await this.page.keyboard.insertText(text);
  }

  /** The share of documents whose votes change or label flips, under a part of the policy; it is pressed to see them. */
  share(part: string, effect: "votes" | "label"): Locator {
    const row = this.parts.getByRole("row").filter({ has: this.page.getByRole("rowheader", { name: part, exact: true }) });
    return row.getByRole("button").nth(effect === "votes" ? 0 : 1);
  }

  /** `n/N` of such a share. */
  async counts(part: string, effect: "votes" | "label"): Promise<{ part: number; whole: number }> {
    const text = await this.share(part, effect).locator(".quiet").innerText();
    const [n, whole] = text.split("/").map((number) => Number(number.replaceAll(/[^\d]/g, "")));
    if (n === undefined || whole === undefined) throw new Error(`the share reads ${text}`);
    return { part: n, whole };
  }
}
