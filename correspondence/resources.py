"""A register as a workbook, under the columns of แบบที่ 13 and 14."""

from import_export import fields
from import_export.formats.base_formats import XLSX

from correspondence.models import Entry
from schools.exports import PlainCells
from thai.dates import numeric_date

CONTENT_TYPE = XLSX.CONTENT_TYPE


class EntryExport(PlainCells):
    """Of lines that ``queries.hide_secrets`` has seen."""

    number = fields.Field("number", "เลขทะเบียน")
    day = fields.Field(column_name="วันที่ลงทะเบียน")
    ref = fields.Field("ref", "ที่")
    dated_on = fields.Field(column_name="ลงวันที่")
    sender = fields.Field("sender", "จาก")
    to = fields.Field("to", "ถึง")
    subject = fields.Field("subject", "เรื่อง")
    action = fields.Field("action", "การปฏิบัติ")
    note = fields.Field(column_name="หมายเหตุ")
    urgency = fields.Field("get_urgency_display", "ชั้นความเร็ว")
    secrecy = fields.Field("get_secrecy_display", "ชั้นความลับ")

    class Meta:
        model = Entry
        fields = ("number", "day", "ref", "dated_on", "sender", "to", "subject", "action", "note", "urgency", "secrecy")
        export_order = fields

    def dehydrate_day(self, entry) -> str:
        return numeric_date(entry.day)

    def dehydrate_dated_on(self, entry) -> str:
        return numeric_date(entry.dated_on) if entry.dated_on else ""

    def dehydrate_note(self, entry) -> str:
        return " ".join(filter(None, [f"ยกเลิก: {entry.cancel_reason}" if entry.is_cancelled else "", entry.note]))


def register_as_workbook(entries: list[Entry]) -> bytes:
    return XLSX().export_data(EntryExport().export(entries))
