"""Batches of the small district, in whatever shape a test asks for."""

from datetime import date

import pytest

from certificates.services import Recipient, create_batch
from workflows.services import perform

TWO = (Recipient("นายหนึ่ง ใจดี", "โรงเรียนวัดสุทธิ"), Recipient("นางสาวสอง ใจงาม", "โรงเรียนพญาไท"))


@pytest.fixture
def make_batch(world):
    """A draft of a supervisor with a list of two, given on 21 November 2569."""

    def make(recipients=TWO, *, by=None, issued_on="2026-11-21", **values):
        fields = {"title": "การประชุมเชิงปฏิบัติการ ปีงบประมาณ 2570", "kind": "participant"} | values
        day = date.fromisoformat(issued_on)
        return create_batch(area=world.area, by=by or world.supervisor, recipients=recipients, issued_on=day, **fields)

    return make


def issue(batch, world):
    perform(batch, "submit", by=world.supervisor)
    perform(batch, "issue", by=world.director)
    return batch


@pytest.fixture
def issued(world, make_batch):
    """A batch of two, issued; the second is the teacher's."""
    given = [TWO[0], Recipient(str(world.teacher), "โรงเรียนวัดสุทธิ", world.teacher)]
    return issue(make_batch(given), world)
