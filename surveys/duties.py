"""What waits for schools in surveys (``reminders.registry``).

Whether a school has answered is known of every survey that is sent to schools, an anonymous one too; who of the school
has is not. So the head is reminded, as long as nothing came from the school, and teachers never are. Nobody is reminded
of a survey by link.
"""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from accounts.flows import Role
from reminders import registry
from reminders.people import People
from reminders.registry import Duty, Kind
from surveys.queries import places_waiting

TO_ANSWER = Kind("survey-answer", "แบบสำรวจที่ต้องตอบ", "ui-checks", lambda: reverse("surveys:survey-list"))


def register() -> None:
    registry.add(to_answer, TO_ANSWER)


def to_answer(people: People, today: date) -> Iterator[Duty]:
    """Surveys that no one of the school has answered, or that it is to correct. One query."""
    heads = people.of_schools(Role.SCHOOL_HEAD)
    if not heads:
        return
    for place in places_waiting(heads, today).defer("survey__message"):
        url = reverse("surveys:answer", args=[place.token])
        survey = place.survey
        for user in heads[place.school_id]:
            key = f"survey-{place.pk}"
            yield Duty(user, key, survey.title, url, survey.closes_on, TO_ANSWER.key, detail=str(place.school))
