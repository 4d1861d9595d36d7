"""Two hands at one register or one signature in the same moment, as two real threads on a real database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.core.files.storage import default_storage
from django.db import connections

from accounts.models import User
from correspondence.models import Entry, Paper, SignatureImage
from correspondence.services import papers, registers
from correspondence.services.papers import decide, set_code, submit
from correspondence.services.signatures import keep_signature, remove_signature
from schools.models import AreaOffice
from tests.supervision.pictures import drawn_signature
from workflows.services import TransitionError

A_MOMENT = 1.5
"""Seconds for which the first waits for the second, who may have to wait for the first."""


@pytest.fixture
def meanwhile():
    """``meanwhile(first, second)``: runs ``second`` once ``first`` has reached what ``pauses`` wraps, then goes on with it."""
    reached, done = Event(), Event()

    def pauses(verb: Callable, *, after: bool = False) -> Callable:
        def paused(*args, **kwargs):
            answer = verb(*args, **kwargs) if after else None
            reached.set()
            done.wait(A_MOMENT)
            return answer if after else verb(*args, **kwargs)

        return paused

    def run(first: Callable, second: Callable) -> None:
        def closing(verb):
            try:
                verb()
            finally:
                connections.close_all()

        def later():
            assert reached.wait(10)
            try:
                second()
            finally:
                done.set()

        with ThreadPoolExecutor(2) as pool:
            for outcome in [pool.submit(closing, first), pool.submit(closing, later)]:
                outcome.result()

    run.pauses = pauses
    return run


@pytest.fixture
def routed(transactional_db, world, write):
    """A letter that waits for the director, who keeps a signature."""
    set_code(world.area, by=world.clerk, code="ศธ 04009")
    paper = write(kind="letter", chain=[["area_director", "ลงนาม"]])
    submit(paper, by=world.supervisor)
    keep_signature(by=world.director, drawing=drawn_signature())
    return paper


def signing(paper: Paper, world) -> Callable:
    def sign():
        decide(Paper.objects.get(pk=paper.pk), by=User.objects.get(pk=world.director.pk), word="ลงนามแล้ว", place=True)

    return sign


def test_the_first_number_of_a_year_is_given_while_the_clerk_takes_one(world, routed, meanwhile, monkeypatch):
    def register():
        area, by = AreaOffice.objects.get(pk=world.area.pk), User.objects.get(pk=world.clerk.pk)
        registers.enter(area, "out", by=by, subject="หนังสือที่จัดทำนอกระบบ")

    monkeypatch.setattr(registers, "next_entry", meanwhile.pauses(registers.next_entry))

    meanwhile(register, signing(routed, world))

    assert sorted(Entry.objects.values_list("number", flat=True)) == [1, 2]


def test_a_signature_that_is_taken_away_while_it_is_placed_stays_on_the_paper(world, routed, meanwhile, monkeypatch):
    monkeypatch.setattr(papers, "place_signature", meanwhile.pauses(papers.place_signature, after=True))

    meanwhile(signing(routed, world), lambda: remove_signature(by=User.objects.get(pk=world.director.pk)))

    assert default_storage.exists(routed.transitions.get(action="sign").data["drawing"])
    assert SignatureImage.objects.get().removed_at


def test_a_signature_that_is_gone_is_not_placed(world, routed, meanwhile, monkeypatch):
    monkeypatch.setattr(SignatureImage, "delete", meanwhile.pauses(SignatureImage.delete, after=True))

    meanwhile(lambda: remove_signature(by=User.objects.get(pk=world.director.pk)), signing(routed, world))

    assert "drawing" not in routed.transitions.get(action="sign").data
    assert not SignatureImage.objects.exists()


def test_who_sends_and_signs_one_paper_in_two_windows_is_told_and_not_stopped(world, routed, meanwhile, monkeypatch):
    Paper.objects.filter(pk=routed.pk).update(made_by=world.director)
    monkeypatch.setattr(papers, "place_signature", meanwhile.pauses(papers.place_signature, after=True))

    def send():
        with pytest.raises(TransitionError):
            submit(Paper.objects.get(pk=routed.pk), by=User.objects.get(pk=world.director.pk), place=True)

    meanwhile(signing(routed, world), send)

    assert Paper.objects.get(pk=routed.pk).state == "signed"
