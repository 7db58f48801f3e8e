// Coming in by link and by invitation, and what a role may do on the page.

import { Server } from "../fixtures/server.ts";
import { expect, test as base } from "../fixtures/test.ts";
import { LabelPage } from "../pages/label.ts";

const test = base.extend<{ args: string[]; own: Server }>({
  args: [["--auth", "accounts"], { option: true }],
  own: async ({ args }, use) => {
    const server = await Server.start({ args });
    await use(server);
    await server.stop();
  },
});

const password = "correct horse";
const changed = "battery staple";

test("people are invited, come in, and do what their role allows", async ({ browser, own, accessible }) => {
  const ada = await (await browser.newContext()).newPage();
  await ada.goto(await own.link());
  await ada.getByLabel("Your name").fill("Ada Lovelace");
  await ada.getByLabel("Login").fill("ada");
  await ada.getByLabel("Password").fill("password1");
  await ada.getByRole("button", { name: "Accept" }).click();
  await expect(ada.getByText("one of the first that someone would guess").first()).toBeVisible();
  await ada.getByLabel("Password").fill(password);
  await accessible(ada);
  await ada.getByRole("button", { name: "Accept" }).click();
  await expect(ada.getByRole("button", { name: "Account of Ada Lovelace" })).toHaveText("AL");

  await ada.getByRole("button", { name: /sample/i }).first().click();
  await ada.getByRole("link", { name: "Team" }).click();
  await expect(ada.getByText("Your role in this project: owner")).toBeVisible();
  await ada.getByRole("button", { name: /Invite someone/ }).click();
  await ada.getByLabel("For whom").fill("Grace");
  await ada.getByLabel("Role", { exact: true }).selectOption("viewer");
  await ada.getByRole("button", { name: "Make a link" }).click();
  const link = (await ada.getByTestId("secret").textContent()) ?? "";
  await ada.keyboard.press("Escape");
  await accessible(ada);

  const grace = await (await browser.newContext()).newPage();
  await grace.goto(link);
  await expect(grace.getByText(/You are invited to the project .* as viewer/)).toBeVisible();
  await grace.getByLabel("Your name").fill("Grace Hopper");
  await grace.getByLabel("Login").fill("grace");
  await grace.getByLabel("Password").fill(password);
  await grace.getByRole("button", { name: "Accept" }).click();
  await expect(grace.getByRole("button", { name: "Account of Grace Hopper" })).toBeVisible();
  await grace.getByRole("link", { name: "Team" }).click();
  await expect(grace.getByText("Your role in this project: viewer")).toBeVisible();
  await expect(grace.getByRole("rowheader", { name: "Ada Lovelace" })).toBeVisible();
  await expect(grace.getByRole("button", { name: /Invite someone/ })).toHaveCount(0);
  await expect(grace.getByRole("button", { name: "Take out" })).toHaveCount(0);
  await expect(grace.getByRole("heading", { name: "Audit" })).toHaveCount(0);
  const project = grace.url();

  // What a role may not do is not offered, and the keys for it say why.
  await grace.getByRole("link", { name: "Rules" }).click();
  await expect(grace.getByRole("button", { name: "History" })).toBeVisible();
  for (const word of [/^New/, /^Delete/, /^Save/, /^Apply/]) {
    await expect(grace.getByRole("button", { name: word })).toBeHidden();
  }
  await grace.getByRole("link", { name: "Label", exact: true }).click();
  const labeling = new LabelPage(grace);
  await expect(labeling.text).toBeVisible();
  await grace.keyboard.press(await labeling.key(0));
  await expect(grace.getByText("That takes the role annotator; you are viewer here.")).toBeVisible();

  // One's own password.
  await grace.getByRole("button", { name: "Account of Grace Hopper" }).click();
  await grace.getByRole("menuitem", { name: "Change the password" }).click();
  await grace.getByLabel("Password now").fill("wrong horse");
  await grace.getByLabel("New password").fill(changed);
  await accessible(grace);
  await grace.getByRole("button", { name: "Change", exact: true }).click();
  await expect(grace.getByText("is not the password of this account", { exact: true })).toBeVisible();
  await grace.getByLabel("Password now").fill(password);
  await grace.getByRole("button", { name: "Change", exact: true }).click();
  await expect(grace.getByText("The password is changed.")).toBeVisible();

  // Taken up once, and said so.
  const late = await (await browser.newContext()).newPage();
  await late.goto(link);
  await expect(late.getByText("This invitation was taken up")).toBeVisible();

  // Signed out, and led back to where one was.
  await grace.getByRole("button", { name: "Account of Grace Hopper" }).click();
  await grace.getByRole("menuitem", { name: /Sign out/ }).click();
  await grace.waitForURL(/sign-in/);
  await grace.goto(project);
  await grace.waitForURL(/sign-in\?to=/);
  await grace.waitForLoadState("networkidle");
  await grace.getByLabel("Login").fill("grace");
  await grace.getByLabel("Password").fill(password);
  await grace.getByRole("button", { name: "Sign in" }).click();
  await expect(grace.getByText("The login or the password is wrong.")).toBeVisible();
  await accessible(grace);
  await grace.getByLabel("Login").fill("grace");
  await grace.getByLabel("Password").fill(changed);
  await grace.getByRole("button", { name: "Sign in" }).click();
  await expect(grace).toHaveURL(project);
});

test.describe("without accounts", () => {
  test.use({ args: ["--auth", "link"] });

  test("the printed link lets one browser in, once", async ({ browser, own, accessible }) => {
    const link = await own.link();
    const page = await (await browser.newContext()).newPage();
    await page.goto(link);
    await expect(page.getByRole("heading", { name: "Projects" })).toBeVisible();
    expect(page.url()).not.toContain("link=");
    await page.reload();
    await expect(page.getByRole("heading", { name: "Projects" })).toBeVisible();

    const other = await (await browser.newContext()).newPage();
    await other.goto(own.url);
    await expect(other.getByText("shows one that is good")).toBeVisible();
    await other.goto(link);
    await expect(other.getByText("This link was used already")).toBeVisible();
    await accessible(other);
    // Pasted into the tab where the app runs already: only the hash changes.
    await other.goto(await own.link(1));
    await expect(other.getByRole("heading", { name: "Projects" })).toBeVisible();
  });
});
