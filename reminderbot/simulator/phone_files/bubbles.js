// Draws messages: formatted text, things that are no text, times, and the buttons underneath.

import { el, icon, side } from "/phone/parts.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

/** Draw a message; `deeds` are what a person can do with it: say(text), tap(message, button). */
export function bubble(message, { words, clock, deeds }) {
  if (message.kind === "service") return el("div.service", {}, `${words.bot} ${words.service}`);
  const mine = message.by === "person";
  const box = el(`div.message.${mine ? "mine" : "theirs"}`, { "data-id": message.id });
  const body = el("div.bubble", { class: `bubble ${message.kind}`, dir: side(message.text) });
  const origin = message.extra.forward_origin;
  if (origin) body.append(el("div.origin", {}, `${words.forwarded} ${origin.sender_user_name}`));
  const thing = drawThing(message, words);
  if (thing) body.append(thing);
  if (message.text) body.append(el("div.text", {}, formatted(shown(message, mine), clock, deeds)));
  body.append(meta(message, mine, words, clock));
  box.append(body);
  if (message.buttons.length) box.append(keyboard(message, deeds));
  return box;
}

/** What a link hands to /start the bot reads and nobody sees. */
const shown = (message, mine) => (mine ? { ...message, text: message.text.replace(/^\/start \S+$/, "/start") } : message);

function meta(message, mine, words, clock) {
  const line = el("span.meta", {});
  if (message.edited) line.append(el("span", {}, words.edited));
  line.append(el("time", { datetime: message.date }, clock.time(message.date)));
  if (mine) line.append(el("span.ticks", { role: "img", "aria-label": words.read }, icon("ticks")));
  return line;
}

function keyboard(message, deeds) {
  const rows = message.buttons.map((row) =>
    el("div.row", {}, ...row.map((button) =>
      button.url
        ? el("a.key", { href: safe(button.url), target: "_blank", rel: "noopener noreferrer" }, button.text, el("span.corner", { "aria-hidden": "true" }, "↗"))
        : el("button.key", { type: "button", dir: side(button.text), onclick: (event) => deeds.tap(message, button, event.currentTarget) }, button.text))));
  return el("div.keyboard", {}, ...rows);
}

const safe = (url) => (/^(https?|tg|tel|mailto):/i.test(url) ? url : "#");

/** Put text and entities together. Entities count UTF-16 units, as JavaScript does. */
function formatted({ text, entities }, clock, deeds) {
  const marks = new Set([0, text.length]);
  for (const { offset, length } of entities) marks.add(offset).add(offset + length);
  const points = [...marks].sort((a, b) => a - b);
  const whole = document.createDocumentFragment();
  points.slice(0, -1).forEach((start, index) => {
    const end = points[index + 1];
    const over = entities.filter((e) => e.offset <= start && e.offset + e.length >= end);
    const inner = document.createTextNode(text.slice(start, end));
    whole.append(over.reduceRight((node, entity) => wrapped(node, entity, text, clock, deeds), inner));
  });
  return whole;
}

function wrapped(node, entity, text, clock, deeds) {
  const words = text.slice(entity.offset, entity.offset + entity.length);
  const link = (url) => el("a", { href: safe(url), target: "_blank", rel: "noopener noreferrer" }, node);
  if (TAGS[entity.type]) return el(TAGS[entity.type], {}, node);
  switch (entity.type) {
    case "text_link": return link(entity.url);
    case "url": return link(words);
    case "phone_number": return el("a", { href: `tel:${words.replace(/[^+\d]/g, "")}` }, node);
    case "bot_command": return el("button.command", { type: "button", dir: "ltr", onclick: () => deeds.say(words) }, node);
    case "spoiler": return el("span.spoiler", { onclick: (event) => event.currentTarget.classList.add("shown") }, node);
    case "date_time": return el("time.moment", { title: clock.full(entity.unix_time * 1000) }, node);
    default: return node;
  }
}

function drawThing(message, words) {
  const { kind, extra, file } = message;
  const source = file ? `/control/files/${file.id}` : null;
  switch (kind) {
    case "photo": return el("img.photo", { src: source, alt: words.photo, width: extra.photo.at(-1).width, height: extra.photo.at(-1).height });
    case "sticker": return el("div.big", { role: "img", "aria-label": words.sticker }, extra.sticker.emoji || "🙂");
    case "voice": return el("div.voice", { role: "img", "aria-label": words.voice }, ...waves(), el("span", {}, `0:0${extra.voice.duration}`));
    case "document": return row("document", extra.document.file_name || words.document, size(file.size), source);
    case "contact": return row("contact", extra.contact.first_name, extra.contact.phone_number);
    case "location": return row("location", words.location, `${extra.location.latitude}, ${extra.location.longitude}`);
    default: return null;
  }
}

function row(drawing, title, detail, href) {
  const lines = el("span.lines", {}, el("b", {}, title), el("small", {}, detail));
  const badge = el("span.badge", {}, icon(drawing));
  return href ? el("a.thing", { href, download: title }, badge, lines) : el("div.thing", {}, badge, lines);
}

const waves = () => Array.from({ length: 26 }, (_, i) => el("i", { "data-height": 1 + ((i * 7 + (i % 5) * 3) % 8) }));
const size = (bytes) => (bytes < 1024 ? `${bytes} B` : bytes < 1 << 20 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / (1 << 20)).toFixed(1)} MB`);
