"""What people type about a section."""

from collections.abc import Mapping
from typing import Any

from django import forms

from builder.editing import Draft, Piece
from builder.forms.base import TEXTS, BuilderForm, ConditionField, area_of_text
from builder.scales import PRESETS
from builder.services import NEW_SCALE
from instruments.slots import ROW_LIMIT
from thai.fields import ThaiCharField, ThaiCodeField, ThaiIntegerField


class SectionForm(BuilderForm):
    title = ThaiCharField(label="ชื่อตอน", required=False, max_length=TEXTS)
    intro = ThaiCharField(label="คำชี้แจงใต้ชื่อตอน", required=False, max_length=TEXTS, widget=area_of_text(2))
    scale = forms.ChoiceField(
        label="มาตราส่วนของตอน", required=False, help_text="ข้อที่ให้คะแนนในตอนนี้ใช้มาตราส่วนนี้ เว้นแต่กำหนดไว้ที่ข้อ"
    )
    repeat = forms.BooleanField(label="กรอกซ้ำได้หลายชุด เช่น ครูทีละคน ห้องทีละห้อง", required=False)
    repeat_label = ThaiCharField(label="เรียกแต่ละชุดว่า", required=False, max_length=100)
    repeat_min = ThaiIntegerField(label="อย่างน้อย (ชุด)", required=False, min_value=0, max_value=ROW_LIMIT)
    repeat_max = ThaiIntegerField(label="ไม่เกิน (ชุด)", required=False, min_value=1, max_value=ROW_LIMIT)
    show_when = ConditionField("แสดงทั้งตอนเมื่อ", "เว้นว่าง = แสดงเสมอ", 'A2 = "1"')
    key = ThaiCodeField(label="รหัสตอน", required=False, max_length=40)

    def __init__(self, data: Mapping[str, Any] | None = None, *, draft: Draft, section: Piece) -> None:
        self.draft, self.section = draft, section
        repeat = section.get("repeat") if isinstance(section.get("repeat"), dict) else {}
        initial = {
            **{name: section.get(name, "") for name in ("title", "intro", "scale", "show_when", "key")},
            "repeat": bool(repeat),
            "repeat_label": (repeat or {}).get("label", "ชุดที่"),
            "repeat_min": (repeat or {}).get("min", 0),
            "repeat_max": (repeat or {}).get("max", 30),
        }
        super().__init__(data, initial=initial)
        scales = [(key, s.get("title") or key) for key, s in draft.scales.items() if isinstance(s, dict)]
        usual = [(NEW_SCALE + key, title) for key, (title, _) in PRESETS.items() if key not in draft.scales]
        self.fields["scale"].choices = [("", "ไม่มี"), *scales, ("มาตราส่วนสำเร็จรูป", usual)]
        if section["key"] in draft.published.sections:
            self.fields["key"].disabled = True
            self.fields["key"].help_text = "รหัสนี้อยู่ในฉบับที่เผยแพร่แล้ว จึงเปลี่ยนไม่ได้"

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        low, high = typed.get("repeat_min"), typed.get("repeat_max")
        if typed.get("repeat") and low is not None and high is not None and low > high:
            self.add_error("repeat_max", "จำนวนมากที่สุดต้องไม่น้อยกว่าจำนวนน้อยที่สุด")
        return typed

    @property
    def values(self) -> dict[str, Any]:
        typed = self.cleaned_data
        made = {name: typed[name] for name in ("title", "intro", "scale", "show_when")}
        made["key"] = typed["key"] or self.section["key"]
        made["repeat"] = (
            {
                "label": typed["repeat_label"] or "ชุดที่",
                "min": typed["repeat_min"] or 0,
                "max": typed["repeat_max"] or ROW_LIMIT,
            }
            if typed["repeat"]
            else ""
        )
        return made
