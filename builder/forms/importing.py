"""An XLSForm to read, and under which code what was read is kept."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator

from builder.forms.base import BuilderForm, offer_areas
from schools.models import AreaOffice
from thai.fields import ThaiCharField, ThaiCodeField

UPLOAD_LIMIT = 10 * 1024 * 1024


class ImportForm(BuilderForm):
    """An XLSForm to read; what is really in the file its reader judges."""

    file = forms.FileField(
        label="ไฟล์ XLSForm (.xlsx หรือ .xls)",
        validators=[FileExtensionValidator(["xlsx", "xlsm", "xls"], "รับเฉพาะไฟล์ .xlsx และ .xls ของ XLSForm")],
        error_messages={"required": "โปรดเลือกไฟล์ XLSForm", "empty": "ไฟล์นี้ว่างเปล่า โปรดเลือกไฟล์อื่น"},
        widget=forms.FileInput(
            {"class": "form-control", "accept": ".xlsx,.xlsm,.xls", "data-file-names": "เลือกไฟล์ XLSForm"}
        ),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > UPLOAD_LIMIT:
            raise ValidationError("ไฟล์ใหญ่เกิน 10 MB โปรดลบภาพหรือแผ่นงานที่ไม่เกี่ยวออกจากไฟล์แล้วลองใหม่")
        return file


class KeepForm(BuilderForm):
    """Under which code and title an imported form is kept."""

    area = forms.ModelChoiceField(label="สำนักงานเขตพื้นที่", queryset=AreaOffice.objects.none(), empty_label=None)
    code = ThaiCodeField(
        label="รหัสแบบ",
        max_length=30,
        help_text="อักษรอังกฤษ ตัวเลข จุด และขีด ไม่เกิน 30 ตัว หากเป็นรหัสของแบบที่มีอยู่แล้ว จะเป็นฉบับร่างถัดไปของแบบนั้น",
        error_messages={"required": "โปรดกำหนดรหัสแบบ"},
    )
    title = ThaiCharField(label="ชื่อแบบ", max_length=300, error_messages={"required": "โปรดระบุชื่อแบบ"})

    def __init__(self, data=None, *, areas, initial=None) -> None:
        super().__init__(data, initial=initial)
        offer_areas(self.fields["area"], areas)
