// How a browser stands to the server: the pill, and what is kept for when the network is away.

import { expect, type Locator, type Page } from "@playwright/test";

export class SyncState {
  readonly pill: Locator;

  constructor(private readonly page: Page) {
    this.pill = page.locator(".bar .pill[role=status]");
  }

  async is(state: "synced" | "pending" | "offline"): Promise<void> {
    await expect(this.pill).toHaveAttribute("data-state", state, { timeout: 30_000 });
  }

  /** Returns once everything that the open project needs without the network is kept. */
  async kept(): Promise<void> {
    await this.page.evaluate(() => navigator.serviceWorker.ready);
    await expect
      .poll(() =>
        this.page.evaluate(async () => {
          const project = /\/p\/([^/]+)/.exec(location.pathname)?.[1];
          const corpus = `/api/v1/projects/${project}/corpus`;
          const answer = await (await caches.open("hunch-reads")).match(corpus);
          if (!answer) return false;
          const { chunks } = (await answer.json()) as { chunks: { hash: string }[] };
          const blobs = await caches.open("hunch-blobs");
          const found = await Promise.all(chunks.map(({ hash }) => blobs.match(corpus.replace(/corpus$/, `chunks/${hash}`))));
          return found.every(Boolean);
        }),
      )
      .toBe(true);
  }

  async conflicts(count: number): Promise<void> {
    await expect(this.page.locator('.bar .pill[data-state="conflict"]')).toHaveText(new RegExp(`^${count} merge conflict`));
  }
}
