"""The dossier that the group's head had made of a visit, for an audit."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

from demo.people import Office, fresh
from reports.dossiers.making import ask_for
from supervision.models import Visit


def collect_evidence(on: Callable[..., AbstractContextManager], *, office: Office, today: date) -> None:
    """Of the last visit that was closed; two days ago, so that the file is still kept."""
    with on(today - timedelta(days=2), 14):
        head = fresh(office.head)
        visit = Visit.objects.visible_to(head).filter(state="closed").order_by("-visited_on", "-pk").first()
        if visit is not None:
            ask_for("visit", visit, ask=uuid.uuid4(), by=head)
