"""What instruments print: the blank form."""

from documents.kinds import document_kind
from instruments.models import InstrumentVersion


@document_kind(
    "blank-form",
    label="แบบสำหรับกรอกด้วยมือ",
    model=InstrumentVersion,
    template="documents/blank_form.html",
    queryset=lambda user: InstrumentVersion.objects.visible_to(user).select_related("instrument"),
    title=lambda version: version.instrument.title,
    record_code=lambda version: f"{version.instrument.code} ฉบับที่ {version.number}",
)
def blank_form(version, user) -> dict:
    return {"version": version, "instrument": version.instrument, "form": version.form}
