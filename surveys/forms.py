"""What people type about a survey, as clean values; saving is the services'."""

from collections.abc import Iterable
from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError

from accounts.forms import Plain
from instruments.models import InstrumentVersion
from schools.models import AreaOffice, School
from schools.queries import size_labels, size_of, with_pupils
from surveys.flows import MANY, ONE, SCHOOLS
from surveys.models import Survey
from surveys.services import usable_versions
from thai.dates import today_in_bangkok
from thai.fields import ThaiCharField, ThaiDateField, ThaiIntegerField
from thai.text import thai_sort_key

NO_GROUP = "ไม่ได้จัดกลุ่ม"
EVERYBODY, BY_GROUP, BY_SIZE, PICKED = "all", "groups", "sizes", "picked"
ASKED = ("title", "message", "opens_on", "closes_on", "audience", "per_school", "anonymous", "tryout")
"""What the form and a survey call by the same name."""


def schools_to_ask(area: AreaOffice) -> list[School]:
    """The schools of the area that are open today, with group and ``size_label``, in the order of the alphabet."""
    schools = list(with_pupils(School.objects.filter(area=area).open_on()).select_related("group").order_by("sort_key"))
    for school in schools:
        school.size_label = size_of(school.pupils, area.size_bands)
    return schools


class VersionField(forms.ModelChoiceField):
    def offer(self, versions: Iterable[InstrumentVersion]) -> None:
        self.choices = [("", "เลือกแบบ"), *((v.pk, self.label_from_instance(v)) for v in versions)]

    def label_from_instance(self, obj) -> str:
        waits = " (รอตรวจสอบ ใช้ได้เฉพาะการทดลองใช้)" if obj.state == "in_review" else ""
        return f"{obj.instrument.code} {obj.instrument.title} ฉบับที่ {obj.number}{waits}"


class SchoolsField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj) -> str:
        return obj.name


