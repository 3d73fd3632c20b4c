// Shows what needs passkeys where the browser has them, and says kindly when one did not work.

if (window.PublicKeyCredential) {
  document.querySelectorAll("[data-passkeys]").forEach((part) => { part.hidden = false; });
}

// Said by django-allauth's script, which would only write it to the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const note = document.querySelector("[data-passkey-failed]");
  if (!note) return;
  note.hidden = false;
  note.focus();
});
