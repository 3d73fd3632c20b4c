// What plain forms cannot do on any page: take the focus to what is wrong, tell the time zone.

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
