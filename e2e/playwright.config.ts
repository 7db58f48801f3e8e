import { defineConfig } from "@playwright/test";
import { browser } from "./browser.ts";

export default defineConfig({
  testDir: "specs",
  timeout: 60_000,
  expect: { timeout: 15_000 },
  // One server and one browser at a time: two cores run both.
  workers: 1,
  forbidOnly: !!process.env.CI,
  reporter: [["list"]],
  use: { ...browser, trace: "retain-on-failure", screenshot: "only-on-failure" },
});
