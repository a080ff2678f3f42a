"""Small tables: truth tables, results. Not pandas, which would be a dependency for this alone."""

import html
import re
from collections.abc import Iterable, Sequence
from numbers import Integral, Real

__all__ = ["Link", "Table", "table"]


class Link(str):
    """The text of a cell that leads to an address."""

    href: str

    def __new__(cls, text: str, href: str) -> "Link":
        made = super().__new__(cls, text)
        made.href = href
        return made


class Table:
    """Rows under column names; HTML whose headers name their scope for screen readers, and aligned text."""

    def __init__(self, rows: list[list[str]], columns: list[str], caption: str | None, heads: bool) -> None:
        self.rows, self.columns, self.caption, self.heads = rows, columns, caption, heads

    def _repr_html_(self) -> str:
        caption = f"<caption>{html.escape(self.caption)}</caption>" if self.caption else ""
        # A corner without a name heads nothing.
        heads = (f'<th scope="col">{html.escape(name)}</th>' if name else "<td></td>" for name in self.columns)
        head = "".join(heads)
        body = "\n".join(f"<tr>{''.join(self._cell(k, text) for k, text in enumerate(row))}</tr>" for row in self.rows)
        # The theme gives tables of the class dataframe their look in light and dark mode.
        return f'<table class="dataframe">{caption}\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>'

    def _cell(self, k: int, text: str) -> str:
        inner = html.escape(text)
        if isinstance(text, Link):
            inner = f'<a href="{html.escape(text.href)}">{inner}</a>'
        return f'<th scope="row">{inner}</th>' if k == 0 and self.heads else f"<td>{inner}</td>"

    def __repr__(self) -> str:
        lines = [self.columns, *self.rows]
        widths = [max(len(line[k]) for line in lines) for k in range(len(self.columns))]
        body = [
            "  ".join(text.rjust(w) if _numeric(text) else text.ljust(w) for text, w in zip(line, widths, strict=True))
            for line in lines
        ]
        return "\n".join([self.caption, *body] if self.caption else body)


def table(
    rows: Iterable[Sequence],
    columns: Sequence[str],
    caption: str | None = None,
    *,
    heads: bool = False,
    digits: int = 4,
) -> Table:
    """A table of `rows` under `columns`; numbers are rounded to `digits` significant digits.

    With `heads` the first column names its row.
    A cell may be a :class:`Link`. Raises ValueError where a row does not fit the columns.
    """
    columns = [str(name) for name in columns]
    made = []
    for number, row in enumerate(rows):
        cells = [_text(value, digits) for value in row]
        if len(cells) != len(columns):
            raise ValueError(f"table: row {number} has {len(cells)} cells, expected {len(columns)}")
        made.append(cells)
    return Table(made, columns, caption, heads)


def _text(value: object, digits: int) -> str:
    if hasattr(value, "item") and getattr(value, "ndim", 1) == 0:
        value = value.item()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Integral):
        return f"{value}".replace("-", "−")
    if isinstance(value, Real):
        return f"{value:.{digits}g}".replace("-", "−")
    return value if isinstance(value, Link) else str(value)


def _numeric(text: str) -> bool:
    return re.fullmatch(r"[−\d.e+]+", text) is not None
