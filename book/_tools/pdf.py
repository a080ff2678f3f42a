"""The whole book as one PDF (``make pdf``): every page printed by Chromium as it stands on the site, then joined.

The pages are served to the browser under the address of the published site, so that links in the PDF lead there.
"""

import io
import mimetypes
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import chromium
import yaml
from playwright.sync_api import Page, Route, sync_playwright
from pypdf import PdfWriter
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"
PDF = ROOT / "_build" / "deep-learning-derived.pdf"
READY = """async () => {
  for (const image of document.images) image.loading = "eager";
  for (const folded of document.querySelectorAll(".toggle-hidden")) folded.classList.remove("toggle-hidden");
  const title = document.querySelector("#jb-print-docs-body h1");
  if (title) title.textContent = document.title.split(" \u2014 ")[0];
  await window.MathJax?.startup?.promise;
  await window.MathJax?.startup?.document?.lazyTypesetAll?.();
  await Promise.all([...document.images].map((image) => image.decode().catch(() => null)));
  await document.fonts.ready;
}"""
FOOT = """<div style="font-size:7px;width:100%;text-align:center;color:#666">
  <span class="title"></span> · <span class="pageNumber"></span></div>"""


def pages(entry: dict) -> list[str]:
    """Names of the pages in the order of the table of contents."""
    found = [entry[key] for key in ("root", "file") if key in entry]
    for key in ("parts", "chapters", "sections"):
        for child in entry.get(key, []):
            found += pages(child)
    return found


def serve(route: Route, base: str, site: Path = HTML) -> None:
    """Answer from the built site; what is not there does not exist."""
    url = route.request.url
    path = site / unquote(urlsplit(url).path.removeprefix(urlsplit(base).path)) if url.startswith(base) else None
    if path is None or not path.is_file():
        route.abort()
        return
    route.fulfill(body=path.read_bytes(), content_type=mimetypes.guess_type(path.name)[0] or "text/plain")


def printed(page: Page, address: str) -> bytes:
    """A page as PDF, with every figure loaded and every fold open."""
    page.goto(address)
    page.evaluate(READY)
    edges = {"top": "16mm", "bottom": "18mm", "left": "16mm", "right": "16mm"}
    return page.pdf(format="A4", scale=0.8, print_background=True, margin=edges, display_header_footer=True,
                    header_template="<span></span>", footer_template=FOOT)


def main() -> int:
    """Print and join; the exit status."""
    browser = chromium.executable()
    if browser is None or not (HTML / "index.html").exists():
        names = ", ".join(chromium.NAMES)
        print(f"make pdf needs Chromium ({names}) and a built site in {HTML}: run `make site` first")
        return 1
    names = pages(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))
    base = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["html"]["baseurl"]
    book = PdfWriter()
    with sync_playwright() as play:
        window = play.chromium.launch(executable_path=browser, args=chromium.FLAGS)
        page = window.new_page(color_scheme="light")
        page.route("**/*", lambda route: serve(route, base))
        for name in tqdm(names, unit="page"):
            data = printed(page, f"{base}{name}.html")
            book.append(io.BytesIO(data), outline_item=page.title().split(" — ")[0], import_outline=False)
        window.close()
    book.compress_identical_objects()
    book.write(PDF)
    print(f"{PDF.relative_to(ROOT)}: {len(book.pages)} pages, {PDF.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
