// From the first e-mail to the auditor's proof: the whole way of one application, each person in a browser of their own. It is the same
// way with the pages' script and without it.
import { expect, test } from "@playwright/test";
import { complaints, faults, isForEverybody } from "./pages.mjs";
import { signedIn } from "./person.mjs";

const SCRIPT = process.env.SCRIPT !== "off";
const STAFF = JSON.parse(process.env.PEOPLE);

// Fills the form that goes there, by the names of its fields, sends it by its main button, and waits until the answer is on the page: a
// browser that is still on its way somewhere can't go back.
async function sends(page, to, fields = {}) {
  const form = page.locator(`main form[action="${to}"]`);
  for (const [name, value] of Object.entries(fields)) {
    for (const one of [value].flat()) {
      const all = form.locator(`[name="${name}"]`);
      const field = (await all.count()) > 1 ? form.locator(`[name="${name}"][value="${one}"]`) : all;
      const kind = await field.evaluate((element) => `${element.tagName} ${element.type}`);
      if (kind.startsWith("SELECT")) await field.selectOption(one);
      else if (/radio|checkbox/.test(kind)) await field.check();
      else await field.fill(one);
    }
  }
  await Promise.all([page.waitForEvent("load"), form.locator("button.kern-btn--primary").first().click()]);
}

// As `sends`, from the page where the form stands, which is looked at first.
async function goesAndSends(page, at, to, fields) {
  await page.goto(at);
  await looked(page);
  await sends(page, to, fields);
}

// The page on which somebody is, as it is for everybody. axe needs a browser with scripts: what is shown without one is shown to such a
// browser again, with the pages' own script left out.
async function looked(page) {
  if (SCRIPT) return isForEverybody(page);
  const shown = { contentType: "text/html; charset=utf-8", body: await page.content() };
  const context = await page.context().browser().newContext({ javaScriptEnabled: true, reducedMotion: "reduce" });
  const copy = await context.newPage();
  await copy.route(page.url(), (route) => route.fulfill(shown));
  await copy.route("**/*.js", (route) => route.abort());
  await copy.goto(page.url());
  expect.soft(await faults(copy), `${path(page)} without a script`).toEqual([]);
  await context.close();
}

// That a form was refused, with the words on top, and what was typed still there.
async function refused(page, words, typed = {}) {
  await expect(page).toHaveTitle(/^Fehler: /);
  for (const word of words) await expect(page.locator(".errors__list")).toContainText(word);
  for (const [name, value] of Object.entries(typed)) await expect(page.locator(`main [name="${name}"]`).first()).toHaveValue(value);
  await looked(page);
}

async function says(page, ...words) {
  for (const word of words) await expect(page.locator("main")).toContainText(word);
}

function day(name, [of, month, year]) {
  return { [`${name}-day`]: of, [`${name}-month`]: month, [`${name}-year`]: year };
}

function path(page) {
  return new URL(page.url()).pathname;
}

