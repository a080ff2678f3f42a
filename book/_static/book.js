// Formulas wider than the page scroll in their own box: let the keyboard reach that box.
(() => {
  const reach = () => {
    for (const box of document.querySelectorAll("div.math mjx-container")) {
      if (box.scrollWidth > box.clientWidth + 1) {
        box.tabIndex = 0;
        box.setAttribute("role", "region");
        box.setAttribute("aria-label", "Formula, scrolls sideways");
      } else if (box.getAttribute("role") === "region") {
        for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
      }
    }
  };
  window.addEventListener("load", () => window.MathJax?.startup?.promise.then(reach));
  window.addEventListener("resize", reach);
})();
