// Somebody at a browser of their own: signs in by the link of their e-mail, which the installation writes into a file.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";

// What an e-mail says, with the marks of its transport taken out.
function text(file) {
  return readFileSync(file, "utf8").replace(/=\r?\n/g, "").replace(/=3D/g, "=");
}

// The latest sign-in link to an address.
function link(address) {
  const folder = join(process.env.DATA, "mail");
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".eml")) : [];
  for (const name of names.sort().reverse()) {
    const mail = text(join(folder, name));
    const found = /sign-in\/link\?token=[0-9a-f]+/.exec(mail);
    if (found && mail.includes(address)) return found[0];
  }
  return null;
}

// A window of a browser of their own in which the person has signed in, with their address or as `session …` with a session that has
// begun; `name` where they register.
export async function signedIn(browser, address, name = null) {
  const context = await browser.newContext({ baseURL: process.env.ADDRESS, javaScriptEnabled: process.env.SCRIPT !== "off", locale: "de-DE" });
  const page = await context.newPage();
  const [, session] = /^session (.+)$/.exec(address) ?? [];
  if (session) {
    // A cookie with __Host- has no domain; the browser's own protocol can leave it out.
    const browserItself = await context.newCDPSession(page);
    const cookie = { name: "__Host-sonderfonds", value: session, url: process.env.ADDRESS, path: "/", secure: true, httpOnly: true, sameSite: "Lax" };
    await browserItself.send("Network.setCookie", cookie);
    return page;
  }
  const before = link(address);
  await page.goto("/sign-in");
  await page.getByLabel("E-Mail-Adresse").fill(address);
  await page.getByRole("button", { name: "Link zusenden" }).click();
  await expect.poll(() => link(address), { message: `an e-mail to ${address}`, timeout: 30_000 }).not.toBe(before);
  await page.goto(`/${link(address)}`);
  if (name) await page.getByLabel("Vor- und Nachname").fill(name);
  await page.locator("main form button[type=submit]").click();
  await expect(page).toHaveURL(/\/desk$/);
  return page;
}
