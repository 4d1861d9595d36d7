"""What people type about certificates, as clean values; saving is the services'."""

from typing import Any

from django import forms

from accounts.forms import Plain
from certificates.flows import KINDS
from certificates.models import NAME, ORGANISATION, TITLE, WORDING, Batch, Signatory
from certificates.services import signers_now
from schools.models import AreaOffice
from thai.dates import today_in_bangkok
from thai.fields import ThaiCharField, ThaiDateField

SIGNERS = (1, 2)


class BatchForm(Plain, forms.Form):
    """The words of a batch as they will be printed."""

    kind = forms.ChoiceField(label="ผู้รับเป็น", choices=[(key, label) for key, (label, _) in KINDS.items()])
    lead = ThaiCharField(
        label="ข้อความนำหน้าชื่อกิจกรรม", required=False, max_length=100,
        help_text="เว้นว่างเพื่อใช้ข้อความตามประเภทผู้รับ เช่น “ได้เข้าร่วม” “ได้รับรางวัล”",
    )  # fmt: skip
    title = ThaiCharField(
        label="กิจกรรมหรือชื่อรางวัล", max_length=TITLE, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="เช่น การประชุมเชิงปฏิบัติการพัฒนาเครือข่ายการนิเทศ ปีงบประมาณ 2570",
    )  # fmt: skip
    starts_on = ThaiDateField(label="จัดกิจกรรมวันที่", required=False)
    ends_on = ThaiDateField(label="ถึงวันที่", required=False, help_text="เว้นว่างเมื่อจัดวันเดียว")
    wording = ThaiCharField(
        label="ข้อความเพิ่มเติม", required=False, max_length=WORDING, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="ไม่เกิน 4 บรรทัด เช่น สถานที่ จำนวนชั่วโมง หรือคำอวยพร",
    )  # fmt: skip
    issued_on = ThaiDateField(label="ให้ไว้ ณ วันที่", help_text="เลขที่เกียรติบัตรเป็นของปี พ.ศ. นี้")
    layout = forms.ChoiceField(label="แนวกระดาษ A4", choices=Batch.LAYOUTS, widget=forms.RadioSelect)
    signer1_name = ThaiCharField(label="ผู้ลงนาม", required=False, max_length=NAME)
    signer1_position = ThaiCharField(label="ตำแหน่ง", required=False, max_length=150)
    signer1_acting = ThaiCharField(
        label="รักษาราชการแทน", required=False, max_length=150, help_text="ระบุตำแหน่งที่รักษาราชการแทน หรือเว้นว่าง"
    )
    signer2_name = ThaiCharField(
        label="ผู้ลงนามคนที่สอง", required=False, max_length=NAME, help_text="เว้นว่างเมื่อลงนามคนเดียว"
    )
    signer2_position = ThaiCharField(label="ตำแหน่ง", required=False, max_length=150)
    signer2_acting = ThaiCharField(label="รักษาราชการแทน", required=False, max_length=150)

    def __init__(self, *args, area: AreaOffice, batch: Batch | None = None, **kwargs):
        kwargs.setdefault("initial", _initial(area, batch))
        super().__init__(*args, **kwargs)

    def clean_wording(self) -> str:
        lines = [line for line in self.cleaned_data["wording"].split("\n") if line.strip()]
        if len(lines) > 4:
            raise forms.ValidationError("ข้อความเพิ่มเติมมีได้ไม่เกิน 4 บรรทัด โปรดรวมหรือตัดบรรทัด")
        return "\n".join(lines)

    def clean(self):
        values = super().clean()
        first, last = values.get("starts_on"), values.get("ends_on")
        if last and not first and "starts_on" not in self.errors:
            self.add_error("starts_on", "โปรดระบุวันเริ่ม หรือเว้นวันสิ้นสุดให้ว่าง")
        if first and last and last < first:
            self.add_error("ends_on", "วันสิ้นสุดกิจกรรมต้องไม่อยู่ก่อนวันเริ่ม")
        for number in SIGNERS:
            name, *rest = (values.get(f"signer{number}_{part}") for part in ("name", "position", "acting"))
            if any(rest) and not name:
                self.add_error(f"signer{number}_name", "โปรดระบุชื่อผู้ลงนามของตำแหน่งนี้ หรือลบตำแหน่งออก")
        return values

    @property
    def values(self) -> dict[str, Any]:
        """What the services take."""
        names = ("kind", "lead", "title", "starts_on", "ends_on", "wording", "issued_on", "layout")
        found = self.cleaned_data
        signers = [
            Signatory(found[f"signer{number}_name"], found[f"signer{number}_position"], found[f"signer{number}_acting"])
            for number in SIGNERS
            if found[f"signer{number}_name"]
        ]
        return {name: found[name] for name in names} | {"signers": signers}


def _initial(area: AreaOffice, batch: Batch | None) -> dict[str, Any]:
    if batch is None:
        values: dict[str, Any] = {"kind": "participant", "layout": "landscape", "issued_on": today_in_bangkok()}
        signers = signers_now(area)
    else:
        names = ("kind", "lead", "title", "starts_on", "ends_on", "wording", "issued_on", "layout")
        values, signers = {name: getattr(batch, name) for name in names}, batch.signatories
    for number, signer in enumerate(signers[: len(SIGNERS)], 1):
        values |= {
            f"signer{number}_name": signer.name, f"signer{number}_position": signer.position,
            f"signer{number}_acting": signer.acting_for,
        }  # fmt: skip
    return values


class RecipientForm(Plain, forms.Form):
    name = ThaiCharField(label="ชื่อผู้รับ", max_length=NAME, help_text="คำนำหน้า ชื่อ และนามสกุล ตามที่จะพิมพ์")
    organisation = ThaiCharField(label="โรงเรียนหรือหน่วยงาน", required=False, max_length=ORGANISATION)


class ReissueForm(RecipientForm):
    reason = ThaiCharField(
        label="เหตุผล",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="เช่น สะกดนามสกุลผิด ผู้รับเห็นเหตุผลนี้",
    )


class RevokeForm(Plain, forms.Form):
    reason = ThaiCharField(
        label="เหตุผลที่เพิกถอน", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="ผู้รับและบุคลากรของเขตเห็นเหตุผลนี้ หน้าตรวจสอบสาธารณะไม่แสดง",
    )  # fmt: skip


class ListForm(Plain, forms.Form):
    """A list to be pasted, or a sheet that becomes one."""

    text = forms.CharField(
        label="รายชื่อ บรรทัดละ 1 คน", required=False, max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "placeholder": "นางสาวสุดารัตน์ แสงอรุณ, โรงเรียนวัดตัวอย่าง"}),
        help_text="คั่นชื่อกับโรงเรียนหรือหน่วยงานด้วยเครื่องหมายจุลภาค (,) หรือคัดลอกสองคอลัมน์จาก Excel มาวางได้เลย",
    )  # fmt: skip
    file = forms.FileField(
        label="หรือเลือกไฟล์ Excel (.xlsx) หรือ CSV", required=False,
        help_text="หัวตาราง: ชื่อ-นามสกุล และ โรงเรียน (หรือ คำนำหน้า ชื่อ นามสกุล หน่วยงาน) ขนาดไม่เกิน 2 MB",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt", "data-file-names": "เลือกไฟล์"}),
        error_messages={"empty": "ไฟล์นี้ว่างเปล่า โปรดตรวจสอบว่าเลือกถูกไฟล์"},
    )  # fmt: skip
