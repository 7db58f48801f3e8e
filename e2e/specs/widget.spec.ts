// A product's users answer on the product's own page: what they say arrives once, and becomes votes.

import type { Page } from "@playwright/test";
import { Product } from "../fixtures/product.ts";
import type { Server } from "../fixtures/server.ts";
import { expect, test } from "../fixtures/test.ts";

interface Shop {
  product: Product;
  project: string;
  widget: { id: string; key: string; revision: number };
}

interface Answer {
  document: string;
  reply: string;
  replaced: boolean;
}

async function api<T>(server: Server, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  const init = { method: body === undefined ? "GET" : "POST", headers: { "content-type": "application/json", ...headers } };
  const response = await fetch(`${server.url}/api/v1${path}`, body === undefined ? init : { ...init, body: JSON.stringify(body) });
  const text = await response.text();
  expect(response.ok, `${path}: ${text}`).toBe(true);
  return JSON.parse(text) as T;
}

/** A project of eight comments, a widget, and a page of a product that may use it. */
async function open(server: Server, settings: object = {}): Promise<Shop> {
  const labels = [{ name: "HAM" }, { name: "SPAM" }];
  const { id: project } = await api<{ id: string }>(server, "/projects", { name: "comments", labels });
  const rows = Array.from({ length: 8 }, (_, n) => `c${n},comment number ${n}`);
  const file = await fetch(`${server.url}/api/v1/uploads?name=rows.csv`, { method: "POST", body: `id,text\n${rows.join("\n")}\n` });
  const { upload } = (await file.json()) as { upload: string };
  await finish(server, project, await api(server, `/projects/${project}/imports`, { upload, mapping: { text: ["text"], id: "id" } }));
  const product = await Product.start(server.url);
  const widget = await api<Shop["widget"]>(server, `/projects/${project}/widgets`, {
    name: "shop",
    origins: [product.origin],
    ...settings,
  });
  return { product, project, widget };
}

async function finish(server: Server, project: string, job: { id: string }): Promise<void> {
  await expect.poll(async () => (await api<{ state: string }>(server, `/projects/${project}/jobs/${job.id}`)).state).toBe("done");
}

/** The element as the product puts it beside a comment. */
const element = ({ widget }: Shop, document: string, more = "") =>
  `<p>${document} <hunch-feedback id="${document}" key="${widget.key}" document="${document}" shown="SPAM" ${more}></hunch-feedback></p>`;

async function inbox(server: Server, shop: Shop): Promise<Answer[]> {
  return (await api<{ items: Answer[] }>(server, `/projects/${shop.project}/feedback`)).items;
}

const press = (page: Page, document: string, name: string) => page.locator(`#${document}`).getByRole("button", { name, exact: true }).click();

test("answers arrive under a nonce-only policy, change a label in the next combine and show in the inbox", async ({ page, server, accessible }) => {
  const shop = await open(server);
  shop.product.body =
    element(shop, "c0") + element(shop, "c1", 'question="thumbs"') + element(shop, "c2", 'question="choose"') + element(shop, "c3", 'mode="toast"');
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(shop.product.origin);
    await expect(page.locator("#c3").getByRole("button", { name: "Close" })).toBeVisible();
    await accessible(page);
  }
  await press(page, "c0", "Yes");
  await expect(page.locator("#c0").getByRole("status")).toHaveText("Thank you.");
  await expect(page.locator("#c0").getByRole("button", { name: "Yes" })).toHaveAttribute("aria-pressed", "true");
  await press(page, "c1", "Bad");
  await press(page, "c2", "HAM");
  await page.locator("#c3").getByRole("button", { name: "Yes" }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(page.locator("#c3")).toBeHidden();
  await expect.poll(async () => (await inbox(server, shop)).map(({ document }) => document).sort()).toEqual(["c0", "c1", "c2", "c3"]);
  await accessible(page);

  await finish(server, shop.project, await api(server, `/projects/${shop.project}/combine`, {}));
  const labels = await api<{ items: { id: string; label: number }[] }>(server, `/projects/${shop.project}/labels`);
  const label = Object.fromEntries(labels.items.map(({ id, label }) => [id, label]));
  expect(label).toMatchObject({ c0: 1, c1: 0, c2: 0, c3: 1, c4: -1 });

  await page.goto(`${server.url}/p/${shop.project}/widgets?w=${shop.widget.id}`);
  const answers = page.getByRole("region", { name: "Table of answers" });
  await expect(answers.getByRole("row")).toHaveCount(5);
  await expect(answers).toContainText("comment number 2");
  await expect(page.getByText(shop.product.origin).first()).toBeVisible();
  await expect(page.locator("hunch-feedback").first()).toBeVisible();
  await accessible(page);
  await page.emulateMedia({ colorScheme: "light" });
  await accessible(page);
  await shop.product.stop();
});

