// On the page of a guide: shows what is filled in, and warns before typed words are lost.
"use strict";

addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("#guide_form, #service_form");
  if (!form) return;

  for (const details of form.querySelectorAll(".inline-related:not(.empty-form) details")) {
    const fields = [...details.querySelectorAll("select, input:not([name$='-key'])")];
    details.open ||= fields.some((field) => (field.type === "checkbox" ? field.checked : field.value));
  }

  let isChanged = false;
  form.addEventListener("change", () => { isChanged = true; });
  form.addEventListener("submit", () => { isChanged = false; });
  addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });
});
