"""What people type about a cycle and its steps, as clean values; saving is the services'."""

from typing import Any

from django import forms

from accounts.forms import Plain
from accounts.models import RoleAssignment
from cycles.flows import STAFF
from cycles.models import VERDICTS, Cycle, CycleStep, Report
from handbook.models import Edition
from thai.dates import date_range, today_in_bangkok
from thai.fields import ThaiCharField, ThaiDateField, ThaiIntegerField
from thai.years import fiscal_year
from workflows.digests import stamp_of


class StepForm(Plain, forms.Form):
    """What people add to a step. Nothing is required to keep a draft; ``needed`` names what the gate asks for."""

    needed: tuple[str, ...] = ()

    def __init__(self, *args, step: CycleStep, **kwargs):
        super().__init__(*args, **kwargs)
        self.step = step
        for field in self.fields.values():
            field.required = False
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs.setdefault("rows", 4)

    @classmethod
    def missing(cls, content: dict[str, Any]) -> list[tuple[str, str]]:
        """(name, label) of what the gate asks for and nobody has written yet."""
        fields = cls.base_fields
        return [(name, str(fields[name].label)) for name in cls.needed if not content.get(name)]

    def kept(self) -> dict[str, Any]:
        """The clean values as the step keeps them."""
        return dict(self.cleaned_data)


class NotesForm(Plain, forms.Form):
    notes = ThaiCharField(
        label="บันทึกของขั้นนี้", required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="สิ่งที่ควรรู้ ปัญหาที่พบ และสิ่งที่ต้องทำต่อ",
    )  # fmt: skip


class EvidenceForm(Plain, forms.Form):
    title = ThaiCharField(label="ชื่อผลงานหรือหลักฐาน", required=False, max_length=200)
    file = forms.FileField(label="ไฟล์", required=False, help_text="PDF, Word, Excel, PowerPoint หรือภาพ ไม่เกิน 20 MB")
    url = forms.URLField(label="หรือลิงก์", required=False, max_length=500, assume_scheme="https")


class OwnerField(forms.ModelChoiceField):
    def __init__(self, area: int, **kwargs):
        people = RoleAssignment.objects.holders(*STAFF, area_id=area)
        super().__init__(queryset=people, required=False, empty_label="ยังไม่กำหนด", **kwargs)


class ShownForm(Plain, forms.Form):
    """One of several forms of a page that remembers what it showed: saving a page that stood open writes only what the
    person changed on it, and where another changed the same meanwhile the person is told and nothing is written."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, initial: dict[str, Any], told: str, **kwargs):
        """``initial`` is what is stored, ``told`` the same in words."""
        self.stored, self.told = _print_of(initial), told
        super().__init__(*args, initial={**initial, "seen": self.stored}, **kwargs)

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    @property
    def is_changed(self) -> bool:
        """Whether the person wrote something else than the page showed and than is stored."""
        return _print_of(self.values) not in (self.cleaned_data["seen"], self.stored)

    def clean(self):
        values = super().clean() or self.cleaned_data
        if not self.errors and values["seen"] not in ("", self.stored) and self.is_changed:
            self.add_error(
                None,
                f"ขณะที่ท่านแก้ไข มีผู้อื่นบันทึกส่วนนี้ไปก่อนแล้วเป็น “{self.told}” สิ่งที่ท่านกรอกยังอยู่ หากกดบันทึกอีกครั้งจะใช้ของท่าน",
            )
            self.data = {**self.data.dict(), self.add_prefix("seen"): self.stored}
        return values


def _print_of(values: dict[str, Any]) -> str:
    return stamp_of({name: str(getattr(value, "pk", value) or "") for name, value in values.items()})


class ScheduleForm(ShownForm):
    """One step's window and person in charge."""

    starts_on = ThaiDateField(label="ตั้งแต่วันที่")
    ends_on = ThaiDateField(label="ถึงวันที่")
    late_reason = ThaiCharField(
        label="เหตุที่ล่าช้า", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, step: CycleStep, **kwargs):
        initial = {
            "starts_on": step.starts_on, "ends_on": step.ends_on, "owner": step.owner_id, "late_reason": step.late_reason,
        }  # fmt: skip
        told = f"{date_range(step.starts_on, step.ends_on)} {step.owner or 'ยังไม่กำหนดผู้รับผิดชอบ'}"
        super().__init__(*args, initial=initial, told=told, **kwargs)
        self.fields["owner"] = OwnerField(step.area_id, label="ผู้รับผิดชอบ")
        self.order_fields(["owner", "starts_on", "ends_on", "late_reason"])

    def clean(self):
        values = super().clean()
        first, last = values.get("starts_on"), values.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่ม")
        return values


