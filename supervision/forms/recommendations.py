"""What is typed about recommendations: the team's own, the school's answers, the marks of the next visit."""

from datetime import date

from django import forms
from django.utils import timezone

from accounts.forms import Plain
from instruments.images import MEGABYTE
from supervision.flows import RECOMMENDATION
from supervision.models import Recommendation
from supervision.services.evidence import FILE_BYTES, FILE_LIMIT
from supervision.services.recommendations import TEXT_LIMIT, recommendation_stamp
from thai.fields import ThaiCharField, ThaiDateField

ACCEPTED = "image/jpeg,image/png,image/webp,application/pdf,.pdf"


def _text(label: str, missing: str, *, rows: int = 3, help_text: str = "") -> ThaiCharField:
    return ThaiCharField(
        label=label,
        help_text=help_text,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={
            "required": missing,
            "max_length": f"ข้อความยาวเกิน {TEXT_LIMIT:,} ตัวอักษร โปรดย่อหรือแนบเป็นเอกสาร",
        },
    )


class RecommendationForm(Plain, forms.Form):
    """What the team asks of the school. ``earliest``: the first day on which it may be due (the day of the visit)."""

    text = _text("ข้อเสนอแนะ", "โปรดเขียนข้อเสนอแนะ", help_text="เขียนสิ่งที่อยากให้โรงเรียนทำทีละเรื่อง ข้อละหนึ่งเรื่อง")
    owner = ThaiCharField(
        label="ผู้รับผิดชอบ",
        max_length=200,
        help_text="เช่น ฝ่ายวิชาการ ครูประจำชั้น ป.1",
        error_messages={"required": "โปรดระบุผู้รับผิดชอบ เช่น ฝ่ายวิชาการ"},
    )
    due_on = ThaiDateField(label="ภายในวันที่", error_messages={"required": "โปรดระบุวันครบกำหนด เช่น 30/9/2569"})

    def __init__(self, *args, earliest: date | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        due = self.fields["due_on"]
        due.first = due.widget.first = earliest


class RecommendationEditForm(RecommendationForm):
    """The same for one that stands already; ``seen`` says which wording the page showed."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class PlanAnswerForm(Plain, forms.Form):
    """What the school will do, and by when."""

    text = _text("โรงเรียนจะดำเนินการอย่างไร", "โปรดเขียนว่าโรงเรียนจะดำเนินการอย่างไร")
    due_on = ThaiDateField(label="จะแล้วเสร็จภายในวันที่", error_messages={"required": "โปรดระบุวันที่จะแล้วเสร็จ เช่น 30/9/2569"})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        due = self.fields["due_on"]
        due.first = due.widget.first = timezone.localdate()


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """A list of uploaded files, empty where none was chosen; what is in them is the service's to judge."""

    widget = SeveralFilesInput

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data]
        return [file for file in files if file]


class ReportForm(Plain, forms.Form):
    """What the school did, with evidence."""

    text = _text("ได้ดำเนินการอะไร และเกิดผลอย่างไร", "โปรดเขียนว่าโรงเรียนได้ดำเนินการอะไรและเกิดผลอย่างไร")
    files = SeveralFilesField(
        label="หลักฐาน (ถ้ามี)",
        required=False,
        help_text=f"ภาพถ่ายหรือ PDF ไม่เกิน {FILE_LIMIT} ไฟล์ ไฟล์ละไม่เกิน {FILE_BYTES // MEGABYTE} MB",
        widget=SeveralFilesInput(attrs={"accept": ACCEPTED, "data-file-names": "เลือกภาพหรือ PDF"}),
    )


class SettleForm(Plain, forms.Form):
    """What the next visit saw."""

    text = _text("สิ่งที่พบ", "โปรดเขียนสิ่งที่พบ เพื่อเป็นหลักฐานว่าโรงเรียนดำเนินการแล้ว")


class CarryForm(Plain, forms.Form):
    """The new day of what is carried into this visit."""

    due_on = ThaiDateField(
        label="ครบกำหนดใหม่ภายในวันที่", error_messages={"required": "โปรดระบุวันครบกำหนดใหม่ เช่น 30/9/2569"}
    )

    def __init__(self, *args, earliest: date | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        due = self.fields["due_on"]
        due.first = due.widget.first = earliest


class RecommendationFilter(forms.Form):
    """What narrows the list; anything unreadable narrows nothing."""

    q = ThaiCharField(label="โรงเรียนหรือข้อความ", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(label="สถานะ", required=False)
    overdue = forms.BooleanField(label="เลยกำหนด", required=False)
    mine = forms.BooleanField(label="ของการนิเทศที่ข้าพเจ้าร่วม", required=False)

    def __init__(self, *args, outside: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [
            ("", "ทุกสถานะ"), ("waiting", "ที่ยังค้างอยู่ทั้งหมด"), *RECOMMENDATION.choices(outside=outside),
        ]  # fmt: skip
        if outside:
            del self.fields["mine"]

    def value(self, name: str):
        """The cleaned value, or None where nothing readable was given."""
        self.is_valid()
        return self.cleaned_data.get(name) or None


def recommendation_initial(recommendation: Recommendation) -> dict:
    return {
        "text": recommendation.text,
        "owner": recommendation.owner,
        "due_on": recommendation.due_on,
        "seen": recommendation_stamp(recommendation),
    }
