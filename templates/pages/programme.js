// What the programme page can do more where scripts run: it marks what happens now, and shows the times of where
// the reader is. Without it the page is whole. Words are in the data attributes of #tools.
(() => {
  "use strict";
  const tools = document.getElementById("tools");
  if (!tools || !window.Intl) return;
  const { zone, now, times, eventTime, ownTime } = tools.dataset;
  const language = document.documentElement.lang;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const clocks = [...document.querySelectorAll("time.clock")].map((element) => ({
    element,
    moment: new Date(element.dateTime),
    written: element.textContent,
  }));
  const slots = [...document.querySelectorAll(".timeline .slot")].map((element) => {
    const [start, end] = [...element.querySelectorAll(".time time")].map((time) => new Date(time.dateTime));
    return { element, start, end };
  });

  const parts = (moment, timeZone) => {
    const options = { timeZone, hourCycle: "h23", weekday: "short", day: "numeric", hour: "numeric", minute: "2-digit" };
    const found = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, options).formatToParts(moment);
    return Object.fromEntries(found.map(({ type, value }) => [type, value]));
  };

  // As the page itself writes it: « 10 h 30 », "10:30"; with the day where it is another one.
  const shown = (moment) => {
    const { weekday, day, hour, minute } = parts(moment, own);
    const whole = String(Number(hour));
    const time = language !== "fr" ? `${whole}:${minute}` : `${whole}\u00a0h${minute === "00" ? "" : `\u00a0${minute}`}`;
    return day === parts(moment, zone).day ? time : `${time}\u00a0(${weekday})`;
  };

  const offerOwnTime = () => {
    const label = document.createElement("label");
    const select = document.createElement("select");
    for (const [text, name] of [[eventTime, zone], [ownTime, own]]) select.add(new Option(`${text} (${name})`, name));
    select.addEventListener("change", () => {
      const away = select.selectedIndex === 1;
      for (const clock of clocks) clock.element.textContent = away ? shown(clock.moment) : clock.written;
    });
    label.append(`${times} `, select);
    tools.append(label);
    tools.hidden = false;
  };

  const link = document.createElement("a");
  link.className = "now-link";
  const markNow = () => {
    const moment = Date.now();
    let first = null;
    for (const { element, start, end } of slots) {
      const running = start <= moment && moment < end;
      const mark = element.querySelector(".mark.now");
      element.classList.toggle("now", running);
      if (running) first ??= element;
      if (running && !mark) {
        const made = document.createElement("span");
        made.className = "mark now";
        made.textContent = now;
        element.querySelector(".time").append(" ", made);
      } else if (!running && mark) {
        mark.remove();
      }
    }
    const target = first && (first.id ? first : first.querySelector("[id]") ?? first.closest("[id]"));
    if (target) {
      link.href = `#${target.id}`;
      link.textContent = now;
      tools.prepend(link);
      tools.hidden = false;
    } else {
      link.remove();
      tools.hidden = tools.childElementCount === 0;
    }
  };

  const apart = ({ moment }) => {
    const [here, there] = [parts(moment, own), parts(moment, zone)];
    return here.day !== there.day || here.hour !== there.hour || here.minute !== there.minute;
  };
  if (own && zone && clocks.some(apart)) offerOwnTime();
  markNow();
  setInterval(markNow, 30000);
})();
