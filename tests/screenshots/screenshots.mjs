// Pictures of the portal's pages, as people of the demo see them: wide and narrow, light and dark. Only Node and a Chromium are needed.
//
//   node screenshots.mjs <program> <folder> [part of a page's name]
//
// The program's demo is started on a folder of its own, so that every run begins with the same story.
import { spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [program, folder, only = ""] = process.argv.slice(2);
const WIDTHS = [1280, 390];
// The last one is what people see who choose all colours themselves; it is looked at on the wide screen alone.
const THEMES = ["light", "dark", "forced"];
const CHROMIUM = process.env.CHROMIUM ?? "chromium";
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--force-prefers-reduced-motion", "--hide-scrollbars", "--remote-debugging-pipe"];

// What a page needs to be waited for at most, in milliseconds.
const PATIENCE = 60_000;

function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`${what} took too long`)), PATIENCE); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// The demo, and where it listens.
async function demo(data) {
  const child = spawn(program, ["demo"], { env: { ...process.env, SONDERFONDS_DATA: data, PORT: "0" }, stdio: ["ignore", "pipe", "inherit"] });
  const address = new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += chunk;
      const found = /listens on (http:\S+)/.exec(said);
      if (found) resolve(found[1]);
    });
    child.on("exit", (code) => reject(new Error(`the demo ended with ${code}\n${said}`)));
  });
  return { child, address: await within(address, "the demo's start") };
}