// Somebody new registers, applies with mistakes first, and hands in. Returns the application's path.
async function applies(page) {
  await says(page, "Guten Tag, Nina Neu");
  await goesAndSends(page, "/applicants/new", "/applicants/new", { name: "Neuer Verein e. V." });
  await refused(page, ["Wählen Sie aus, wer den Antrag stellt."], { name: "Neuer Verein e. V." });
  await sends(page, "/applicants/new", { kind: "non-profit-association", address: "Weg 1\n24103 Kiel" });
  await says(page, "Neuer Verein e. V. ist eingetragen.");
  const applicant = path(page);

  await goesAndSends(page, "/applications/new", "/applications");
  const application = path(page);
  await looked(page);

  const project = `${application}/project`;
  await goesAndSends(page, project, project, { title: "Chor <b>", ...day("startsOn", ["31", "2", "2020"]) });
  await refused(page, ["Geben Sie ein Datum ein, das es gibt"], { title: "Chor <b>", "startsOn-day": "31" });
  await sends(page, project, { title: "Chorreise", ...day("startsOn", ["1", "6", "2021"]) });
  await refused(page, ["Beschreiben Sie, was Sie vorhaben.", "zwischen dem 01.01.2020 und dem 31.12.2020"], { title: "Chorreise" });
  await sends(page, project, {
    title: "Chorreise nach Tallinn", summary: "Ein Chor fährt nach Tallinn.", measure: "visit-out",
    ...day("startsOn", ["1", "6", "2020"]), ...day("endsOn", ["14", "6", "2020"]),
  });
  await expect(page).not.toHaveURL(project);

  const steps = [
    ["cities", { cities: "tallinn" }],
    ["objectives", { objectives: "global-responsibility", "reason-global-responsibility": "Begegnung" }],
    ["participants", { "participants.fromHere": "40" }],
  ];
  for (const [step, answers] of steps) {
    await goesAndSends(page, `${application}/${step}`, `${application}/${step}`, answers);
    await expect(page).not.toHaveURL(`${application}/${step}`);
  }
  const costs = `${application}/costs`;
  await goesAndSends(page, costs, costs, { "costLines[0].category": "transport", "costLines[0].text": "Fähre", "costLines[0].amount": "1.5" });
  await refused(page, ["Zeile 1: Geben Sie den Betrag mit Komma ein"], { "costLines[0].amount": "1.5", "costLines[0].text": "Fähre" });
  await sends(page, costs, { "costLines[0].amount": "3.000,00" });
  await expect(page).not.toHaveURL(costs);
  const financing = `${application}/financing`;
  await goesAndSends(page, financing, financing, {
    amountRequested: "2.900", "financingLines[0].source": "own-funds", "financingLines[0].text": "Beiträge", "financingLines[0].amount": "100",
  });
  await goesAndSends(page, `${application}/check`, `${application}/check`);
  await expect(page).toHaveTitle(/^Fehler: /);
  await says(page, "90");
  await looked(page);
  await goesAndSends(page, financing, financing, { amountRequested: "2.500", "financingLines[0].amount": "500" });
  await goesAndSends(page, `${application}/declarations`, `${application}/declarations`, { notBegun: "yes" });

  // Back, and forward again, and a second window: the same draft.
  await page.goBack();
  await page.goForward();
  await goesAndSends(page, `${application}/check`, `${application}/check`);
  await expect(page).toHaveURL(`${application}/submitted`);
  await says(page, "SP-2020-001", "So geht es weiter");
  await looked(page);
  await page.reload();
  await says(page, "SP-2020-001");
  return { application, applicant };
}

