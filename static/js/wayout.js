// What every page needs: before anything is painted the look and what the browser can do, after that what
// plain forms cannot do.

// Light or dark: as chosen in the footer, else as the system prefers. The choice stays in this browser;
// where it may keep nothing, it lasts as long as the page.
{
  const root = document.documentElement;
  const key = "theme";

  const kept = () => {
    try { return ["light", "dark"].find((theme) => theme === localStorage.getItem(key)) ?? ""; } catch { return ""; }
  };

  const keep = (theme) => {
    try {
      if (theme) localStorage.setItem(key, theme);
      else localStorage.removeItem(key);
    } catch { /* nothing may be kept here */ }
  };

  const show = (theme) => {
    root.dataset.theme = theme;
    for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
      meta.dataset.theme ??= meta.media.includes("dark") ? "dark" : "light";
      const isChosen = theme === meta.dataset.theme;
      meta.media = theme ? (isChosen ? "all" : "not all") : `(prefers-color-scheme: ${meta.dataset.theme})`;
    }
    for (const choice of document.getElementsByName("theme")) choice.checked = choice.value === theme;
  };

  show(kept());
  addEventListener("DOMContentLoaded", () => show(kept()));
  addEventListener("storage", (event) => { if (event.key === key || !event.key) show(kept()); });
  document.addEventListener("change", ({ target }) => {
    if (target.name !== "theme") return;
    keep(target.value);
    show(target.value);
  });
}

// What needs passkeys is shown where the browser has them.
document.documentElement.toggleAttribute("data-has-passkeys", "PublicKeyCredential" in window);

// Where the keyboard of a phone hides what is found, the field moves up to the edge.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "results") return;
  const room = window.visualViewport.height - document.getElementById("results").getBoundingClientRect().top;
  if (room < 160) document.querySelector("form.search").scrollIntoView({ block: "start" });
});

addEventListener("DOMContentLoaded", () => {
  // An error summary takes the focus when the page opens.
  document.querySelector(".error-summary")?.focus();

  // Signing up sends the time zone of the browser along.
  document.querySelectorAll("[data-time-zone]").forEach((field) => {
    field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  });

  // A button that prints is there only where it does something.
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
});
