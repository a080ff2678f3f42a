"""The static form of a figure with sliders: HTML that is complete in itself and still with JavaScript off."""

import html
import json
from collections.abc import Sequence

from derived.viz.frames import Pack

__all__ = ["page", "picture"]

STEP = 700  # milliseconds that a picture stays when the button moves the slider

# One closure for each figure: nothing is left on `window`, and a figure shown twice still finds itself.
SCRIPT = """\
(() => {
  for (const root of document.querySelectorAll('[data-explore="@KEY@"]:not([data-ready])')) {
    root.dataset.ready = "";
    const store = root.querySelector("script");
    const texts = JSON.parse(root.dataset.texts);
    const inputs = [...root.querySelectorAll("input")];
    const outputs = [...root.querySelectorAll("output")];
    const picture = root.querySelector("img");
    const link = root.querySelector("[data-link]");
    const address = () => "?" + outputs.map(
      (output) => root.id + "=" + encodeURIComponent(output.textContent)).join("&") + "#" + root.id;
    // The site may keep the pictures in a file of their own, which is a script so that it loads from a disk, too.
    const load = () => {
      if (root.dataset.loading !== undefined) return;
      root.dataset.loading = "";
      const file = document.createElement("script");
      file.src = store.dataset.file;
      file.onload = () => { root.dataset.loaded = ""; show(); };
      file.onerror = () => { delete root.dataset.loading; };
      document.head.append(file);
    };
    if (!store.dataset.file) root.pictures = JSON.parse(store.textContent);
    else new IntersectionObserver(([seen], observer) => {
      if (!seen.isIntersecting) return;
      observer.disconnect();
      load();
    }, { rootMargin: "50%" }).observe(root);
    const show = () => {
      let current = 0;
      inputs.forEach((input, k) => {
        const text = texts[k][input.valueAsNumber];
        input.setAttribute("aria-valuetext", text);
        outputs[k].textContent = text;
        current = current * texts[k].length + input.valueAsNumber;
      });
      link.href = address();
      if (!root.pictures) return load();
      const { prefix, pieces, frames, alts } = root.pictures;
      const content = frames[current].map((piece) => pieces[piece]).join("");
      picture.src = prefix ? prefix + encodeURIComponent(content) : content;
      picture.alt = alts[current];
    };
    const linked = () => {
      const values = new URLSearchParams(location.search).getAll(root.id);
      const places = texts.map((column, k) => column.indexOf(values[k]));
      if (places.includes(-1)) return;
      places.forEach((place, k) => { inputs[k].value = place; });
      show();
    };
    const play = root.querySelector("[data-play]");
    if (play) {
      const slider = inputs[play.dataset.play];
      let timer = 0;
      const stop = () => { clearInterval(timer); timer = 0; play.textContent = "▶ Play"; };
      play.addEventListener("click", () => {
        if (timer) return stop();
        if (slider.value === slider.max) { slider.value = 0; show(); }
        play.textContent = "❚❚ Pause";
        timer = setInterval(() => {
          slider.stepUp();
          show();
          if (slider.value === slider.max) stop();
        }, @STEP@);
      });
      slider.addEventListener("input", stop);
    }
    inputs.forEach((input) => input.addEventListener("input", show));
    link.href = address();
    linked();
    root.querySelector("[data-controls]").style.display = "";
    root.querySelector("[data-still]").style.display = "none";
  }
})();
"""


def page(
    key: str,
    pack: Pack,
    alts: Sequence[str],
    caption: str | None,
    labels: Sequence[str],
    texts: Sequence[Sequence[str]],
    start: Sequence[int],
    first: int,
    play: int | None = None,
) -> str:
    """HTML with one range input for each slider and the pictures of `pack`.

    Without JavaScript the picture `first` stands alone, with its caption and the values that it belongs to;
    the inputs appear only when the script that serves them runs. The value is part of the input for a screen
    reader (``aria-valuetext``), so the visible copy beside it is not announced a second time.
    The link below the picture leads to the figure with its present values; `play` is the number of the slider
    that a button moves by itself.  Colours are left to the page, which knows whether it is dark.
    """
    wide = 0.6 * max(map(len, labels)) + 0.3, 0.6 * max(len(text) for column in texts for text in column) + 0.3
    controls = "\n".join(map(lambda *parts: _control(*parts, *wide), labels, texts, start))
    if play is not None:
        controls += f'\n<button type="button" data-play="{play}">▶ Play</button>'
    controls += f'\n<a data-link href="#{key}">Link to these values</a>'
    words = [f"{label} = {column[at]}" for label, column, at in zip(labels, texts, start, strict=True)]
    pictures = {"prefix": pack.prefix, "pieces": pack.pieces, "frames": pack.frames, "alts": alts}
    packed = json.dumps(pictures, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    values = html.escape(json.dumps(texts, ensure_ascii=False))
    parts = [
        f'<figure class="explore" data-explore="{key}" data-texts="{values}" id="{key}" style="margin:0">',
        f'<div data-controls style="display:none;max-width:36em">\n{controls}\n</div>',
        picture(pack, first, alts[first]),
        f'<figcaption style="color:inherit">{html.escape(caption)}</figcaption>' if caption else "",
        f"<p data-still>Shown for {html.escape(', '.join(words))}; the sliders need JavaScript.</p>",
        f'<script type="application/json">{packed}</script>\n</figure>',
        f"<script>\n{SCRIPT.replace('@KEY@', key).replace('@STEP@', str(STEP))}</script>",
    ]
    return "\n".join(part for part in parts if part)


def picture(pack: Pack, k: int, alt: str) -> str:
    """The picture `k` as an image element; its class keeps the theme from dimming white paper in dark mode."""
    return (
        f'<img class="dark-light" alt="{html.escape(alt)}" width="{pack.width}" height="{pack.height}" '
        f'style="max-width:100%;height:auto" src="{html.escape(pack.uri(k))}">'
    )


def _control(label: str, texts: Sequence[str], at: int, label_width: float, text_width: float) -> str:
    text, name = html.escape(texts[at]), html.escape(label)
    return (
        '<label style="display:flex;align-items:center;gap:.75em;min-height:2.25em">'
        f'<span style="min-width:min({label_width:.1f}em,40%)">{name}</span>'
        f'<input type="range" min="0" max="{len(texts) - 1}" step="1" value="{at}" autocomplete="off" '
        f'aria-label="{name}" aria-valuetext="{text}" '
        'style="flex:1;min-width:6em;min-height:2em">'
        f'<output aria-live="off" style="min-width:{text_width:.1f}em">{text}</output></label>'
    )
