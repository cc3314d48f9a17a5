// What makes forms more comfortable. Every page works without it.
"use strict";

// An amount as it was typed: a comma before the cents, points between thousands. As in `amount.rs`; what can't be read counts as nothing.
function cents(text) {
  const plain = text.replace(/[\s€]/g, "");
  const match = /^(\d+|\d{1,3}(?:\.\d{3})+)(?:,(\d{1,2}))?$/.exec(plain);
  if (!match) return 0;
  return Number(match[1].replaceAll(".", "")) * 100 + Number((match[2] ?? "").padEnd(2, "0") || 0);
}

function said(amount) {
  const language = document.documentElement.lang;
  const format = new Intl.NumberFormat(language, { style: "currency", currency: "EUR" });
  return format.format(amount / 100);
}

// The sums below the rows, as one types. What they say without a script is what the server computed at the last save.
function keepSums() {
  const fields = [...document.querySelectorAll("[data-adds-to]")];
  if (fields.length === 0) return;
  const shown = (name) => document.querySelector(`[data-sum="${name}"]`);
  const update = () => {
    const sums = new Map();
    for (const field of fields) {
      const name = field.dataset.addsTo;
      sums.set(name, (sums.get(name) ?? 0) + cents(field.value));
    }
    for (const element of document.querySelectorAll("[data-fixed]")) {
      sums.set(element.dataset.sum, Number(element.dataset.fixed));
    }
    const costs = sums.get("costs") ?? 0;
    const asked = sums.get("asked") ?? 0;
    sums.set("financed", (sums.get("financing") ?? 0) + asked);
    const most = shown("most");
    if (most) sums.set("most", Math.floor((costs * Number(most.dataset.percent)) / 100));
    sums.set("difference", Math.abs(costs - sums.get("financed")));
    for (const [name, amount] of sums) {
      const element = shown(name);
      if (element) element.textContent = said(amount);
    }
    const balance = document.querySelector("[data-balance]");
    if (balance) {
      const difference = sums.get("financed") - costs;
      balance.classList.toggle("sums__wrong", difference !== 0);
      const state = difference === 0 ? "even" : difference > 0 ? "more" : "less";
      for (const element of balance.querySelectorAll("[data-when]")) element.hidden = element.dataset.when !== state;
    }
    if (most) most.closest("div").classList.toggle("sums__wrong", asked > sums.get("most") && costs > 0);
  };
  for (const field of fields) field.addEventListener("input", update);
}

// What went wrong gets the focus, so that it is read first.
function showErrors() {
  document.getElementById("errors")?.focus();
}

// Before the session ends: a word, and a button that keeps it going. To look at the page is enough for that.
function watchSession() {
  const box = document.getElementById("session");
  if (!box) return;
  const seconds = Number(box.dataset.seconds);
  const warning = Math.min(600, seconds / 2);
  let timer = 0;
  const wait = () => {
    // A browser's timers are of 31 bits.
    timer = setTimeout(() => { box.hidden = false; }, Math.min((seconds - warning) * 1000, 2 ** 31 - 1));
  };
  box.querySelector("button").addEventListener("click", async () => {
    const answer = await fetch("/session", { method: "HEAD", redirect: "manual" });
    if (answer.ok) { box.hidden = true; clearTimeout(timer); wait(); } else { location.assign("/sign-in"); }
  });
  wait();
}

// A form that is on its way is not sent again by a second click. The server would take it as one, too.
function sendOnce() {
  for (const form of document.querySelectorAll("main form")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
      // Where the network failed, one can try again.
      setTimeout(() => { delete form.dataset.sent; }, 3000);
    });
  }
  // Back from the next page, the form is as good as new.
  addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent; });
}

// How many votes are in, while a ballot is open: asked for every few seconds as long as somebody looks. When it has ended, the page is
// fetched anew. Without a script, or when the network fails, there is the link that does so.
function watchCount() {
  const box = document.querySelector("[data-live]");
  if (!box) return;
  // To look on is not to be at work: a session is not kept alive for ever.
  const most = 30 * 60 * 1000;
  let last = Date.now();
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { last = Date.now(); });
  const ask = async () => {
    if (document.hidden || Date.now() - last > most) return;
    try {
      const answer = await fetch(box.dataset.live, { redirect: "manual" });
      if (answer.status === 205) { location.reload(); return; }
      if (!answer.ok) return;
      const counted = new DOMParser().parseFromString(await answer.text(), "text/html").body;
      // Only what is new is read out.
      if (counted.textContent !== box.textContent) box.replaceChildren(...counted.childNodes);
    } catch { /* The next time. */ }
  };
  setInterval(ask, 4000);
}

// A slider beside an amount that has a highest one. The field stays what is sent.
function addSliders() {
  for (const field of document.querySelectorAll("[data-slide-to]")) {
    const slider = document.createElement("input");
    slider.type = "range";
    slider.className = "slider";
    slider.min = "0";
    slider.max = String(Math.ceil(Number(field.dataset.slideTo) / 100));
    slider.step = "50";
    slider.setAttribute("aria-label", document.querySelector(`label[for="${CSS.escape(field.id)}"]`).textContent);
    const follow = () => {
      slider.value = String(cents(field.value) / 100);
      slider.setAttribute("aria-valuetext", said(cents(field.value)));
    };
    slider.addEventListener("input", () => {
      // The last step may be shorter than the others: nobody slides past what was asked for.
      const amount = Math.min(Number(slider.value) * 100, Number(field.dataset.slideTo));
      field.value = new Intl.NumberFormat("de", { minimumFractionDigits: 2 }).format(amount / 100);
      slider.setAttribute("aria-valuetext", said(amount));
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    field.addEventListener("input", follow);
    follow();
    field.closest(".amount").after(slider);
  }
}

showErrors();
watchCount();
keepSums();
addSliders();
watchSession();
sendOnce();
