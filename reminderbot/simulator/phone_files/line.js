// The line to the simulator: what the chat is, what the person does, and news as it comes.

const POLL_MS = 2000;
const LOOK_MS = 20000; // the clock moves even when nobody writes

export class Line {
  constructor(person, bot, changed, lost) {
    this.person = person;
    this.bot = bot;
    this.changed = changed;
    this.lost = lost;
    this.query = bot ? `?bot=${encodeURIComponent(bot)}` : "";
    this.listen();
    setInterval(() => this.look(), LOOK_MS);
    document.addEventListener("phone:refresh", () => this.look());
    document.addEventListener("visibilitychange", () => document.hidden || this.look());
  }

  /** Listen to events; while the stream is broken, ask every two seconds. */
  listen() {
    this.stream = new EventSource(`/phone/${this.person}/events${this.query}`);
    this.stream.addEventListener("changed", () => this.look());
    this.stream.onopen = () => clearInterval(this.polling);
    this.stream.onerror = () => {
      clearInterval(this.polling);
      this.polling = setInterval(() => this.look(), POLL_MS);
    };
  }

  /** Read the chat and hand it over; two looks never overtake each other. */
  async look() {
    if (this.looking) { this.again = true; return; }
    this.looking = true;
    try {
      this.changed(await this.read("chat"));
    } catch {
      this.lost();
    } finally {
      this.looking = false;
    }
    if (this.again) { this.again = false; this.look(); }
  }

  async read(what) {
    const answer = await fetch(`/control/people/${this.person}${what && `/${what}`}${this.query}`, { cache: "no-store" });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  }

  async act(deed, body = {}) {
    const answer = await fetch(`/control/people/${this.person}/${deed}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...(this.bot && { bot: Number(this.bot) }), ...body }),
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.error);
    return said;
  }
}
