"""Making a survey, sending it, asking more schools, giving it more time."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from instruments.flows import VERSION
from instruments.models import Collection, InstrumentVersion
from schools.models import AreaOffice, School
from surveys.flows import LINK, MANY, OPEN, SCHOOLS, SURVEY
from surveys.models import Survey, SurveySchool
from surveys.services.telling import SurveyRefused, announce
from thai.dates import long_date
from thai.text import normalise
from workflows.models import TransitionLog
from workflows.services import TransitionError, perform


def usable_versions(area: AreaOffice, *, tryout: bool = False) -> list[InstrumentVersion]:
    """The versions that a survey of this office may use: those in force, and those in review where it is a try-out."""
    found = list(InstrumentVersion.objects.usable_in(area))
    if tryout:
        found += (
            InstrumentVersion.objects.filter(
                Q(instrument__area=area) | Q(instrument__area__isnull=True), state="in_review"
            )
            .select_related("instrument")
            .defer("definition")
        )
    return found


@transaction.atomic
def create_survey(*, area: AreaOffice, by: User, schools: Iterable[School] = (), **values: Any) -> Survey:
    """A draft. ``values`` are the fields of the survey; raises ``SurveyRefused`` where the form can't be used."""
    if not by.has_perm("surveys.make_survey", area):
        raise SurveyRefused("ท่านสร้างแบบสำรวจของเขตนี้ไม่ได้ ผู้ที่สร้างได้คือศึกษานิเทศก์และผู้อำนวยการกลุ่มนิเทศฯ")
    survey = Survey(area=area, made_by=by, **_whole(values))
    _check(survey)
    survey.save()
    _ask(survey, schools if survey.audience == SCHOOLS else ())
    return survey


@VERSION.effect("return")
def _keep_what_is_being_tried_out(version: InstrumentVersion, log) -> None:
    """A form is not rewritten under those who are answering it."""
    if title := Survey.objects.filter(version=version, state=OPEN).values_list("title", flat=True).first():
        raise TransitionError(
            f"แบบสำรวจทดลองใช้ “{title}” กำลังเปิดรับคำตอบด้วยฉบับนี้ จึงยังส่งกลับแก้ไขไม่ได้ โปรดให้ผู้จัดทำปิดรับคำตอบของแบบสำรวจนั้นก่อน"
        )


@transaction.atomic
def update_survey(survey: Survey, *, by: User, schools: Iterable[School] = (), **values: Any) -> None:
    """Change a draft. What was sent is never changed: its days are extended, schools are added."""
    fresh = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    if fresh.state != "draft":
        raise SurveyRefused(
            f"แบบสำรวจนี้อยู่ในสถานะ “{fresh.state_label}” จึงแก้ไขไม่ได้แล้ว ใช้ “ขยายเวลา” หรือ “เพิ่มโรงเรียน” แทน"
        )
    if not by.has_perm("surveys.run_survey", fresh):
        raise SurveyRefused("ท่านแก้ไขแบบสำรวจนี้ไม่ได้ ผู้ที่แก้ไขได้คือศึกษานิเทศก์และผู้อำนวยการกลุ่มนิเทศฯ")
    for name, value in _whole(values).items():
        setattr(fresh, name, value)
    _check(fresh)
    fresh.save()
    wanted = list(schools) if fresh.audience == SCHOOLS else []
    fresh.places.exclude(school__in=wanted).delete()
    _ask(fresh, wanted)


def _whole(values: dict[str, Any]) -> dict[str, Any]:
    """By link anybody may answer, as often as there are people."""
    return values | ({"per_school": MANY} if values.get("audience") == LINK else {})


def _check(survey: Survey) -> None:
    if survey.closes_on < survey.opens_on:
        raise SurveyRefused("วันปิดรับต้องไม่อยู่ก่อนวันเปิดรับ โปรดตรวจสอบช่วงวันที่")
    if found := survey.form_problems():
        raise SurveyRefused(" ".join(found[:3]))