test.describe("offline", () => {
  test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED|ERR_FAILED/] });

  test("none is lost and none counts twice, across a reload and in two tabs", async ({ page, context, server }) => {
    const shop = await open(server);
    // Beacons pass by the interception below, so they are cut here.
    await context.addInitScript(() => (navigator.sendBeacon = () => false));
    shop.product.body = Array.from({ length: 8 }, (_, n) => element(shop, `c${n}`)).join("");
    await page.goto(shop.product.origin);
    await press(page, "c0", "Yes");
    await expect.poll(async () => (await inbox(server, shop)).length).toBe(1);

    // The server is out of reach; the product's own page is not.
    await context.route(`${server.url}/w/**`, (route) => route.abort("internetdisconnected"));
    for (const document of ["c1", "c2", "c3"]) await press(page, document, "No");
    await expect(page.locator("#c3").getByRole("status")).toHaveText(/online/);
    await page.reload();
    const tab = await context.newPage();
    await tab.goto(shop.product.origin);
    await press(tab, "c4", "Yes");
    await press(tab, "c1", "Not sure");
    await expect(tab.locator("#c1").getByRole("status")).toHaveText(/online/);
    expect((await inbox(server, shop)).length).toBe(1);

    await context.unroute(`${server.url}/w/**`);
    for (const open of [page, tab]) await open.evaluate(() => window.dispatchEvent(new Event("online")));
    const counted = async () =>
      (await inbox(server, shop)).filter(({ replaced }) => !replaced).map(({ document, reply }) => `${document} ${reply}`).sort();
    await expect.poll(counted).toEqual(["c0 yes", "c1 unsure", "c2 no", "c3 no", "c4 yes"]);
    await page.reload();
    await tab.reload();
    await press(tab, "c5", "Yes");
    await expect.poll(async () => (await inbox(server, shop)).length).toBe(7);
    expect(await counted()).toHaveLength(6);
    await tab.close();
    await shop.product.stop();
  });

  test("an answer given as the page closes arrives by beacon, once", async ({ page, server }) => {
    const shop = await open(server);
    shop.product.body = element(shop, "c0");
    await page.goto(shop.product.origin);
    await press(page, "c0", "No");
    await page.goto("about:blank");
    await expect.poll(async () => (await inbox(server, shop)).length).toBe(1);
    await page.goto(shop.product.origin);
    await expect(page.locator("#c0").getByRole("button", { name: "No", exact: true })).toBeVisible();
    await press(page, "c0", "Yes");
    await expect.poll(async () => (await inbox(server, shop)).map(({ reply, replaced }) => [reply, replaced])).toEqual([["yes", false], ["no", true]]);
    await shop.product.stop();
  });
});

test.describe("refused", () => {
  test.use({ expectedErrors: [/CORS policy|ERR_FAILED|status of (403|404|429)/] });

  test("a page of another origin, a wrong key and a flood are refused, and the team sees where", async ({ page, server }) => {
    const shop = await open(server);
    const stranger = await Product.start(server.url);
    stranger.body = element(shop, "c0");
    await page.goto(stranger.origin);
    await press(page, "c0", "Yes");
    await expect(page.locator("#c0").getByRole("status")).toHaveText(/online/);
    expect(await inbox(server, shop)).toEqual([]);
    const origins = await api<{ items: { origin: string; refused: number }[] }>(server, `/projects/${shop.project}/widgets/${shop.widget.id}/origins`);
    expect(origins.items.map(({ origin }) => origin)).toContain(stranger.origin);

    const answer = (n: number) => ({
      id: crypto.randomUUID(),
      document: `c${n % 8}`,
      question: "right",
      shown: "SPAM",
      reply: "yes",
      identity: { id: crypto.randomUUID() },
    });
    const send = (key: string, answers: object[]) =>
      fetch(`${server.url}/w/v1/${key}/answers`, {
        method: "POST",
        headers: { origin: shop.product.origin, "content-type": "text/plain" },
        body: JSON.stringify({ answers }),
      });
    const wrong = await send("hwk_wrong", [answer(0)]);
    expect([wrong.status, ((await wrong.json()) as { type: string }).type]).toEqual([404, "unknown-key"]);

    let flood = await send(shop.widget.key, [answer(0)]);
    for (let n = 0; flood.ok && n < 20; n++) flood = await send(shop.widget.key, Array.from({ length: 50 }, (_, n) => answer(n)));
    expect([flood.status, ((await flood.json()) as { type: string }).type]).toEqual([429, "rate-limited"]);
    expect(Number(flood.headers.get("retry-after"))).toBeGreaterThan(0);
    await stranger.stop();
    await shop.product.stop();
  });
});
