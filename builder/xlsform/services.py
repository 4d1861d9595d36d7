"""What an import puts into the database."""

import re
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from builder.xlsform.importing import Imported
from builder.xlsform.refusal import XlsFormRefused
from instruments.models import Instrument, InstrumentVersion
from thai.text import normalise

if TYPE_CHECKING:
    from accounts.models import User
    from schools.models import AreaOffice

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,29}")


@transaction.atomic
def save_import(
    imported: Imported, *, area: "AreaOffice | None", by: "User | None", code: str = "", title: str = ""
) -> InstrumentVersion:
    """The imported form as the next draft of the office's instrument with this code, or as a new instrument's first.

    Code and title come from the file unless given; an instrument that is there keeps its title. Without an area the
    instrument serves every office. The caller has checked the right. Raises ``XlsFormRefused`` (Thai); then nothing
    has been stored.
    """
    code = (code or imported.code).strip()
    title = normalise(title or imported.title)
    if not _CODE.fullmatch(code):
        raise XlsFormRefused(f"รหัสเครื่องมือ “{code[:60]}” ใช้ไม่ได้ รหัสใช้อักษรอังกฤษ ตัวเลข จุด และขีด ไม่เกิน 30 ตัว")
    if not title or len(title) > 300:
        raise XlsFormRefused("ชื่อเครื่องมือต้องมี และยาวไม่เกิน 300 ตัวอักษร")
    instrument = Instrument.objects.select_for_update().filter(area=area, code=code).first()
    if instrument is None:
        instrument = _created(area, code, title, by)
    last = instrument.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = InstrumentVersion(instrument=instrument, number=last + 1, definition=imported.definition)
    version.save()
    return version


def _created(area: "AreaOffice | None", code: str, title: str, by: "User | None") -> Instrument:
    instrument = Instrument(area=area, code=code, title=title)
    setattr(instrument, "_history_user", by)  # noqa: B010 -- how simple-history is told; the model does not declare it
    try:
        with transaction.atomic():
            instrument.save()
    except IntegrityError:  # somebody made it a moment ago
        return Instrument.objects.select_for_update().get(area=area, code=code)
    return instrument