def _ask(survey: Survey, schools: Iterable[School]) -> list[SurveySchool]:
    known = set(survey.places.values_list("school", flat=True))
    new = [SurveySchool(survey=survey, school=school) for school in schools if school.pk not in known]
    return SurveySchool.objects.bulk_create(new)


@transaction.atomic
def add_schools(survey: Survey, schools: Iterable[School], *, by: User) -> int:
    """Ask more schools while the survey runs, and tell them; answers how many are new."""
    fresh = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    if not by.has_perm("surveys.run_survey", fresh):
        raise SurveyRefused("ท่านเพิ่มโรงเรียนไม่ได้ ผู้ที่เพิ่มได้คือศึกษานิเทศก์และผู้อำนวยการกลุ่มนิเทศฯ")
    if fresh.audience != SCHOOLS or fresh.state != OPEN:
        raise SurveyRefused(f"แบบสำรวจนี้อยู่ในสถานะ “{fresh.state_label}” จึงเพิ่มโรงเรียนไม่ได้")
    new = _ask(fresh, schools)
    _ask_to_answer(fresh, new)
    return len(new)


@SURVEY.effect("open")
def _send(survey: Survey, log: TransitionLog) -> None:
    """The round of collecting begins. Schools that closed since the draft was made are no longer asked."""
    survey.collection = Collection.objects.create(
        area_id=survey.area_id, title=survey.title, anonymous=survey.anonymous, counted=not survey.tryout
    )
    survey.save(update_fields=["collection"])
    day = max(survey.opens_on, survey.today)
    survey.places.exclude(school__in=School.objects.open_on(day)).delete()
    _ask_to_answer(survey, list(survey.places.select_related("school")))


def _ask_to_answer(survey: Survey, places: list[SurveySchool]) -> None:
    text = f"แบบสำรวจ “{survey.title}” โปรดตอบภายใน {long_date(survey.closes_on)}"
    announce(places, text, teachers=survey.per_school == MANY)


@SURVEY.effect("close")
def _note_the_day(survey: Survey, log: TransitionLog) -> None:
    survey.closed_on = timezone.localdate(log.at)
    survey.save(update_fields=["closed_on"])


def extend_survey(survey: Survey, *, closes_on: date, by: User, reason: str, seen: int | None = None) -> TransitionLog:
    """Give it a later closing day; one that was closed by hand takes answers again. Raises ``SurveyRefused``."""
    if closes_on < timezone.localdate():
        raise SurveyRefused("วันปิดรับใหม่ผ่านไปแล้ว โปรดเลือกวันนี้หรือวันหลังจากนี้")
    if survey.state == OPEN and closes_on <= survey.closes_on:
        raise SurveyRefused(f"วันปิดรับใหม่ต้องอยู่หลัง {long_date(survey.closes_on)} หากต้องการปิดเร็วขึ้นใช้ “ปิดรับคำตอบ”")
    days = {"from": survey.closes_on.isoformat(), "to": closes_on.isoformat()}
    words = f"จาก {long_date(survey.closes_on)} เป็น {long_date(closes_on)}"
    if not normalise(reason):
        raise SurveyRefused("โปรดระบุเหตุผลของการขยายเวลา เพื่อให้ผู้เกี่ยวข้องทราบ")
    try:
        return perform(
            survey, "extend", by=by, reason=f"{words}\n{normalise(reason, multiline=True)}", seen=seen, data=days
        )
    except TransitionError as error:
        raise SurveyRefused(str(error)) from None


@SURVEY.effect("extend")
def _move_the_day(survey: Survey, log: TransitionLog) -> None:
    survey.closes_on, survey.closed_on = date.fromisoformat(log.data["to"]), None
    survey.save(update_fields=["closes_on", "closed_on"])
    waiting = list(survey.places.filter(sent__isnull=True).select_related("school"))
    text = f"แบบสำรวจ “{survey.title}” ขยายเวลาถึง {long_date(survey.closes_on)}"
    announce(waiting, text, teachers=survey.per_school == MANY)
