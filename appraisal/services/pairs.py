"""Two people rate the same lesson or school, each alone."""

from datetime import date

from django.db import transaction

from accounts.models import User
from appraisal.models import AgreementPair
from instruments.models import Collection, InstrumentVersion
from instruments.services import AnswersRefused, form_gaps, lock_response, open_response, unsettled_count
from schools.models import AreaOffice, School
from thai.text import normalise
from workflows.services import tell


class PairRefused(Exception):  # noqa: N818 -- a refusal, not a fault
    """A joint rating that can't be made or sent; the message is a Thai sentence."""


@transaction.atomic
def create_pair(
    *,
    version: InstrumentVersion,
    area: AreaOffice,
    subject: str,
    on: date,
    first: User,
    second: User,
    by: User,
    school: School | None = None,
) -> AgreementPair:
    """Open a sealed response for each rater, which counts in no statistics, and tell both. The caller has checked the
    right."""
    if first.pk == second.pk:
        raise PairRefused("ผู้ประเมินสองคนต้องไม่ใช่คนเดียวกัน")
    subject = normalise(subject)
    title = f"ประเมินร่วม: {subject}"[:300]
    collection = Collection.objects.create(area=area, title=title, counted=False, sealed=True)
    try:
        opened = [
            open_response(version, area=area, by=rater, collection=collection, school=school, on=on, person=rater)
            for rater in (first, second)
        ]
    except AnswersRefused as error:
        raise PairRefused(str(error)) from error
    pair = AgreementPair.objects.create(
        area=area, version=version, subject=subject, school=school, on=on, first=first, second=second,
        collection=collection, first_response=opened[0], second_response=opened[1], made_by=by,
    )  # fmt: skip
    tell([first, second], f"โปรดประเมิน “{subject}” โดยอิสระ เพื่อดูความสอดคล้องของผู้นิเทศ", pair.get_absolute_url())
    return pair


@transaction.atomic
def send_rating(pair: AgreementPair, *, by: User) -> None:
    """Close the rater's own response; the head is told when both are in. Pressed twice, it is done once."""
    pair = AgreementPair.objects.select_for_update().get(pk=pair.pk)
    response = pair.response_of(by)
    if response is None:
        raise PairRefused("ท่านไม่ได้เป็นผู้ประเมินของรายการนี้")
    if response.is_locked:
        return
    if gaps := form_gaps(response):
        raise PairRefused(gaps)
    if count := unsettled_count(response):
        raise PairRefused(f"มีข้อที่ตอบไว้ไม่ตรงกันจากสองเครื่อง {count} ข้อ โปรดเลือกคำตอบที่ใช้ก่อนส่ง")
    lock_response(response, by=by, counted=False)
    response.refresh_from_db()
    if pair.both_sent:
        tell([pair.made_by], f"ผู้ประเมินทั้งสองคนส่งผล “{pair.subject}” แล้ว ดูความสอดคล้องได้", pair.get_absolute_url())
