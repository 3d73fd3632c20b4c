// Signing in with a passkey, and making one, by the scripts of django-allauth; what they need to know stands
// in the page as JSON. Served to people as one file: see config/storage.py.

import "/static/mfa/js/webauthn-json.js";
import "/static/mfa/js/webauthn.js";
import "/static/account/js/onload.js";

// Said by django-allauth's script, which would only write it to the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const note = document.querySelector("[data-passkey-failed]");
  if (!note) return;
  note.hidden = false;
  note.focus();
});
