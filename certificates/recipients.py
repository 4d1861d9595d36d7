"""From a pasted list or a sheet to recipients: each line judged, with the Thai sentence that says what is wrong with it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from certificates.models import NAME, ORGANISATION, key_of
from schools.columns import ColumnSet
from schools.tabular import read_table
from thai.text import normalise, split_name

MOST = 1_000
"""Recipients of one batch."""
COLUMNS = ColumnSet(
    headings={
        "prefix": ("คำนำหน้า", "คำนำหน้าชื่อ", "คำนำหน้านาม", "prefix"),
        "name": ("ชื่อ-นามสกุล", "ชื่อ", "ชื่อ-สกุล", "ชื่อและนามสกุล", "ชื่อผู้รับ", "ชื่อผู้รับเกียรติบัตร", "รายชื่อ", "name"),
        "last": ("นามสกุล", "สกุล", "ชื่อสกุล", "last_name"),
        "organisation": (
            "โรงเรียน",
            "หน่วยงาน",
            "โรงเรียน/หน่วยงาน",
            "หน่วยงาน/โรงเรียน",
            "สถานศึกษา",
            "สังกัด",
            "organisation",
            "school",
        ),
    },
    required=("name",),
)
_NUMBERING = re.compile(r"^[(]?[0-9๐-๙]{1,4}\s*[.)]\s*(?![0-9๐-๙])")
_LETTER = re.compile("[ก-ฮA-Za-z]")


@dataclass(frozen=True)
class Recipient:
    """Who is given a certificate: the name as it is printed, with its prefix; ``user`` where the person has an account."""

    name: str
    organisation: str = ""
    user: User | None = None


@dataclass(frozen=True)
class Line:
    """A line of the list as it was understood. ``fault``: why it can't be taken. ``merged``: with which line it is one.
    ``note``: taken, and worth a look."""

    number: int
    name: str
    organisation: str
    fault: str = ""
    merged: str = ""
    note: str = ""

    @property
    def is_taken(self) -> bool:
        return not self.fault and not self.merged


def clean(recipient: Recipient) -> Recipient:
    """The recipient in normal form, the prefix touching the name as it is written."""
    return Recipient(str(split_name(recipient.name)), normalise(recipient.organisation), recipient.user)


def fault_of(name: str, organisation: str) -> str:
    """Why this can't be printed, or nothing."""
    if not name:
        return "ไม่มีชื่อผู้รับ โปรดเพิ่มชื่อหรือลบบรรทัดนี้"
    if not _LETTER.search(name):
        return "อ่านชื่อผู้รับไม่ได้ โปรดพิมพ์คำนำหน้า ชื่อ และนามสกุล"
    if len(name) > NAME:
        return f"ชื่อผู้รับยาวเกิน {NAME} ตัวอักษร โปรดตรวจว่าคั่นชื่อกับหน่วยงานด้วยเครื่องหมายจุลภาค (,) แล้ว"
    if len(organisation) > ORGANISATION:
        return f"ชื่อหน่วยงานยาวเกิน {ORGANISATION} ตัวอักษร โปรดย่อให้สั้นลง"
    return ""


def read_text(text: str) -> list[tuple[int, Recipient]]:
    """One recipient a line, name and organisation apart by a tab, a comma or a bar; numbers before the name are left out."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            name, _, organisation = re.sub(r"\s*[\t|,]\s*", ",", line, count=1).partition(",")
            found.append((number, clean(Recipient(_NUMBERING.sub("", name.strip()), organisation.strip(" ,|")))))
    return found


def text_of_sheet(data: bytes) -> str:
    """The recipients of an XLSX or CSV as the text that would be pasted. Raises ``TableError``."""
    table = read_table(data, COLUMNS)
    lines = []
    for _, cells in table.rows:
        row = dict(zip(table.columns, cells, strict=False))
        name = " ".join(
            filter(None, [row.get("prefix", "").strip() + row["name"].strip(), row.get("last", "").strip()])
        )
        lines.append(", ".join(filter(None, [name.replace(",", " "), row.get("organisation", "").strip()])))
    return "\n".join(lines)


def judge(found: Iterable[tuple[int, Recipient]], *, held: dict[str, str]) -> list[Line]:
    """Each line with its verdict; ``held`` are the recipients that the batch has already: key → name."""
    lines: list[Line] = []
    seen = {key: f"ซ้ำกับ {name} ที่อยู่ในชุดนี้แล้ว" for key, name in held.items()}
    names = {key.partition("|")[0]: "ในชุดนี้" for key in held}
    for number, recipient in found:
        name, organisation = recipient.name, recipient.organisation
        if fault := fault_of(name, organisation):
            lines.append(Line(number, name, organisation, fault=fault))
            continue
        key = key_of(name, organisation)
        if key in seen:
            lines.append(Line(number, name, organisation, merged=f"{seen[key]} จึงรวมเป็นรายการเดียว"))
            continue
        person = key.partition("|")[0]
        notes = []
        if person in names:
            notes.append(f"ชื่อเดียวกับ{names[person]} แต่ต่างหน่วยงาน โปรดตรวจว่าเป็นคนละคน")
        if not split_name(name).last and not organisation.startswith(name):
            notes.append("ไม่มีนามสกุล โปรดตรวจว่าครบถ้วน")
        lines.append(Line(number, name, organisation, note=" ".join(notes)))
        seen[key] = f"ซ้ำกับบรรทัดที่ {number}"
        names[person] = f"บรรทัดที่ {number}"
    return lines
