"""What people type about a member, a pair of schools and a document of a network, as clean values."""

from typing import Any

from django import forms
from django.utils import timezone

from accounts.forms import Plain
from accounts.models import User
from networks.models import LEADING, PERSONAL, Agreement, AgreementKind, Member, MemberKind, MemberRole, Network, Pair
from networks.queries.members import people_of
from networks.services import members, pairs
from networks.services.keeping import stamp
from schools.models import School
from schools.tabular import MAX_BYTES, too_large
from thai.fields import ThaiCharField, ThaiDateField

NAMES = {
    MemberKind.PERSON: "ชื่อและนามสกุล",
    MemberKind.SCHOOL: "ชื่อสถานศึกษา",
    MemberKind.AGENCY: "ชื่อหน่วยงาน",
    MemberKind.COMMUNITY: "ชื่อชุมชนหรือกลุ่ม",
}
UNTIL = "วันสุดท้ายที่นับ เว้นว่างเมื่อยังไม่กำหนด"


class MemberForm(Plain, forms.ModelForm):
    """One new term. Who it is was chosen before (``user`` or ``school``), or is typed here.

    ``may_appoint``: whether the roles that lead are offered.
    """

    class Meta:
        model = Member
        fields = ["name", "role", "organisation", "contact", "expertise", "joined_on", "left_on"]
        field_classes = {
            "name": ThaiCharField, "organisation": ThaiCharField, "contact": ThaiCharField, "expertise": ThaiCharField,
            "joined_on": ThaiDateField, "left_on": ThaiDateField,
        }  # fmt: skip
        help_texts = {
            "contact": "โทรศัพท์ อีเมล หรือไลน์ ผู้ที่เห็นเครือข่ายนี้จะเห็นข้อมูลนี้ในทำเนียบ",
            "organisation": "หน่วยงานหรือสถานที่ทำงาน",
            "expertise": "เช่น การสอนอ่านออกเขียนได้ เว้นว่างได้",
            "left_on": UNTIL,
        }

    def __init__(
        self,
        *args,
        network: Network,
        kind: str,
        may_appoint: bool,
        user: User | None = None,
        school: School | None = None,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.network, self.kind, self.user, self.school = network, MemberKind(kind), user, school
        today = timezone.localdate()
        self.initial.setdefault("joined_on", max(today, network.started_on))
        self.initial.setdefault("role", MemberRole.MEMBER)
        fields: dict[str, Any] = self.fields
        fields["role"].choices = [
            (role.value, role.label)
            for role in MemberRole
            if (may_appoint or role not in LEADING) and (self.kind == MemberKind.PERSON or role not in PERSONAL)
        ]
        fields["name"].required = True
        fields["name"].label = NAMES[self.kind]
        if user is not None or school is not None:
            del fields["name"]
        if user is not None or (self.kind == MemberKind.SCHOOL and school is not None):
            del fields["organisation"]
        if self.kind != MemberKind.PERSON:
            fields["contact"].label = "ผู้ติดต่อและช่องทางติดต่อ"
            fields["expertise"].label = "สิ่งที่ร่วมสนับสนุน"
            fields["expertise"].help_text = "เช่น วิทยากร สถานที่ งบประมาณ เว้นว่างได้"

    def _post_clean(self):
        """The service checks the whole; a form of one part can't."""

    @property
    def values(self) -> dict[str, Any]:
        found = {name: value for name, value in self.cleaned_data.items() if name in self._meta.fields}
        return {"kind": self.kind.value, "user": self.user, "school": self.school, **found}


class MemberEditForm(Plain, forms.ModelForm):
    """The days of a term and what was typed; who it is and in which role stays."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta(MemberForm.Meta):
        fields = ["name", "organisation", "contact", "expertise", "joined_on", "left_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["seen"] = stamp(self.instance, members.FIELDS)
        fields: dict[str, Any] = self.fields
        fields["name"].label = NAMES[MemberKind(self.instance.kind)]
        fields["name"].required = True
        if self.instance.user_id or self.instance.school_id:
            del fields["name"]
        if self.instance.user_id or (self.instance.kind == MemberKind.SCHOOL and self.instance.school_id):
            del fields["organisation"]

    def _post_clean(self):
        """The service checks the whole, on what is stored then."""

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name in members.FIELDS}


class EndForm(Plain, forms.Form):
    on = ThaiDateField(label="วันสุดท้ายของวาระ", help_text="วันนี้ยังนับเป็นสมาชิก วันถัดไปไม่นับแล้ว")


class PairForm(Plain, forms.ModelForm):
    """A pair among the network's member schools of today; who they are does not change afterwards."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Pair
        fields = ["elder", "younger", "purpose", "started_on", "ended_on"]
        field_classes = {"purpose": ThaiCharField, "started_on": ThaiDateField, "ended_on": ThaiDateField}
        widgets = {"purpose": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, network: Network, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        if self.instance.pk:
            self.initial["seen"] = stamp(self.instance, pairs.FIELDS)
            del fields["elder"], fields["younger"]
            return
        self.initial.setdefault("started_on", max(timezone.localdate(), network.started_on))
        now = network.members.current().filter(kind=MemberKind.SCHOOL, school__isnull=False)
        for name in ("elder", "younger"):
            fields[name].queryset = School.objects.filter(pk__in=now.values("school"))
            fields[name].empty_label = "โปรดเลือกโรงเรียน"

    def clean(self):
        values = super().clean() or self.cleaned_data
        if values.get("elder") and values.get("elder") == values.get("younger"):
            self.add_error("younger", "โรงเรียนเป็นคู่พัฒนากับตัวเองไม่ได้ โปรดเลือกโรงเรียนอื่น")
        return values

    def _post_clean(self):
        """The service checks the whole, under the lock."""

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class AgreementForm(Plain, forms.ModelForm):
    upload = forms.FileField(
        label="ไฟล์ PDF, Word หรือภาพ",
        help_text="ไม่เกิน 20 MB",
        widget=forms.FileInput(attrs={"accept": ".pdf,.doc,.docx,image/*", "data-file-names": "เลือกไฟล์"}),
        error_messages={"required": "โปรดเลือกไฟล์เอกสาร", "empty": "ไฟล์นี้ว่างเปล่า โปรดตรวจสอบว่าเลือกถูกไฟล์"},
    )

    class Meta:
        model = Agreement
        fields = ["kind", "title", "number", "dated_on"]
        field_classes = {"title": ThaiCharField, "number": ThaiCharField, "dated_on": ThaiDateField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [("", "โปรดเลือก"), *AgreementKind.choices]

    def _post_clean(self):
        """The service makes the record when the file has been checked."""


class SheetForm(Plain, forms.Form):
    file = forms.FileField(
        label="ไฟล์ Excel (.xlsx) หรือ CSV",
        help_text=f"ไม่เกิน {MAX_BYTES // 1024 // 1024} MB",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt", "data-file-names": "เลือกไฟล์"}),
        error_messages={"required": "โปรดเลือกไฟล์ที่จะนำเข้า", "empty": "ไฟล์นี้ว่างเปล่า โปรดตรวจสอบว่าเลือกถูกไฟล์"},
    )

    def refuse_size(self) -> None:
        """Instead of “no file”: the file was longer than is taken."""
        self.full_clean()
        self.errors.pop("file", None)
        self.add_error("file", too_large())


class WhoForm(forms.Form):
    """Who was chosen from a search: an account of the area or a school of it, or neither; checked on its way back."""

    user = forms.ModelChoiceField(queryset=User.objects.none(), required=False)
    school = forms.ModelChoiceField(queryset=School.objects.none(), required=False)

    def __init__(self, asked, *, network: Network):
        super().__init__(asked)
        fields: dict[str, Any] = self.fields
        fields["user"].queryset = people_of(network.area_id)
        fields["school"].queryset = School.objects.filter(area=network.area_id).open_on()
        self.is_valid()

    def chosen(self, name: str):
        return self.cleaned_data.get(name)
