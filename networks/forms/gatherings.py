"""What people type about meetings and activities, as clean values; saving is the services'."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from accounts.flows import NETWORK_ROLES, SUPERVISION_STAFF
from accounts.forms import Plain
from accounts.models import RoleAssignment, User
from networks.models import ARRANGERS, Activity, Gathering, Kind, Meeting, Network
from networks.queries.gatherings import Guest, guest_of, members_of, networks_of
from networks.services.gatherings import MEETING_FIELDS, PLAN_FIELDS, REPORT_FIELDS
from schools.models import AreaOffice, School
from thai.dates import today_in_bangkok
from thai.fields import ThaiCharField, ThaiDateField, ThaiDecimalField
from thai.numerals import to_arabic
from thai.text import normalise

STANDARD_AGENDA = (
    "เรื่องประธานแจ้งให้ที่ประชุมทราบ",
    "เรื่องรับรองรายงานการประชุม",
    "เรื่องสืบเนื่อง/เรื่องเสนอเพื่อทราบ",
    "เรื่องเสนอเพื่อพิจารณา แนวทางการพัฒนาเครือข่าย",
    "เรื่องอื่น ๆ",
)
"""ระเบียบสำนักนายกรัฐมนตรีว่าด้วยงานสารบรรณ พ.ศ. 2526 แบบที่ 11, in common practice."""
KINDS = {
    Kind.PERSON: "person", Kind.CLUB: "club", Kind.LEVEL: "level", Kind.COMMUNITY: "community",
    Kind.CLASSROOM: "classroom", Kind.PAIR: "classroom", Kind.FORUM: "level",
}  # fmt: skip
"""Under which number of the handbook's step 4 the activities of a network ordinarily fall."""


class TimeField(forms.TimeField):
    """A time of day: 09:30, 9.30 or ๙.๓๐."""

    def __init__(self, **kwargs: Any):
        super().__init__(
            input_formats=["%H.%M", "%H:%M", "%H:%M:%S"],
            widget=forms.TimeInput({"inputmode": "decimal", "placeholder": "เช่น 09.30", "autocomplete": "off"}, format="%H.%M"),
            error_messages={"invalid": "โปรดระบุเวลาเป็นชั่วโมงและนาที เช่น 09.30"}, **kwargs,
        )  # fmt: skip

    def to_python(self, value: Any) -> Any:
        return super().to_python(to_arabic(value).removesuffix("น.").strip() if isinstance(value, str) else value)


def lines(label: str, rows: int = 3, **options: Any) -> ThaiCharField:
    options.setdefault("max_length", 8000)
    return ThaiCharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **options)


class NetworksField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class SchoolsField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj) -> str:
        return obj.name


class PeopleField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class DaysForm(Plain, forms.Form):
    """What a meeting and an activity have in common."""

    title = ThaiCharField(label="เรื่อง", max_length=250)
    starts_on = ThaiDateField(label="วันที่จัด")
    ends_on = ThaiDateField(label="ถึงวันที่", required=False, help_text="เว้นว่างเมื่อเป็นวันเดียว")
    starts_at = TimeField(label="เวลาเริ่ม", required=False)
    ends_at = TimeField(label="เวลาสิ้นสุด", required=False)
    place = ThaiCharField(label="สถานที่", max_length=250, required=False)

    def clean(self):
        values = super().clean()
        first, last = values.get("starts_on"), values.get("ends_on")
        if first and "ends_on" not in self.errors:
            values["ends_on"] = last = last or first
            if last < first:
                self.add_error("ends_on", "วันสุดท้ายต้องไม่อยู่ก่อนวันแรก")
        opens, closes = values.get("starts_at"), values.get("ends_at")
        if opens and closes and first == last and closes <= opens:
            self.add_error("ends_at", "เวลาสิ้นสุดต้องอยู่หลังเวลาเริ่ม")
        return values


# -- Meetings ------------------------------------------------------------------------------------------------------


def people_who_may_chair(area_id: int):
    """The office's staff and the leads of its networks, by name."""
    holders = RoleAssignment.objects.active().filter(
        Q(role__in=SUPERVISION_STAFF, area=area_id) | Q(role__in=NETWORK_ROLES, network__area=area_id)
    )
    people = User.objects.filter(pk__in=holders.values("user"), is_active=True)
    return people.order_by("first_name", "last_name", "pk")


