"""What people type about a plan and its schedule, as clean values; saving is the services'."""

from collections.abc import Iterable
from decimal import Decimal

from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError

from accounts.forms import Plain
from instruments.models import Instrument
from schools.models import AreaOffice, School
from supervision.forms.visits import LeadField, TeamField
from supervision.models import Plan, PlanItem
from supervision.services.plans import YEARS, instruments_of, item_stamp, plan_stamp
from supervision.services.visits import visiting_staff
from thai.dates import date_range, today_in_bangkok
from thai.fields import ThaiCharField, ThaiDateField, ThaiDecimalField, ThaiIntegerField
from thai.text import thai_sort_key
from thai.years import fiscal_year

NO_GROUP = "ไม่ได้จัดกลุ่ม"


class InstrumentField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj) -> str:
        return f"{obj.code} {obj.title}"


class SchoolField(forms.ModelChoiceField):
    """A school out of those given, in the list under the name of its group."""

    def offer(self, schools: Iterable[School]) -> None:
        groups = by_group(schools)
        self.choices = [
            ("", "เลือกสถานศึกษา"),
            *((name, [(school.pk, school.name) for school in members]) for name, members in groups),
        ]


def by_group(schools: Iterable[School]) -> list[tuple[str, list[School]]]:
    """(name of the group, its schools), in the order of the Thai alphabet; those without a group come last."""
    groups: dict[str, list[School]] = {}
    for school in schools:
        groups.setdefault(school.group.name if school.group else NO_GROUP, []).append(school)
    return sorted(groups.items(), key=lambda pair: (pair[0] == NO_GROUP, thai_sort_key(pair[0])))


def schools_for(plan: Plan, user):
    """The schools of the plan's area that are open some time in its period, with their groups."""
    schools = School.objects.visible_to(user).filter(area=plan.area_id)
    return (schools.open_on(plan.starts_on) | schools.open_on(plan.ends_on)).select_related("group")


def side_by_side(*names: str) -> Row:
    """Fields in one line where the window is wide enough."""
    return Row(*(Column(name, css_class="col-md-6") for name in names))


TEXT = 10_000
"""Characters of one text of a plan: some four pages."""


def text(label: str, *, rows: int, **more) -> ThaiCharField:
    """One of the texts that a plan may lack until it is submitted."""
    area = forms.Textarea(attrs={"rows": rows})
    return ThaiCharField(label=label, required=False, max_length=TEXT, widget=area, **more)


class PlanForm(Plain, forms.Form):
    """The plan without its schedule. ``seen`` carries the stamp of what the page showed."""

    title = ThaiCharField(label="ชื่อแผน", max_length=250)
    period = forms.ChoiceField(label="ช่วงของแผน", choices=Plan.Period.choices)
    year = ThaiIntegerField(label="ปี (พ.ศ.)", help_text="ปีงบประมาณของแผนทั้งปี หรือปีการศึกษาของแผนรายภาคเรียน")
    starts_on = ThaiDateField(label="ตั้งแต่วันที่", required=False, help_text="เว้นว่างไว้ ระบบจะใส่ตามช่วงของแผนให้")
    ends_on = ThaiDateField(label="ถึงวันที่", required=False)
    rationale = text("หลักการและเหตุผล", rows=6)
    objectives = text("วัตถุประสงค์", rows=4, help_text="บรรทัดละหนึ่งข้อ")
    targets = text("เป้าหมาย", rows=4)
    methods = text("วิธีดำเนินการ", rows=6)
    budget = ThaiDecimalField(label="งบประมาณ (บาท)", required=False, min_value=0, max_digits=12, decimal_places=2)
    budget_source = ThaiCharField(label="แหล่งงบประมาณ", required=False, max_length=200)
    team = TeamField(label="คณะผู้รับผิดชอบ", queryset=None, required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, area: AreaOffice, plan: Plan | None = None, **kwargs):
        if plan is not None:
            kwargs["initial"] = plan_initial(plan)
        else:
            today = today_in_bangkok()
            # From July on an office writes the plan of the coming fiscal year.
            coming = fiscal_year(today) + (7 <= today.month < 10)
            kwargs.setdefault(
                "initial", {"year": coming, "title": f"แผนนิเทศ ติดตาม และประเมินผลการจัดการศึกษา ปีงบประมาณ {coming}"}
            )
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = visiting_staff(area.pk)
        self.helper.layout = Layout(
            "title", side_by_side("period", "year"), side_by_side("starts_on", "ends_on"),
            "rationale", "objectives", "targets", "methods", side_by_side("budget", "budget_source"), "team", "seen",
        )  # fmt: skip

    def clean_year(self) -> int:
        year = self.cleaned_data["year"]
        if year not in YEARS:
            raise ValidationError("ปีของแผนเป็น พ.ศ. สี่หลัก เช่น 2570")
        return year

    def clean_budget(self):
        return self.cleaned_data["budget"] or Decimal(0)

    def clean(self):
        values = super().clean()
        first, last = values.get("starts_on"), values.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "วันสิ้นสุดของแผนต้องไม่อยู่ก่อนวันเริ่ม")
        return values

    @property
    def values(self) -> dict:
        """What the services take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


def plan_initial(plan: Plan) -> dict:
    """The plan as its form shows it."""
    fields = [name for name in PlanForm.base_fields if name not in {"team", "seen"}]
    return {name: getattr(plan, name) for name in fields} | {
        "team": list(plan.team.values_list("pk", flat=True)),
        "seen": plan_stamp(plan),
    }


class LineForm(Plain, forms.Form):
    """What one line of the schedule and many lines at once have in common."""

    starts_on = ThaiDateField(label="ตั้งแต่วันที่")
    ends_on = ThaiDateField(label="ถึงวันที่", required=False, help_text="เว้นว่างเมื่อเป็นวันเดียว")
    purpose = ThaiCharField(label="ประเด็นการนิเทศ", max_length=300)
    lead = LeadField(label="หัวหน้าคณะ", queryset=None, empty_label="เลือกหัวหน้าคณะ")
    team = TeamField(label="คณะผู้นิเทศคนอื่น", queryset=None, required=False)
    instruments = InstrumentField(
        label="เครื่องมือนิเทศ", queryset=Instrument.objects.none(), required=False,
        help_text="ต้องเลือกอย่างน้อย 1 รายการก่อนส่งแผนขออนุมัติ",
    )  # fmt: skip

    def __init__(self, *args, plan: Plan, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.plan = plan
        people = visiting_staff(plan.area_id)
        self.fields["lead"].queryset = self.fields["team"].queryset = people
        self.fields["instruments"].queryset = instruments_of(plan.area_id)
        for name in ("starts_on", "ends_on"):
            self.fields[name].widget.first, self.fields[name].widget.last = plan.starts_on, plan.ends_on

    def clean(self):
        values = super().clean()
        first, last = values.get("starts_on"), values.get("ends_on") or values.get("starts_on")
        if first and "ends_on" not in self.errors:
            values["ends_on"] = last
            if last < first:
                self.add_error("ends_on", "วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่ม")
            span = f"วันนิเทศต้องอยู่ในช่วงของแผน คือ {date_range(self.plan.starts_on, self.plan.ends_on)}"
            if first < self.plan.starts_on or first > self.plan.ends_on:
                self.add_error("starts_on", span)
            elif last > self.plan.ends_on:
                self.add_error("ends_on", span)
        return values


class PlanItemForm(LineForm):
    """One line of the schedule."""

    school = SchoolField(label="สถานศึกษา", queryset=School.objects.none())
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, plan: Plan, user, item: PlanItem | None = None, **kwargs):
        if item is not None:
            kwargs["initial"] = item_initial(item)
        else:
            kwargs.setdefault("initial", {"lead": plan.owner_id})
        super().__init__(*args, plan=plan, user=user, **kwargs)
        schools = schools_for(plan, user)
        self.fields["school"].queryset = schools
        self.fields["school"].offer(schools)
        self.helper.layout = Layout(
            "school", side_by_side("starts_on", "ends_on"), "purpose", "lead", "team", "instruments", "seen"
        )

    @property
    def values(self) -> dict:
        """What the services take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


