"""Many questions at once, one on a line."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from builder import lines
from builder.editing import Draft
from builder.forms.base import TEXTS, BuilderForm, area_of_text
from instruments.checking import QUESTION_LIMIT, TYPES

PASTED = ("rating", "exist", "dual", "choice", "multi", "text", "number", "date", "note")
_NUMBERED = re.compile(r"^(?:ข้อ(?:ที่)?\s*)?[0-9๐-๙]{1,3}(?:[.][0-9๐-๙]{1,3})*(?:[.)]\s*|\s+)(?=\D)")


class PasteForm(BuilderForm):
    """Questions one on a line; the cells behind a choice question's text are its choices, behind any other its hint."""

    section = forms.ChoiceField(label="เพิ่มในตอน")
    type = forms.ChoiceField(label="ชนิดของทุกข้อ", choices=[(kind, TYPES[kind]) for kind in PASTED])
    text = forms.CharField(
        label="ข้อคำถาม",
        strip=False,
        widget=area_of_text(12, **{"class": "form-control b-lines"}),
        error_messages={"required": "โปรดพิมพ์หรือวางข้อคำถามอย่างน้อยหนึ่งบรรทัด"},
        help_text="บรรทัดละหนึ่งข้อ วางจาก Excel ได้: คอลัมน์แรกเป็นข้อคำถาม สำหรับข้อแบบเลือกตอบ คอลัมน์ถัดไปเป็นตัวเลือก "
        "ชนิดอื่น คอลัมน์ถัดไปเป็นคำอธิบายใต้ข้อ เลขข้อนำหน้าจะถูกตัดออก",
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, draft: Draft, section: str = "") -> None:
        super().__init__(data)
        self.fields["section"].choices = [
            (each["key"], f"{place}. {each.get('title') or each['key']}")
            for place, each in enumerate(draft.sections, start=1)
        ]
        shown = next((each for each in draft.sections if each["key"] == section), None)
        if shown:
            self.fields["section"].initial = section
            last = shown["questions"][-1].get("type") if shown["questions"] else None
            self.fields["type"].initial = last if last in PASTED else "rating" if shown.get("scale") else "text"

    def clean_text(self) -> list[list[str]]:
        rows = [row for row in lines.cells(self.cleaned_data["text"]) if row[0]]
        if not rows:
            raise ValidationError("โปรดพิมพ์หรือวางข้อคำถามอย่างน้อยหนึ่งบรรทัด")
        if len(rows) > QUESTION_LIMIT:
            raise ValidationError(
                f"วางมา {len(rows):,} ข้อ เกินกว่าที่แบบหนึ่งชุดรับได้ ({QUESTION_LIMIT:,} ข้อ) ยังไม่ได้เพิ่มข้อใด โปรดแบ่งเป็นหลายแบบ"
            )
        for place, row in enumerate(rows, start=1):
            if len(row[0]) > TEXTS:
                raise ValidationError(f"บรรทัดที่ {place} ยาว {len(row[0]):,} ตัวอักษร ข้อคำถามยาวได้ไม่เกิน {TEXTS:,} ตัวอักษร")
        return rows

    @property
    def questions(self) -> list[dict[str, Any]]:
        kind = self.cleaned_data["type"]
        made = []
        for row in self.cleaned_data["text"]:
            values: dict[str, Any] = {"text": _NUMBERED.sub("", row[0]) or row[0]}
            rest = [cell for cell in row[1:] if cell]
            if kind in ("choice", "multi"):
                values["choices"] = lines.choices("\n".join(rest))
            elif rest:
                values["hint"] = " ".join(rest)
            made.append(values)
        return made
