"""What a chapter is made of. Tables and figures get their numbers when the book is put together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from certificates.documents import width_of
from cycles.annual.photos import printable
from documents.charts import Chart

TEXT, NUMBER = "", "number"
"""How a column stands: words from the left, numbers in the middle."""


PAGE = 160
"""Millimetres between the margins."""
MOST_NUMBER, MEASURED = 34.0, 40
"""Millimetres of the widest column of numbers; rows that its width is judged by."""
SIZE = 9.5 * 25.4 / 72
"""Millimetres of the size of a table's letters."""
PADDING, MOST_WORD, MOST_WORDS = 4.2, 19.0, 75.0
"""Of a cell; the most that one word of a heading asks for, and the most that a column of words does."""


def _room(text: str) -> float:
    """Millimetres that a cell needs on one line, with its padding."""
    return width_of(text) * SIZE + PADDING


def _head_room(text: str) -> float:
    """Of a heading, which breaks at its spaces, and a long word within."""
    return max((min(_room(word), MOST_WORD) for word in text.split()), default=0)


@dataclass(kw_only=True)
class Block:
    """``kind`` names its template."""

    kind = ""

    @property
    def template(self) -> str:
        return f"documents/annual/{self.kind}.html"


@dataclass
class Heading(Block):
    """A heading below that of the chapter; ``level`` 2 or 3. ``anchor`` is where the contents lead, empty: not listed."""

    text: str
    level: int = 2
    anchor: str = ""
    kind = "heading"


@dataclass
class Words(Block):
    """A paragraph; of the program, or as people typed it."""

    text: str
    typed: bool = False
    kind = "words"


@dataclass
class Items(Block):
    """A list, numbered or not."""

    rows: Sequence[str]
    numbered: bool = True
    kind = "items"


@dataclass
class Table(Block):
    """``heads``: (heading, TEXT or NUMBER) of each column; ``rows``: cells as printed; ``totals``: rows that sum up."""

    title: str
    heads: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[Any]]
    totals: Sequence[Sequence[Any]] = ()
    note: str = ""
    number: str = ""
    kind = "table"

    @property
    def anchor(self) -> str:
        return f"t-{self.number.replace('.', '-')}"

    @property
    def widths(self) -> list[str]:
        """The width of each column in millimetres, as it is printed: numbers take what they need, words share the rest.

        Said ahead, because working it out from every cell takes as long as laying the table out.
        """
        shown = [*self.rows[:MEASURED], *self.totals]
        needs = []
        for at, (head, kind) in enumerate(self.heads):
            longest = max((_room(str(row[at])) for row in shown), default=0)
            needs.append(max(_head_room(head), min(longest, MOST_NUMBER if kind else MOST_WORDS)))
        words = [at for at, (_, kind) in enumerate(self.heads) if not kind]
        left, asked = PAGE - sum(needs), sum(needs[at] for at in words)
        for at in words:  # what is left over or missing is shared by those that can be broken
            needs[at] = max(needs[at] + left * needs[at] / asked, _head_room(self.heads[at][0]))
        scale = PAGE / (sum(needs) or 1)
        return [f"{need * scale:.1f}" for need in needs]

    @property
    def lines(self) -> Iterator[list[tuple[Any, str]]]:
        """The cells of each row with how they stand."""
        return self._cells(self.rows)

    @property
    def total_lines(self) -> Iterator[list[tuple[Any, str]]]:
        return self._cells(self.totals)

    def _cells(self, rows: Sequence[Sequence[Any]]) -> Iterator[list[tuple[Any, str]]]:
        kinds = [kind for _, kind in self.heads]
        return (list(zip(row, kinds, strict=True)) for row in rows)


@dataclass
class Figure(Block):
    """A chart. Its title becomes the words under it."""

    title: str
    chart: Chart
    number: str = ""
    kind = "figure"

    @property
    def anchor(self) -> str:
        return f"f-{self.number.replace('.', '-')}"

    @property
    def shown(self) -> Chart:
        """The chart with its number and words as its title."""
        return replace(self.chart, title=f"ภาพที่ {self.number} {self.title}")


@dataclass
class Photos(Block):
    """Photographs, two a line; ``rows`` as ``photos.photo_facts`` has them."""

    rows: Sequence[Mapping[str, Any]]
    kind = "photos"

    @property
    def shown(self) -> Iterator[dict[str, str]]:
        """Each with the address of its print, which is made now where there is none yet."""
        for row in self.rows:
            name = printable(row["name"], row["sha256"])
            yield {"address": f"media:{quote(name)}", "caption": row["caption"], "of": row["of"]}


@dataclass
class Frozen(Block):
    """A step as it was frozen when it was done, in its own template."""

    record: Any
    kind = "frozen"

    @property
    def anchor(self) -> str:
        return f"step-{self.record.step.number}"


@dataclass
class Chapter:
    """A chapter or an appendix. ``label`` is “บทที่ 4” or “ภาคผนวก ก”, ``sign`` what its tables are numbered by."""

    label: str
    title: str
    sign: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"c-{self.sign}"

    @property
    def headings(self) -> list[Heading]:
        return [block for block in self.blocks if isinstance(block, Heading) and block.anchor]


def numbered(chapters: Sequence[Chapter]) -> tuple[list[Table], list[Figure]]:
    """Give every table and figure its number (4.1, 4.2 … in each chapter); answers both lists in the order of the book."""
    tables: list[Table] = []
    figures: list[Figure] = []
    for chapter in chapters:
        counts = {Table: 0, Figure: 0}
        for place, block in enumerate(chapter.blocks):
            if isinstance(block, Heading):
                block.anchor = block.anchor or (f"h-{chapter.sign}-{place}" if block.level == 2 else "")
            elif isinstance(block, Table | Figure):
                counts[type(block)] += 1
                block.number = f"{chapter.sign}.{counts[type(block)]}"
                (tables if isinstance(block, Table) else figures).append(block)  # type: ignore[arg-type]
    return tables, figures
