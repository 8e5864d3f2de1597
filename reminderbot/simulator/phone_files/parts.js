// Small parts: making elements, and the drawings on buttons.

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  send: "M4.5 12 3 4.6 21 12 3 19.400zM4.5 12H13",
  clip: "m20 11.5-8.3 8.200a5 5 0 0 1-7.1-7.100l8.5-8.400a3.4 3.4 0 0 1 4.8 4.800l-8.4 8.300a1.7 1.7 0 0 1-2.4-2.400l7.7-7.6",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  menu: "M5 7.5h14M5 12h14M5 16.5h14",
  close: "m6.5 6.5 11 11m0-11-11 11",
  down: "m6 10 6 6 6-6",
  photo: "M4.5 6h15v12h-15zm0 9 4-4 4 4 2.5-2.5 4.5 4M15.5 9.5v.01",
  sticker: "M12 20a8 8 0 1 1 8-8l-8 8zm0 0c0-5 3-8 8-8M9 10v.01M15 9v.01M8.5 13.5c1 1.2 2 1.7 3.5 1.5",
  voice: "M12 14.5a3 3 0 0 0 3-3v-4a3 3 0 1 0-6 0v4a3 3 0 0 0 3 3zm-6-3a6 6 0 0 0 12 0m-6 6v3",
  document: "M7 4h7l4 4v12H7zm7 0v4h4",
  contact: "M12 12a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zm-7 8c.5-4 3-6 7-6s6.5 2 7 6",
  location: "M12 21c4-4.5 6.5-7.8 6.5-11a6.5 6.5 0 1 0-13 0c0 3.2 2.5 6.5 6.5 11zm0-8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  block: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM6.5 6.5l11 11",
  ticks: "m2.5 12.5 4 4 8.5-9m-4 8 1.5 1 9-9.5",
  spark: "M12 4c.6 4.7 2.6 7 8 8-5.4 1-7.4 3.3-8 8-.6-4.7-2.6-7-8-8 5.4-1 7.4-3.3 8-8z",
};

/** Make an element: el("button.class", {attribute: value, onclick: f}, child, "text"). */
export function el(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const made = document.createElement(tag);
  made.classList.add(...classes);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

const ISOLATED = /[\u2066-\u2068][^\u2069]*\u2069/g;
const FROM_RIGHT = /^[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;

/** Say from which side a text is read: by its first letter that stands in no isolate, as Telegram's apps do. */
export function side(text) {
  const letter = (text || "").replace(ISOLATED, "").match(/\p{L}/u);
  return letter && FROM_RIGHT.test(letter[0]) ? "rtl" : "ltr";
}

/** Draw an icon; it says nothing, the button around it does. */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  drawing.classList.add("icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  drawing.append(path);
  return drawing;
}

/** Make a round button with an icon and a name for those who do not see it. */
export const iconButton = (name, label, onclick, extra = {}) =>
  el("button.icon-button", { type: "button", "aria-label": label, title: label, onclick, ...extra }, icon(name));
