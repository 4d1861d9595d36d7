"""What people type about a visit, as clean values; saving is the services'."""

from django import forms
from django.forms import formset_factory
from django.forms.models import ModelChoiceIterator
from django.utils import timezone

from accounts.forms import Plain
from accounts.models import User
from instruments.models import InstrumentVersion
from instruments.queries import versions_for_use
from schools.models import AreaOffice, School
from supervision.models import Finding, Signature, Visit
from supervision.queries.visits import period_choices, state_choices
from supervision.services.visit_records import RECORD_FIELDS
from supervision.services.visits import MAKERS, visiting_staff
from thai.fields import ThaiCharField, ThaiDateField
from thai.text import name_sort_key
from workflows.digests import stamp_of


class VisitFilterForm(forms.Form):
    """The filters of the list. What can't be read is left out, never an error page."""

    q = forms.CharField(required=False, max_length=100)
    state = forms.ChoiceField(required=False)
    period = forms.ChoiceField(required=False)
    who = forms.ChoiceField(required=False, choices=[("", "ทุกคน"), ("mine", "ของฉัน")])
    since = ThaiDateField(label="ตั้งแต่วันที่", required=False)
    until = ThaiDateField(label="ถึงวันที่", required=False)

    def __init__(self, data, *, user):
        super().__init__(data)
        for name in ("since", "until"):
            self.fields[name].widget.attrs["class"] = "form-control"
        self.fields["state"].choices = [("", "ทุกสถานะ"), *state_choices(user)]
        self.fields["period"].choices = [("", "ทุกช่วงเวลา"), *period_choices()]

    @property
    def wanted(self) -> dict:
        """The values that could be read, empty ones left out."""
        if not self.is_bound:
            return {}
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class InThaiOrder(ModelChoiceIterator):
    """People as a Thai list has them; a database sorts เกษม after ขวัญ. For the dozens of an office, no more."""

    def __iter__(self):
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        people = sorted(self.queryset, key=lambda user: name_sort_key(f"{user.first_name} {user.last_name}"))
        yield from map(self.choice, people)


class TeamField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple
    iterator = InThaiOrder

    def label_from_instance(self, obj) -> str:
        return f"{obj} {obj.signing_position}".strip()


class LeadField(forms.ModelChoiceField):
    iterator = InThaiOrder

    def label_from_instance(self, obj) -> str:
        return f"{obj} {obj.signing_position}".strip()


class VersionField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj) -> str:
        return f"{obj.instrument.code} {obj.instrument.title} ({obj.question_count} ข้อ)"


class VisitCreateForm(Plain, forms.Form):
    """A visit that no plan foresaw, in one area."""

    school = forms.ModelChoiceField(label="สถานศึกษา", queryset=School.objects.none(), empty_label="เลือกสถานศึกษา")
    purpose = ThaiCharField(label="ประเด็นการนิเทศ", max_length=300)
    starts_on = ThaiDateField(label="ตั้งแต่วันที่")
    ends_on = ThaiDateField(label="ถึงวันที่", required=False, help_text="เว้นว่างเมื่อเป็นวันเดียว")
    lead = LeadField(label="หัวหน้าคณะ", queryset=None, empty_label=None)
    team = TeamField(label="คณะผู้นิเทศคนอื่น", queryset=None, required=False)
    versions = VersionField(
        label="เครื่องมือนิเทศ", queryset=None, error_messages={"required": "โปรดเลือกเครื่องมืออย่างน้อย 1 แบบ"}
    )

    def __init__(self, *args, user, area: AreaOffice, **kwargs):
        super().__init__(*args, **kwargs)
        schools = School.objects.visible_to(user).filter(area=area).open_on()
        self.fields["school"].queryset = schools.order_by("sort_key")
        self.fields["lead"].queryset = self.fields["team"].queryset = visiting_staff(area.pk)
        self.fields["versions"].queryset = versions_for_use(area)
        self.fields["lead"].initial = user.pk

    def clean(self):
        values = super().clean()
        if values.get("starts_on") and not values.get("ends_on") and "ends_on" not in self.errors:
            values["ends_on"] = values["starts_on"]
        if values.get("starts_on") and values.get("ends_on") and values["ends_on"] < values["starts_on"]:
            self.add_error("ends_on", "วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่ม")
        return values


def areas_to_make_in(user):
    """The offices in which the person may make a visit."""
    return AreaOffice.objects.filter(pk__in=user.areas_as(*MAKERS))


