"""Two people merge the same two schools into each other at the same moment."""

import threading

import pytest
from django.db import connection

from accounts.models import User
from schools.models import School
from schools.services import RegisterError, merge_school
from tests.schools.test_services import DAY


@pytest.mark.django_db(transaction=True)
def test_of_two_opposite_merges_one_stands_and_the_other_is_told(world):
    pairs = [(world.school.pk, world.other.pk), (world.other.pk, world.school.pk)]
    gate = threading.Barrier(2)
    answers: list[str] = ["", ""]

    def merge(place: int) -> None:
        try:
            school, into = (School.objects.get(pk=pk) for pk in pairs[place])
            by = User.objects.get(pk=world.clerk.pk)
            gate.wait(timeout=30)
            merge_school(school, into, DAY, by=by)
        except RegisterError as refusal:
            answers[place] = str(refusal)
        except BaseException as error:
            answers[place] = repr(error)
            raise
        finally:
            connection.close()

    threads = [threading.Thread(target=merge, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(map(bool, answers)) == [False, True]
    assert "ไม่ได้เปิดสอน" in "".join(answers) or "แล้วเมื่อ" in "".join(answers)
    assert School.objects.filter(merged_into__isnull=False).count() == 1
