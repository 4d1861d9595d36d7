"""Forms of the register: filters, the school's own page, closing, groups, and the file to bring in."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.forms import Plain
from schools.models import AreaOffice, ImportKind, School, SchoolGroup, Subject, paper_of
from schools.queries import of_size, size_labels, with_pupils
from schools.results import SORTS, Key, choices_of, paper_label
from schools.tabular import MAX_BYTES, too_large
from thai.fields import ThaiCharField, ThaiCodeField, ThaiDateField

STATUSES = [("open", "เปิดสอน"), ("closed", "ยุบเลิก"), ("merged", "รวมกับโรงเรียนอื่น"), ("all", "ทุกสถานะ")]


class SchoolFilter(forms.Form):
    """What narrows the list of schools; an unknown choice is as if it were not there."""

    q = forms.CharField(label="ชื่อ รหัส หรืออำเภอ/เขต", required=False)
    area = forms.ModelChoiceField(
        label="เขตพื้นที่", queryset=AreaOffice.objects.none(), required=False, empty_label="ทุกเขต"
    )
    group = forms.ModelChoiceField(
        label="กลุ่มโรงเรียน", queryset=SchoolGroup.objects.none(), required=False, empty_label="ทุกกลุ่ม"
    )
    status = forms.ChoiceField(label="สถานะ", choices=STATUSES, required=False)
    size = forms.ChoiceField(label="ขนาด", required=False)

    def __init__(self, data, *, user):
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        self.areas = list(AreaOffice.objects.visible_to(user))
        fields["area"].queryset = AreaOffice.objects.visible_to(user)
        fields["group"].queryset = SchoolGroup.objects.visible_to(user)
        if len(self.areas) < 2:
            del fields["area"]
        labels = dict.fromkeys(label for area in self.areas for label in size_labels(area.size_bands))
        fields["size"].choices = [("", "ทุกขนาด"), *((label, label) for label in labels)]
        for name, field in fields.items():
            field.widget.attrs["class"] = "form-control" if name == "q" else "form-select"
        fields["q"].widget.input_type = "search"

    def narrow(self, schools):
        """The schools that fit, with ``pupils``; open ones unless another status is asked for."""
        self.is_valid()
        chosen = self.cleaned_data
        schools = with_pupils(schools.matching(chosen.get("q", "")))
        if chosen.get("area"):
            schools = schools.filter(area=chosen["area"])
        if chosen.get("group"):
            schools = schools.filter(group=chosen["group"])
        if chosen.get("size"):
            fitting = Q(pk__in=[])
            for area in self.areas:
                fitting |= Q(area=area) & of_size(chosen["size"], area.size_bands)
            schools = schools.filter(fitting)
        status = chosen.get("status") or "open"
        if status == "open":
            return schools.open_on()
        if status in ("closed", "merged"):
            return schools.filter(closed_on__lte=timezone.localdate(), merged_into__isnull=status == "closed")
        return schools


class SchoolForm(Plain, forms.ModelForm):
    """What the area office keeps about a school; codes of ten digits come from the import alone."""

    class Meta:
        model = School
        fields = [
            "name",
            "smis_code",
            "group",
            "levels",
            "subdistrict",
            "district",
            "province",
            "phone",
            "email",
            "opened_on",
        ]
        field_classes = {
            "name": ThaiCharField, "smis_code": ThaiCodeField, "levels": ThaiCharField, "subdistrict": ThaiCharField,
            "district": ThaiCharField, "province": ThaiCharField, "phone": ThaiCharField, "opened_on": ThaiDateField,
        }  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["group"].queryset = SchoolGroup.objects.filter(area=self.instance.area)
        fields["group"].empty_label = "ไม่อยู่ในกลุ่มใด"

    def clean_smis_code(self):
        return self.cleaned_data["smis_code"] or None


class ResultFilter(forms.Form):
    """Which test, year and subject the list shows; an unknown choice is as if it were not there.

    ``key`` (test, grade, subject) is None where the area has no result at all, ``area`` where the person has no area.
    """

    def __init__(self, asked, *, user):
        super().__init__()
        self.asked = asked
        areas = list(AreaOffice.objects.visible_to(user))
        self.area: AreaOffice | None = self._pick("area", "เขตพื้นที่", [(area, str(area.pk), str(area)) for area in areas])
        self.key: Key | None = None
        papers, years = choices_of(self.area) if self.area else ([], [])
        if papers:
            exam, grade = self._pick(
                "paper", "การทดสอบ", [(paper, "-".join(paper), paper_label(*paper)) for paper in papers]
            )
            self.year: int = self._pick("year", "ปีการศึกษา", [(year, str(year), str(year)) for year in years])
            asked_now = paper_of(exam, grade, self.year)
            subjects = asked_now.subjects if asked_now else (Subject.TOTAL,)
            subject = self._pick("subject", "วิชา/ด้าน", [(one, one.value, str(one.label)) for one in subjects])
            self.key = (exam, grade, subject.value)
            groups = SchoolGroup.objects.visible_to(user).filter(area=self.area)
            self.group: SchoolGroup | None = self._pick(
                "group", "กลุ่มโรงเรียน", [(None, "", "ทุกกลุ่ม"), *((group, str(group.pk), str(group)) for group in groups)]
            )
            self.sort: str = self._pick("sort", "เรียงตาม", [(key, key, label) for key, label in SORTS.items()])
        for name in ("area", "group"):
            if name in self.fields and len(getattr(self.fields[name], "choices", [])) < 2:
                del self.fields[name]

    def _pick(self, name: str, label: str, offered: list[tuple[Any, str, str]]):
        """Offer the choices, and answer the one that was asked for, or else the first."""
        if not offered:
            return None
        chosen = next((one for one in offered if one[1] == self.asked.get(name, "")), offered[0])
        self.fields[name] = forms.ChoiceField(
            label=label,
            choices=[(value, text) for _, value, text in offered],
            initial=chosen[1],
            widget=forms.Select(attrs={"class": "form-select"}),
        )
        return chosen[0]


class CloseForm(Plain, forms.Form):
    on = ThaiDateField(label="วันที่ยุบเลิก", help_text="วันแรกที่ไม่นับเป็นโรงเรียนแล้ว")


class MergeForm(Plain, forms.Form):
    into = forms.ModelChoiceField(label="รวมกับโรงเรียน", queryset=School.objects.none(), empty_label="โปรดเลือกโรงเรียน")
    on = ThaiDateField(label="วันที่รวม", help_text="วันแรกที่ไม่นับเป็นโรงเรียนแล้ว นักเรียนไปอยู่กับโรงเรียนที่เลือก")

    def __init__(self, *args, school: School, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["into"].queryset = School.objects.filter(area=school.area_id).open_on().exclude(pk=school.pk)


class GroupForm(Plain, forms.ModelForm):
    schools = forms.ModelMultipleChoiceField(
        label="โรงเรียนในกลุ่ม",
        queryset=School.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="โรงเรียนหนึ่งอยู่ได้กลุ่มเดียว เมื่อเลือกโรงเรียนที่อยู่กลุ่มอื่น ระบบจะย้ายมากลุ่มนี้",
    )

    class Meta:
        model = SchoolGroup
        fields = ["name"]
        field_classes = {"name": ThaiCharField}

    def __init__(self, *args, area: AreaOffice, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.area = area
        fields: dict[str, Any] = self.fields
        field = fields["schools"]
        # A closed school stays where it was: its results count to the group until the day it closed.
        members = Q(group=self.instance.pk) if self.instance.pk else Q(pk__in=[])
        open_now = School.objects.open_on().values("pk")
        field.queryset = School.objects.filter(Q(pk__in=open_now) | members, area=area).select_related("group")
        field.label_from_instance = self._label
        if self.instance.pk:
            self.initial["schools"] = list(self.instance.schools.values_list("pk", flat=True))

    def _label(self, school: School) -> str:
        if school.group_id and school.group_id != self.instance.pk:
            return f"{school.name} (อยู่กลุ่ม{school.group})"
        return school.name if school.is_open() else f"{school.name} ({school.status_label})"


class ImportForm(Plain, forms.Form):
    kind = forms.ChoiceField(label="ข้อมูลที่นำเข้า", choices=ImportKind.choices, widget=forms.RadioSelect)
    area = forms.ModelChoiceField(label="เขตพื้นที่", queryset=AreaOffice.objects.none())
    file = forms.FileField(
        label="ไฟล์ Excel (.xlsx) หรือ CSV",
        help_text=f"ไม่เกิน {MAX_BYTES // 1024 // 1024} MB และ 100,000 แถว",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt", "data-file-names": "เลือกไฟล์"}),
        error_messages={"required": "โปรดเลือกไฟล์ที่จะนำเข้า", "empty": "ไฟล์นี้ว่างเปล่า โปรดตรวจสอบว่าเลือกถูกไฟล์"},
    )

    def __init__(self, *args, areas, all_areas: bool, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        field = fields["area"]
        field.queryset = areas
        field.empty_label = "ทุกเขตตามที่ระบุในไฟล์" if all_areas else "โปรดเลือกเขตพื้นที่"
        field.required = not all_areas
        only = list(areas[:2])
        if len(only) == 1 and not all_areas:
            field.initial = only[0]
            field.widget = forms.HiddenInput()

    def refuse_size(self) -> None:
        """Instead of “no file”: the file was longer than is taken."""
        self.full_clean()
        self.errors.pop("file", None)
        self.add_error("file", too_large())
