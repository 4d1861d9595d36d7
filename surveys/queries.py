"""Reads of surveys that have a name: who has answered, how many, and what waits for a school."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.flows import Role
from accounts.models import RoleAssignment, User
from analysis.hiding import LEAST
from schools.models import School
from surveys.flows import ONE, SCHOOLS
from surveys.models import Survey, SurveyAnswer, SurveySchool


@dataclass(frozen=True)
class Rate:
    """How many schools answered out of those that count; a school that closed unanswered no longer does."""

    asked: int
    answered: int
    answers: int
    left: int = 0
    """Schools that closed or merged before they answered."""
    tells_too_much: bool = False
    """Of an anonymous survey: ``answers`` would give away how many came from a school that sent only a few."""

    @property
    def waiting(self) -> int:
        return self.asked - self.answered

    @property
    def percent(self) -> int:
        """Whole per cent, a half rounded up."""
        return (200 * self.answered + self.asked) // (2 * self.asked) if self.asked else 0


def rate_of(survey: Survey) -> Rate:
    """The response rate on the survey's last day. Three queries at most."""
    answers = survey.answers.count()
    if survey.audience != SCHOOLS:
        return Rate(0, 0, answers)
    answered = Exists(SurveyAnswer.objects.filter(place=OuterRef("pk")))
    found = SurveySchool.objects.filter(survey=survey).aggregate(
        everybody=Count("pk"),
        asked=Count("pk", filter=_counts(survey.last_day)),
        answered=Count("pk", filter=Q(answered)),
    )
    left = found["everybody"] - found["asked"]
    return Rate(found["asked"], found["answered"], answers, left, tells_too_much=_is_one_of_few(survey))


def _is_one_of_few(survey: Survey) -> bool:
    """Whether exactly one school sent fewer than ``LEAST``: its number is then the whole less what is told of others."""
    if not survey.anonymous or survey.per_school == ONE:
        return False
    counts = survey.answers.order_by().values("place").annotate(n=Count("pk")).values_list("n", flat=True)
    return sum(1 for count in counts if count < LEAST) == 1


def _counts(day: date) -> Q:
    still = Q(school__closed_on__isnull=True) | Q(school__closed_on__gt=day)
    return still | Q(Exists(SurveyAnswer.objects.filter(place=OuterRef("pk"))))


def rates_of(surveys: Iterable[Survey]) -> dict[int, Rate]:
    """The rates of many surveys by id: three queries, however many surveys and schools."""
    known = {survey.pk: survey for survey in surveys}
    answers = dict(
        SurveyAnswer.objects.filter(survey__in=known)
        .values("survey")
        .annotate(n=Count("pk"))
        .values_list("survey", "n")
    )
    answered = dict(
        SurveyAnswer.objects.filter(survey__in=known, place__isnull=False)
        .values("survey")
        .annotate(n=Count("place", distinct=True))
        .values_list("survey", "n")
    )
    asked = dict.fromkeys(known, 0)
    left = dict.fromkeys(known, 0)
    unanswered = (
        SurveySchool.objects.filter(survey__in=known, sent__isnull=True)
        .values("survey", closed=F("school__closed_on"))
        .annotate(n=Count("pk"))
    )
    for row in unanswered.order_by():
        counts = row["closed"] is None or row["closed"] > known[row["survey"]].last_day
        (asked if counts else left)[row["survey"]] += row["n"]
    return {
        pk: Rate(asked[pk] + answered.get(pk, 0), answered.get(pk, 0), answers.get(pk, 0), left[pk]) for pk in known
    }


@dataclass
class Place:
    """One school of a survey as its page shows it."""

    row: SurveySchool
    answers: int
    answer: SurveyAnswer | None
    last_on: date | None
    gone: bool
    """Closed or merged before it answered: it does not count."""

    @property
    def few(self) -> bool:
        """Of an anonymous survey: answered, but by too few to say how many."""
        return 0 < self.answers < LEAST


def places_of(survey: Survey, *, wanted: str = "") -> list[Place]:
    """The schools of a survey with what came from each; ``wanted`` "waiting" or "answered" narrows. Two queries."""
    rows = list(
        SurveySchool.objects.filter(survey=survey)
        .select_related("school__group", "school__merged_into")
        .annotate(number=Count("sent"), last_on=Max("sent__submitted_on"))
    )
    answers: dict[int, SurveyAnswer] = {}
    if not survey.anonymous and survey.per_school == ONE:
        found = SurveyAnswer.objects.filter(survey=survey, place__isnull=False).select_related("by", "response")
        answers = {answer.place_id: answer for answer in found if answer.place_id}
    day = survey.last_day
    places = []
    for row in rows:
        row.survey = survey
        number = row.number
        closed = row.school.closed_on
        gone = not number and closed is not None and closed <= day
        last_on = row.last_on if number >= LEAST or not survey.anonymous else None
        places.append(Place(row, number, answers.get(row.pk), last_on, gone))
    if wanted == "waiting":
        return [place for place in places if not place.answers and not place.gone]
    if wanted == "answered":
        return [place for place in places if place.answers]
    return places


def places_waiting(schools: Iterable[int], today: date) -> QuerySet[SurveySchool]:
    """What these schools still have to answer on the day, the nearest closing day first.

    What somebody of the school has answered no longer waits, unless the office has opened it to be corrected; several
    answers are asked of the whole school, so such a survey waits until somebody has answered.
    """
    return (
        SurveySchool.objects.filter(
            Q(sent__isnull=True) | Q(sent__sole=True, sent__reopened_at__isnull=False),
            school__in=School.objects.filter(pk__in=schools).open_on(today),
            survey__in=Survey.objects.taking_answers(today),
        )
        .select_related("survey", "school")
        .order_by("survey__closes_on", "pk")
    )


def waiting_for(user: User, today: date | None = None) -> QuerySet[SurveySchool]:
    """What waits for the schools whose head the person is."""
    return places_waiting(user.schools_as(Role.SCHOOL_HEAD), today or timezone.localdate())


def places_for(user: User) -> QuerySet[SurveySchool]:
    """Every survey of the person's schools, as a school's list shows them."""
    return (
        SurveySchool.objects.visible_to(user)
        .filter(school__in=user.schools_as(Role.SCHOOL_HEAD, Role.TEACHER))
        .select_related("survey__area", "school")
        .annotate(number=Count("sent"))
        .order_by("-survey__closes_on", "-pk")
    )


def heads_of(places: Iterable[SurveySchool], *, teachers: bool = False) -> dict[int, list[User]]:
    """The people of the schools who are told, by school: heads, and teachers where several may answer. One query."""

    roles = [Role.SCHOOL_HEAD, Role.TEACHER] if teachers else [Role.SCHOOL_HEAD]
    found: dict[int, list[User]] = {}
    rows = RoleAssignment.objects.active().filter(
        role__in=roles, school__in=[place.school_id for place in places], user__is_active=True
    )
    for row in rows.select_related("user"):
        if row.school_id is not None:
            found.setdefault(row.school_id, []).append(row.user)
    return found
