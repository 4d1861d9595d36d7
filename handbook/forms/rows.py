"""Lists of sentences, edited row by row on a page that works without scripts."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.forms import Field, Widget
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from handbook.editing import Piece
from thai.text import normalise

TEXT, ROWS = 4000, 200
"""The most letters of a sentence, and the most sentences of a list."""


class RowsWidget(Widget):
    """A list of sentences, one box each, with buttons that work without scripts: the page sends ``do`` back.

    ``columns``: {name: (label, rows of the box)}. ``nested``: a row may be a part of the one above it.
    """

    template_name = "handbook/_rows.html"

    def __init__(self, columns: Mapping[str, tuple[str, int]], *, noun: str, part: str = "", add: str = "") -> None:
        super().__init__()
        self.columns, self.noun, self.part, self.add = columns, noun, part, add or f"เพิ่ม{noun}"

    def value_from_datadict(self, data, files, name) -> list[Piece]:
        names = ("key", "depth", *self.columns)
        lists = {column: data.getlist(f"{name}-{column}") for column in names} if hasattr(data, "getlist") else {}
        count = min((len(lists[column]) for column in self.columns if column in lists), default=0)
        return [{column: lists[column][n] if n < len(lists[column]) else "" for column in names} for n in range(count)]

    def value_omitted_from_data(self, data, files, name) -> bool:
        return False

    def id_for_label(self, id_) -> str:
        return ""

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        shown, step, part = [], 0, 0
        for place, row in enumerate(value or []):
            inside = bool(self.part) and row.get("depth") == "1" and place > 0
            step, part = (step, part + 1) if inside else (step + 1, 0)
            shown.append(
                {
                    "place": place,
                    "key": row.get("key", ""),
                    "inside": inside,
                    "called": f"{self.part} {step}.{part}" if inside else f"{self.noun} {step}",
                    "number": f"{step}.{part}" if inside else str(step),
                    "boxes": [
                        {
                            "name": column,
                            "label": label,
                            "lines": max(lines, len(row.get(column, "")) // 70 + 1),
                            "value": row.get(column, ""),
                        }
                        for column, (label, lines) in self.columns.items()
                    ],
                }
            )
        context = {"name": name, "rows": shown, "noun": self.noun, "part": self.part, "add": self.add,
                   "alone": len(self.columns) == 1}  # fmt: skip
        return render_to_string(self.template_name, context)


class RowsField(Field):
    """Rows as [{key, …}], blank ones left out; nested ones as [{key, text, parts: [{key, text}]}]."""

    widget: RowsWidget

    def __init__(self, *, widget: RowsWidget, label: str, help_text: str = "") -> None:
        super().__init__(widget=widget, label=label, help_text=help_text, required=False)

    def clean(self, value: list[Piece]) -> list[Piece]:
        made: list[Piece] = []
        for row in value[: ROWS + 1]:
            texts = {name: normalise(str(row.get(name, ""))) for name in self.widget.columns}
            if not any(texts.values()):
                if made and row.get("depth") != "1":
                    made.append({})  # what stands below a blank step would else become a part of the step above it
                continue
            long = next((name for name, text in texts.items() if len(text) > TEXT), None)
            if long:
                raise ValidationError(f"ข้อความยาวเกิน {TEXT:,} ตัวอักษร โปรดแบ่งเป็นหลายข้อ")
            piece = {"key": str(row.get("key", ""))[:60], **texts}
            if self.widget.part and row.get("depth") == "1":
                if not made or not made[-1]:
                    raise ValidationError(
                        f"“{texts['text'][:40]}” เป็นข้อย่อย แต่ข้อที่อยู่เหนือยังไม่มีข้อความ โปรดพิมพ์ข้อนั้นหรือเลื่อนข้อย่อยออก"
                    )
                made[-1].setdefault("parts", []).append(piece)
            else:
                made.append(piece)
        if len(value) > ROWS:
            raise ValidationError(f"มีได้ไม่เกิน {ROWS} ข้อ โปรดรวมหรือนำบางข้อออก")
        return [piece for piece in made if piece]


def in_rows(pieces: Iterable[Piece]) -> list[Piece]:
    """Steps with parts as rows with a depth."""
    rows = []
    for piece in pieces:
        rows.append({**piece, "depth": "0"})
        rows += [{**part, "depth": "1"} for part in piece.get("parts", ())]
    return rows


def rows_after(rows: list[Piece], act: str, place: int) -> tuple[list[Piece], int]:
    """The rows after one press of a button, and the row to look at then. A step takes its parts along."""
    rows = list(rows)
    if act == "add":
        return [*rows, {}], len(rows)
    if not 0 <= place < len(rows):
        return rows, 0
    row = rows[place]
    inside = row.get("depth") == "1"
    end = place + 1
    while not inside and end < len(rows) and rows[end].get("depth") == "1":
        end += 1
    if act == "below":
        depth = "1" if inside else "0"
        rows.insert(end, {"depth": depth})
        return rows, end
    if act == "part":
        rows.insert(end, {"depth": "1"})
        return rows, end
    if act in ("in", "out"):
        if act == "out" or place > 0:
            rows[place] = {**row, "depth": "1" if act == "in" else "0"}
        return rows, place
    if act == "remove":
        # Parts of a removed step stay, as parts of the step above: nothing goes that was not pointed at.
        del rows[place]
        if rows and not inside and place == 0:
            rows[0] = {**rows[0], "depth": "0"}
        return rows, min(place, len(rows) - 1)
    return _moved(rows, place, end, up=act == "up", inside=inside)


def _moved(rows: list[Piece], place: int, end: int, *, up: bool, inside: bool) -> tuple[list[Piece], int]:
    block, rest = rows[place:end], rows[:place] + rows[end:]
    there = place - 1 if up else place + 1
    if not inside:
        while 0 <= there < len(rest) and rest[there].get("depth") == "1":
            there += -1 if up else 1
    if there < (1 if inside else 0) or there > len(rest):
        return rows, place
    return rest[:there] + block + rest[there:], there


LINE = {"text": ("ข้อความ", 2)}


def lines_field(label: str, noun: str, **options) -> RowsField:
    return RowsField(widget=RowsWidget(LINE, noun=noun), label=label, **options)