class OpenForm(Plain, forms.Form):
    """A new cycle: which process of the handbook in force, for which year."""

    process = forms.ChoiceField(label="กระบวนงาน", widget=forms.RadioSelect)
    year = ThaiIntegerField(
        label="ปี (พ.ศ.)", min_value=2500, max_value=2700,
        help_text="ปีงบประมาณหรือปีการศึกษา ตามที่คู่มือกำหนดของกระบวนงานนั้น",
    )  # fmt: skip

    def __init__(self, *args, edition: Edition, **kwargs):
        kwargs.setdefault("initial", {"year": fiscal_year(today_in_bangkok())})
        super().__init__(*args, **kwargs)
        self.fields["process"].choices = [
            (process.key, f"{process.key} {process.title} (นับตาม{process.year_label})")
            for process in edition.book.processes
            if process.steps
        ]


class ImproveForm(ShownForm):
    improve_to = forms.TypedChoiceField(label="เมื่อผลเป็น “ปรับปรุง” ให้กลับไปที่", coerce=int)

    def __init__(self, *args, cycle: Cycle, **kwargs):
        told = str(cycle.step(cycle.improve_to))
        super().__init__(*args, initial={"improve_to": cycle.improve_to}, told=told, **kwargs)
        self.fields["improve_to"].choices = [
            (step.number, str(step)) for step in cycle.all_steps if step.number < cycle.decides
        ]


class OpinionForm(Plain, forms.Form):
    """What a member of the committee says of the plan."""

    verdict = forms.ChoiceField(label="ความเห็น", choices=VERDICTS, widget=forms.RadioSelect)
    text = ThaiCharField(
        label="ข้อเสนอแนะ", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="จำเป็นเมื่อเลือก “มีข้อเสนอแนะ”",
    )  # fmt: skip
    given_on = ThaiDateField(label="วันที่ให้ความเห็น")

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("initial", {"given_on": today_in_bangkok()})
        super().__init__(*args, **kwargs)


SUMMARY, SUMMARY_LINES = 1500, 18
"""Characters and lines that leave room on one page for what the program adds to the summary."""


class ReportForm(Plain, forms.ModelForm):
    """What people write about a cycle; the rest of the report is what its steps hold."""

    class Meta:
        model = Report
        fields = ["title", "preface", "summary", "problems", "suggestions"]
        field_classes = dict.fromkeys(fields, ThaiCharField)
        widgets = {
            name: forms.Textarea(attrs={"rows": 6}) for name in ("preface", "summary", "problems", "suggestions")
        }
        help_texts = {
            "summary": f"ไม่เกิน {SUMMARY:,} ตัวอักษร เพื่อให้อยู่ในหน้าเดียว: ทำอะไร กับใคร ผลเป็นอย่างไรเทียบกับเป้าหมาย และจะทำอะไรต่อ",
            "problems": "ข้อความนี้อยู่ในฉบับที่เผยแพร่ต่อสาธารณะ โปรดไม่ระบุชื่อบุคคล",
        }

    def clean_summary(self) -> str:
        text = self.cleaned_data["summary"]
        lines = len(text.splitlines())
        if len(text) > SUMMARY or lines > SUMMARY_LINES:
            raise forms.ValidationError(
                f"บทสรุปนี้ยาว {len(text):,} ตัวอักษร {lines} บรรทัด ต้องไม่เกิน {SUMMARY:,} ตัวอักษรและ {SUMMARY_LINES} บรรทัดเพื่อให้อยู่ในหน้าเดียว โปรดตัดให้สั้นลงหรือย้ายรายละเอียดไปไว้ในหัวข้ออื่น"
            )
        return text


class PartnersForm(Plain, forms.Form):
    """Agencies to which a report goes: one a line, name and e-mail."""

    partners = ThaiCharField(
        label="ต้นสังกัดและหน่วยงานที่เกี่ยวข้อง", max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="บรรทัดละหนึ่งแห่ง: ชื่อหน่วยงาน แล้วตามด้วยอีเมล เช่น สำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน, saraban@obec.go.th",
    )  # fmt: skip

    def clean_partners(self) -> list[tuple[str, str]]:
        found, wrong = [], []
        for line in filter(None, map(str.strip, self.cleaned_data["partners"].splitlines())):
            name, _, email = line.replace("\t", " ").replace(",", " ").rpartition(" ")
            if "@" in email and name.strip():
                found.append((name.strip(), email.strip("<>")))
            else:
                wrong.append(line[:80])
        if wrong:
            raise forms.ValidationError(f"อ่านไม่ได้: “{'” “'.join(wrong[:3])}” โปรดพิมพ์ชื่อหน่วยงาน เว้นวรรค แล้วตามด้วยอีเมล")
        return found
