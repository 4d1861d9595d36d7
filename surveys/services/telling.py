"""What all verbs of surveys say: a refusal to who asked, news to the schools' people."""

from collections.abc import Callable

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from surveys.models import SurveySchool
from surveys.queries import heads_of
from workflows.services import tell


class SurveyRefused(Exception):  # noqa: N818 -- a refusal, not a fault
    """What was asked for can't be done; the message is a Thai sentence for the person who asked."""


def announce(places: list[SurveySchool], text: str, *, teachers: bool = False) -> None:
    """News to the heads of these schools (and to the ``teachers``) once what is done stays done."""
    people = heads_of(places, teachers=teachers)
    for place in places:
        transaction.on_commit(_news(people.get(place.school_id, []), text, place), robust=True)


def _news(users: list[User], text: str, place: SurveySchool) -> Callable[[], None]:
    return lambda: tell(users, text, reverse("surveys:answer", args=[place.token]))
