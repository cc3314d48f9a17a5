// What has to hold on any page, whoever looks.
import AxeBuilder from "@axe-core/playwright";
import { expect } from "@playwright/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// What axe finds: what is wrong, and what it can't decide, which nobody else will look at either.
export async function faults(page) {
  const found = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return [...found.violations, ...found.incomplete].flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 200)} (${node.failureSummary ?? ""})`));
}

// Nobody is kept out: axe in light and dark, the narrowest screen, one heading of the first order, a title that tells.
export async function isForEverybody(page) {
  const where = new URL(page.url()).pathname;
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect.soft(await faults(page), `${where}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect.soft(wider, `${where} is wider than 320 px`).toBe(0);
  await page.setViewportSize(size);
  expect.soft(await page.locator("h1").count(), `${where}: headings of the first order`).toBe(1);
  const title = await page.title();
  const heading = (await page.locator("h1").innerText()).trim();
  expect.soft(title, `${where}: its title`).toContain(heading);
}

// What the browser complains about on a page, except that an answer says no.
export function complaints(page) {
  const heard = [];
  page.on("console", (message) => {
    if (!/status of 4\d\d/.test(message.text())) heard.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => heard.push(`${page.url()}: ${error}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(process.env.ADDRESS) && !request.url().startsWith("data:")) heard.push(`it loads ${request.url()}`);
  });
  return heard;
}