// Signs somebody of the cast in by the link of their e-mail, which the demo writes into a file; returns the cookie.
async function signIn(address, data, person) {
  const form = (fields) => ({ method: "POST", redirect: "manual", headers: { origin: address, "content-type": "application/x-www-form-urlencoded" }, body: new URLSearchParams(fields) });
  await fetch(`${address}/sign-in`, form({ address: person }));
  const mail = join(data, "demo", "mail");
  const begun = Date.now();
  for (;;) {
    const names = readdirSync(mail).sort().reverse().slice(0, 50);
    for (const name of names) {
      // Quoted-printable: soft line ends and coded signs.
      const text = readFileSync(join(mail, name), "utf8").replace(/=\r?\n/g, "").replace(/=3D/g, "=");
      const token = /sign-in\/link\?token=([0-9a-f]+)/.exec(text);
      if (!token || !text.includes(person)) continue;
      const answer = await fetch(`${address}/sign-in/link`, form({ token: token[1] }));
      const cookie = answer.headers.getSetCookie().find((value) => value.startsWith("__Host-sonderfonds="));
      if (cookie) return cookie.split(";")[0].split("=")[1];
    }
    if (Date.now() - begun > PATIENCE) throw new Error(`no e-mail to ${person}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

// A browser, spoken to over two pipes.
function browser(profile) {
  const child = spawn(CHROMIUM, [...FLAGS, `--user-data-dir=${profile}`, "about:blank"], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const [, , , input, output] = child.stdio;
  const waiting = new Map();
  const listeners = new Set();
  let last = 0;
  let rest = "";
  output.on("data", (chunk) => {
    const parts = (rest + chunk).split("\0");
    rest = parts.pop();
    for (const part of parts) {
      const message = JSON.parse(part);
      if (message.id) {
        const { resolve, reject } = waiting.get(message.id);
        waiting.delete(message.id);
        if (message.error) reject(new Error(message.error.message)); else resolve(message.result);
      } else {
        for (const listener of listeners) listener(message);
      }
    }
  });
  const send = (method, params = {}, sessionId = undefined) => within(new Promise((resolve, reject) => {
    const id = ++last;
    waiting.set(id, { resolve, reject });
    input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
  }), method);
  const once = (method, sessionId) => within(new Promise((resolve) => {
    const listener = (message) => {
      if (message.method !== method || message.sessionId !== sessionId) return;
      listeners.delete(listener);
      resolve(message.params);
    };
    listeners.add(listener);
  }), method);
  return { child, send, once, listeners };
}

async function tab(chromium) {
  const { browserContextId } = await chromium.send("Target.createBrowserContext");
  const { targetId } = await chromium.send("Target.createTarget", { url: "about:blank", browserContextId });
  const { sessionId } = await chromium.send("Target.attachToTarget", { targetId, flatten: true });
  const send = (method, params) => chromium.send(method, params, sessionId);
  await send("Page.enable");
  await send("Runtime.enable");
  await send("Log.enable");
  await send("Network.enable");
  await send("Network.setExtraHTTPHeaders", { headers: { "accept-language": "de-DE,de;q=0.9" } });
  const complaints = [];
  chromium.listeners.add((message) => {
    if (message.sessionId !== sessionId) return;
    if (message.method === "Log.entryAdded") complaints.push(message.params.entry.text);
    if (message.method === "Runtime.exceptionThrown") complaints.push(message.params.exceptionDetails.text);
  });
  const evaluate = async (expression) => (await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true })).result.value;
  const open = async (url) => {
    const loaded = chromium.once("Page.loadEventFired", sessionId);
    await send("Page.navigate", { url });
    await loaded;
    await evaluate("document.fonts.ready.then(() => true)");
  };
  // Runs what leads to another page, and waits for that.
  const leave = async (expression) => {
    const loaded = chromium.once("Page.loadEventFired", sessionId);
    await evaluate(expression);
    await loaded;
    await evaluate("document.fonts.ready.then(() => true)");
  };
  return { send, open, leave, evaluate, complaints };
}

// The first page below `prefix` that the page at `path` links to, and what comes `after` it.
function linked(path, prefix, after = "") {
  return async (_, page, address) => {
    await page.open(`${address}${path}`);
    const href = await page.evaluate(`[...document.querySelectorAll('main a')].map((a) => a.getAttribute('href')).find((href) => new RegExp('^${prefix}/[0-9a-f]{8}-').test(href))`);
    if (!href) throw new Error(`${path} links to nothing below ${prefix}`);
    return href.replace(/[?#].*/, "") + after;
  };
}

// The pages: a name, who looks, where; and what is done there before the picture is taken.
const PAGES = [
  ["start", null, "/"],
  ["start-english", null, "/", async (page) => page.leave("document.querySelector('.language button').click()")],
  ["conditions", null, "/conditions"],
  ["cities", null, "/cities"],
  ["projects", null, "/projects?year=2020"],
  ["projects-city", null, "/projects?year=2020&city=brest"],
  ["imprint", null, "/imprint"],
  ["privacy", null, "/privacy"],
  ["accessibility", null, "/accessibility"],
  ["barrier", null, "/barrier"],
  ["plain-language", null, "/plain-language"],
  ["licences", null, "/licences"],
  ["sign-in", null, "/sign-in"],
  ["sign-in-error", null, "/sign-in", async (page) => page.leave("document.querySelector('main form').requestSubmit()")],
  ["sign-in-sent", null, "/sign-in/sent"],
  ["not-found", null, "/does-not-exist"],
  ["desk", "applicant", "/desk"],
  ["account", "applicant", "/account"],
  ["applicant-new", "applicant", "/applicants/new"],
  ["applicant", "applicant", (found) => found.applicant],
  ["applicant-edit", "applicant", (found) => `${found.applicant}/edit`],
  ["applicant-account", "applicant", (found) => `${found.applicant}/account`],
  ["applicant-people", "applicant", (found) => `${found.applicant}/people`],
  ["application-new", "applicant", "/applications/new"],
  ["application", "applicant", (found) => found.draft],
  ["application-applicant", "applicant", (found) => `${found.draft}/applicant`],
  ["application-project", "applicant", (found) => `${found.draft}/project`],
  ["application-project-errors", "applicant", (found) => `${found.draft}/project`, async (page) => page.leave(`
    document.getElementById('startsOn').value = '31';
    document.getElementsByName('startsOn-month')[0].value = '2';
    document.getElementsByName('startsOn-year')[0].value = '2027';
    document.getElementById('title').value = 'Segeln mit Aarhus';
    document.querySelector('main form').requestSubmit()`)],
  ["application-cities", "applicant", (found) => `${found.draft}/cities`],
  ["application-objectives", "applicant", (found) => `${found.draft}/objectives`],
  ["application-participants", "applicant", (found) => `${found.draft}/participants`],
  ["application-costs", "applicant", (found) => `${found.draft}/costs`, async (page) => page.evaluate(`
    document.getElementById('costLines[0].category').value = 'transport';
    document.getElementById('costLines[0].text').value = 'Fähre Kiel–Aarhus, 14 Personen';
    document.getElementById('costLines[0].amount').value = '2.380,00';
    document.getElementById('costLines[0].amount').dispatchEvent(new Event('input', { bubbles: true }))`)],
  ["application-costs-errors", "applicant", (found) => `${found.draft}/costs`, async (page) => page.leave(`
    document.getElementById('costLines[0].text').value = 'Fähre Kiel–Aarhus, 14 Personen';
    document.getElementById('costLines[0].amount').value = '2380.5';
    document.querySelector('main form').requestSubmit()`)],
  ["application-financing", "applicant", (found) => `${found.draft}/financing`],
  ["application-declarations", "applicant", (found) => `${found.draft}/declarations`],
  ["application-check", "applicant", (found) => `${found.draft}/check`],
  ["application-check-errors", "applicant", (found) => `${found.draft}/check`, async (page) => page.leave("document.querySelector('main form').requestSubmit()")],
  ["application-session-over", "applicant", (found) => `${found.draft}/project`, async (page) => {
    await page.send("Network.clearBrowserCookies");
    await page.leave("document.getElementById('title').value = 'Segeln mit Aarhus'; document.querySelector('main form').requestSubmit()");
  }],
  ["application-history", "applicant", (found) => `${found.awarded}/history`],
  ["application-awarded", "applicant", (found) => found.awarded],
  ["application-withdraw", "applicant", (found) => `${found.draft}/withdraw`],
  ["award", "applicant", (found) => found.award],
  ["desk-staff", "officer", "/desk"],
  ["office-applications", "officer", "/office/applications"],
  ["office-application", "officer", linked("/office/applications?state=submitted", "/office/applications")],
  ["office-application-admitted", "officer", linked("/office/applications?state=admitted", "/office/applications")],
  ["office-application-changes", "officer", linked("/office/applications?state=submitted", "/office/applications", "/changes")],
  ["office-application-changes-errors", "officer", linked("/office/applications?state=submitted", "/office/applications", "/changes"), async (page) => page.leave("document.querySelector('main form').requestSubmit()")],
  ["office-application-versions", "officer", linked("/office/applications?state=submitted", "/office/applications", "/versions")],
  ["office-application-proposal", "officer", linked("/office/applications?state=admitted", "/office/applications", "/proposal")],
  ["office-motions", "officer", "/office/motions"],
  ["office-meeting", "officer", linked("/office/meetings", "/office/meetings")],
  ["office-what-if", "officer", linked("/office/what-ifs", "/office/what-ifs")],
  ["office-awards", "officer", "/office/awards"],
  ["office-award", "officer", linked("/office/awards", "/office/awards")],
  ["office-briefings", "officer", "/office/briefings"],
  ["office-messages", "officer", "/office/messages"],
  ["desk-member", "member", "/desk"],
  ["meetings", "member", "/committee/meetings"],
  ["papers", "member", linked("/committee/meetings", "/committee/meetings")],
  ["ballots", "member", "/committee/ballots"],
  ["ballot-open", "member", linked("/desk", "/committee/ballots")],
  ["ballot-closed", "member", linked("/committee/ballots", "/committee/ballots")],
  ["briefings", "member", "/briefings"],
  ["desk-chair", "chair", "/desk"],
  ["papers-chair", "chair", linked("/committee/meetings", "/committee/meetings")],
  ["desk-finance", "finance", "/desk"],
  ["finance", "finance", "/finance"],
  ["finance-2020", "finance", "/finance?year=2020"],
  ["finance-years", "finance", "/finance/years"],
  ["finance-journal", "finance", "/finance/journal?year=2020"],
  ["finance-waiting-list", "finance", "/finance/waiting-list?year=2020"],
  ["finance-payouts", "finance", "/finance/payouts"],
  ["finance-payout", "finance", linked("/finance/payouts?state=requested", "/finance/payouts")],
  ["finance-resolution", "finance", "/finance/resolution"],
  ["audit", "auditor", "/audit"],
  ["audit-proof", "auditor", "/audit/proof", async (page) => page.leave("document.querySelector('main form').requestSubmit()")],
  ["administration", "administrator", "/administration"],
  ["administration-person", "administrator", linked("/administration", "/administration/people")],
  ["administration-rounds", "administrator", "/administration/rounds"],
  ["administration-parameters", "administrator", "/administration/parameters"],
];

const CAST = {
  applicant: "segelvereinmusterfrdeev@demo.example",
  officer: "sachbearbeitung@demo.example",
  member: "mitglied@demo.example",
  chair: "vorsitz@demo.example",
  finance: "kasse@demo.example",
  auditor: "pruefung@demo.example",
  administrator: "verwaltung@demo.example",
};

async function found(page, address) {
  const hrefs = (path, part) => page.open(`${address}${path}`).then(() =>
    page.evaluate(`[...document.querySelectorAll('main a')].map((a) => a.getAttribute('href')).filter((href) => href.startsWith('${part}') && !href.endsWith('/new'))`));
  const applications = [...new Set(await hrefs("/desk", "/applications/"))];
  const [applicant] = await hrefs("/desk", "/applicants/");
  // The latest is the draft; the first application of all was awarded.
  const awarded = applications.at(-1);
  const [award] = await hrefs(awarded, "/awards/");
  return { draft: applications[0], awarded, applicant, award };
}

const data = mkdtempSync(join(tmpdir(), "sonderfonds-pictures-"));
const profile = mkdtempSync(join(tmpdir(), "sonderfonds-browser-"));
mkdirSync(folder, { recursive: true });
const running = await demo(data);
const chromium = browser(profile);
let faults = 0;
try {
  const { address } = running;
  const tabs = {};
  const cookies = {};
  const selected = PAGES.filter(([name]) => name.includes(only));
  const lookers = new Set(selected.map(([, who]) => who));
  for (const who of [null, ...Object.keys(CAST).filter((name) => lookers.has(name))]) {
    const page = await tab(chromium);
    if (who) {
      const value = await signIn(address, data, CAST[who]);
      cookies[who] = { url: address, name: "__Host-sonderfonds", value, secure: true, httpOnly: true, path: "/", sameSite: "Lax" };
      await page.send("Network.setCookie", cookies[who]);
    }
    tabs[who] = page;
  }
  const paths = new Map();
  const known = tabs.applicant ? await found(tabs.applicant, address) : {};
  for (const [name, who, where, act] of selected) {
    const page = tabs[who];
    if (cookies[who]) await page.send("Network.setCookie", cookies[who]);
    const path = typeof where === "string" ? where : await where(known, page, address);
    paths.set(name, path);
    for (const width of WIDTHS) {
      for (const theme of THEMES) {
        if (theme === "forced" && width < 600) continue;
        await page.send("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: width < 600 });
        await page.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: theme === "light" ? "light" : "dark" }, { name: "forced-colors", value: theme === "forced" ? "active" : "none" }, { name: "prefers-reduced-motion", value: "reduce" }] });
        page.complaints.length = 0;
        await page.send("Network.clearBrowserCookies");
        if (cookies[who]) await page.send("Network.setCookie", cookies[who]);
        await page.open(`${address}${path}`);
        if (act) await act(page);
        const overflow = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        const complaints = page.complaints.filter((text) => !/status of 4\d\d/.test(text));
        if (overflow > 0 || complaints.length > 0) {
          faults += 1;
          console.error(`${name} ${width} ${theme}: ${overflow > 0 ? `${overflow} px too wide; ` : ""}${complaints.join("; ")}`);
        }
        const { data: picture } = await page.send("Page.captureScreenshot", { format: "png", captureBeyondViewport: true });
        writeFileSync(join(folder, `${name}-${width}-${theme}.png`), Buffer.from(picture, "base64"));
      }
    }
    console.log(name);
  }
  // The narrowest screen that has to do.
  for (const [name, who] of selected) {
    const page = tabs[who];
    await page.send("Emulation.setDeviceMetricsOverride", { width: 320, height: 640, deviceScaleFactor: 1, mobile: true });
    await page.send("Network.clearBrowserCookies");
    if (cookies[who]) await page.send("Network.setCookie", cookies[who]);
    await page.open(`${address}${paths.get(name)}`);
    const overflow = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    if (overflow > 0) {
      faults += 1;
      console.error(`${name}: ${overflow} px too wide at 320 px`);
    }
  }
} finally {
  chromium.child.kill();
  running.child.removeAllListeners("exit");
  running.child.kill();
  rmSync(data, { recursive: true, force: true });
  rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
}
process.exit(faults === 0 ? 0 : 1);
