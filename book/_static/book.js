// On the formula sheet: show the claims that have the words typed.
document.addEventListener("DOMContentLoaded", () => {
  const sheet = document.querySelector(".sheet-contents");
  if (!sheet) return;
  const field = Object.assign(document.createElement("input"), { type: "search", className: "sheet-search" });
  field.placeholder = "Search the formulas";
  field.setAttribute("aria-label", "Search the formulas");
  const count = document.createElement("p");
  count.className = "sheet-count";
  count.setAttribute("role", "status");
  sheet.before(field, count);
  const entries = [...document.querySelectorAll(".sheet-entry")];
  const texts = entries.map((entry) => entry.textContent.toLowerCase());
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    entries.forEach((entry, k) => { entry.hidden = !words.every((word) => texts[k].includes(word)); });
    for (const chapter of document.querySelectorAll(".sheet-chapter")) {
      chapter.hidden = words.length > 0 && !chapter.querySelector(".sheet-entry:not([hidden])");
    }
    const found = entries.filter((entry) => !entry.hidden).length;
    count.textContent = words.length ? `${found} of ${entries.length}` : "";
  });
});

// Formulas wider than the page scroll in their own box, which the keyboard can reach.
(() => {
  const room = (element) => element.closest("p, li, td, th, dd, figcaption, div").clientWidth;

  const fit = () => {
    const formulas = [...document.querySelectorAll(".bd-article span.math:has(mjx-container)")];
    formulas.forEach((formula) => formula.classList.remove("wide"));
    const isWide = (formula) => formula.querySelector("mjx-container").getBoundingClientRect().width > room(formula);
    formulas.filter(isWide).forEach((formula) => formula.classList.add("wide"));  // all are measured before one changes
    const boxes = [...document.querySelectorAll(".bd-article :is(div.math, .wide) mjx-container")];
    const scrolls = boxes.map((box) => box.scrollWidth > box.clientWidth + 1);
    boxes.forEach((box, k) => { if (scrolls[k]) box.tabIndex = 0; else box.removeAttribute("tabindex"); });
  };

  // Formulas that were set have moved what the address names: go there again, unless the reader has gone elsewhere.
  let moved = false;
  for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    window.addEventListener(kind, () => { moved = true; }, { once: true, passive: true });
  }
  const arrive = () => {
    const named = !moved && location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (named) named.scrollIntoView();
  };

  window.addEventListener("load", () => window.MathJax?.startup?.promise.then(() => { fit(); arrive(); }));
  window.addEventListener("resize", fit);
  document.addEventListener("scrollend", () => document.querySelector("mjx-lazy") && fit());
})();
