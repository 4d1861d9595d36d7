"""Plausible answers for any form: what a supervisor would mark at a school of a given quality."""

import random
import uuid
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from demo import texts
from instruments.definition import Question
from instruments.models import Response
from instruments.services import record_answers
from supervision.models import Visit


def fill(response: Response, *, visit: Visit, by: User, chance: random.Random, quality: float, whole: bool) -> None:
    """Answer the form in one batch; ``quality`` is the mean rating to expect (1–5). Not ``whole``: about half of it."""
    events = []
    for section in response.form.sections:
        if not whole and chance.random() < 0.5:
            continue
        lean = chance.gauss(0, 0.3)
        for question in section.questions:
            for slot, value in answers_to(question, visit, quality + lean, chance).items():
                change = {"na": True} if value is None else {"v": value}
                events.append(
                    {"id": str(uuid.UUID(int=chance.getrandbits(128), version=4)), "key": slot, "base": None} | change
                )
    moment = timezone.now() - timedelta(minutes=5)
    for event in events:
        event["at"] = moment.isoformat(timespec="seconds")
    outcome = record_answers(response, batch=uuid.uuid4(), events=events, by=by, device="demo")
    if outcome.refused:
        raise ValueError(f"{response.version}: {outcome.refused[0]}")


def answers_to(question: Question, visit: Visit, quality: float, chance: random.Random) -> dict[str, object]:
    """{slot: value} for one question; None means not applicable."""
    if question.source or question.type in {"photo", "signature"}:
        return {}
    if question.type == "rating" and question.scale:
        if question.allow_na and chance.random() < 0.02:
            return {question.key: None}
        low, high = question.scale.bounds
        found: dict[str, object] = {question.key: min(high, max(low, round(chance.gauss(quality * high / 5, 0.6))))}
        if question.with_exist:
            found[f"{question.key}.exist"] = 1 if chance.random() < 0.2 + quality / 5.5 else 0
        if question.with_evidence and chance.random() < 0.35:
            found[f"{question.key}.note"] = chance.choice(texts.REMARKS)
        return found
    if question.type == "dual":
        now = min(5, max(1, round(chance.gauss(quality - 0.4, 0.7))))
        return {f"{question.key}.current": now, f"{question.key}.desired": min(5, now + chance.choice([0, 1, 1, 2]))}
    if question.type == "exist":
        return {question.key: 1 if chance.random() < 0.3 + quality / 6 else 0}
    if question.type == "choice":
        plain = [choice.value for choice in question.choices if not choice.specify]
        return {question.key: chance.choice(plain)} if plain else {}
    if question.type == "multi":
        plain = [choice.value for choice in question.choices if not choice.specify]
        return (
            {question.key: sorted(chance.sample(plain, min(len(plain), chance.choice([1, 2, 3]))), key=plain.index)}
            if plain
            else {}
        )
    if question.type == "number":
        return {question.key: str(chance.randint(9, 18) if "นักเรียน" in question.text else chance.randint(1, 2))}
    if question.type == "date":
        ahead = timedelta(days=90) if "ต่อไป" in question.text else timedelta(0)
        return {question.key: (visit.starts_on + ahead).isoformat()}
    phrases = next((found for word, found in texts.ANSWERS if word in question.text), texts.REMARKS)
    return {question.key: chance.choice(phrases)}
