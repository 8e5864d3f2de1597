// Mounts a phone in every <div class="phone" data-person="…" data-bot="…" data-zone="…"></div> of a page.
//
// data-person  id of the person who holds it
// data-bot     id of the bot (default: the simulator's first)
// data-zone    IANA zone in which the person lives (default: the browser's)
// A page that has moved the clock says: document.dispatchEvent(new Event("phone:refresh")).
import("/phone/app.js").then(({ mount }) => document.querySelectorAll("div.phone").forEach((place) => mount(place)));
