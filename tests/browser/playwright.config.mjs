// One browser, Debian's Chromium; one person at a time unless a test opens more windows by itself.
import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: ".",
  outputDir: process.env.OUTPUT ?? "../../target/browser",
  workers: 1,
  timeout: 600_000,
  expect: { timeout: 15_000 },
  reporter: "list",
  use: {
    baseURL: process.env.ADDRESS,
    locale: "de-DE",
    javaScriptEnabled: process.env.SCRIPT !== "off",
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--force-prefers-reduced-motion"],
    },
  },
});
