// A chapter with ?slides in its address is shown as slides by reveal.js. Comments in the page say where cells begin.
const slidesScript = document.currentScript.src;

document.addEventListener("DOMContentLoaded", async () => {
  const article = document.querySelector("article.bd-article");
  if (!article || !new URLSearchParams(location.search).has("slides")) return;
  delete document.body.dataset.bsSpy;  // the theme's contents would follow links to slides
  const file = (name) => new URL(`reveal/${name}`, slidesScript).href;
  const load = (tag, values) => new Promise((resolve, reject) => document.head.append(
    Object.assign(document.createElement(tag), values, { onload: resolve, onerror: reject })));
  await Promise.all([
    window.MathJax?.startup?.promise,
    load("link", { rel: "stylesheet", href: file("reveal.css") }),
    load("script", { src: file("reveal.js") }),
    load("script", { src: file("notes.js") }),
  ]);

  const element = (tag, className = "") => Object.assign(document.createElement(tag), { className });
  const slides = element("div", "slides");
  let stack, slide, place, type;
  const begin = (id) => {
    if (type === "slide" || !stack) slides.append(stack = element("section"));
    if (type === "slide" || type === "subslide" || !slide) stack.append(slide = place = element("section"));
    if (type === "fragment") slide.append(place = element("div", "fragment"));
    if (type === "notes") slide.append(place = element("aside", "notes"));
    type = "";
  };
  const skipped = element("div");
  const take = (node) => {
    if (node.nodeType === Node.COMMENT_NODE && node.data.startsWith("cell ")) type = node.data.slice(5);
    else if (node.nodeName === "SECTION") {
      if (type !== "skip" && node.querySelector(":scope > h1, :scope > h2")) type = "slide";
      [...node.childNodes].forEach(take);
    } else if (node.nodeType === Node.ELEMENT_NODE) {
      if (type === "skip") return skipped.append(node);
      if (type === "-") { type = ""; place = slide; }
      if (type) begin();
      place.append(node);
    }
  };
  type = "slide";
  [...article.childNodes].forEach(take);

  // reveal.js takes a section within a slide, such as the text of a proof, for slides of its own
  for (const inner of slides.querySelectorAll("section section section")) {
    const box = Object.assign(element("div", inner.className), { id: inner.id });
    box.append(...inner.childNodes);
    inner.replaceWith(box);
  }

  const leave = Object.assign(element("a", "slides-leave"), { href: location.pathname, textContent: "Back to the page" });
  const show = element("div", "reveal");
  show.append(slides, leave);
  document.body.append(show);
  document.body.classList.add("as-slides");
  // A slide that is too tall is drawn smaller, and scrolls if that were too small to read.
  const fit = ({ currentSlide }) => {
    currentSlide.style.zoom = 1;
    const room = currentSlide.clientHeight / currentSlide.scrollHeight;
    currentSlide.style.zoom = Math.max(0.6, Math.min(1, room));
  };
  const reveal = new Reveal(show, {
    width: 1200, height: 800, margin: 0.03, center: false, slideNumber: "c/t", transition: "none",
    plugins: [RevealNotes],
  });
  reveal.on("slidechanged", (event) => {
    fit(event);
    history.replaceState(null, "", `?slides=${event.indexh}.${event.indexv}`);
  });
  await reveal.initialize();
  fit({ currentSlide: reveal.getCurrentSlide() });
  reveal.slide(...new URLSearchParams(location.search).get("slides").split(".").map(Number));
});
