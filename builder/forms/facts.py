"""What a form is called and who fills it; to begin one, or to take in parts of another."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from builder.editing import Draft
from builder.forms.base import TEXTS, BuilderForm, area_of_text, offer_areas
from instruments.models import Instrument
from schools.models import AreaOffice
from thai.fields import ThaiCharField, ThaiCodeField


class FactsForm(BuilderForm):
    """What a form is called, and who fills it."""

    code = ThaiCodeField(
        label="รหัสแบบ", max_length=30, help_text="อักษรอังกฤษ ตัวเลข จุด และขีด เช่น INS-11",
        error_messages={"required": "โปรดกำหนดรหัสแบบ"},
    )  # fmt: skip
    title = ThaiCharField(label="ชื่อแบบ", max_length=300, error_messages={"required": "โปรดระบุชื่อแบบ"})
    form_of = ThaiCharField(label="แบบของงาน", required=False, max_length=100, help_text="รหัสแบบในคู่มือ เช่น F-5.1-1")
    unit_of_analysis = ThaiCharField(
        label="หน่วยวิเคราะห์", required=False, max_length=200, help_text="เช่น โรงเรียน ครู/คาบเรียน"
    )
    respondent = ThaiCharField(label="ผู้กรอก", required=False, max_length=200, help_text="เช่น ศึกษานิเทศก์")
    signers = ThaiCharField(label="ผู้ลงนาม", required=False, widget=area_of_text(3), help_text="บรรทัดละหนึ่งคน เช่น ผู้นิเทศ")
    note = ThaiCharField(label="เกณฑ์หรือหมายเหตุของแบบ", required=False, max_length=TEXTS, widget=area_of_text(2))

    @property
    def facts(self) -> dict[str, Any]:
        """Fields of the ``Instrument``."""
        typed = self.cleaned_data
        made = {name: typed[name] for name in ("code", "title", "form_of", "unit_of_analysis", "respondent")}
        return made | {"signers": [line for line in typed["signers"].splitlines() if line]}

    @staticmethod
    def shown(instrument: Instrument, note: str = "") -> dict[str, Any]:
        made = {n: getattr(instrument, n) for n in ("code", "title", "form_of", "unit_of_analysis", "respondent")}
        return made | {"signers": "\n".join(instrument.signers), "note": note}

    def refuse(self, error: ValidationError) -> None:
        """Put what the model refuses at the field it is about."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
        else:
            for name, found in error.error_dict.items():
                about_code = name == "__all__" and any("รหัส" in message for each in found for message in each.messages)
                self.add_error(name if name in self.fields else "code" if about_code else None, found)


class NewForm(FactsForm):
    """A form to begin: with nothing, or with what another form asks."""

    area = forms.ModelChoiceField(label="สำนักงานเขตพื้นที่", queryset=AreaOffice.objects.none(), empty_label=None)
    source = forms.ChoiceField(label="เริ่มจาก", required=False)

    def __init__(self, data=None, *, areas, sources, initial=None) -> None:
        super().__init__(data, initial=initial)
        offer_areas(self.fields["area"], areas)
        self.fields["source"].choices = [
            ("", "แบบเปล่า"),
            *((str(v.pk), f"{v.instrument.code} ฉบับที่ {v.number} {v.instrument.title}") for v in sources),
        ]


class CopyForm(BuilderForm):
    """Which sections and questions of another form to take in, and where single questions go."""

    sections = forms.MultipleChoiceField(required=False)
    questions = forms.MultipleChoiceField(required=False)
    into = forms.ChoiceField(label="วางข้อที่เลือกไว้ในตอน", required=False)

    def __init__(self, data=None, *, draft: Draft, source: Draft) -> None:
        super().__init__(data)
        self.fields["sections"].choices = [(s["key"], s["key"]) for s in source.sections]
        self.fields["questions"].choices = [(key, key) for key in source.question_keys]
        self.fields["into"].choices = [
            (s["key"], f"{n}. {s.get('title') or s['key']}") for n, s in enumerate(draft.sections, start=1)
        ]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if not typed.get("sections") and not typed.get("questions"):
            raise ValidationError("โปรดเลือกตอนหรือข้อที่จะคัดลอกอย่างน้อยหนึ่งรายการ")
        if typed.get("questions") and not typed.get("into") and not typed.get("sections"):
            raise ValidationError("แบบนี้ยังไม่มีตอนให้วางข้อที่เลือก โปรดเพิ่มตอนก่อน หรือคัดลอกทั้งตอน")
        return typed
