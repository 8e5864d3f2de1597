// One phone: a chat with a bot, live.

import { bubble } from "/phone/bubbles.js";
import { Clock } from "/phone/clock.js";
import { Composer } from "/phone/composer.js";
import { Line } from "/phone/line.js";
import { el, icon, iconButton, side } from "/phone/parts.js";
import { language, words } from "/phone/words.js";

const TOAST_MS = 3500;
const NEAR_END = 90; // pixels from the end at which a chat follows new messages

class Phone {
  constructor(place, person) {
    this.place = place;
    this.words = words(person.language_code);
    this.clock = new Clock(language(person.language_code), place.dataset.zone);
    this.drawn = new Map();
    this.heard = null;
    this.line = new Line(person.id, place.dataset.bot, (chat) => this.show(chat), () => this.status(`${this.words.lost}…`));
    this.deeds = { say: (text) => this.say(text), tap: (...what) => this.tap(...what) };
    this.composer = new Composer(this.words, {
      say: (text) => this.say(text),
      thing: (kind) => this.act("thing", { kind }),
      start: () => this.act("start"),
    });
    this.build();
    this.line.look();
  }

  build() {
    this.name = el("h2.name");
    this.below = el("p.below", { "aria-live": "polite" });
    this.avatar = el("span.avatar", { "aria-hidden": "true" }, icon("spark"));
    this.hour = el("span.hour");
    this.sheet = el("div.sheet", { hidden: true, role: "menu" });
    this.moreButton = iconButton("more", this.words.more, () => this.toggleMore(), { "aria-haspopup": "menu", "aria-expanded": "false" });
    this.log = el("div.log", { role: "log", "aria-live": "polite", tabindex: "0" });
    this.down = iconButton("down", this.words.down, () => this.toEnd(true), { hidden: true });
    this.down.classList.add("down");
    this.toast = el("div.toast", { role: "status", hidden: true });
    this.log.addEventListener("scroll", () => { this.down.hidden = this.nearEnd(); });
    this.place.addEventListener("keydown", (event) => event.key === "Escape" && this.closeAll());
    this.place.addEventListener("click", (event) => this.moreButton.contains(event.target) || this.closeMore());
    this.log.addEventListener("click", () => this.composer.close());
    const bar = el("header.head", {}, this.avatar, el("div.who", {}, this.name, this.below), this.moreButton);
    const top = el("div.bar", { "aria-hidden": "true" }, this.hour, el("span.notch"), el("span.battery"));
    this.screen = el("section.screen", {}, top, bar, this.sheet, el("div.scene", {}, this.log, this.down, this.toast), this.composer.root);
    this.place.replaceChildren(this.screen);
    this.place.classList.add("mounted");
  }

  /** Show a chat as the simulator tells it; only what has changed is drawn again. */
  show(chat) {
    this.chat = chat;
    this.clock.now = new Date(chat.now);
    this.name.textContent = chat.bot.name;
    this.screen.setAttribute("aria-label", `${this.words.chat} ${chat.bot.name}`);
    this.log.setAttribute("aria-label", `${this.words.chat} ${chat.bot.name}`);
    this.hour.textContent = this.clock.time(chat.now);
    this.showAction(chat);
    const follow = this.heard === null || this.nearEnd();
    this.showMessages(chat);
    if (follow) this.toEnd(false);
    this.down.hidden = this.nearEnd();
    this.showAnswers(chat.answers);
    this.composer.show(chat);
  }

  status(text, busy = false) {
    this.below.textContent = text;
    this.below.classList.toggle("busy", busy);
  }

  showAction(chat) {
    this.status(chat.action ? this.words.typing : this.words.bot, Boolean(chat.action));
    clearTimeout(this.idle);
    if (chat.action) this.idle = setTimeout(() => this.status(this.words.bot), chat.action_seconds * 1000);
  }

