import { defineConfig } from "@playwright/test";
import { browser } from "./browser.ts";

export default defineConfig({
  testDir: "bench",
  testMatch: "*.bench.ts",
  timeout: 15 * 60_000,
  workers: 1,
  reporter: [["list"]],
  use: browser,
});
