"""A line of a register as it is typed, and the reason for a cancelled number."""

from typing import Any

from django import forms

from accounts.forms import Plain
from correspondence.flows import NOT_HELD, NOT_HELD_WHY, RegisterKind, Secrecy, Urgency
from correspondence.models import NOTE, PARTY, REF, SUBJECT, Entry
from correspondence.services.registers import BESIDE_PAPER, is_of_paper
from thai.fields import ThaiCharField, ThaiDateField

SECRECIES = [*Secrecy.choices, (NOT_HELD, "ลับที่สุด")]
"""ลับที่สุด is offered so that choosing it tells why it can't be held here, instead of tempting to a lower class."""


def held_secrecy(value: str) -> str:
    """The class of secrecy, where it may be held here. Raises ``ValidationError``."""
    if value == NOT_HELD:
        raise forms.ValidationError(NOT_HELD_WHY)
    return value


class EntryForm(Plain, forms.Form):
    """One line of a register: ``kind`` says which words it has."""

    ref = ThaiCharField(label="ที่", required=False, max_length=REF, help_text="เช่น ศธ 04009/ว 1234")
    dated_on = ThaiDateField(label="ลงวันที่", required=False)
    sender = ThaiCharField(label="จาก", max_length=PARTY, required=False)
    to = ThaiCharField(label="ถึง", max_length=PARTY, required=False)
    subject = ThaiCharField(label="เรื่อง", max_length=SUBJECT, widget=forms.Textarea(attrs={"rows": 2}))
    urgency = forms.ChoiceField(label="ชั้นความเร็ว", choices=Urgency.choices, required=False)
    secrecy = forms.ChoiceField(label="ชั้นความลับ", choices=SECRECIES, required=False)
    action = ThaiCharField(
        label="การปฏิบัติ", max_length=NOTE, required=False, help_text="เช่น เสนอ ผอ.กลุ่มนิเทศฯ / มอบนางสุดารัตน์"
    )
    note = ThaiCharField(label="หมายเหตุ", max_length=NOTE, required=False)
    upload = forms.FileField(
        label="ไฟล์หนังสือ (PDF)",
        required=False,
        help_text="ไม่เกิน 10 MB",
        widget=forms.FileInput(attrs={"accept": ".pdf", "data-file-names": "เลือกไฟล์ PDF"}),
        error_messages={"empty": "ไฟล์นี้ว่างเปล่า โปรดตรวจสอบว่าเลือกถูกไฟล์"},
    )

    def __init__(self, *args, kind: str, entry: Entry | None = None, **kwargs):
        if entry:
            kwargs["initial"] = {name: getattr(entry, name) for name in self.base_fields if name != "upload"}
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        if kind == RegisterKind.IN:
            fields["sender"].required = True
            fields["sender"].error_messages["required"] = "โปรดระบุหน่วยงานหรือผู้ส่งหนังสือ"
        else:
            del fields["ref"]
        if kind != RegisterKind.IN and not entry:
            fields["note"].help_text = "หนังสือที่จัดทำในระบบได้เลขเมื่อลงนาม ลงทะเบียนที่นี่เฉพาะหนังสือที่จัดทำนอกระบบ"
        if kind in (RegisterKind.ORDER, RegisterKind.ANNOUNCEMENT):
            del fields["to"], fields["sender"]
        fields["subject"].error_messages["required"] = "โปรดระบุเรื่องของหนังสือ"
        if entry and is_of_paper(entry):
            for name in set(fields) - BESIDE_PAPER:
                del fields[name]
            return
        if entry and entry.file:
            fields["upload"].help_text = f"มีไฟล์ “{entry.file_name}” อยู่แล้ว เลือกไฟล์ใหม่เมื่อต้องการแทนที่ (ไม่เกิน 10 MB)"

    def clean_secrecy(self) -> str:
        return held_secrecy(self.cleaned_data["secrecy"])


class CancelForm(Plain, forms.Form):
    reason = ThaiCharField(
        label="เหตุผลที่ยกเลิกเลข", max_length=NOTE, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="เลขนี้ยังแสดงในทะเบียนพร้อมคำว่า “ยกเลิก” และเหตุผล และไม่นำกลับมาใช้อีก",
        error_messages={"required": "โปรดระบุเหตุผลที่ยกเลิกเลข เช่น ออกเลขซ้ำเรื่องเดิม"},
    )  # fmt: skip
