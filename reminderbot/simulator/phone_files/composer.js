// Where a person writes: the input, the commands menu, things to attach, and Start or Unblock in its place.

import { el, icon, iconButton } from "/phone/parts.js";

const THINGS = ["photo", "sticker", "voice", "document", "contact", "location"];

export class Composer {
  constructor(words, deeds) {
    this.words = words;
    this.deeds = deeds;
    this.commands = [];
    this.field = el("textarea", { rows: 1, dir: "auto", "aria-label": words.message, placeholder: words.message, oninput: () => this.typed(), onkeydown: (event) => this.key(event) });
    this.menuButton = el("button.menu-button", { type: "button", "aria-expanded": "false", "aria-label": words.commands, onclick: () => this.toggle("commands") }, icon("menu"), el("span", {}, words.menu));
    this.clip = iconButton("clip", words.attach, () => this.toggle("things"), { "aria-expanded": "false" });
    this.sendButton = iconButton("send", words.send, () => this.send());
    this.sendButton.classList.add("send");
    this.list = el("div.drawer", { hidden: true });
    this.keys = el("div.reply-keys", { hidden: true });
    this.line = el("form.line", { onsubmit: (event) => { event.preventDefault(); this.send(); } }, this.menuButton, el("div.field", {}, this.field, this.clip), this.sendButton);
    this.big = el("button.big-button", { type: "button", hidden: true, onclick: () => deeds.start() });
    this.root = el("div.composer", {}, this.list, this.line, this.keys, this.big);
    this.typed();
  }

  /** Follow the chat: what can be written now, and which commands there are. */
  show(chat) {
    const closed = !chat.started || chat.blocked;
    this.commands = chat.commands;
    this.menuButton.hidden = !chat.commands.length;
    this.line.hidden = closed;
    this.big.hidden = !closed;
    this.big.textContent = chat.blocked ? this.words.restart : this.words.start;
    if (closed) this.close();
    this.showKeys(chat);
  }

  showKeys(chat) {
    const latest = chat.messages.filter((message) => message.keyboard).at(-1)?.keyboard;
    const rows = latest?.keyboard || [];
    this.keys.hidden = !rows.length || chat.blocked;
    this.keys.replaceChildren(...rows.map((row) => el("div.row", {}, ...row.map((button) => {
      const text = button.text ?? button;
      return el("button.key", { type: "button", onclick: () => this.deeds.say(text) }, text);
    }))));
  }

  typed() {
    this.field.style.height = "auto";
    if (this.field.scrollHeight) this.field.style.height = `${Math.min(this.field.scrollHeight, 120)}px`;
    this.sendButton.disabled = !this.field.value.trim();
    const wanted = /^\/(\w*)$/.exec(this.field.value);
    const fitting = wanted ? this.commands.filter((c) => c.command.startsWith(wanted[1])) : [];
    if (fitting.length) this.open("suggestions", this.commandItems(fitting));
    else if (this.opened === "suggestions") this.close();
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    } else if (event.key === "ArrowUp" && !this.list.hidden) {
      event.preventDefault();
      this.list.querySelector("button:last-of-type")?.focus();
    }
  }

  send() {
    const text = this.field.value.trim();
    if (!text) return;
    this.field.value = "";
    this.typed();
    this.close();
    this.deeds.say(text);
    this.field.focus();
  }

  toggle(what) {
    if (this.opened === what) return this.close();
    this.open(what, what === "commands" ? this.commandItems(this.commands) : this.thingItems());
    return this.list.querySelector("button")?.focus();
  }

  open(what, items) {
    this.opened = what;
    this.list.className = `drawer ${what}`;
    this.list.replaceChildren(...items);
    this.list.hidden = false;
    this.list.onkeydown = (event) => this.walk(event);
    this.menuButton.setAttribute("aria-expanded", String(what === "commands"));
    this.clip.setAttribute("aria-expanded", String(what === "things"));
  }

  close() {
    this.opened = null;
    this.list.hidden = true;
    this.menuButton.setAttribute("aria-expanded", "false");
    this.clip.setAttribute("aria-expanded", "false");
  }

  walk(event) {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (!step) return;
    event.preventDefault();
    (document.activeElement[step] || this.field).focus();
  }

  commandItems(commands) {
    if (!commands.length) return [el("p.empty", {}, this.words.none)];
    return commands.map((c) => el("button.item", { type: "button", onclick: () => this.pick(`/${c.command}`) }, el("span.slash", {}, `/${c.command}`), el("span.says", { dir: "auto" }, c.description)));
  }

  thingItems() {
    return THINGS.map((kind) => el("button.item", { type: "button", onclick: () => { this.close(); this.deeds.thing(kind); } }, el("span.badge", { class: `badge ${kind}` }, icon(kind)), this.words[kind]));
  }

  pick(text) {
    this.field.value = "";
    this.typed();
    this.close();
    this.deeds.say(text);
  }
}