  showMessages(chat) {
    const wanted = [];
    let day = null;
    if (!chat.messages.length) wanted.push(this.keep("about", chat.version, () => this.about(chat.bot)));
    for (const message of chat.messages) {
      const name = this.clock.dayName(message.date, this.words);
      if (this.clock.day(message.date) !== day) {
        day = this.clock.day(message.date);
        wanted.push(this.keep(`day ${day}`, name, () => el("div.day", {}, el("span", {}, name))));
      }
      wanted.push(this.keep(message.id, message.changed, () => bubble(message, this)));
    }
    const gone = new Set(this.log.children);
    wanted.forEach((node, index) => {
      gone.delete(node);
      if (this.log.children[index] !== node) this.log.insertBefore(node, this.log.children[index] || null);
    });
    gone.forEach((node) => node.remove());
  }

  /** Return the node drawn for a key, drawn anew if its version has changed. */
  keep(key, version, draw) {
    const known = this.drawn.get(key);
    if (known?.version === version) return known.node;
    const node = draw();
    if (known) node.classList.add("still");
    this.drawn.set(key, { version, node });
    return node;
  }

  about(bot) {
    return el("div.about", {}, el("span.avatar.large", { "aria-hidden": "true" }, icon("spark")), el("h3", {}, this.words.what), el("p", { dir: "auto" }, bot.description || bot.short_description || bot.name));
  }

  showAnswers(answers) {
    const fresh = this.heard === null ? [] : answers.filter((answer) => !this.heard.has(answer.tap));
    this.heard = new Set(answers.map((answer) => answer.tap));
    for (const answer of fresh) {
      this.place.querySelectorAll(".key.waiting").forEach((key) => key.classList.remove("waiting"));
      if (answer.text) answer.alert ? this.alert(answer.text) : this.hint(answer.text);
    }
  }

  hint(text) {
    this.toast.textContent = text;
    this.toast.dir = side(text);
    this.toast.hidden = false;
    clearTimeout(this.fading);
    this.fading = setTimeout(() => { this.toast.hidden = true; }, TOAST_MS);
  }

  alert(text) {
    const back = document.activeElement;
    const close = () => { veil.remove(); back?.focus?.(); };
    const button = el("button.plain", { type: "button", onclick: close }, this.words.ok);
    const box = el("div.alert", { role: "alertdialog", "aria-modal": "true", "aria-label": text, dir: side(text) }, el("p", {}, text), button);
    const veil = el("div.veil", { onclick: (event) => event.target === veil && close() }, box);
    this.screen.append(veil);
    button.focus();
  }

  toggleMore() {
    if (!this.sheet.hidden) return this.closeMore();
    const { blocked } = this.chat;
    const item = el("button.item", { type: "button", role: "menuitem", onclick: () => this.act(blocked ? "unblock" : "block") }, icon("block"), blocked ? this.words.unblock : this.words.block);
    this.sheet.replaceChildren(item);
    this.sheet.hidden = false;
    this.moreButton.setAttribute("aria-expanded", "true");
    return item.focus();
  }

  closeMore() {
    this.sheet.hidden = true;
    this.moreButton.setAttribute("aria-expanded", "false");
  }

  closeAll() {
    this.closeMore();
    this.composer.close();
    this.screen.querySelector(".veil")?.remove();
  }

  async say(text) {
    this.toEnd(false);
    return this.act("text", { text });
  }

  /** Tap a button: what it carries goes to the bot with the message it stands under. */
  async tap(message, button, key) {
    if (button.copy_text) return navigator.clipboard?.writeText(button.copy_text.text);
    key.classList.add("waiting");
    setTimeout(() => key.classList.remove("waiting"), 8000);
    return this.act("press", { data: button.callback_data, message_id: message.id });
  }

  async act(deed, body) {
    try {
      await this.line.act(deed, body);
    } catch (error) {
      this.hint(`${this.words.failed}: ${error.message}`);
    }
    await this.line.look();
  }

  nearEnd() { return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_END; }
  toEnd(smooth) { this.log.scrollTo({ top: this.log.scrollHeight, behavior: smooth ? "smooth" : "instant" }); }
}

/** Mount a phone in a place of the page; resolves to it once it knows whose it is. */
export async function mount(place) {
  if (place.classList.contains("mounted")) return null;
  const answer = await fetch(`/control/people/${place.dataset.person}`);
  if (!answer.ok) { place.textContent = "There is no such person."; return null; }
  return new Phone(place, await answer.json());
}