class SurveyForm(Plain, forms.Form):
    """A survey as its page makes it; which schools it asks is chosen whole, by group, by size or one by one."""

    version = VersionField(label="แบบที่ใช้", queryset=InstrumentVersion.objects.none())
    title = ThaiCharField(label="ชื่อแบบสำรวจ", max_length=250)
    message = ThaiCharField(
        label="ข้อความถึงผู้ตอบ", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="บอกว่าเก็บข้อมูลไปทำอะไร ใครเป็นผู้ตอบ และใช้เวลาประมาณเท่าใด",
    )  # fmt: skip
    opens_on = ThaiDateField(label="เปิดรับตั้งแต่วันที่")
    closes_on = ThaiDateField(label="ถึงวันที่", help_text="รับคำตอบจนสิ้นวันนี้")
    audience = forms.ChoiceField(
        label="ใครเป็นผู้ตอบ", choices=Survey._meta.get_field("audience").choices or (), widget=forms.RadioSelect
    )
    per_school = forms.ChoiceField(
        label="โรงเรียนหนึ่งตอบได้กี่ชุด", required=False, widget=forms.RadioSelect,
        choices=[(ONE, "หนึ่งชุด ผู้บริหารสถานศึกษาตอบในนามโรงเรียน"), (MANY, "หลายชุด ครูและบุคลากรตอบได้ทุกคน")],
    )  # fmt: skip
    reach = forms.ChoiceField(
        label="โรงเรียนที่ตอบ", required=False, widget=forms.RadioSelect,
        choices=[(EVERYBODY, "ทุกโรงเรียนของเขต"), (BY_GROUP, "ตามกลุ่มโรงเรียน"), (BY_SIZE, "ตามขนาด"), (PICKED, "เลือกเอง")],
    )  # fmt: skip
    groups = forms.MultipleChoiceField(label="กลุ่มโรงเรียน", required=False, widget=forms.CheckboxSelectMultiple)
    sizes = forms.MultipleChoiceField(label="ขนาดโรงเรียน", required=False, widget=forms.CheckboxSelectMultiple)
    schools = SchoolsField(label="โรงเรียน", required=False, queryset=School.objects.none())
    anonymous = forms.BooleanField(
        label="ไม่ระบุตัวผู้ตอบ", required=False,
        help_text="ระบบไม่เก็บชื่อ บัญชี เครื่อง หรือเวลาที่ตอบ (เก็บเพียงวันที่) แก้ไขคำตอบที่ส่งแล้วไม่ได้ "
        "และไม่แสดงผลของกลุ่มที่มีผู้ตอบน้อยกว่า 5 ชุด หากส่งถึงโรงเรียน ระบบยังทราบว่าคำตอบมาจากโรงเรียนใด",
    )  # fmt: skip
    tryout = forms.BooleanField(
        label="เป็นการทดลองใช้เครื่องมือ", required=False, help_text="ไม่นำไปรวมในสถิติของสำนักงาน และใช้แบบที่รอตรวจสอบได้"
    )
    remind_days = ThaiIntegerField(
        label="เตือนโรงเรียนที่ยังไม่ตอบก่อนปิดรับ (วัน)", required=False, min_value=0, max_value=30,
        help_text="ระบบเตือนให้เองหนึ่งครั้ง ใส่ 0 เมื่อไม่ต้องการ",
    )  # fmt: skip

    def __init__(
        self, *args, area: AreaOffice, survey: Survey | None = None, start: InstrumentVersion | None = None, **kwargs
    ):
        today = today_in_bangkok()
        if survey is not None:
            kwargs.setdefault("initial", _initial(survey))
        else:
            kwargs.setdefault(
                "initial",
                {
                    "opens_on": today, "closes_on": today + timedelta(days=14), "audience": SCHOOLS, "per_school": ONE,
                    "reach": EVERYBODY, "remind_days": 3, "version": start and start.pk,
                    "tryout": start is not None and start.state == "in_review",
                    "title": start.instrument.title if start else "",
                },
            )  # fmt: skip
        super().__init__(*args, **kwargs)
        self.area = area
        versions = usable_versions(area, tryout=True)
        self.fields["version"].queryset = InstrumentVersion.objects.filter(
            pk__in=[v.pk for v in versions]
        ).select_related("instrument")
        self.fields["version"].offer(versions)
        self.open_schools = schools_to_ask(area)
        self.fields["schools"].queryset = School.objects.filter(area=area).open_on()
        self.fields["schools"].choices = [(school.pk, school.name) for school in self.open_schools]
        names = {str(school.group_id): school.group.name for school in self.open_schools if school.group}
        groups = sorted(names.items(), key=lambda row: thai_sort_key(row[1]))
        if any(school.group_id is None for school in self.open_schools):
            groups.append(("None", NO_GROUP))
        self.fields["groups"].choices = groups
        found = {school.size_label for school in self.open_schools}
        self.fields["sizes"].choices = [(label, label) for label in size_labels(area.size_bands) if label in found]

    def clean(self):
        values = super().clean()
        first, last = values.get("opens_on"), values.get("closes_on")
        if first and last and last < first:
            self.add_error("closes_on", "วันปิดรับต้องไม่อยู่ก่อนวันเปิดรับ")
        version = values.get("version")
        if version is not None and version.state == "in_review" and not values.get("tryout"):
            self.add_error("version", "แบบนี้ยังรอตรวจสอบ ใช้ได้เมื่อเลือก “เป็นการทดลองใช้เครื่องมือ”")
        if values.get("audience") == SCHOOLS:
            values["per_school"] = values.get("per_school") or ONE
            try:
                values["asked"] = self._asked(values)
            except ValidationError as error:
                self.add_error("reach", error)
        else:
            values["asked"], values["per_school"] = [], MANY
        return values

    def _asked(self, values) -> list[School]:
        match values.get("reach") or EVERYBODY:
            case "groups":
                found = [school for school in self.open_schools if str(school.group_id) in values.get("groups", ())]
                empty = "โปรดเลือกกลุ่มโรงเรียนอย่างน้อย 1 กลุ่ม"
            case "sizes":
                found = [school for school in self.open_schools if school.size_label in values.get("sizes", ())]
                empty = "โปรดเลือกขนาดโรงเรียนอย่างน้อย 1 ขนาด"
            case "picked":
                picked = {school.pk for school in values.get("schools", ())}
                found = [school for school in self.open_schools if school.pk in picked]
                empty = "โปรดเลือกโรงเรียนอย่างน้อย 1 แห่ง"
            case _:
                found, empty = self.open_schools, "ยังไม่มีโรงเรียนในทะเบียน โปรดนำเข้าทะเบียนสถานศึกษาก่อน"
        if not found:
            raise ValidationError(empty)
        return found

    @property
    def values(self) -> dict:
        """What the services take."""
        found = {name: self.cleaned_data[name] for name in ("version", *ASKED)}
        return found | {"remind_days": self.cleaned_data["remind_days"] or 0, "schools": self.cleaned_data["asked"]}


def _initial(survey: Survey) -> dict:
    asked = list(survey.places.values_list("school", flat=True))
    everybody = set(School.objects.filter(area=survey.area_id).open_on().values_list("pk", flat=True))
    return {name: getattr(survey, name) for name in (*ASKED, "remind_days")} | {
        "version": survey.version_id,
        "reach": EVERYBODY if set(asked) == everybody else PICKED,
        "schools": asked,
    }


class ExtendForm(Plain, forms.Form):
    closes_on = ThaiDateField(label="ปิดรับวันใหม่")
    reason = ThaiCharField(label="เหตุผล", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class AddSchoolsForm(Plain, forms.Form):
    """Schools that are open and not asked yet."""

    schools = SchoolsField(
        label="โรงเรียนที่เพิ่ม", queryset=School.objects.none(), error_messages={"required": "โปรดเลือกโรงเรียนที่จะเพิ่ม"}
    )

    def __init__(self, *args, survey: Survey, **kwargs):
        super().__init__(*args, **kwargs)
        asked = survey.places.values("school")
        self.fields["schools"].queryset = (
            School.objects.filter(area=survey.area_id).open_on().exclude(pk__in=asked).order_by("sort_key")
        )
