"""Reminding the schools that have not answered: by hand, and of itself before the closing day."""

from dataclasses import dataclass, field
from datetime import date

from django.core.mail import EmailMessage, get_connection
from django.urls import reverse
from django.utils import timezone

from accounts.http import site_url
from accounts.models import User
from schools.models import School
from surveys.flows import SCHOOLS
from surveys.models import Survey, SurveySchool
from surveys.queries import heads_of
from surveys.services.telling import SurveyRefused
from thai.dates import long_date
from workflows.services import tell


@dataclass
class Reminded:
    """How many schools were reminded, how many people have the news, how many letters left."""

    schools: int = 0
    people: int = 0
    letters: int = 0
    failed: list[str] = field(default_factory=list)


def remind(survey: Survey, *, by: User) -> Reminded:
    """Remind, by hand, every school that has not answered. Raises ``SurveyRefused`` where there is nothing to answer."""
    if not by.has_perm("surveys.run_survey", survey):
        raise SurveyRefused("ท่านส่งการเตือนไม่ได้ ผู้ที่ส่งได้คือศึกษานิเทศก์และผู้อำนวยการกลุ่มนิเทศฯ")
    if not survey.takes_answers or survey.audience != SCHOOLS:
        raise SurveyRefused(f"แบบสำรวจนี้อยู่ในสถานะ “{survey.state_label}” จึงยังไม่ต้องเตือน")
    places = list(_unanswered(survey))
    if not places:
        raise SurveyRefused("ทุกโรงเรียนตอบแล้ว ไม่มีโรงเรียนที่ต้องเตือน")
    return _remind(survey, places, people_too=True)


def remind_due(today: date | None = None, *, letters: bool = True) -> Reminded:
    """Remind the schools of every survey that closes soon, each once for a closing day; safe to run again and again.

    The letter goes to the address of the school. Its head has news here, and a letter where his or her own daily
    reminder says so (``surveys.duties``), never a second one. Without ``letters`` the news stays inside the product.
    """
    today = today or timezone.localdate()
    whole = Reminded()
    for survey in Survey.objects.taking_answers(today).filter(audience=SCHOOLS, remind_days__gt=0).order_by("pk"):
        if survey.reminds_on is None or today < survey.reminds_on or survey.reminds_on < survey.opens_on:
            continue
        mine = []
        for place in _unanswered(survey, today):
            claimed = (
                SurveySchool.objects.filter(pk=place.pk)
                .exclude(auto_reminded_for=survey.closes_on)
                .update(auto_reminded_for=survey.closes_on, auto_reminded_on=today)
            )
            if claimed:
                mine.append(place)
        done = _remind(survey, mine, letters=letters)
        whole.schools += done.schools
        whole.people += done.people
        whole.letters += done.letters
        whole.failed += done.failed
    return whole


def _unanswered(survey: Survey, today: date | None = None):
    day = today or timezone.localdate()
    return survey.places.filter(sent__isnull=True, school__in=School.objects.open_on(day)).select_related("school")


def _remind(survey: Survey, places: list[SurveySchool], *, letters: bool = True, people_too: bool = False) -> Reminded:
    """News to each school's people, and a letter to the school's address; ``people_too``: to theirs as well."""
    done = Reminded(schools=len(places))
    people = heads_of(places, teachers=False)
    text = f"แบบสำรวจ “{survey.title}” ยังรอคำตอบจากโรงเรียนของท่าน โปรดตอบภายใน {long_date(survey.closes_on)}"
    posted = []
    for place in places:
        users = people.get(place.school_id, [])
        done.people += len(users)
        tell(users, text, reverse("surveys:answer", args=[place.token]))
        own = [user.email for user in users] if people_too else []
        to = list(dict.fromkeys(filter(None, [place.school.email, *own])))
        if to and letters:
            posted.append(_letter(survey, place, to))
    SurveySchool.objects.filter(pk__in=[place.pk for place in places]).update(reminded_at=timezone.now())
    done.letters, done.failed = _post(posted)
    return done


def _letter(survey: Survey, place: SurveySchool, to: list[str]) -> EmailMessage:
    lines = [
        f"เรียน ผู้อำนวยการ{place.school}", "",
        f"{survey.area.group_name} {survey.area} ขอความอนุเคราะห์ตอบแบบสำรวจ “{survey.title}” "
        f"ภายใน {long_date(survey.closes_on)} ขณะนี้ยังไม่ได้รับคำตอบจากโรงเรียนของท่าน", "",
        f"ตอบได้ที่ {site_url()}{reverse('surveys:answer', args=[place.token])}",
        "ลิงก์นี้เป็นของโรงเรียนท่านโดยเฉพาะ โปรดไม่เผยแพร่ต่อสาธารณะ", "",
        "หากท่านตอบแล้วก่อนได้รับข้อความนี้ ขออภัยและขอขอบคุณ",
    ]  # fmt: skip
    return EmailMessage(f"เตือน: แบบสำรวจ “{survey.title}”", "\n".join(lines), None, to)


def _post(letters: list[EmailMessage]) -> tuple[int, list[str]]:
    """Send each; one that can't be sent does not keep the others back."""
    sent, failed = 0, []
    connection = get_connection()
    for letter in letters:
        letter.connection = connection
        try:
            sent += letter.send()
        except OSError:
            failed += letter.to
    return sent, failed
