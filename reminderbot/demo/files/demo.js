// The demo's stage: places the phones, shows the product clock and every reminder, winds the clock.
import { mount } from "/phone/app.js";

const EVERY = 1000; // milliseconds between two looks at the state
const byId = (id) => document.getElementById(id);
const tabs = document.querySelector(".people");
const pair = document.querySelector(".pair");
const buttons = [...document.querySelectorAll("[data-by]")];
const browser = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
let shown = "";

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function place(people) {
  for (const person of people) {
    const phone = phoneOf(person);
    pair.append(phone);
    mount(phone);
    const tab = element("button", "", person.name);
    tab.type = "button";
    tab.setAttribute("role", "tab");
    tab.addEventListener("click", () => choose(person.id));
    tab.dataset.person = person.id;
    tabs.append(tab);
  }
  choose(people[0].id);
}

// A phone lives in the zone that its person told the bot; a new one takes its place when that changes.
function phoneOf(person, zone) {
  const phone = element("div", "phone");
  phone.dataset.person = person.id;
  phone.dataset.bot = person.bot;
  phone.dataset.zone = zone || browser;
  return phone;
}

function settle(people) {
  for (const person of people) {
    const old = [...pair.children].find((phone) => phone.dataset.person === String(person.id));
    if (!person.zone || !old || old.dataset.zone === person.zone) continue;
    const fresh = phoneOf({ id: person.id, bot: old.dataset.bot }, person.zone);
    fresh.classList.toggle("shown", old.classList.contains("shown"));
    old.replaceWith(fresh);
    mount(fresh);
  }
}

function choose(person) {
  for (const phone of pair.children) phone.classList.toggle("shown", phone.dataset.person === String(person));
  for (const tab of tabs.children) tab.setAttribute("aria-selected", String(tab.dataset.person === String(person)));
}

function draw(state) {
  byId("now").textContent = state.now;
  byId("zone").textContent = state.zone;
  settle(state.people);
  byId("next").textContent = state.next || "No reminder is waiting.";
  buttons.find((button) => button.dataset.by === "next").disabled = !state.next || state.winding;
  const fresh = JSON.stringify(state.people);
  if (fresh === shown) return;
  shown = fresh;
  const list = byId("reminders");
  list.replaceChildren();
  for (const person of state.people) {
    for (const session of person.sessions) {
      list.append(element("h3", "", `${person.name} – ${session.title}`));
      const rows = element("ol");
      for (const row of session.reminders) {
        const item = element("li");
        item.append(element("span", "what", row.what), element("span", "at", row.at), element("span", `state ${row.tone}`, row.state));
        rows.append(item);
      }
      list.append(rows);
    }
  }
  if (!list.children.length) list.append(element("p", "empty", "None yet. They appear here once a session is saved."));
  
}

async function look() {
  const answer = await fetch(`/demo/state?zone=${encodeURIComponent(browser)}`);
  if (answer.ok) draw(await answer.json());
}

async function wind(by) {
  buttons.forEach((button) => { button.disabled = true; });
  byId("said").textContent = "Winding…";
  try {
    const answer = await fetch("/demo/wind", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ by }),
    });
    byId("said").textContent = (await answer.json()).says;
  } catch {
    byId("said").textContent = "The demo does not answer. Is it still running?";
  }
  buttons.forEach((button) => { button.disabled = false; });
  document.dispatchEvent(new Event("phone:refresh"));
  await look();
}

// What a camera would do with a QR code: start the bot on the phone that is shown, with what the link carries.
async function open(event) {
  event.preventDefault();
  const payload = /[?&]start=([A-Za-z0-9_-]{1,64})/.exec(byId("address").value);
  const phone = [...pair.children].find((each) => each.classList.contains("shown")) || pair.children[0];
  if (!payload) {
    byId("opened").textContent = "That is no link of a clinic. Copy it from an invite in the console.";
    return;
  }
  await fetch(`/control/people/${phone.dataset.person}/start`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ payload: payload[1] }),
  });
  byId("address").value = "";
  byId("opened").textContent = "Opened. Look at the phone.";
  document.dispatchEvent(new Event("phone:refresh"));
}

async function begin() {
  byId("link").addEventListener("submit", open);
  const answer = await fetch("/demo/people");
  place(await answer.json());
  buttons.forEach((button) => button.addEventListener("click", () => wind(button.dataset.by)));
  await look();
  setInterval(() => look().catch(() => {}), EVERY);
}

begin();
