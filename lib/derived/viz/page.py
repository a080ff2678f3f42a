"""The static form of a figure with sliders: HTML that is complete in itself and still with JavaScript off."""

import html
import json
from collections.abc import Sequence

from derived.viz.frames import Pack

__all__ = ["page", "picture"]

# One closure for each figure: nothing is left on `window`, and a figure shown twice still finds itself.
SCRIPT = """\
(() => {
  for (const root of document.querySelectorAll('[data-explore="@KEY@"]:not([data-ready])')) {
    root.dataset.ready = "";
    const { prefix, pieces, frames, alts, texts } = JSON.parse(root.querySelector("script").textContent);
    const inputs = [...root.querySelectorAll("input")];
    const outputs = [...root.querySelectorAll("output")];
    const picture = root.querySelector("img");
    const show = () => {
      let current = 0;
      inputs.forEach((input, k) => {
        const text = texts[k][input.valueAsNumber];
        input.setAttribute("aria-valuetext", text);
        outputs[k].textContent = text;
        current = current * texts[k].length + input.valueAsNumber;
      });
      const content = frames[current].map((piece) => pieces[piece]).join("");
      picture.src = prefix ? prefix + encodeURIComponent(content) : content;
      picture.alt = alts[current];
    };
    inputs.forEach((input) => input.addEventListener("input", show));
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
) -> str:
    """HTML with one range input for each slider and the pictures of `pack`.

    Without JavaScript the picture `first` stands alone, with its caption and the values that it belongs to;
    the inputs appear only when the script that serves them runs. The value is part of the input for a screen
    reader (``aria-valuetext``), so the visible copy beside it is not announced a second time.
    Colours are left to the page, which knows whether it is dark.
    """
    wide = 0.6 * max(map(len, labels)) + 0.3, 0.6 * max(len(text) for column in texts for text in column) + 0.3
    controls = "\n".join(map(lambda *parts: _control(*parts, *wide), labels, texts, start))
    words = [f"{label} = {column[at]}" for label, column, at in zip(labels, texts, start, strict=True)]
    data = {"prefix": pack.prefix, "pieces": pack.pieces, "frames": pack.frames, "alts": alts, "texts": texts}
    packed = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    parts = [
        f'<figure class="explore" data-explore="{key}" id="{key}" style="margin:0">',
        f'<div data-controls style="display:none;max-width:36em">\n{controls}\n</div>',
        picture(pack, first, alts[first]),
        f'<figcaption style="color:inherit">{html.escape(caption)}</figcaption>' if caption else "",
        f"<p data-still>Shown for {html.escape(', '.join(words))}; the sliders need JavaScript.</p>",
        f'<script type="application/json">{packed}</script>\n</figure>',
        f"<script>\n{SCRIPT.replace('@KEY@', key)}</script>",
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
