"""What is typed about evaluations: the round, who fills, the decision, the rule, directions for development."""

from datetime import timedelta
from decimal import Decimal

from django import forms
from django.utils import timezone

from accounts.forms import Plain
from accounts.models import User
from instruments.models import InstrumentVersion
from networks.models import DecisionRule, Direction, Evaluation, Kind, Network, Outcome, RoundKind
from networks.services.evaluation import leads_of, staff_who_evaluate
from schools.models import AreaOffice
from thai.fields import ThaiCharField, ThaiDateField, ThaiDecimalField, ThaiIntegerField

LEADS, PERSON = "leads", "person"
USUAL = "INS-07"
"""The form that the handbook names for step 5 (F-5.2-2)."""


class VersionField(forms.ModelChoiceField):
    def label_from_instance(self, obj) -> str:
        return f"{obj.instrument.code} {obj.instrument.title} ฉบับที่ {obj.number}"


class RoundForm(Plain, forms.Form):
    """A round for one network, or for every network of the chosen kinds that has none in it yet."""

    academic_year = ThaiIntegerField(label="ปีการศึกษา", min_value=2500, max_value=2700)
    semester = forms.TypedChoiceField(label="ภาคเรียนที่", choices=[(1, "1"), (2, "2")], coerce=int)
    kind = forms.ChoiceField(label="ช่วงที่ประเมิน", choices=RoundKind.choices, widget=forms.RadioSelect)
    number = ThaiIntegerField(label="ครั้งที่ (เฉพาะระหว่างการพัฒนา)", required=False, min_value=1, max_value=99, initial=1)
    version = VersionField(
        label="แบบที่ใช้", queryset=InstrumentVersion.objects.none(), empty_label="เลือกแบบ",
        help_text="ทุกเครือข่ายในรอบเดียวกันใช้แบบเดียวกัน ผลจึงเทียบกันได้",
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label="รูปแบบของเครือข่าย", required=False, choices=Kind.choices, widget=forms.CheckboxSelectMultiple,
        help_text="ไม่เลือกหมายถึงทุกรูปแบบ ระบบเปิดเฉพาะเครือข่ายที่ดำเนินงานในภาคเรียนนั้นและยังไม่มีการประเมินในรอบนี้",
    )  # fmt: skip
    filled_by = forms.ChoiceField(
        label="ผู้กรอกแบบ", widget=forms.RadioSelect,
        choices=[(PERSON, "ศึกษานิเทศก์ที่เลือก"), (LEADS, "ประธาน/ผู้ประสานงานของแต่ละเครือข่าย")], initial=PERSON,
    )  # fmt: skip
    evaluator = forms.ModelChoiceField(
        label="ศึกษานิเทศก์ผู้รับผิดชอบ", queryset=User.objects.none(), empty_label="เลือกศึกษานิเทศก์",
        help_text="เป็นผู้กรอกแทนด้วย เมื่อเครือข่ายยังไม่มีประธาน",
    )  # fmt: skip
    due_on = ThaiDateField(label="ส่งผลภายในวันที่", error_messages={"required": "โปรดระบุวันที่ต้องส่งผล เช่น 30/9/2569"})

    def __init__(self, *args, area: AreaOffice, user: User, period: tuple[int, int], network=None, **kwargs):
        versions = InstrumentVersion.objects.usable_in(area)
        usual = next((version.pk for version in versions if version.instrument.code == USUAL), None)
        kwargs.setdefault("initial", {}).update(
            academic_year=period[0], semester=period[1], version=usual, evaluator=user.pk, filled_by=PERSON,
            kind=RoundKind.AFTER, number=1, due_on=timezone.localdate() + timedelta(days=30),
        )  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = versions
        self.fields["evaluator"].queryset = staff_who_evaluate(area.pk)
        due = self.fields["due_on"]
        due.first = due.widget.first = timezone.localdate()
        if network is not None:
            del self.fields["kinds"]

    def clean(self):
        data = super().clean() or self.cleaned_data
        if data.get("kind") == RoundKind.ROUND and not data.get("number"):
            self.add_error("number", "โปรดระบุว่าเป็นการประเมินครั้งที่เท่าใด")
        return data

    def as_wanted(self) -> dict:
        """The arguments of ``open_round``."""
        data = dict(self.cleaned_data)
        return data | {"by_leads": data.pop("filled_by") == LEADS, "number": data["number"] or 0}


