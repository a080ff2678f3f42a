// Formulas wider than the page scroll in their own box, which the keyboard can reach.
(() => {
  const room = (element) => element.closest("p, li, td, th, dd, figcaption, div").clientWidth;

  const fit = () => {
    for (const formula of document.querySelectorAll(".bd-article span.math")) {
      formula.classList.remove("wide");
      const box = formula.querySelector("mjx-container");
      if (box && box.getBoundingClientRect().width > room(formula)) formula.classList.add("wide");
    }
    for (const box of document.querySelectorAll(".bd-article div.math mjx-container, .bd-article .wide mjx-container")) {
      const scrolls = box.scrollWidth > box.clientWidth + 1;
      if (scrolls) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };

  window.addEventListener("load", () => window.MathJax?.startup?.promise.then(fit));
  window.addEventListener("resize", fit);
})();
