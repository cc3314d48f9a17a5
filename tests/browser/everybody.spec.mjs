// Every page is one that everybody can use, as far as links lead whoever looks, and so is every form that refuses what it was sent.
import { expect, test } from "@playwright/test";
import { complaints, faults, isForEverybody, offTheKeyboard } from "./pages.mjs";
import { signedIn } from "./person.mjs";

// Who looks beside everybody: name and e-mail address.
const PEOPLE = Object.entries(JSON.parse(process.env.PEOPLE ?? "{}"));

// The most pages of one person's crawl: a bound, not a selection.
const MOST = 250;

// Pages that were looked at, whoever saw them.
const looked = new Set();

// An address by its kind: two applications are one.
function kind(path) {
  return path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "…").replace(/[?#].*/, "");
}

// A page by its kind and by what can be done on it: with other forms it is another page.
async function likeness(page) {
  const forms = await page.locator("main form").evaluateAll((all) => all.map((form) => form.getAttribute("action")));
  return [kind(new URL(page.url()).pathname), ...new Set(forms.map((action) => kind(action ?? "")).sort())].join(" ");
}

// Sends each form on which something is to be typed with nothing in it, and looks at what is said then.
async function refusals(page, path) {
  const typed = "main form[method=post] :is(input[type=text], input[type=email], textarea, select)";
  const actions = await page.locator(typed).evaluateAll((all) => [...new Set(all.map((field) => field.form.getAttribute("action")))]);
  for (const action of actions) {
    const likely = `refused by ${kind(action)}`;
    if (looked.has(likely)) continue;
    looked.add(likely);
    if (new URL(page.url()).pathname !== path) await page.goto(path);
    const form = page.locator(`main form[action="${action}"]`).first();
    const answered = page.waitForResponse((response) => response.request().method() === "POST");
    const loaded = page.waitForEvent("load");
    await form.evaluate((element) => {
      for (const field of element.querySelectorAll("input:not([type=hidden]), textarea, select")) {
        if (["checkbox", "radio"].includes(field.type)) field.checked = false;
        else if (field.tagName === "SELECT") field.selectedIndex = 0;
        else field.value = "";
      }
      element.noValidate = true;
      element.requestSubmit();
    });
    const answer = await answered;
    await loaded;
    if (answer.status() !== 422) continue;
    await expect.soft(page.locator(".errors"), `${action} says what is wrong`).toBeFocused();
    await isForEverybody(page);
  }
}

async function crawl(page, first) {
  const heard = complaints(page);
  const seen = new Set();
  const ahead = [first];
  while (ahead.length > 0 && seen.size < MOST) {
    const path = ahead.shift();
    if (seen.has(kind(path))) continue;
    seen.add(kind(path));
    const begun = Date.now();
    const answer = await page.goto(path);
    if (!answer.headers()["content-type"]?.startsWith("text/html")) continue;
    expect.soft(answer.status(), `${path} is linked`).toBe(200);
    const links = await page.locator("a[href]").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    ahead.push(...links.filter((href) => href.startsWith("/") && !href.startsWith("/assets/") && !href.startsWith("/sign-out")));
    const like = await likeness(page);
    if (looked.has(like)) continue;
    looked.add(like);
    await isForEverybody(page);
    if (!process.env.BRIEF) await refusals(page, path);
    if (process.env.TALK) console.log(`${Date.now() - begun} ms ${path}`);
  }
  expect(seen.size, "the crawl comes to its end").toBeLessThan(MOST);
  expect(heard).toEqual([]);
  return seen;
}

test("a page with a planted fault is found out", async ({ page }) => {
  await page.goto("/");
  expect(await faults(page)).toEqual([]);
  expect(await offTheKeyboard(page)).toEqual([]);
  await page.evaluate(() => {
    const field = document.createElement("input");
    document.querySelector("main").append(field);
  });
  expect((await faults(page)).some((fault) => fault.startsWith("label:"))).toBe(true);
  // One that comes before its turn, and one whose mark is taken away.
  await page.evaluate(() => { document.querySelector("main input").tabIndex = 1; });
  expect((await offTheKeyboard(page)).length).toBeGreaterThan(0);
  await page.evaluate(() => {
    const field = document.querySelector("main input");
    field.tabIndex = 0;
    field.style.cssText = "outline: none; box-shadow: none";
  });
  expect(await offTheKeyboard(page)).toEqual([expect.stringContaining("<input")]);
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

for (const [part, address] of PEOPLE) {
  test(part, async ({ browser }) => {
    const page = await signedIn(browser, address);
    await crawl(page, "/desk");
    await page.context().close();
  });
}
