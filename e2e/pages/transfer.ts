// Rules in and out: the two dialogs of the rules page.

import type { Locator, Page } from "@playwright/test";

export class TransferDialogs {
  readonly incoming: Locator;
  readonly outgoing: Locator;
  readonly importPreview: Locator;
  readonly exportPreview: Locator;

  constructor(readonly page: Page) {
    this.incoming = page.getByRole("dialog", { name: "Import rules" });
    this.outgoing = page.getByRole("dialog", { name: "Export rules" });
    this.importPreview = page.getByTestId("import-preview");
    this.exportPreview = page.getByTestId("export-preview");
  }

  async openImport(): Promise<void> {
    await this.choose("Import rules");
  }

  async openExport(): Promise<void> {
    await this.choose("Export rules");
  }

  async paste(text: string): Promise<void> {
    await this.incoming.getByLabel("or paste it here").fill(text);
  }

  async chooseFile(name: string, text: string): Promise<void> {
    await this.incoming.getByLabel("File").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
  }

  async add(): Promise<void> {
    await this.incoming.getByRole("button", { name: /^Add \d+ rules?$/ }).click();
  }

  async writeFor(target: string): Promise<void> {
    await this.outgoing.getByLabel("Write for").selectOption(target);
  }

  /** What the browser saves. */
  async saved(): Promise<string> {
    const [download] = await Promise.all([
      this.page.waitForEvent("download"),
      this.outgoing.getByRole("link", { name: "Save the file" }).click(),
    ]);
    const stream = await download.createReadStream();
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part as Buffer);
    return Buffer.concat(parts).toString("utf8");
  }

  private async choose(item: string): Promise<void> {
    await this.page.getByRole("button", { name: "Rules in and out" }).click();
    await this.page.getByRole("menuitem", { name: item }).click();
  }
}