// The office asks for changes, the association answers, the office admits, proposes, and opens a vote in writing. Returns the ballot's id.
async function isChecked(officer, nina, excluded, application) {
  const file = application.replace("/applications/", "/office/applications/");
  await officer.goto("/office/applications");
  await says(officer, "SP-2020-001", "1 gefunden");
  await looked(officer);
  await goesAndSends(officer, `${file}/changes`, `${file}/changes`, { fields: ["title", "costLines"], ...day("due", ["20", "10", "2019"]) });
  await refused(officer, ["Schreiben Sie, was geändert werden soll."], { "due-day": "20" });
  await sends(officer, `${file}/changes`, { remark: "Nennen Sie das Hotel." });
  await says(officer, "Die Nachforderung ist verschickt.");

  await nina.goto("/desk");
  await says(nina, "Antworten Sie bis zum 20.10.2019.");
  await looked(nina);
  await goesAndSends(nina, `${application}/project`, `${application}/project`, { title: "Chorreise nach Tallinn, Hotel am Hafen" });
  await goesAndSends(nina, `${application}/check`, `${application}/check`);
  await expect(nina).toHaveURL(`${application}/submitted`);

  await officer.goto(`${file}/versions`);
  await says(officer, "Hotel am Hafen");
  await looked(officer);
  await officer.goto(file);
  await looked(officer);
  await officer.locator(`form[action="${file}/admit"] button[type=submit]`).click();
  await says(officer, "Zugelassen");
  await goesAndSends(officer, `${file}/proposal`, `${file}/proposal`, { kind: "award", amount: "2.500", reasons: "Gute Begegnung." });
  await says(officer, "Gute Begegnung.");

  // One has a conflict of interest, and says so before there is anything to vote on.
  const recusal = application.replace("/applications/", "/committee/applications/") + "/recusal";
  await goesAndSends(excluded, recusal, recusal, { reason: "Mein Sohn singt dort.", confirmed: "yes" });
  await expect(excluded).toHaveURL("/committee/recusal");

  await goesAndSends(officer, `${file}/motion`, `${file}/motion`, { kind: "award", amount: "2.500" });
  await says(officer, "Der Beschlussvorschlag ist eingebracht.");
  const motion = path(officer).split("/").pop();
  const open = "/office/motions/open";
  await goesAndSends(officer, `${open}?motion=${motion}`, open, {
    form: "circular", ...day("objectionsUntil", ["4", "10", "2019"]), ...day("votesUntil", ["8", "10", "2019"]),
  });
  await expect(officer).toHaveURL(/\/office\/ballots\/[0-9a-f-]{36}/);
  await looked(officer);
  return path(officer).split("/").pop();
}

// Members vote, each in a browser of their own and at once; who is excluded sees nothing of it; the chair closes.
async function isDecided(members, excluded, chair, id) {
  const ballot = `/committee/ballots/${id}`;
  for (const closed of [ballot, `${ballot}/vote`, `${ballot}/count`]) {
    expect((await excluded.goto(closed)).status(), `${closed} for who is excluded`).toBe(404);
  }
  await excluded.goto("/desk");
  await expect(excluded.locator("main")).not.toContainText("Chorreise");
  await looked(excluded);
  const voters = [...members, chair];
  for (const voter of voters) {
    await voter.goto("/desk");
    await says(voter, "Chorreise");
    await voter.goto(ballot);
  }
  await looked(members[0]);
  await sends(members[0], `${ballot}/vote`);
  await refused(members[0], ["Wählen Sie aus, wie Sie abstimmen."]);
  await Promise.all(voters.map((voter, number) => sends(voter, `${ballot}/vote`, { choice: number === 0 ? "no" : "yes" })));
  for (const voter of voters) await says(voter, "Sie haben mit");
  await looked(members[1]);

  const close = `${ballot}/close`;
  await goesAndSends(chair, close, close, { confirmed: "yes" });
  await expect(chair).toHaveURL(ballot);
  await members[0].goto(ballot);
  await says(members[0], "5 Sitze, 0 leer, 1 ausgeschlossen", "3 ja, 1 nein, 0 Enthaltungen", "Angenommen");
  await looked(members[0]);
}