class MeetingForm(DaysForm):
    """A meeting as its page makes it. The office holds one with any of its networks, a lead one of the own network."""

    network = forms.ModelChoiceField(label="จัดโดย", queryset=Network.objects.none(), required=False)
    for_all = forms.BooleanField(label="เกี่ยวข้องกับทุกเครือข่ายของเขต", required=False)
    others = NetworksField(label="เครือข่ายที่เกี่ยวข้อง", queryset=Network.objects.none(), required=False)
    kind = forms.ChoiceField(label="ประเภท", choices=Meeting.Kind.choices)
    number = ThaiCharField(label="ครั้งที่", max_length=20, required=False, help_text="เช่น 1/2569")
    online_link = forms.URLField(
        label="ลิงก์ประชุมออนไลน์", max_length=500, required=False, assume_scheme="https",
        error_messages={"invalid": "โปรดวางลิงก์ทั้งหมด เช่น https://meet.google.com/abc"},
    )  # fmt: skip
    message = lines("ข้อความถึงผู้รับเชิญ", required=False, help_text="วัตถุประสงค์ของการประชุม สิ่งที่ขอให้เตรียมมา")
    chair = forms.ModelChoiceField(
        label="ประธานในที่ประชุม", queryset=User.objects.none(), required=False, empty_label="ยังไม่กำหนด หรือไม่มีบัญชี"
    )
    chair_name = ThaiCharField(
        label="ชื่อประธานที่ไม่มีบัญชี", max_length=200, required=False, help_text="ชื่อและตำแหน่ง ใช้เมื่อไม่ได้เลือกจากรายชื่อ"
    )

    def __init__(self, *args, area: AreaOffice, user: User, meeting: Meeting | None = None, **kwargs):
        if meeting is not None:
            kwargs.setdefault("initial", _initial_of(meeting))
        else:
            day = today_in_bangkok() + timedelta(days=14)
            kwargs.setdefault("initial", {"starts_on": day, "kind": Meeting.Kind.MEETING})
        super().__init__(*args, **kwargs)
        running = Network.objects.filter(area=area)
        if meeting is None:
            running = running.standing("running")
        self.is_office = area.pk in user.areas_as(*ARRANGERS)
        mine = running if self.is_office else running.filter(pk__in=user.networks_as(*NETWORK_ROLES))
        self.fields["network"].queryset = mine
        if self.is_office:
            self.fields["network"].empty_label = f"{area.group_name} (สำนักงานเขต)"
        else:
            self.fields["network"].required, self.fields["network"].empty_label = True, None
        if meeting is not None:
            del self.fields["network"]
        self.fields["others"].queryset = running
        self.fields["chair"].queryset = people_who_may_chair(area.pk)

    def clean(self):
        values = super().clean()
        own = values.get("network") if "network" in self.fields else self.initial.get("network")
        if not own and not values.get("for_all") and not values.get("others") and "network" not in self.errors:
            self.add_error("others", "โปรดเลือกอย่างน้อย 1 เครือข่าย หรือเลือก “เกี่ยวข้องกับทุกเครือข่ายของเขต”")
        return values

    @property
    def values(self) -> dict:
        """What the services take."""
        names = {*MEETING_FIELDS, "others", "network"} & set(self.fields)
        return {name: self.cleaned_data[name] for name in names}


def _initial_of(meeting: Meeting) -> dict:
    return {name: getattr(meeting, name) for name in MEETING_FIELDS} | {
        "chair": meeting.chair_id,
        "others": list(meeting.others.values_list("pk", flat=True)),
        "network": meeting.network_id,
    }


class AgendaItemForm(Plain, forms.Form):
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = ThaiCharField(label="เรื่อง", max_length=300, required=False)
    details = lines("รายละเอียด", 2, required=False)

    def clean(self):
        values = super().clean()
        if values.get("details") and not values.get("title"):
            self.add_error("title", "โปรดตั้งชื่อเรื่องของวาระนี้")
        return values


class BaseAgenda(forms.BaseFormSet):
    @property
    def values(self) -> list[dict]:
        """What ``save_agenda`` takes."""
        return [form.cleaned_data for form in self.forms if form.cleaned_data]


AgendaFormSet = forms.formset_factory(AgendaItemForm, formset=BaseAgenda, extra=2, max_num=40, absolute_max=60)


def agenda_forms(meeting: Meeting, data=None) -> Any:
    """The agenda as its page shows it; a meeting without one is offered the usual five items."""
    rows = [{"pk": item.pk, "title": item.title, "details": item.details} for item in meeting.agenda.all()]
    initial = rows or [{"title": title} for title in STANDARD_AGENDA]
    return AgendaFormSet(data, initial=initial, prefix="agenda")