class VisitDaysForm(Plain, forms.Form):
    """A new window of days."""

    starts_on = ThaiDateField(label="ตั้งแต่วันที่")
    ends_on = ThaiDateField(label="ถึงวันที่", required=False, help_text="เว้นว่างเมื่อเป็นวันเดียว")
    reason = ThaiCharField(label="เหตุที่เลื่อน", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def clean(self):
        values = super().clean()
        if values.get("starts_on") and not values.get("ends_on") and "ends_on" not in self.errors:
            values["ends_on"] = values["starts_on"]
        if values.get("starts_on") and values.get("ends_on") and values["ends_on"] < values["starts_on"]:
            self.add_error("ends_on", "วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่ม")
        return values


class VisitTeamForm(Plain, forms.Form):
    """Who goes and who leads. Whoever is on the team already may stay."""

    lead = LeadField(label="หัวหน้าคณะ", queryset=None, empty_label=None)
    team = TeamField(label="คณะผู้นิเทศ", queryset=None, required=False)

    def __init__(self, *args, visit: Visit, **kwargs):
        super().__init__(*args, **kwargs)
        staff = visiting_staff(visit.area_id).values_list("pk", flat=True)
        people = User.objects.filter(pk__in={*staff, *visit.team_ids})
        self.fields["lead"].queryset = self.fields["team"].queryset = people
        self.fields["lead"].initial = visit.lead_id
        self.fields["team"].initial = sorted(visit.team_ids - {visit.lead_id})


class VisitFormsForm(Plain, forms.Form):
    """The instruments of one visit. What it has already stands first, on the version it was begun with."""

    versions = VersionField(label="แบบนิเทศ", queryset=None, required=False)

    def __init__(self, *args, visit: Visit, **kwargs):
        super().__init__(*args, **kwargs)
        begun = InstrumentVersion.objects.filter(responses__visit_form__visit=visit)
        offered = versions_for_use(visit.area).exclude(instrument__in=begun.values("instrument"))
        self.fields["versions"].queryset = (
            InstrumentVersion.objects.filter(
                pk__in=[*begun.values_list("pk", flat=True), *offered.values_list("pk", flat=True)]
            )
            .select_related("instrument")
            .order_by("instrument__code")
        )
        self.fields["versions"].initial = list(begun.values_list("pk", flat=True))


class VisitRecordForm(Plain, forms.Form):
    """The text of the record. ``seen`` says which wording the page showed, so that nobody is overwritten unseen."""

    visited_on = ThaiDateField(label="วันที่นิเทศจริง", required=False)
    hosts = ThaiCharField(
        label="ผู้รับการนิเทศ", required=False, help_text="ชื่อ ตำแหน่ง บรรทัดละหนึ่งคน",
        widget=forms.Textarea(attrs={"rows": 3}), max_length=5000,
    )  # fmt: skip
    summary = ThaiCharField(
        label="สรุปผลการนิเทศ", required=False, widget=forms.Textarea(attrs={"rows": 8}), max_length=20_000,
        help_text="ภาพรวมที่โรงเรียนควรทราบ จุดเด่น จุดที่ควรพัฒนา และสิ่งที่จะติดตามครั้งต่อไป",
    )  # fmt: skip
    unsigned_reason = ThaiCharField(
        label="เหตุที่ผู้รับการนิเทศไม่ได้ลงนาม", required=False, max_length=300,
        help_text="กรอกเฉพาะเมื่อผู้รับการนิเทศไม่สะดวกลงนาม",
    )  # fmt: skip

    def __init__(self, *args, visit: Visit, **kwargs):
        initial = {name: getattr(visit, name) for name in RECORD_FIELDS}
        super().__init__(*args, initial=initial, **kwargs)
        today = timezone.localdate()
        self.fields["visited_on"].last = self.fields["visited_on"].widget.last = today
        self.fields["visited_on"].error_messages["too_far"] = "วันที่นิเทศต้องไม่อยู่หลังวันนี้"
        for name in RECORD_FIELDS:
            self.fields[f"seen_{name}"] = forms.CharField(
                required=False, widget=forms.HiddenInput, initial=stamp_of(initial[name])
            )

    @property
    def changes(self) -> dict:
        return {name: self.cleaned_data[name] for name in RECORD_FIELDS}

    @property
    def seen(self) -> dict[str, str]:
        return {name: seen for name in RECORD_FIELDS if (seen := self.cleaned_data.get(f"seen_{name}"))}

    def look_again(self, current: dict) -> None:
        """Show the typed text beside what somebody else wrote; the next save is made knowing it."""
        self.data = self.data.copy()
        for name, value in current.items():
            self.data[self.add_prefix(f"seen_{name}")] = stamp_of(value)


class FindingForm(Plain, forms.Form):
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="ประเภท", choices=Finding.Kind.choices)
    text = ThaiCharField(label="ข้อค้นพบ", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))
    delete = forms.BooleanField(label="ลบข้อนี้", required=False)


FindingFormSet = formset_factory(FindingForm, extra=1, max_num=60, absolute_max=80)


def findings_initial(visit: Visit) -> list[dict]:
    return [
        {"pk": finding.pk, "kind": finding.kind, "text": finding.text, "seen": stamp_of(finding.text)}
        for finding in visit.findings.all()
    ]


class SignForm(Plain, forms.Form):
    """One side's signature: drawn, or the typed name in its stead."""

    side = forms.ChoiceField(choices=Signature.Side.choices, widget=forms.HiddenInput)
    name = ThaiCharField(label="ชื่อและนามสกุล", max_length=200)
    position = ThaiCharField(label="ตำแหน่ง", max_length=200, required=False)
    drawing = forms.CharField(required=False, widget=forms.HiddenInput, max_length=1_000_000)
    typed = forms.BooleanField(label="ใช้ชื่อที่พิมพ์แทนลายมือชื่อ", required=False)
