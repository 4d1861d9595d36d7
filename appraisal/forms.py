"""What people type about the quality of forms."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accounts.forms import Plain
from accounts.models import RoleAssignment, User
from appraisal.rules import RATERS
from instruments.models import Collection, InstrumentVersion
from schools.models import School
from thai.fields import ThaiCharField, ThaiDateField

USUAL_DAYS = 14
ROWS = 5
"""Experts whose names are asked at once: three to five are usual."""


class ReviewForm(Plain, forms.Form):
    due_on = ThaiDateField(label="รับผลถึงวันที่", help_text="ลิงก์ของผู้เชี่ยวชาญใช้ได้ถึงสิ้นวันนี้ ขยายรายคนภายหลังได้")
    note = ThaiCharField(
        label="คำชี้แจงถึงผู้เชี่ยวชาญ", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="เช่น วัตถุประสงค์ของเครื่องมือ นิยามของสิ่งที่วัด กลุ่มผู้ตอบ",
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("initial", {"due_on": timezone.localdate() + timedelta(days=USUAL_DAYS)})
        super().__init__(*args, **kwargs)


class ExpertForm(Plain, forms.Form):
    name = ThaiCharField(label="ชื่อและนามสกุล", max_length=200)
    position = ThaiCharField(label="ตำแหน่งและสังกัด", max_length=300, required=False)
    email = forms.EmailField(label="อีเมล (ถ้ามี)", required=False)


ExpertRows = forms.formset_factory(ExpertForm, extra=ROWS, max_num=9)


class ExtendForm(forms.Form):
    until = ThaiDateField(label="ใช้ได้ถึงวันที่")


class TryOutForm(Plain, forms.Form):
    """Where the answers come from: a collection, or a table copied out of a spreadsheet."""

    title = ThaiCharField(label="ชื่อการทดลองใช้", max_length=300, help_text="เช่น ทดลองใช้กับครู 30 คน โรงเรียนวัดสุทธิ")
    collection = forms.ModelChoiceField(
        label="คำตอบจากรอบเก็บข้อมูลในระบบ",
        queryset=Collection.objects.none(),
        required=False,
        empty_label="ไม่ใช้ จะวางตารางเอง",
    )
    table = forms.CharField(
        label="หรือวางตารางคำตอบจาก Excel",
        required=False,
        strip=False,
        max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "wrap": "off"}),
        help_text="หนึ่งแถวต่อหนึ่งคน หนึ่งคอลัมน์ต่อหนึ่งข้อ เรียงตามแบบ หรือใส่แถวแรกเป็นรหัสข้อ ช่องว่างคือไม่ตอบ",
    )

    def __init__(self, *args, version: InstrumentVersion, area, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["collection"].queryset = (
            Collection.objects.open().filter(area=area, responses__version=version).distinct()
        )

    def clean(self):
        data = super().clean() or self.cleaned_data
        if not data.get("collection") and not (data.get("table") or "").strip():
            self.add_error("table", "โปรดเลือกรอบเก็บข้อมูล หรือวางตารางคำตอบ อย่างใดอย่างหนึ่ง")
        return data


class PairForm(Plain, forms.Form):
    version = forms.ModelChoiceField(
        label="แบบที่ใช้ประเมิน", queryset=InstrumentVersion.objects.none(), empty_label="เลือกแบบ"
    )
    subject = ThaiCharField(label="สิ่งที่ประเมินร่วมกัน", max_length=300, help_text="เช่น การสอนวิชาภาษาไทย ป.4 ของครูดวงใจ")
    school = forms.ModelChoiceField(
        label="สถานศึกษา", queryset=School.objects.none(), required=False, empty_label="ไม่ระบุ"
    )
    on = ThaiDateField(label="วันที่ประเมิน")
    first = forms.ModelChoiceField(label="ผู้ประเมินคนที่ 1", queryset=User.objects.none(), empty_label="เลือกผู้ประเมิน")
    second = forms.ModelChoiceField(label="ผู้ประเมินคนที่ 2", queryset=User.objects.none(), empty_label="เลือกผู้ประเมิน")

    def __init__(self, *args, area, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        raters = RoleAssignment.objects.holders(*RATERS, area_id=area.pk)
        fields["version"].queryset = InstrumentVersion.objects.usable_in(area)
        fields["school"].queryset = School.objects.filter(area=area).order_by("name")
        fields["first"].queryset = fields["second"].queryset = raters

    def clean(self):
        data = super().clean() or self.cleaned_data
        if data.get("first") and data["first"] == data.get("second"):
            self.add_error("second", "ผู้ประเมินสองคนต้องไม่ใช่คนเดียวกัน")
        return data
