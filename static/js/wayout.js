// What plain forms cannot do: tell the server the time zone, and keep the focus where the eye is.

// After htmx has swapped the wizard, the open step takes the focus, so that a screen reader reads it.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id === "wizard") {
    document.getElementById("step")?.focus({ preventScroll: false });
  }
});

// An error summary takes the focus when the page opens.
document.querySelector(".error-summary")?.focus();

// Signing up sends the time zone of the browser along.
document.querySelectorAll("[data-time-zone]").forEach((field) => {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
});