class MinutesForm(Plain, forms.Form):
    """รายงานการประชุม: times, chair, what was said and resolved under each item, who was absent and why."""

    chair = MeetingForm.base_fields["chair"]
    chair_name = MeetingForm.base_fields["chair_name"]
    opened_at = TimeField(label="เริ่มประชุมเวลา", required=False)
    closed_at = TimeField(label="เลิกประชุมเวลา", required=False)
    minutes_taker = ThaiCharField(label="ผู้จดรายงานการประชุม", max_length=200, required=False, help_text="ชื่อและตำแหน่ง")
    direction = lines(
        "แนวทางการพัฒนาที่ตกลงร่วมกัน", 5, required=False, help_text="สิ่งที่เครือข่ายจะทำร่วมกัน ต้องเขียนก่อนรับรองรายงาน"
    )

    def __init__(self, *args, meeting: Meeting, user: User, **kwargs):
        taker = meeting.minutes_taker or f"{user} {user.signing_position}".strip()
        kwargs["initial"] = {name: getattr(meeting, name) for name in self.base_fields} | {
            "chair": meeting.chair_id, "minutes_taker": taker,
            "opened_at": meeting.opened_at or meeting.starts_at, "closed_at": meeting.closed_at or meeting.ends_at,
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["chair"].queryset = people_who_may_chair(meeting.area_id)
        self.items = list(meeting.agenda.all())
        self.absent = list(meeting.participants.stayed_away().select_related("user", "school")[:200])
        for item in self.items:
            self.fields[f"details-{item.pk}"] = lines("รายละเอียด", 3, required=False, initial=item.details)
            self.fields[f"resolution-{item.pk}"] = lines("มติที่ประชุม", 2, required=False, initial=item.resolution)
        for row in self.absent:
            self.fields[f"note-{row.pk}"] = ThaiCharField(
                label=f"เหตุที่ {row} ไม่มา", max_length=200, required=False, initial=row.note
            )

    @property
    def by_item(self) -> list[tuple]:
        return [(item, self[f"details-{item.pk}"], self[f"resolution-{item.pk}"]) for item in self.items]

    @property
    def by_absentee(self) -> list[tuple]:
        return [(row, self[f"note-{row.pk}"]) for row in self.absent]

    @property
    def values(self) -> dict:
        """What ``save_minutes`` takes; what the person's page did not show stays as it is."""
        found = self.cleaned_data
        return {
            "values": {name: found[name] for name in self.base_fields},
            "resolutions": {
                item.pk: {
                    name: found[f"{name}-{item.pk}"] if f"{name}-{item.pk}" in self.data else getattr(item, name)
                    for name in ("details", "resolution")
                }
                for item in self.items
            },
            "notes": {row.pk: found[f"note-{row.pk}"] for row in self.absent if f"note-{row.pk}" in self.data},
        }


# -- Asking and receiving people -----------------------------------------------------------------------------------


class InviteForm(Plain, forms.Form):
    """Whom to ask: members of the networks, people of the office, schools, and whoever is typed."""

    members = forms.BooleanField(required=False)
    staff = PeopleField(label="บุคลากรของสำนักงานเขต", queryset=User.objects.none(), required=False)
    schools = SchoolsField(
        label="โรงเรียน (ส่งผู้แทน)", queryset=School.objects.none(), required=False,
        help_text="ผู้บริหารสถานศึกษาได้รับแจ้ง ผู้ที่มาจากโรงเรียนนั้นคนแรกนับเป็นผู้แทน",
    )  # fmt: skip
    people = lines("บุคคลอื่น", 4, required=False, help_text="บรรทัดละหนึ่งคน: ชื่อ–สกุล, ตำแหน่ง, หน่วยงาน")

    def __init__(self, *args, gathering: Gathering, **kwargs):
        super().__init__(*args, **kwargs)
        networks = networks_of(gathering) if isinstance(gathering, Meeting) else [gathering.network]
        self.guests = members_of(networks)
        self.fields["members"].label = f"สมาชิกทุกรายของเครือข่ายที่เกี่ยวข้อง ({len(self.guests)} ราย)"
        staff = RoleAssignment.objects.holders(*ARRANGERS, area_id=gathering.area_id)
        self.fields["staff"].queryset = staff.order_by("first_name", "last_name", "pk")
        self.fields["schools"].queryset = School.objects.filter(area=gathering.area_id).open_on(gathering.starts_on)

    def clean_people(self) -> list[Guest]:
        found = []
        for line in self.cleaned_data["people"].splitlines():
            parts = [normalise(part) for part in line.split(",")]
            if not any(parts):
                continue
            name, position, organisation = (*parts, "", "")[:3]
            if not name or len(parts) > 3:
                raise ValidationError(f"อ่าน “{line[:60]}” ไม่ได้ โปรดพิมพ์ ชื่อ–สกุล, ตำแหน่ง, หน่วยงาน คั่นด้วยเครื่องหมายจุลภาค")
            found.append(Guest(None, name[:150], position[:150], None, organisation[:200]))
        return found

    def clean(self):
        values = super().clean()
        if not self.errors and not any(values.get(name) for name in ("members", "staff", "schools", "people")):
            raise ValidationError("ยังไม่ได้เลือกใคร โปรดเลือกสมาชิก บุคลากร โรงเรียน หรือพิมพ์ชื่ออย่างน้อย 1 รายการ")
        return values

    @property
    def chosen(self) -> list[Guest]:
        values = self.cleaned_data
        found = list(self.guests) if values["members"] else []
        found += [guest_of(user) for user in values["staff"]]
        found += [Guest(school=school) for school in values["schools"]]
        return found + values["people"]


class CheckInForm(Plain, forms.Form):
    """Somebody at the door without an account."""

    name = ThaiCharField(label="ชื่อ–สกุล", max_length=150, widget=forms.TextInput({"autocomplete": "name"}))
    place = ThaiCharField(label="โรงเรียนหรือหน่วยงาน", max_length=200, widget=forms.TextInput({"list": "places"}))
    position = ThaiCharField(label="ตำแหน่ง", max_length=150, required=False)


class WalkInForm(CheckInForm):
    """Somebody whom the organiser puts down."""

    note = ThaiCharField(label="หมายเหตุ", max_length=200, required=False, help_text="เช่น มาประชุมแทน…")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "off"


# -- Activities ----------------------------------------------------------------------------------------------------


class ActivityForm(DaysForm):
    """The plan of an activity."""

    kind = forms.ChoiceField(label="รูปแบบตามคู่มือ (ขั้นที่ 4)", choices=Activity.Kind.choices)
    objective = lines("วัตถุประสงค์")
    target_group = ThaiCharField(label="กลุ่มเป้าหมาย", max_length=300, required=False, help_text="ใครเข้าร่วม กี่คน")
    expected = lines("ผลที่คาดว่าจะได้รับ", 2, required=False)
    budget = ThaiDecimalField(
        label="งบประมาณ (บาท)",
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text="ใส่ 0 เมื่อไม่ใช้งบประมาณ",
    )

    def __init__(self, *args, network: Network, activity: Activity | None = None, **kwargs):
        if activity is not None:
            kwargs.setdefault("initial", {name: getattr(activity, name) for name in PLAN_FIELDS})
        else:
            kwargs.setdefault("initial", {"kind": KINDS.get(Kind(network.kind), "person")})
        super().__init__(*args, **kwargs)
        self.fields["title"].label = "ชื่อกิจกรรม"

    def clean_budget(self):
        return self.cleaned_data["budget"] or 0

    @property
    def values(self) -> dict:
        """What the services take."""
        return {name: self.cleaned_data[name] for name in PLAN_FIELDS}


class ReportForm(Plain, forms.Form):
    """What came of an activity."""

    result = lines("ผลที่เกิดขึ้น", 4, required=False, help_text="เชิงปริมาณและคุณภาพ เทียบกับผลที่คาดไว้")
    knowledge = lines(
        "องค์ความรู้/นวัตกรรมที่แลกเปลี่ยน", 4, required=False, help_text="ใครนำอะไรมาแลกเปลี่ยน นำไปใช้อย่างไร แนบไฟล์ได้ในหน้ากิจกรรม"
    )
    expense = ThaiDecimalField(label="ค่าใช้จ่ายจริง (บาท)", required=False, min_value=0, max_digits=12, decimal_places=2)
    problems = lines("ปัญหา อุปสรรค และแนวทางแก้ไข", 3, required=False, help_text="เกิดอะไรขึ้น แก้ไขอย่างไร บรรทัดละเรื่อง")
    next_steps = lines("สิ่งที่จะทำต่อไป", 3, required=False)

    def __init__(self, *args, activity: Activity, **kwargs):
        kwargs.setdefault("initial", {name: getattr(activity, name) for name in REPORT_FIELDS})
        super().__init__(*args, **kwargs)

    @property
    def values(self) -> dict:
        """What ``save_report`` takes."""
        return {name: self.cleaned_data[name] for name in REPORT_FIELDS}