// The award is sent, accepted, and asked for; two people pay it.
async function isPaid(officer, finance, nina, application, applicant) {
  await nina.goto(application);
  await says(nina, "Das Geld ist für Sie reserviert.");
  await officer.goto(application.replace("/applications/", "/office/applications/"));
  const award = await officer.locator('main a[href^="/office/awards/"]').first().getAttribute("href");
  const theirs = award.replace("/office", "").replace(/[?#].*/, "");
  await goesAndSends(officer, `/office${theirs}/notify`, `/office${theirs}/notify`, day("dispatchedOn", ["1", "10", "2019"]));
  await says(officer, "Der Bescheid ist vermerkt.", "Wartet auf Annahme");

  await goesAndSends(nina, `${theirs}/accept`, `${theirs}/accept`);
  await refused(nina, [""]);
  await sends(nina, `${theirs}/accept`, { confirmed: "yes" });
  await goesAndSends(nina, `${theirs}/waive-appeal`, `${theirs}/waive-appeal`, { confirmed: "yes" });
  const account = `${applicant}/account`;
  await goesAndSends(nina, account, account, { iban: "DE03 1203 0000 0000 2020 51", holder: "Neuer Verein e. V." });
  await refused(nina, ["Geben Sie die IBAN so ein"], { iban: "DE03 1203 0000 0000 2020 51" });
  await sends(nina, account, { iban: "DE02 1203 0000 0000 2020 51" });
  const payout = `${theirs}/payouts/new`;
  await goesAndSends(nina, payout, payout, { amount: "2.500,01", purpose: "Fähre", ...day("neededBy", ["15", "11", "2019"]) });
  await refused(nina, ["Abgerufen werden können noch 2.500,00"], { amount: "2.500,01" });
  // A double click is one payout.
  const form = nina.locator(`main form[action="${payout}"]`);
  await form.locator('[name="amount"]').fill("2.500,00");
  await form.locator("button.kern-btn--primary").first().dblclick();
  await expect(nina).toHaveURL(/done=requested/);
  await looked(nina);

  await finance.goto("/finance/accounts");
  await looked(finance);
  await finance.locator('main form[action="/finance/accounts"] button[type=submit]').first().click();
  await says(finance, "Alle Konten sind bestätigt.");
  await officer.goto("/finance/payouts");
  await says(officer, "Abruf 1 zu SP-2020-001");
  await expect(officer.locator("main")).not.toContainText("Abruf 2 zu SP-2020-001");
  await looked(officer);
  const at = await officer.locator('main a[href^="/finance/payouts/"]').first().getAttribute("href");
  await officer.goto(at);
  await looked(officer);
  const certify = officer.locator(`main form[action="${at}/certify"]`);
  const accounts = certify.locator('[type=radio][name="bankAccountId"]');
  if ((await accounts.count()) > 0) await accounts.first().check();
  await certify.locator("button.kern-btn--primary").first().click();
  await says(officer, "Gespeichert.", "anzuordnen");
  await finance.goto(at);
  await looked(finance);
  await sends(finance, `${at}/order`);
  await sends(finance, `${at}/execute`, day("on", ["1", "10", "2019"]));
  await looked(finance);
  await nina.goto(theirs);
  await says(nina, "2.500,00");
  await looked(nina);
}

test("an application, from the first e-mail to the proof", async ({ browser }) => {
  const nina = await signedIn(browser, "nina@verein.example", "Nina Neu");
  const [officer, finance, chair, auditor, excluded, ...members] = await Promise.all(
    ["officer", "finance", "chair", "auditor", "excluded", "member1", "member2", "member3"].map((part) => signedIn(browser, STAFF[part])),
  );
  const heard = [nina, officer, finance, chair, auditor, excluded, ...members].map(complaints);

  await goesAndSends(finance, "/finance/resolution", "/finance/resolution", { year: "2020", amount: "150.000,00" });
  await refused(finance, [""], { amount: "150.000,00" });
  await sends(finance, "/finance/resolution", { change: "appropriation", resolution: "Drs. 1105/2018" });
  await says(finance, "150.000,00");

  const { application, applicant } = await applies(nina);
  const ballot = await isChecked(officer, nina, excluded, application);
  await isDecided(members, excluded, chair, ballot);
  await isPaid(officer, finance, nina, application, applicant);

  await finance.goto("/finance?year=2020");
  await says(finance, "Haushaltsansatz", "150.000,00", "2.500,00", "147.500,00");
  await looked(finance);
  await finance.goto("/finance/journal?year=2020");
  await says(finance, "SP-2020-001", "Drs. 1105/2018");
  await looked(finance);
  await goesAndSends(auditor, "/audit/proof", "/audit/proof");
  await says(auditor, "Alles stimmt");
  await looked(auditor);
  expect(heard.flat()).toEqual([]);
});
