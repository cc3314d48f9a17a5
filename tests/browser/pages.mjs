// What has to hold on any page, whoever looks.
import AxeBuilder from "@axe-core/playwright";
import { expect } from "@playwright/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// What axe finds: what is wrong, and what it can't decide, which nobody else will look at either.
export async function faults(page) {
  const found = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return [...found.violations, ...found.incomplete].flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 200)} (${node.failureSummary ?? ""})`));
}

// Nobody is kept out: axe in light and dark, the narrowest screen, one heading of the first order, and a title of its own beside the fund's name.
export async function isForEverybody(page) {
  const where = new URL(page.url()).pathname;
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect.soft(await faults(page), `${where}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  const wider = await page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const beyond = [...document.querySelectorAll("main *")].filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1);
    return beyond.map((element) => element.outerHTML.slice(0, 120)).slice(0, 5);
  });
  expect.soft(wider, `${where} is wider than 320 px`).toEqual([]);
  await page.setViewportSize(size);
  expect.soft(await page.locator("h1").count(), `${where}: headings of the first order`).toBe(1);
  expect.soft(await page.title(), `${where}: a title that tells`).toMatch(/\S.* – \S/);
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
