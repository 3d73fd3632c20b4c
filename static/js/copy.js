// Buttons that copy: data-copy names the element whose text is taken, data-copied is what is said then.

document.querySelectorAll("[data-copy]").forEach((button) => {
  if (!navigator.clipboard) return button.remove(); // only where the connection is safe
  const said = button.parentElement.querySelector("[role=status]");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    said.textContent = button.dataset.copied;
  });
});
