// Every public page of the demo is one that everybody can use, as far as links lead.
import { expect, test } from "@playwright/test";
import { complaints, faults, isForEverybody } from "./pages.mjs";

// The most pages of one person's crawl: a bound, not a selection.
const MOST = 120;

// A page by its kind: two applications are one.
function kind(path) {
  return path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "…").replace(/\?.*/, "");
}

async function crawl(page, first) {
  const heard = complaints(page);
  const seen = new Set();
  const ahead = [first];
  while (ahead.length > 0 && seen.size < MOST) {
    const path = ahead.shift();
    if (seen.has(kind(path))) continue;
    seen.add(kind(path));
    const answer = await page.goto(path);
    if (!answer.headers()["content-type"]?.startsWith("text/html")) continue;
    expect.soft(answer.status(), `${path} is linked`).toBe(200);
    await isForEverybody(page);
    const links = await page.locator("a[href]").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    ahead.push(...links.filter((href) => href.startsWith("/") && !href.startsWith("/assets/") && !href.startsWith("/sign-out")));
  }
  expect(seen.size, "the crawl comes to its end").toBeLessThan(MOST);
  expect(heard).toEqual([]);
  return seen;
}

test("a page with a planted fault is found out", async ({ page }) => {
  await page.goto("/");
  expect(await faults(page)).toEqual([]);
  await page.evaluate(() => {
    const field = document.createElement("input");
    document.querySelector("main").append(field);
  });
  expect((await faults(page)).some((fault) => fault.startsWith("label:"))).toBe(true);
});

test("who has not signed in", async ({ page }) => {
  const seen = await crawl(page, "/");
  for (const path of ["/conditions", "/cities", "/projects", "/sign-in", "/imprint", "/accessibility", "/barrier"]) {
    expect([...seen], "is reached by links").toContain(path);
  }
  for (const [path, status] of [["/nowhere", 404], ["/sign-in/link?token=0", 410]]) {
    expect((await page.goto(path)).status()).toBe(status);
    await isForEverybody(page);
  }
});
