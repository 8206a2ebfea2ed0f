// Two things only: which language is shown, and by which column a table is sorted.
"use strict";
const root = document.documentElement;
const buttons = document.querySelectorAll("[data-choose]");

function choose(language) {
  root.dataset.language = language;
  root.lang = language;
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.choose === language));
}

for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.choose));
choose((navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en");

function compare(first, second, sign) {
  const [a, b] = [first, second].map((text) => (text === "" ? NaN : Number(text)));
  if (Number.isNaN(a) && Number.isNaN(b)) return sign * first.localeCompare(second);
  if (Number.isNaN(a)) return 1; // what is missing stands last, whichever way
  if (Number.isNaN(b)) return -1;
  return sign * (a - b);
}

for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const head = button.closest("th");
    const body = head.closest("table").tBodies[0];
    const next = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
    for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", next);
    const sign = next === "ascending" ? 1 : -1;
    const value = (row) => row.cells[head.cellIndex].dataset.value ?? "";
    [...body.rows].sort((one, other) => compare(value(one), value(other), sign)).forEach((row) => body.append(row));
  });
}
