// The label page: one text, its labels, the last decisions.

import { expect, type Locator, type Page } from "@playwright/test";

export class LabelPage {
  readonly text: Locator;
  readonly decided: Locator;

  constructor(private readonly page: Page) {
    this.text = page.locator(".label-text .said");
    this.decided = page.getByTestId("decided").getByRole("listitem");
  }

  /** The document that is shown. */
  async document(): Promise<string> {
    return (await this.text.getAttribute("data-document")) ?? "";
  }

  /** Presses a key and returns once another document is shown. */
  async press(key: string): Promise<void> {
    const before = await this.document();
    await this.page.keyboard.press(key);
    await expect(this.text).not.toHaveAttribute("data-document", before);
  }

  /** The key of a label by its place. */
  async key(place: number): Promise<string> {
    return this.page.getByRole("group", { name: "Labels" }).locator("kbd").nth(place).innerText();
  }

  async labeled(): Promise<number> {
    const text = await this.page.getByTestId("labeled").innerText();
    return Number(text.split("/")[0]?.replaceAll(/[^\d]/g, ""));
  }
}
