"""A paper as it is typed, a word on one's turn, the own signature, the office's code."""

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.forms import Plain
from correspondence import committees
from correspondence.flows import (
    ADDRESSED,
    DECIDERS,
    DECIDING_WORDS,
    ENDORSERS,
    ENDORSING_WORDS,
    USUAL_ENDORSEMENT,
    WITH_CONTACT,
    PaperKind,
    Urgency,
)
from correspondence.forms.registers import SECRECIES, held_secrecy
from correspondence.models import BODY, LISTED, PARTY, SUBJECT, Paper
from thai.fields import ThaiCharField, ThaiDateField
from workflows.models import Approval

CONTACT = ("contact_unit", "contact_phone", "contact_fax", "contact_email", "copies")


def _area(rows: int, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


class PaperForm(Plain, forms.Form):
    """The words of a paper of one kind, and the chain along which it goes."""

    subject = ThaiCharField(label="เรื่อง", max_length=SUBJECT, error_messages={"required": "โปรดระบุเรื่องของหนังสือ"})
    to = ThaiCharField(label="เรียน", max_length=PARTY, required=False)
    authority = ThaiCharField(label="ออกในนาม", max_length=PARTY, required=False, help_text="เว้นว่างเพื่อใช้ชื่อสำนักงาน")
    refers = ThaiCharField(label="อ้างถึง", required=False, max_length=LISTED, widget=_area(2), help_text="บรรทัดละหนึ่งฉบับ")
    enclosures = ThaiCharField(
        label="สิ่งที่ส่งมาด้วย", required=False, max_length=LISTED, widget=_area(2), help_text="บรรทัดละหนึ่งรายการ พร้อมจำนวน"
    )
    body = ThaiCharField(
        label="ข้อความ", required=False, max_length=BODY, widget=_area(16),
        help_text="บรรทัดละหนึ่งย่อหน้า: เหตุที่มีหนังสือ ความประสงค์ และข้อสรุป ระบบย่อหน้าและพิมพ์เป็นเลขไทยให้",
    )  # fmt: skip
    items = ThaiCharField(
        label="คณะกรรมการหรือคณะทำงาน", required=False, max_length=BODY, widget=_area(8),
        help_text="บรรทัดแรกเป็นชื่อคณะ บรรทัดต่อไปพิมพ์ ชื่อ | ตำแหน่ง | หน้าที่ในคณะ (วางจาก Excel ได้) บรรทัดที่ขึ้นต้นด้วย “มีหน้าที่” เป็นหน้าที่ของคณะ เว้นหนึ่งบรรทัดก่อนคณะถัดไป",
    )  # fmt: skip
    from_day = ThaiDateField(label="ใช้บังคับตั้งแต่วันที่", required=False)
    closing = ThaiCharField(label="คำลงท้าย", max_length=80, required=False, help_text="เว้นว่างเพื่อใช้ “ขอแสดงความนับถือ”")
    contact_unit = ThaiCharField(label="ส่วนราชการเจ้าของเรื่อง", max_length=PARTY, required=False)
    contact_phone = ThaiCharField(label="โทร.", max_length=60, required=False)
    contact_fax = ThaiCharField(label="โทรสาร", max_length=60, required=False)
    contact_email = forms.EmailField(
        label="ไปรษณีย์อิเล็กทรอนิกส์",
        required=False,
        error_messages={"invalid": "โปรดพิมพ์ที่อยู่อีเมลให้ครบ เช่น saraban@example.go.th"},
    )
    copies = ThaiCharField(label="สำเนาส่ง", max_length=PARTY, required=False)
    urgency = forms.ChoiceField(label="ชั้นความเร็ว", choices=Urgency.choices, required=False)
    secrecy = forms.ChoiceField(label="ชั้นความลับ", choices=SECRECIES, required=False)
    via = forms.MultipleChoiceField(
        label="เสนอผ่าน", required=False, choices=[(role.value, role.label) for role in ENDORSERS],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    last = forms.ChoiceField(label="ผู้ลงนาม", choices=[(role.value, role.label) for role in DECIDERS])
    asked = forms.ChoiceField(label="เพื่อ", choices=[("อนุมัติ", "อนุมัติ"), ("ทราบ", "ทราบ")])

    def __init__(self, *args, kind: str, initial: dict[str, Any], **kwargs):
        self.kind = kind
        super().__init__(*args, initial=_shown(initial), **kwargs)
        fields: dict[str, Any] = self.fields
        if kind not in ADDRESSED:
            self._drop("to", "refers", "enclosures", "urgency")
            fields["body"].help_text = "บรรทัดละหนึ่งย่อหน้า ระบบย่อหน้าและพิมพ์เป็นเลขไทยให้"
        if kind in ADDRESSED:
            self._drop("authority")
        if kind != PaperKind.ORDER:
            self._drop("items", "from_day")
        if kind not in WITH_CONTACT:
            self._drop("closing", *(name for name in CONTACT if kind != PaperKind.MEMO or name != "contact_phone"))
        if kind == PaperKind.MEMO:
            fields["last"].label = "ผู้พิจารณา"
            fields["contact_phone"].label = "โทร. ของส่วนราชการ"
        else:
            self._drop("asked")

    def _drop(self, *names: str) -> None:
        for name in names:
            del self.fields[name]

    def clean_secrecy(self) -> str:
        return held_secrecy(self.cleaned_data["secrecy"])

    def clean_items(self) -> list[dict[str, Any]]:
        try:
            return committees.read(self.data.get(self.add_prefix("items"), ""))
        except committees.Unreadable as error:
            raise forms.ValidationError(str(error)) from error

    @property
    def values(self) -> dict[str, Any]:
        """What the services take."""
        found = dict(self.cleaned_data)
        via, last, asked = found.pop("via"), found.pop("last"), found.pop("asked", "ลงนาม")
        before = [[role.value, "เห็นควร"] for role in ENDORSERS if role in via and role != last]
        return {**found, "chain": [*before, [last, asked]]}


def _shown(values: dict[str, Any]) -> dict[str, Any]:
    """The words of a paper or of a draft, as the fields show them."""
    shown = {
        name: "\n".join(v) if isinstance(v, (list, tuple)) and name not in ("items", "chain") else v
        for name, v in values.items()
    }
    shown["items"] = committees.write(values.get("items") or [])
    chain = values.get("chain") or []
    shown["via"] = [role for role, _asked in chain[:-1]]
    if chain:
        shown["last"], shown["asked"] = chain[-1]
    return shown


def words_of(paper: Paper) -> dict[str, Any]:
    """What the form shows of a paper that there is."""
    names = [*PaperForm.base_fields, "chain"]
    return {name: getattr(paper, name) for name in names if hasattr(paper, name)}


class HandForm(Plain, forms.Form):
    """Whether the own kept signature is placed; without one there is nothing to choose."""

    place = forms.BooleanField(label="วางภาพลายมือชื่อของข้าพเจ้า", required=False, initial=True)

    def __init__(self, *args, has_signature: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_signature:
            del self.fields["place"]


class DecisionForm(HandForm):
    """One's word on a paper: a usual one, and one's own beside it. ``waiting``: the open links, one's own first."""

    word = forms.ChoiceField(label="ความเห็น")
    text = ThaiCharField(
        label="ข้อความเพิ่มเติม", required=False, max_length=1000, widget=_area(2), help_text="เช่น มอบงานธุรการแจ้งโรงเรียน"
    )
    field_order = ["word", "text", "place"]

    def __init__(self, *args, waiting: Sequence[Approval], **kwargs):
        super().__init__(*args, **kwargs)
        asked = waiting[-1].label
        is_last = len(waiting) == 1
        fields: dict[str, Any] = self.fields
        words = DECIDING_WORDS.get(asked, (asked,)) if is_last else ENDORSING_WORDS
        fields["word"].choices = [(word, word) for word in words]
        fields["word"].initial = words[0] if is_last else USUAL_ENDORSEMENT.get(asked)


class SignatureForm(Plain, forms.Form):
    """The own signature: drawn on the screen, or a picture of it."""

    drawing = forms.CharField(required=False, widget=forms.HiddenInput)
    upload = forms.FileField(
        label="หรือเลือกภาพลายมือชื่อบนกระดาษขาว", required=False, help_text="JPEG หรือ PNG ไม่เกิน 5 MB ระบบตัดพื้นกระดาษออกให้",
        widget=forms.FileInput(attrs={"accept": "image/*", "data-file-names": "เลือกภาพ"}),
        error_messages={"empty": "ไฟล์นี้ว่างเปล่า โปรดเลือกภาพใหม่"},
    )  # fmt: skip

    def clean(self):
        values = super().clean()
        if not self.errors and not values.get("drawing") and not values.get("upload"):
            raise forms.ValidationError("ยังไม่มีลายมือชื่อ โปรดเขียนในช่องหรือเลือกภาพก่อนบันทึก")
        return values


class CodeForm(Plain, forms.Form):
    code = ThaiCharField(
        label="รหัสหนังสือ", max_length=40, help_text="เช่น ศธ 04009 ใช้นำหน้าเลขที่ของหนังสือที่ลงนามตั้งแต่นี้ไป เช่น ศธ 04009/15",
        error_messages={"required": "โปรดระบุรหัสหนังสือ เช่น ศธ 04009"},
    )  # fmt: skip
