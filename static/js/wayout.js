// What plain forms cannot do: tell the server the time zone, and keep the focus where the eye is.

// After htmx has swapped the wizard, what was refused takes the focus, else the open step does, so
// that the eye finds it and a screen reader reads it.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "wizard") return;
  const news = document.querySelector("#wizard .messages") ?? document.getElementById("step");
  news?.focus({ preventScroll: false });
});

// Sometimes another page comes where the wizard was awaited: the question before the point of no
// return, the sign-in page. It is opened as a page. What was refused, the page loaded anew shows.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (target?.id !== "wizard" || !(xhr.status >= 400 || /<html[ >]/i.test(xhr.responseText))) return;
  event.detail.shouldSwap = event.detail.isError = false;
  if (xhr.status >= 400) location.reload();
  else location.assign(xhr.responseURL);
});

// An error summary takes the focus when the page opens.
document.querySelector(".error-summary")?.focus();

// Signing up sends the time zone of the browser along.
document.querySelectorAll("[data-time-zone]").forEach((field) => {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
});

// Where the keyboard of a phone hides what is found, the field moves up to the edge.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "results") return;
  const room = window.visualViewport.height - document.getElementById("results").getBoundingClientRect().top;
  if (room < 160) document.querySelector("form.search").scrollIntoView({ block: "start" });
});

// A button that prints is there only where it does something.
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