def item_initial(item: PlanItem) -> dict:
    """The line as its form shows it."""
    return {
        "school": item.school_id,
        "starts_on": item.starts_on,
        "ends_on": item.ends_on,
        "purpose": item.purpose,
        "lead": item.lead_id,
        "team": [user.pk for user in item.team.all()],
        "instruments": [instrument.pk for instrument in item.instruments.all()],
        "seen": item_stamp(item),
    }


class PlanItemsForm(LineForm):
    """Many lines at once: schools one by one or by their groups, spread over a span of days."""

    groups = forms.ModelMultipleChoiceField(queryset=None, required=False)
    schools = forms.ModelMultipleChoiceField(label="สถานศึกษา", queryset=School.objects.none(), required=False)
    days = ThaiIntegerField(label="จำนวนวันทำการต่อแห่ง", min_value=1, max_value=30, initial=1)

    def __init__(self, *args, plan: Plan, user, **kwargs):
        kwargs.setdefault("initial", {"lead": plan.owner_id, "days": 1})
        super().__init__(*args, plan=plan, user=user, **kwargs)
        self.fields["ends_on"].required = True
        self.fields["ends_on"].help_text = "ระบบกระจายวันนิเทศให้เท่า ๆ กันในวันจันทร์–ศุกร์ของช่วงนี้ แก้ไขทีละแห่งได้ภายหลัง"
        self.offered = list(schools_for(plan, user))
        self.fields["schools"].queryset = schools_for(plan, user)
        self.fields["groups"].queryset = plan.area.groups.all()

    def clean(self):
        values = super().clean()
        groups = set(values.get("groups") or ())
        picked = set(values.get("schools") or ())
        values["schools"] = [school for school in self.offered if school in picked or school.group in groups]
        if not values["schools"]:
            self.add_error("schools", "โปรดเลือกโรงเรียนหรือกลุ่มโรงเรียนอย่างน้อย 1 รายการ")
        return values

    @property
    def choices_by_group(self) -> list[dict]:
        """The tick boxes: each group with its schools, what is ticked, and which are in the schedule already."""
        planned = set(self.plan.items.values_list("school_id", flat=True))
        ticked, whole = set(map(str, self["schools"].value() or ())), set(map(str, self["groups"].value() or ()))
        return [
            {
                "name": name,
                "group": members[0].group,
                "whole": str(members[0].group_id) in whole,
                "open": str(members[0].group_id) in whole or any(str(school.pk) in ticked for school in members),
                "schools": [
                    {"school": school, "ticked": str(school.pk) in ticked, "planned": school.pk in planned}
                    for school in members
                ],
            }
            for name, members in by_group(self.offered)
        ]

    @property
    def values(self) -> dict:
        """What ``add_items_in_bulk`` takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "groups"}


class PlanFilterForm(forms.Form):
    """The filters of the list. What can't be read is left out, never an error page."""

    q = forms.CharField(required=False, max_length=100)
    year = ThaiIntegerField(required=False)
    state = forms.ChoiceField(required=False, choices=[("", "ทุกสถานะ"), *Plan.machine.choices()])
    who = forms.ChoiceField(required=False, choices=[("", "ทุกคน"), ("mine", "ของฉัน")])

    @property
    def wanted(self) -> dict:
        """The values that could be read, empty ones left out."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