class HandOverForm(Plain, forms.Form):
    """Who fills, and by when."""

    evaluator = forms.ModelChoiceField(label="ผู้ประเมิน", queryset=User.objects.none(), empty_label=None)
    due_on = ThaiDateField(label="ส่งผลภายในวันที่")

    def __init__(self, *args, evaluation: Evaluation, **kwargs):
        kwargs["initial"] = {"evaluator": evaluation.evaluator_id, "due_on": evaluation.due_on}
        super().__init__(*args, **kwargs)
        allowed = staff_who_evaluate(evaluation.area_id).values("pk")
        leads = leads_of(evaluation.network).values("pk")
        people = User.objects.filter(pk__in=allowed) | User.objects.filter(pk__in=leads)
        self.fields["evaluator"].queryset = people.order_by("first_name", "last_name", "pk")


class DecisionForm(Plain, forms.Form):
    """What the person decides; the reason is asked for where it is not what the rule proposes (the service says so)."""

    decision = forms.ChoiceField(
        label="ผลการพิจารณา", widget=forms.RadioSelect,
        choices=[
            (Outcome.NORMAL, "ปกติ — ไปกำหนดแนวทางพัฒนา"),
            (Outcome.IMPROVE, "ปรับปรุง — กลับไปดำเนินการพัฒนาเครือข่าย"),
        ],
        error_messages={"required": "โปรดเลือกผลการพิจารณา"},
    )  # fmt: skip
    reason = ThaiCharField(
        label="เหตุผล", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="ต้องระบุเมื่อพิจารณาต่างจากผลตามเกณฑ์",
    )  # fmt: skip
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)


class RuleForm(Plain, forms.ModelForm):
    class Meta:
        model = DecisionRule
        fields = ["whole_min", "section_min", "source"]
        field_classes = {"whole_min": ThaiDecimalField, "section_min": ThaiDecimalField, "source": ThaiCharField}
        widgets = {"source": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "whole_min": "1.00–5.00 เว้นว่างเมื่อไม่ใช้ค่าเฉลี่ยรวม",
            "section_min": "1.00–5.00 เว้นว่างเมื่อไม่ใช้ค่าเฉลี่ยรายด้าน",
            "source": "เช่น ประกาศของสำนักงาน มติที่ประชุม หรือหนังสืออ้างอิง",
        }

    def clean(self):
        data = super().clean() or self.cleaned_data
        for name in ("whole_min", "section_min"):
            if data.get(name) is not None:
                data[name] = Decimal(data[name])
        if {"whole_min", "section_min"}.isdisjoint(self.errors) and (
            data.get("whole_min") is None and data.get("section_min") is None
        ):
            self.add_error(None, "โปรดกำหนดค่าเฉลี่ยรวมหรือค่าเฉลี่ยรายด้านอย่างน้อยหนึ่งอย่าง")
        return data


class DirectionForm(Plain, forms.ModelForm):
    """What is to be done, by whom and by when."""

    class Meta:
        model = Direction
        fields = ["text", "owner", "due_on"]
        field_classes = {"text": ThaiCharField, "owner": ThaiCharField, "due_on": ThaiDateField}
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "text": "เขียนสิ่งที่เครือข่ายจะทำ ข้อละหนึ่งเรื่อง",
            "owner": "เช่น ประธานเครือข่าย ศึกษานิเทศก์ผู้รับผิดชอบ",
        }


class DirectionEditForm(DirectionForm):
    """The same, with when it was done and what came of it."""

    class Meta(DirectionForm.Meta):
        fields = ["text", "owner", "due_on", "done_on", "outcome"]
        field_classes = DirectionForm.Meta.field_classes | {"done_on": ThaiDateField, "outcome": ThaiCharField}
        widgets = DirectionForm.Meta.widgets | {"outcome": forms.Textarea(attrs={"rows": 3})}
        help_texts = DirectionForm.Meta.help_texts | {"done_on": "กรอกเมื่อดำเนินการเสร็จแล้ว พร้อมผลที่เกิดขึ้น"}


def network_of(text: str, user: User) -> Network | None:
    """The network that an address names, where the person sees it."""
    if not text.isdecimal() or len(text) > 18:
        return None
    return Network.objects.visible_to(user).select_related("area").filter(pk=int(text)).first()
