// What has to hold on any page, whoever looks.
import AxeBuilder from "@axe-core/playwright";
import { expect } from "@playwright/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// What axe finds: what is wrong, and what it can't decide, which nobody else will look at either. With names of rules, by these alone.
export async function faults(page, only = null) {
  const axe = new AxeBuilder({ page }).withTags(RULES);
  const found = await (only ? axe.withRules(only) : axe).analyze();
  return [...found.violations, ...found.incomplete].flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 200)} (${node.failureSummary ?? ""})`));
}

// What reaches beyond the window's right edge.
function beyond(page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const out = [...document.querySelectorAll("body *")].filter((element) =>
      element.getBoundingClientRect().right > root.clientWidth + 1 && !element.parentElement.closest(".table"));
    return out.map((element) => element.outerHTML.slice(0, 120)).slice(0, 5);
  });
}

// The way of the Tab key through the page, from its beginning: what it does not reach, or not in the order of the page, or without a mark
// that shows where one is. A field can leave its mark to what stands beside it. Of radio buttons it reaches one of each group.
export async function offTheKeyboard(page) {
  const stops = await page.evaluate(() => {
    const first = (element) => element.type !== "radio" || element === [...document.getElementsByName(element.name)]
      .filter((one) => one.form === element.form).reduce((found, one) => (found.checked || !one.checked ? found : one));
    const all = document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary");
    const wanted = [...all].filter((element) => element.checkVisibility() && !element.disabled && element.tabIndex >= 0 && first(element));
    const marked = (element) => [null, "::after"].some((part) => {
      const style = getComputedStyle(element, part);
      return style.outlineStyle !== "none" || style.boxShadow !== "none";
    });
    const way = { wanted, reached: [], unmarked: [] };
    way.listen = ({ target }) => {
      way.reached.push(target);
      if (![target, target.nextElementSibling, target.parentElement].some((one) => one && marked(one))) way.unmarked.push(target);
    };
    document.addEventListener("focusin", way.listen);
    window.wayOfTheKeyboard = way;
    // What has the focus now is no beginning.
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
    way.reached.length = 0;
    way.unmarked.length = 0;
    return wanted.length;
  });
  for (let stop = 0; stop < stops; stop += 1) await page.keyboard.press("Tab");
  return page.evaluate(() => {
    const { wanted, reached, unmarked, listen } = window.wayOfTheKeyboard;
    document.removeEventListener("focusin", listen);
    const off = wanted.filter((element, stop) => reached[stop] !== element);
    return [...off, ...unmarked].map((element) => element.outerHTML.slice(0, 120)).slice(0, 5);
  });
}

// Where people choose all colours themselves there are no grounds, only lines: what can be pressed or typed into has one.
function unframed(page) {
  return page.evaluate(() => {
    const framed = (element) => [null, "::before", "::after"].some((part) => {
      const style = getComputedStyle(element, part);
      return [style.borderTopWidth, style.borderBottomWidth, style.outlineWidth].some((width, index) =>
        parseFloat(width) > 0 && [style.borderTopStyle, style.borderBottomStyle, style.outlineStyle][index] !== "none");
    });
    const all = document.querySelectorAll(".kern-btn--primary, .kern-btn--secondary, input:not([type=hidden], [type=range]), select, textarea");
    const without = [...all].filter((element) => element.checkVisibility() && ![element, element.parentElement].some(framed));
    return without.map((element) => element.outerHTML.slice(0, 120)).slice(0, 5);
  });
}

// How many bytes came over the wire for the page, besides fonts.
function weight(page) {
  return page.evaluate(() => {
    const loaded = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    return loaded.filter((entry) => !entry.name.endsWith(".woff2")).reduce((sum, entry) => sum + entry.encodedBodySize, 0);
  });
}

// Nobody is kept out: axe; what colours say in the dark, and the lines where people choose them all; the narrowest screen and the largest
// letters; the keyboard alone; few bytes; one heading of the first order, and a title of its own beside the fund's name.
// What doesn't depend on a page's contents, the colours and the keyboard's mark, is left out where BRIEF is set.
export async function isForEverybody(page) {
  const where = new URL(page.url()).pathname;
  const light = { colorScheme: "light", forcedColors: "none", reducedMotion: "reduce" };
  await page.emulateMedia(light);
  expect.soft(await weight(page), `${where}: an old phone on a slow line`).toBeLessThan(60 * 1024);
  expect.soft(await faults(page), where).toEqual([]);
  if (!process.env.BRIEF) {
    await page.emulateMedia({ ...light, colorScheme: "dark" });
    expect.soft(await faults(page, ["color-contrast"]), `${where} in the dark`).toEqual([]);
    await page.emulateMedia({ ...light, forcedColors: "active" });
    expect.soft(await unframed(page), `${where} in somebody's own colours`).toEqual([]);
    await page.emulateMedia(light);
    expect.soft(await offTheKeyboard(page), `${where}: not reached by the Tab key in its turn, or not seen to be`).toEqual([]);
  }
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  expect.soft(await beyond(page), `${where} is wider than 320 px`).toEqual([]);
  await page.setViewportSize(size);
  await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
  expect.soft(await beyond(page), `${where} is too wide with letters of 200 %`).toEqual([]);
  await page.evaluate(() => { document.documentElement.style.fontSize = ""; });
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
