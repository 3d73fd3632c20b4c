// Progress without an account. It is kept in this browser and nowhere else: nothing here sends
// anything, until somebody who has signed in presses the button that takes it along.
//
// { "amazon/contact": { "title": "Amazon: …", "path": "/en/services/…", "done": { "12": "2026-…Z" } } }

const KEY = "wayout.progress";

const read = () => {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
};

const write = (progress) => {
  try {
    if (Object.keys(progress).length) localStorage.setItem(KEY, JSON.stringify(progress));
    else localStorage.removeItem(KEY);
    return true;
  } catch {
    return false; // a private window, or a full one
  }
};

const without = (progress, names) => Object.fromEntries(Object.entries(progress).filter(([name]) => !names.includes(name)));

// As everywhere else on the pages: "Thursday 26 November, 14:00", in their language, with these digits.
const language = document.documentElement.lang.replace(/^en$/, "en-GB");
const day = new Intl.DateTimeFormat(`${language}-u-nu-latn`, { weekday: "long", day: "numeric", month: "long" });
const two = (number) => String(number).padStart(2, "0");
const said = (moment, pattern) => pattern.replace("DAY", day.format(moment))
  .replace("HOUR", two(moment.getHours())).replace("MINUTE", two(moment.getMinutes()));

const item = ([, { title, path }]) => {
  const link = Object.assign(document.createElement("a"), { href: path, textContent: title });
  const row = document.createElement("li");
  row.append(link);
  return row;
};

// To delete everything is offered where there is something.
const offerToForget = () => document.querySelectorAll("[data-forget-here]").forEach((details) => {
  details.hidden = !Object.keys(read()).length;
});

// --- Following a guide ---------------------------------------------------------------------------

const follow = (local) => {
  const name = local.dataset.local;
  const [acts, waiting, words] = document.getElementById("local-words").content.children;
  const status = local.querySelector("[role=status]");
  const steps = [...document.querySelectorAll(".way-step[data-step]")];
  const done = () => read()[name]?.done ?? {};

  const tick = (id, isDone) => {
    const progress = read();
    const ticks = { ...progress[name]?.done };
    if (isDone) ticks[id] = new Date().toISOString();
    else delete ticks[id];
    const entry = { title: local.dataset.title, path: location.pathname, done: ticks };
    const kept = Object.keys(ticks).length ? { ...progress, [name]: entry } : without(progress, [name]);
    const isKept = write(kept);
    status.textContent = words.dataset[isKept ? (isDone ? "done" : "undone") : "full"];
    draw();
  };

  // What a step's clock counts from: the tick of the step before it that is not done while waiting.
  const begunAt = (place) => {
    const before = steps.slice(0, place).findLast((step) => step.dataset.whileWaiting === undefined);
    return before && done()[before.dataset.step];
  };

  const clock = (step, place) => {
    const before = step.querySelector(".local-wait");
    if (before) URL.revokeObjectURL(before.querySelector("a").href);
    before?.remove();
    const length = step.dataset.longest || step.dataset.within;
    const begun = begunAt(place);
    if (!length || !begun || step.dataset.step in done()) return;
    const line = waiting.cloneNode(true);
    const end = new Date(Date.parse(begun) + 1000 * length);
    const text = line.querySelector("strong");
    const word = step.dataset.within ? "within" : end > new Date() ? "until" : "over";
    text.textContent = text.dataset[word].replace("MOMENT", said(end, words.dataset.moment));
    line.querySelector("a").href = URL.createObjectURL(calendar(`${name}/${step.id}`, end, local.dataset.calendarTitle));
    step.querySelector(".local-act").before(line);
  };

  const draw = () => {
    const ticks = done();
    steps.forEach((step, place) => {
      const isDone = step.dataset.step in ticks;
      step.dataset.state = isDone ? "done" : "to_do";
      step.querySelector("[data-tick]").hidden = isDone;
      step.querySelector("[data-untick]").hidden = !isDone;
      clock(step, place);
    });
    offerToForget();
  };

  steps.forEach((step) => {
    const buttons = acts.cloneNode(true);
    const title = step.querySelector(".way-title");
    title.id ||= `title-${step.id}`;
    buttons.querySelectorAll("button").forEach((button) => button.setAttribute("aria-describedby", title.id));
    buttons.querySelector("[data-tick]").addEventListener("click", () => {
      tick(step.dataset.step, true);
      step.querySelector("[data-untick]").focus();
    });
    buttons.querySelector("[data-untick]").addEventListener("click", () => {
      tick(step.dataset.step, false);
      step.querySelector("[data-tick]").focus();
    });
    step.querySelector(".tell").before(buttons);
  });
  document.addEventListener("wayout:forgotten", () => {
    status.textContent = words.dataset.forgotten;
    status.tabIndex = -1;
    status.focus();
    draw();
  });
  local.hidden = false;
  draw();
};

// One event as a calendar reads it (RFC 5545). It names no service: a phone tells nobody.
const calendar = (uid, end, title) => {
  const stamp = (moment) => moment.toISOString().replace(/[-:]|\.\d+/g, "");
  const escaped = title.replace(/[\\;,]/g, "\\$&");
  const lines = [
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Wayout//Wayout//EN", "BEGIN:VEVENT",
    `UID:${uid}@${location.hostname}`, `DTSTAMP:${stamp(new Date())}`, `DTSTART:${stamp(end)}`,
    `SUMMARY:${escaped}`, "TRANSP:TRANSPARENT", "CLASS:PRIVATE",
    "BEGIN:VALARM", "ACTION:DISPLAY", `DESCRIPTION:${escaped}`, "TRIGGER:PT0S", "END:VALARM",
    "END:VEVENT", "END:VCALENDAR", "",
  ];
  return new Blob([lines.join("\r\n")], { type: "text/calendar" });
};

// --- What there is, on the home page and after signing in ------------------------------------------

const list = (holder) => {
  const kept = Object.entries(read());
  holder.hidden = !kept.length;
  holder.querySelector("ul").replaceChildren(...kept.map(item));
};

const taken = document.querySelector("[data-taken]");
if (taken) write(without(read(), taken.dataset.taken.split(" ")));

document.querySelectorAll("[data-local]").forEach(follow);
document.querySelectorAll("[data-begun-here]").forEach(list);
document.querySelectorAll("[data-take-along]").forEach((form) => {
  list(form);
  form.elements.progress.value = JSON.stringify(read());
});
document.querySelectorAll("[data-forget-here]").forEach((details) => {
  details.querySelector("[data-keep]").addEventListener("click", () => {
    details.open = false;
    details.querySelector("summary").focus();
  });
  details.querySelector("[data-forget]").addEventListener("click", () => {
    write({});
    details.open = false;
    document.getElementById("main").focus({ preventScroll: true });
    document.querySelectorAll("[data-begun-here], [data-take-along]").forEach(list);
    document.dispatchEvent(new Event("wayout:forgotten"));
  });
});
offerToForget();
