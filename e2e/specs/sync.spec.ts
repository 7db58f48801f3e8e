// Working without the network, in several tabs, and against somebody else: nothing is lost, nothing is sent twice.

import type { APIRequestContext, BrowserContext, Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { LabelPage } from "../pages/label.ts";
import { ProjectPage } from "../pages/project.ts";
import { RulesPage } from "../pages/rules.ts";
import { SyncState } from "../pages/sync.ts";

// One pattern: Playwright takes a list of several for a value with options.
test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to (load resource|fetch)/] });

interface Entity {
  kind: string;
  id: string;
  revision: number;
  deleted: boolean;
  body: Record<string, unknown>;
}

/** A sample project of the test's own, open on its rules and kept for offline. */
async function openSample(page: Page): Promise<string> {
  await page.goto("/");
  await page.getByRole("button", { name: "Try the sample" }).first().click();
  await page.waitForURL(/\/p\//);
  await expect(page.getByText(/2,000 rows · .* covered/)).toBeVisible({ timeout: 60_000 });
  const project = new ProjectPage(page);
  await project.open("Rules");
  await new RulesPage(page).exact();
  const state = new SyncState(page);
  await state.is("synced");
  await state.kept();
  return project.id();
}

/** Everything of a kind that the server has. */
async function stored(request: APIRequestContext, project: string, kind: string): Promise<Entity[]> {
  const found: Entity[] = [];
  let cursor = 0;
  for (;;) {
    const answer = await request.get(`/api/v1/projects/${project}/sync/snapshot?cursor=${cursor}&limit=1000`);
    expect(answer.ok()).toBe(true);
    const page = (await answer.json()) as { changes: Entity[]; cursor: number; more: boolean };
    found.push(...page.changes.filter((entity) => entity.kind === kind && !entity.deleted));
    cursor = page.cursor;
    if (!page.more) return found;
  }
}

async function firstLabel(page: Page): Promise<string> {
  return (await page.locator(".rule-line .chip").first().innerText()).trim();
}

/** Every operation that pages of a context send, with the page that sent it. */
function watchPushes(context: BrowserContext): { id: string; page: Page }[] {
  const sent: { id: string; page: Page }[] = [];
  context.on("request", (request) => {
    if (request.method() !== "POST" || !request.url().endsWith("/sync/push")) return;
    const { operations } = request.postDataJSON() as { operations: { id: string }[] };
    for (const { id } of operations) sent.push({ id, page: request.frame().page() });
  });
  return sent;
}

test("with the network off the app opens, rules are evaluated, written and saved, and all is sent afterwards", async ({
  page,
  context,
  request,
  accessible,
}) => {
  test.setTimeout(180_000);
  const project = await openSample(page);
  const rules = new RulesPage(page);
  const state = new SyncState(page);
  const label = await firstLabel(page);
  const before = (await stored(request, project, "rule")).length;

  await context.setOffline(true);
  await page.reload();
  await rules.exact();
  await state.is("offline");
  await rules.write(`rule written_offline:\n  ${label} when words(text) < 4\n`);
  await rules.exact();
  expect((await rules.figure("coverage")).whole).toBe(2000);
  await rules.save();
  await expect(state.pill).toHaveText(/offline · 1 pending/);
  await accessible(page);

  await page.reload();
  await expect(page.locator('[data-rule="written_offline"]')).toBeVisible();
  await expect(rules.editor).toContainText("words(text) < 4");
  expect(await stored(request, project, "rule")).toHaveLength(before);

  await context.setOffline(false);
  await state.is("synced");
  const now = await stored(request, project, "rule");
  expect(now).toHaveLength(before + 1);
  expect(now.find((rule) => rule.body["name"] === "written_offline")).toMatchObject({ revision: 1 });
});

test("two browsers edit one rule offline, meet the merge conflict, settle it and end equal", async ({ page, browser, context, request }) => {
  test.setTimeout(240_000);
  const project = await openSample(page);
  const other = await browser.newContext({ baseURL: new URL(page.url()).origin });
  const theirs = await other.newPage();
  const rules = [new RulesPage(page), new RulesPage(theirs)] as const;
  const states = [new SyncState(page), new SyncState(theirs)] as const;
  const label = await firstLabel(page);
  const text = (words: number) => `rule disputed:\n  ${label} when words(text) < ${words}\n`;
  await rules[0].write(text(4));
  await rules[0].exact();
  await rules[0].save();
  await states[0].is("synced");
  await theirs.goto(page.url());
  await rules[1].exact();
  await states[1].kept();

  await context.setOffline(true);
  await other.setOffline(true);
  for (const [at, words] of [5, 6].entries()) {
    await rules[at]?.replace(text(words));
    await rules[at]?.exact();
    await rules[at]?.save();
  }
  await context.setOffline(false);
  await states[0].is("synced");
  await other.setOffline(false);
  for (const state of states) await state.conflicts(1);

  await theirs.locator('.bar .pill[data-state="conflict"]').click();
  await expect(theirs.getByRole("heading", { level: 1, name: "Merge conflicts" })).toBeVisible();
  await expect(theirs.locator('.version[data-side="Theirs"]')).toContainText("words(text) < 5");
  await expect(theirs.locator('.version[data-side="Mine"]')).toContainText("words(text) < 6");
  await theirs.getByRole("button", { name: "Settle with this text" }).click();
  await expect(theirs.getByText("Nothing to settle")).toBeVisible();
  for (const state of states) {
    await state.is("synced");
  }
  await expect(page.locator('.bar .pill[data-state="conflict"]')).toHaveCount(0);

  const disputed = (await stored(request, project, "rule")).filter((rule) => rule.body["name"] === "disputed");
  expect(disputed).toHaveLength(1);
  await theirs.goto(page.url());
  const [mine, yours] = await Promise.all(rules.map((it) => it.editor.innerText()));
  expect(mine).toBe(yours);
  expect(mine?.trim()).toBe(String(disputed[0]?.body["source"]).trim());
  await other.close();
});

test("of two tabs that edit one rule offline neither loses what it saved", async ({ page, context, request }) => {
  test.setTimeout(180_000);
  const project = await openSample(page);
  const label = await firstLabel(page);
  const text = (words: number) => `rule shared:\n  ${label} when words(text) < ${words}\n`;
  const first = new RulesPage(page);
  await first.write(text(4));
  await first.exact();
  await first.save();
  await new SyncState(page).is("synced");
  const other = await context.newPage();
  await other.goto(page.url());
  const second = new RulesPage(other);
  await second.exact();

  await context.setOffline(true);
  await first.replace(text(5));
  await second.replace(text(6));
  await first.exact();
  await first.save();
  await expect(other.getByText("Another tab saved this rule while you edited it here.")).toBeVisible();
  await second.exact();
  await second.save();
  await context.setOffline(false);
  await new SyncState(page).conflicts(1);
  const saved = (await stored(request, project, "rule")).find((rule) => rule.body["name"] === "shared");
  expect(saved?.body["source"]).toContain("words(text) < 5");
  const disputes = await stored(request, project, "merge_conflict");
  expect(JSON.stringify(disputes.map(({ body }) => body))).toContain("words(text) < 6");
});

test("200 gold labels given offline by keyboard all arrive, each once", async ({ page, context, request }) => {
  test.setTimeout(240_000);
  const project = await openSample(page);
  const state = new SyncState(page);
  await new ProjectPage(page).open("Label");
  const labels = new LabelPage(page);
  await expect(labels.text).toBeVisible();
  const before = (await stored(request, project, "gold")).length;

  await context.setOffline(true);
  await page.keyboard.press("x");
  const given = new Set<string>();
  const keys = [await labels.key(0), await labels.key(1)] as const;
  for (let count = 0; count < 200; count++) {
    given.add(await labels.document());
    await labels.press(keys[count % 2 ? 1 : 0]);
  }
  expect(given.size).toBe(200);
  await expect(state.pill).toHaveText(/offline · 200 pending/);
  await page.reload();
  await expect(state.pill).toHaveText(/offline · 200 pending/);
  await expect(labels.text).toBeVisible();
  expect(given.has(await labels.document()), "a document that has a label comes up again").toBe(false);

  const sent = watchPushes(context);
  await context.setOffline(false);
  await state.is("synced");
  const gold = await stored(request, project, "gold");
  expect(gold).toHaveLength(before + 200);
  const arrived = gold.filter(({ id }) => given.has(id));
  expect(arrived).toHaveLength(200);
  expect(arrived.every(({ revision }) => revision === 1), "each arrived once").toBe(true);
  expect(sent).toHaveLength(200);
  expect(new Set(sent.map(({ id }) => id)).size).toBe(200);
});

test("a decision can be changed, taken back and skipped, and nothing moves between two texts", async ({ page, accessible, request }) => {
  test.setTimeout(120_000);
  const project = await openSample(page);
  await new ProjectPage(page).open("Label");
  const labels = new LabelPage(page);
  await expect(labels.text).toBeVisible();
  const choices = page.getByRole("group", { name: "Labels" });
  const places = async () => [await choices.boundingBox(), await page.getByTestId("decided").boundingBox().then((box) => box?.x)];
  const first = await labels.document();
  const before = await places();
  await labels.press(await labels.key(0));
  await labels.press("s");
  expect(await places()).toEqual(before);
  await expect(labels.decided).toHaveCount(2);
  await expect(labels.decided.first()).toContainText("skipped");
  expect(await labels.labeled()).toBe(1);

  await labels.press("ArrowLeft");
  await labels.press("ArrowLeft");
  expect(await labels.document()).toBe(first);
  await expect(choices.getByRole("button").first()).toHaveAttribute("aria-pressed", "true");
  await labels.press(await labels.key(1));
  await labels.press("ArrowLeft");
  await page.keyboard.press("Backspace");
  await expect(labels.decided).toHaveCount(1);
  expect(await labels.labeled()).toBe(0);
  await new SyncState(page).is("synced");
  const left = await stored(request, project, "annotation");
  expect(left).toHaveLength(1);
  expect(left[0]?.body["label"]).toBeNull();

  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await accessible(page);
  }
});

test("of two tabs only one sends, and the other takes over when it is closed", async ({ page, context }) => {
  test.setTimeout(180_000);
  await openSample(page);
  const label = await firstLabel(page);
  const second = await context.newPage();
  await second.goto(page.url());
  await new RulesPage(second).exact();
  const sent = watchPushes(context);
  const save = async (tab: Page, name: string) => {
    const rules = new RulesPage(tab);
    await rules.write(`rule ${name}:\n  ${label} when words(text) < 4\n`);
    await rules.exact();
    await rules.save();
    await new SyncState(tab).is("synced");
  };

  await save(second, "by_second");
  await expect(page.locator('[data-rule="by_second"]')).toBeVisible();
  await save(page, "by_first");
  await expect(second.locator('[data-rule="by_first"]')).toBeVisible();
  expect(sent.map(({ page: by }) => by === page)).toEqual([true, true]);

  await page.close();
  await save(second, "alone");
  expect(sent.map(({ page: by }) => by === second)).toEqual([false, false, true]);
  expect(new Set(sent.map(({ id }) => id)).size).toBe(3);
});
