"""What a person chooses for a file of answers."""

from typing import Any

from django import forms

from accounts.forms import Plain
from analysis.exports.selection import Selection
from instruments.flows import DRAFT
from instruments.models import Collection, Instrument, Response
from schools.models import AreaOffice, School, SchoolGroup
from thai.fields import ThaiDateField

EVERY = "ทั้งหมด"


class ExportForm(Plain, forms.Form):
    area = forms.ModelChoiceField(label="สำนักงานเขตพื้นที่", queryset=AreaOffice.objects.none(), empty_label=None)
    file = forms.ChoiceField(
        label="ชนิดไฟล์",
        choices=[("xlsx", "Excel (.xlsx)"), ("csv", "CSV (ในไฟล์ ZIP)")],
        widget=forms.RadioSelect,
        initial="xlsx",
    )
    keys = forms.ChoiceField(
        label="หัวคอลัมน์",
        choices=[("", "ข้อความของข้อ"), ("1", "รหัสข้อ (สำหรับโปรแกรมสถิติ)")],
        widget=forms.RadioSelect,
        required=False,
        initial="",
    )
    values = forms.ChoiceField(
        label="คำตอบแบบเลือก",
        choices=[("", "ข้อความของตัวเลือก"), ("1", "รหัสของตัวเลือก")],
        widget=forms.RadioSelect,
        required=False,
        initial="",
    )
    split = forms.BooleanField(label="เพิ่มคอลัมน์ 0/1 ให้แต่ละตัวเลือกของข้อที่เลือกได้หลายข้อ", required=False)
    unfinished = forms.BooleanField(label="รวมที่ยังกรอกไม่เสร็จ", required=False)
    tryouts = forms.BooleanField(label="รวมการทดลองใช้", required=False)
    version = forms.TypedChoiceField(label="ฉบับ", coerce=int, empty_value=None, required=False)
    collection = forms.TypedChoiceField(label="รอบเก็บข้อมูล", coerce=int, empty_value=None, required=False)
    academic_year = forms.TypedChoiceField(label="ปีการศึกษา", coerce=int, empty_value=None, required=False)
    semester = forms.TypedChoiceField(
        label="ภาคเรียนที่",
        choices=[("", EVERY), ("1", "1"), ("2", "2")],
        coerce=int,
        empty_value=None,
        required=False,
    )
    fiscal_year = forms.TypedChoiceField(label="ปีงบประมาณ", coerce=int, empty_value=None, required=False)
    since = ThaiDateField(label="ตั้งแต่วันที่", required=False)
    until = ThaiDateField(label="ถึงวันที่", required=False)
    group = forms.TypedChoiceField(label="กลุ่มโรงเรียน", coerce=int, empty_value=None, required=False)
    school = forms.TypedChoiceField(label="โรงเรียน", coerce=int, empty_value=None, required=False)

    def __init__(self, *args, instrument: Instrument, areas, **kwargs):
        super().__init__(*args, **kwargs)
        self.instrument = instrument
        fields: dict[str, Any] = self.fields
        fields["area"].queryset = areas
        if len(areas) == 1:
            fields["area"].initial = areas[0]
            fields["area"].widget = forms.HiddenInput()
        answers = Response.objects.filter(area__in=areas, version__instrument=instrument)
        _offer(fields["version"], [
            (pk, f"ฉบับที่ {number}")
            for pk, number in instrument.versions.exclude(state=DRAFT).order_by("-number").values_list("pk", "number")
        ])  # fmt: skip
        # One pass over the answers: they are many, and each of their years a person may ask for.
        years = answers.order_by().values_list("academic_year", "fiscal_year", "collection").distinct()
        found = list(years)
        self.has_answers = bool(found)
        _offer(fields["academic_year"], [(y, y) for y in sorted({row[0] for row in found if row[0]}, reverse=True)])
        _offer(fields["fiscal_year"], [(y, y) for y in sorted({row[1] for row in found if row[1]}, reverse=True)])
        _offer(
            fields["collection"],
            Collection.objects.open().filter(pk__in={row[2] for row in found if row[2]}).values_list("pk", "title"),
        )
        _offer(fields["group"], SchoolGroup.objects.filter(area__in=areas).order_by("name").values_list("pk", "name"))
        _offer(fields["school"], School.objects.filter(area__in=areas).order_by("sort_key").values_list("pk", "name"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", "วันสุดท้ายอยู่ก่อนวันแรก โปรดตรวจสอบช่วงวันที่")
        if data.get("semester") and not data.get("academic_year"):
            self.add_error("academic_year", "โปรดเลือกปีการศึกษาของภาคเรียนนี้")
        return data

    def chosen(self) -> Selection:
        """What was chosen; of a form that is valid."""
        data = dict(self.cleaned_data)
        for name in ("since", "until"):
            data[name] = data[name].isoformat() if data[name] else None
        for name in ("keys", "values"):
            data[name] = bool(data[name])
        return Selection(**data | {"area": data["area"].pk, "instrument": self.instrument.pk})


def _offer(field, pairs) -> None:
    field.choices = [("", EVERY), *pairs]
