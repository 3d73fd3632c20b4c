// Light or dark: as chosen in the footer, else as the system prefers. Loaded before anything is painted.
// The choice stays in this browser; where it may keep nothing, it lasts as long as the page.
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
