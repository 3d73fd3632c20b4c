// The wizard, where htmx swaps it: focus and view go to what is new, what happened is read out, and
// the remaining time stays true from minute to minute.

const find = (selector) => document.querySelector(`#wizard ${selector}`);

// --- After a swap ---------------------------------------------------------------------------------

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target?.id !== "wizard") return;
  keepTime();
  if (detail.target.dataset.overtaken) return report(find("#step-title"));
  const refusal = find(".messages:has(.error)");
  const news = refusal ?? find("#step");
  news?.focus({ preventScroll: true });
  bringIntoView(find(".wizard-now") ?? news);
  if (detail.requestConfig?.verb === "post" && !refusal) report(...document.querySelectorAll("#wizard [data-news]"));
});

// Says it to those who hear the page; the others see it. The place for it is outside of what is
// swapped, for only a change of a place that was there already is read out.
function report(...parts) {
  document.getElementById("news").textContent = parts.map((part) => part?.textContent.trim()).join(". ");
}

function bringIntoView(part) {
  const { top } = part.getBoundingClientRect();
  if (top < 0 || top > innerHeight / 2) part.scrollIntoView();
}

// Sometimes another page comes where the wizard was awaited: the question before the point of no
// return, the sign-in page. It is opened as a page. What was refused, the page loaded anew shows.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (target?.id !== "wizard" || !(xhr.status >= 400 || /<html[ >]/i.test(xhr.responseText))) return;
  event.detail.shouldSwap = event.detail.isError = false;
  if (xhr.status >= 400) location.reload();
  else location.assign(xhr.responseURL);
});

// --- Remaining time -------------------------------------------------------------------------------

const MINUTE = 60_000;
const words = JSON.parse(document.getElementById("length-words").textContent);
const plural = new Intl.PluralRules(document.documentElement.lang);

// As `remaining` in guides/templatetags/wayout.py says it.
function inWords(time) {
  const minutes = Math.max(1, Math.ceil(time / MINUTE));
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  const counts = days ? [[days, "day"], [hours, "hour"]] : [[hours, "hour"], [minutes % 60, "minute"]];
  const parts = counts
    .filter(([count]) => count)
    .map(([count, unit]) => words[unit][plural.select(count)].replace("#", count));
  return parts.length === 2 ? words.two.replace("{0}", parts[0]).replace("{1}", parts[1]) : parts[0];
}

function keepTime() {
  for (const part of document.querySelectorAll("[data-until]")) {
    // What the server called now is when the page came, whatever the clock of this device says.
    part.came ??= Date.now();
    const passed = Date.now() - part.came;
    const left = Date.parse(part.dataset.until) - Date.parse(part.dataset.now) - passed;
    if (left > 0) part.textContent = inWords(left);
    else overtake();
  }
}

// The time is up while the page stands open: it is asked for anew, but nothing that somebody has
// typed or chosen is swept away.
function overtake() {
  const fields = [...document.querySelectorAll("#wizard input")];
  if (fields.some((field) => field.value !== field.defaultValue || field.checked)) return;
  document.getElementById("wizard").dataset.overtaken = true;
  htmx.ajax("GET", location.href, { target: "#wizard", swap: "outerHTML" });
}

keepTime();
setInterval(keepTime, MINUTE / 6); // so that no minute is said for much longer than one
document.addEventListener("visibilitychange", keepTime);
