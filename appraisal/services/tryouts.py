"""Keep a try-out: answers gathered by the system, or a table copied out of a spreadsheet."""

from typing import Any

from accounts.models import User
from appraisal.items import Item, items_of
from appraisal.models import TryOut
from instruments.checking import problems
from instruments.definition import Form
from instruments.models import Collection, InstrumentVersion
from schools.models import AreaOffice
from thai.numerals import to_arabic
from thai.text import normalise

PERSONS_LIMIT = 5_000
CELLS_LIMIT = 200_000
_TOLD = 5


class TryOutRefused(Exception):  # noqa: N818 -- a refusal, not a fault
    """A try-out that can't be kept; the message is a Thai sentence."""


def create_tryout(
    version: InstrumentVersion,
    *,
    area: AreaOffice,
    by: User,
    title: str,
    collection: Collection | None = None,
    table: str = "",
) -> TryOut:
    """From a collection where one is given, else from the typed table. The caller has checked the right."""
    if problems(version.definition):
        raise TryOutRefused("แบบฉบับนี้ยังมีส่วนที่ต้องแก้ไข จึงยังวิเคราะห์ไม่ได้ โปรดแก้ไขในหน้าสร้างแบบก่อน")
    if not items_of(version.form):
        raise TryOutRefused("แบบนี้ไม่มีข้อมาตราส่วนประมาณค่าและไม่มีข้อที่กำหนดคำตอบที่ถูก จึงไม่มีค่าความเชื่อมั่นหรือค่าความยากให้วิเคราะห์")
    columns, matrix = ([], []) if collection else read_table(version.form, table)
    return TryOut.objects.create(
        area=area,
        version=version,
        definition=version.definition,
        content_hash=version.content_hash,
        title=normalise(title),
        collection=collection,
        columns=columns,
        matrix=matrix,
        made_by=by,
    )


def read_table(form: Form, text: str) -> tuple[list[str], list[list[Any]]]:
    """(slot keys, a row of values per person) of a table copied from a spreadsheet.

    The first line may name the items by their keys; columns that name no item (a running number, a name) are left out.
    Without such a line there is one column per item in the order of the form. An empty cell is not answered.
    Raises TryOutRefused that names the first cells that can't be taken.
    """
    items = items_of(form)
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    if not lines:
        raise TryOutRefused("ตารางยังว่าง โปรดวางตารางที่คัดลอกจาก Excel หนึ่งแถวต่อหนึ่งคน")
    mark = next((sign for sign in ("\t", ";", ",") if sign in lines[0]), "\t")
    rows = [[cell.strip().strip('"') for cell in line.split(mark)] for line in lines]
    by_key = {item.key.lower(): item for item in items}
    heads = [by_key.get(cell.lower()) for cell in rows[0]]
    if any(heads):
        rows = rows[1:]
        named = [head for head in heads if head]
        if len({head.key for head in named}) != len(named):
            raise TryOutRefused("แถวแรกมีรหัสข้อซ้ำกัน โปรดให้แต่ละข้อมีคอลัมน์เดียว")
    else:
        heads = list(items)
        if len(rows[0]) != len(items):
            raise TryOutRefused(
                f"ตารางมี {len(rows[0])} คอลัมน์ แต่แบบมี {len(items)} ข้อที่วิเคราะห์ได้ โปรดวางให้ครบทุกข้อตามลำดับ "
                f"หรือใส่แถวแรกเป็นรหัสข้อ เช่น {', '.join(item.key for item in items[:3])}"
            )
    if not rows:
        raise TryOutRefused("ตารางมีแต่แถวหัว ยังไม่มีคำตอบของผู้ทดลองใช้")
    if len(rows) > PERSONS_LIMIT or len(rows) * len(items) > CELLS_LIMIT:
        raise TryOutRefused(f"ตารางใหญ่เกินไป รับได้ไม่เกิน {PERSONS_LIMIT:,} คน และ {CELLS_LIMIT:,} ช่อง")
    return [head.key for head in heads if head], _values(form, heads, rows)


def _values(form: Form, heads: list[Item | None], rows: list[list[str]]) -> list[list[Any]]:
    wrong: list[str] = []
    matrix = []
    for number, row in enumerate(rows, start=1):
        if len(row) > len(heads):
            wrong.append(f"คนที่ {number} มี {len(row)} ช่อง เกิน {len(heads)} คอลัมน์")
            continue
        values = []
        for column, head in enumerate(heads):
            if head is None:
                continue
            cell = row[column] if column < len(row) else ""
            try:
                values.append(_value(form, head, cell))
            except ValueError as error:
                wrong.append(f"คนที่ {number} ข้อ {head.number} ({head.key}) “{cell[:20]}”: {error}")
                values.append(None)
        matrix.append(values)
    if wrong:
        more = f" และอีก {len(wrong) - _TOLD} แห่ง" if len(wrong) > _TOLD else ""
        raise TryOutRefused(f"มีช่องที่อ่านไม่ได้ {len(wrong)} แห่ง {' · '.join(wrong[:_TOLD])}{more}")
    return matrix


def _value(form: Form, item: Item, cell: str) -> Any:
    """The stored value of one cell; None where it is empty or a dash."""
    text = to_arabic(cell).strip()
    if text in ("", "-"):
        return None
    if text.endswith(".0"):
        text = text[:-2]
    slot = form.slots[item.key]
    if item.right:
        choices = form.questions[slot.question].choices
        text = next((choice.value for choice in choices if choice.text == cell), text)
    return slot.clean(text)
