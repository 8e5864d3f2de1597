// Times as the person reads them: in their language and their zone, by the chat's own clock.

export class Clock {
  constructor(language, zone) {
    const place = { en: "en-GB", ar: "ar-u-nu-latn" }[language] ?? language; // day, month and digits as the bot writes them
    const make = (options) => new Intl.DateTimeFormat(place, { ...options, timeZone: zone || undefined });
    this.times = make({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.days = make({ weekday: "long", day: "numeric", month: "long" });
    this.keys = make({ year: "numeric", month: "2-digit", day: "2-digit" });
    this.fulls = make({ dateStyle: "full", timeStyle: "short" });
    this.now = new Date();
  }

  time(moment) { return this.times.format(new Date(moment)); }
  full(moment) { return this.fulls.format(new Date(moment)); }
  day(moment) { return this.keys.format(new Date(moment)); }

  /** Name a day for the line between messages. */
  dayName(moment, words) {
    if (this.day(moment) === this.day(this.now)) return words.today;
    if (this.day(moment) === this.day(this.now - 86400000)) return words.yesterday;
    const name = this.days.format(new Date(moment));
    return name.charAt(0).toUpperCase() + name.slice(1);
  }
}
