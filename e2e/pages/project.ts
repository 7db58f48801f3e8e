// The frame around a project's pages.

import { expect, type Page } from "@playwright/test";

export type Section = "Overview" | "Data" | "Rules" | "Model" | "Label" | "Snapshots" | "Widgets";

export class ProjectPage {
  constructor(readonly page: Page) {}

  async open(section: Section): Promise<void> {
    const link = this.page.getByRole("navigation").getByRole("link", { name: section });
    await link.click();
    await expect(link).toHaveAttribute("aria-current", "page");
    await expect(this.page.getByRole("heading", { level: 1 })).toBeAttached();
  }

  /** The project's identifier, from the address. */
  id(): string {
    const id = /\/p\/([^/]+)/.exec(this.page.url())?.[1];
    if (!id) throw new Error(`${this.page.url()} is no project's address`);
    return id;
  }
}
