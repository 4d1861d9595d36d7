"""What people type about a part of the handbook, as clean values; saving is the services'."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import (
    BooleanField,
    CheckboxSelectMultiple,
    ChoiceField,
    Form,
    MultipleChoiceField,
    Textarea,
)

from accounts.forms import Plain
from handbook.content import MONTHLY, OFFSETS, STANDINGS, WINDOWS, YEARS, Book
from handbook.editing import Piece
from handbook.forms.rows import LINE, TEXT, RowsField, RowsWidget, in_rows, lines_field
from thai.dates import MONTHS
from thai.fields import ThaiCharField, ThaiIntegerField
from thai.text import normalise_code

_MONTHS = [(str(number), name) for number, name in enumerate(MONTHS, 1)]
_OFFSETS = [(str(number), name) for number, name in OFFSETS.items()]


def _area(rows: int) -> Textarea:
    return Textarea(attrs={"rows": rows})


class PieceForm(Plain, Form):
    """A page about one part. ``values`` is what is written into it."""

    def __init__(self, *args, book: Book, codes: frozenset[str] = frozenset(), key: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.book, self.codes, self.key = book, codes, key
        self.prepare()

    def prepare(self) -> None:
        """Offer what can be chosen."""

    @classmethod
    def initial_of(cls, piece: Piece) -> dict[str, Any]:
        return dict(piece)

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def typed(self) -> dict[str, Any]:
        """What stands in the boxes now, unchecked, to be shown again."""
        return {
            name: field.widget.value_from_datadict(self.data, self.files, name) for name, field in self.fields.items()
        }

    def _offer_laws(self) -> None:
        self.fields["laws"].choices = [
            (law.key, f"{law.title}{' (ถูกแทนที่แล้ว)' if law.is_superseded else ''}") for law in self.book.laws
        ]


class AboutForm(PieceForm):
    title = ThaiCharField(label="ชื่อคู่มือ", max_length=300)
    document_no = ThaiCharField(label="เอกสารลำดับเลขที่", max_length=60, required=False, help_text="เช่น 6/2564")
    unit = ThaiCharField(label="หน่วยงานผู้จัดทำ", max_length=300, required=False)
    concept = ThaiCharField(label="แนวคิด", max_length=TEXT, required=False, widget=_area(6))
    objectives = lines_field("วัตถุประสงค์", "วัตถุประสงค์ข้อ")


class GroupForm(PieceForm):
    title = ThaiCharField(label="ชื่อกลุ่มงาน", max_length=300)


class LawForm(PieceForm):
    title = ThaiCharField(label="ชื่อกฎหมาย ระเบียบ หลักสูตร หรือหลักการ", max_length=500, widget=_area(2))
    standing = ChoiceField(label="สถานะ", choices=list(STANDINGS.items()))
    note = ThaiCharField(
        label="หมายเหตุ", max_length=1000, required=False, widget=_area(3), help_text="เช่น แก้ไขเพิ่มเติมเมื่อใด หรือใช้ฉบับใดแทน"
    )


class TaskForm(PieceForm):
    title = ThaiCharField(label="ชื่องาน", max_length=500, widget=_area(2))
    group = ChoiceField(label="กลุ่มงาน")
    steps = RowsField(label="ขั้นตอนการปฏิบัติงาน", widget=RowsWidget(LINE, noun="ขั้นตอนที่", part="ข้อย่อย", add="เพิ่มขั้นตอน"))
    results = RowsField(label="ผลที่คาดหวัง", widget=RowsWidget(LINE, noun="ผลที่คาดหวังข้อ", add="เพิ่มผลที่คาดหวัง"))
    laws = MultipleChoiceField(label="กฎหมายและหลักการอ้างอิง", required=False, widget=CheckboxSelectMultiple)

    def prepare(self) -> None:
        self.fields["group"].choices = [(group.key, f"{group.number}. {group.title}") for group in self.book.groups]
        self._offer_laws()

    @classmethod
    def initial_of(cls, piece: Piece) -> dict[str, Any]:
        return {**piece, "steps": in_rows(piece.get("steps", ()))}


class ProcessForm(PieceForm):
    title = ThaiCharField(label="ชื่อกระบวนงาน", max_length=500, widget=_area(2))
    year = ChoiceField(label="นับรอบการดำเนินงานตาม", choices=list(YEARS.items()))
    responsible = ThaiCharField(label="ผู้รับผิดชอบ", max_length=300, required=False)
    objectives = lines_field("วัตถุประสงค์", "วัตถุประสงค์ข้อ")
    scope = ThaiCharField(label="ขอบเขต", max_length=TEXT, required=False, widget=_area(4))
    definitions = RowsField(
        label="คำจำกัดความ",
        widget=RowsWidget({"term": ("คำ", 2), "text": ("หมายถึง", 3)}, noun="คำที่", add="เพิ่มคำจำกัดความ"),
    )
    forms = RowsField(
        label="แบบฟอร์มที่ใช้",
        widget=RowsWidget({"code": ("รหัสแบบ", 1), "title": ("ชื่อแบบ", 2), "instruments": ("รหัสเครื่องมือที่ใช้", 1)}, noun="แบบที่", add="เพิ่มแบบ"),
    )  # fmt: skip
    laws = MultipleChoiceField(label="เอกสารและหลักฐานอ้างอิง", required=False, widget=CheckboxSelectMultiple)

    def prepare(self) -> None:
        self._offer_laws()
        if self.codes:
            self.fields["forms"].help_text = f"รหัสเครื่องมือคั่นด้วยจุลภาค ที่มีในระบบ: {', '.join(sorted(self.codes))}"

    @classmethod
    def initial_of(cls, piece: Piece) -> dict[str, Any]:
        rows = [
            {
                "key": row["key"],
                "code": row["key"],
                "title": row["title"],
                "instruments": ", ".join(row.get("instruments", ())),
            }
            for row in piece.get("forms", ())
        ]
        return {**piece, "forms": rows}

    def clean_forms(self) -> list[Piece]:
        made: list[Piece] = []
        for row in self.cleaned_data["forms"]:
            code = normalise_code(row["code"])
            if not code or not row["title"]:
                raise ValidationError("แบบแต่ละรายการต้องมีทั้งรหัสแบบและชื่อแบบ")
            if any(other["key"] == code for other in made):
                raise ValidationError(f"รหัสแบบ {code} ซ้ำกัน โปรดใช้รหัสอื่น")
            wanted = [normalise_code(part) for part in row["instruments"].replace("/", ",").split(",") if part.strip()]
            unknown = [part for part in wanted if part not in self.codes]
            if unknown:
                raise ValidationError(f"ไม่มีเครื่องมือรหัส {', '.join(unknown)} ในระบบ โปรดตรวจรหัสที่หน้าเครื่องมือ")
            made.append({"key": code, "title": row["title"], "instruments": wanted, "was": row["key"]})
        return made

    def values(self) -> dict[str, Any]:
        values = super().values()
        renamed = {row["was"]: row["key"] for row in values["forms"] if row["was"] and row["was"] != row["key"]}
        values["forms"] = [{name: row[name] for name in ("key", "title", "instruments")} for row in values["forms"]]
        return {**values, "renamed": renamed}


class StepForm(PieceForm):
    """One step of a process. ``key`` is ``P-5.1:s4``."""

    short = ThaiCharField(label="ชื่อย่อ (ใช้ในผัง)", max_length=200)
    text = ThaiCharField(label="ทำอะไร", max_length=TEXT, widget=_area(4))
    detail = ThaiCharField(label="รายละเอียดงาน", max_length=TEXT, required=False, widget=_area(3))
    standard = ThaiCharField(label="มาตรฐานคุณภาพงาน", max_length=1000, required=False, widget=_area(2))
    parts = RowsField(label="ข้อย่อย", widget=RowsWidget(LINE, noun="ข้อย่อยที่", add="เพิ่มข้อย่อย"))
    forms = MultipleChoiceField(label="แบบที่ใช้ในขั้นนี้", required=False, widget=CheckboxSelectMultiple)
    kind = ChoiceField(label="ระยะเวลา", required=False, choices=list(WINDOWS.items()))
    from_month = ChoiceField(label="ตั้งแต่เดือน", required=False, choices=_MONTHS)
    from_year = ChoiceField(label="ของปี", required=False, choices=_OFFSETS)
    to_month = ChoiceField(label="ถึงเดือน", required=False, choices=_MONTHS)
    to_year = ChoiceField(label="ของปี", required=False, choices=_OFFSETS)
    times = ThaiIntegerField(label="ภาคเรียนละกี่ครั้ง", required=False, min_value=1, max_value=20)
    decides = BooleanField(label="เป็นขั้นตัดสินใจ (ปกติ หรือ ปรับปรุง)", required=False)
    improve = ChoiceField(label="เมื่อ “ปรับปรุง” ให้กลับไปขั้น", required=False)
    note = ThaiCharField(label="หมายเหตุของการตัดสินใจ", max_length=500, required=False, widget=_area(2))

    def prepare(self) -> None:
        code, _, here = self.key.partition(":")
        process = self.book.process(code)
        self.fields["forms"].choices = [(form.key, f"{form.key} {form.title}") for form in process.forms]
        number = next((step.number for step in process.steps if step.key == here), 0)
        earlier = [(step.key, f"ขั้นที่ {step.number} {step.short}") for step in process.steps if step.number < number]
        self.fields["improve"].choices = [("", "เลือกขั้น"), *earlier]

    @classmethod
    def initial_of(cls, piece: Piece) -> dict[str, Any]:
        decision = piece.get("decision") or {}
        window = {"from_year": 0, "to_year": 0, "times": 1, **(piece.get("window") or {})}
        return {
            **piece,
            **window,
            "decides": bool(decision),
            "improve": decision.get("improve", ""),
            "note": decision.get("note", ""),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == MONTHLY:
            first, last = (
                (int(cleaned.get(f"{side}_year") or 0), int(cleaned.get(f"{side}_month") or 1))
                for side in ("from", "to")
            )
            if last < first:
                self.add_error("to_month", "เดือนสิ้นสุดอยู่ก่อนเดือนเริ่ม หากข้ามปีโปรดเลือก “ปีถัดไป”")
        if cleaned.get("decides") and not cleaned.get("improve"):
            self.add_error("improve", "โปรดเลือกว่าเมื่อ “ปรับปรุง” ให้กลับไปขั้นใด")
        return cleaned

    def window(self) -> dict[str, Any]:
        data = self.cleaned_data
        kind = data["kind"]
        if kind == MONTHLY:
            names = ("from_month", "to_month", "from_year", "to_year")
            return {"kind": kind, **{name: int(data[name] or 0) or (1 if "month" in name else 0) for name in names}}
        if kind == "semester":
            return {"kind": kind, "times": data["times"] or 1}
        return {"kind": kind} if kind else {}

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        decision = {"improve": data["improve"], "note": data["note"]} if data["decides"] else {}
        plain = {name: data[name] for name in ("short", "text", "detail", "standard", "parts", "forms")}
        return {**plain, "window": self.window(), "decision": decision}


FORMS: dict[str, type[PieceForm]] = {
    "about": AboutForm,
    "group": GroupForm,
    "task": TaskForm,
    "law": LawForm,
    "process": ProcessForm,
    "step": StepForm,
}


class BeginForm(Plain, Form):
    """For which year an edition is begun."""

    fiscal_year = ChoiceField(label="ปีงบประมาณ")

    def __init__(self, *args, years: list[tuple[int, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fiscal_year"].choices = years


class AddForm(Plain, Form):
    """The name of a part that is added; the rest is written on its page."""

    title = ThaiCharField(label="ชื่อ", max_length=500)
