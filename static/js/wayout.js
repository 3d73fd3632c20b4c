// What plain forms cannot do on any page: take the focus to what is wrong, tell the time zone.

// An error summary takes the focus when the page opens.
document.querySelector(".error-summary")?.focus();

// Signing up sends the time zone of the browser along.
document.querySelectorAll("[data-time-zone]").forEach((field) => {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
});
