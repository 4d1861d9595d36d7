"""Choices that come from the office's own registers instead of being written into a form: schools, people, grades.

An answer keeps the register's own key (the school's code, the person's number), so that a renamed school stays the
same answer.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from accounts.flows import SUPERVISION_STAFF
from accounts.models import RoleAssignment, User
from schools.models import GRADES, School
from thai.text import name_sort_key, thai_sort_key

LEARNING_AREAS = (
    ("thai", "ภาษาไทย"),
    ("math", "คณิตศาสตร์"),
    ("science", "วิทยาศาสตร์และเทคโนโลยี"),
    ("social", "สังคมศึกษา ศาสนา และวัฒนธรรม"),
    ("health", "สุขศึกษาและพลศึกษา"),
    ("arts", "ศิลปะ"),
    ("career", "การงานอาชีพ"),
    ("foreign", "ภาษาต่างประเทศ"),
    ("early", "การศึกษาปฐมวัย"),
    ("activity", "กิจกรรมพัฒนาผู้เรียน"),
)
"""กลุ่มสาระการเรียนรู้ of หลักสูตรแกนกลางการศึกษาขั้นพื้นฐาน พ.ศ. 2551 (ปรับปรุง พ.ศ. 2560), then early childhood and
the activities beside the subjects."""


@dataclass(frozen=True, slots=True)
class Master:
    """One register: ``options`` of an area office as (value, text), ``texts`` of values whoever they belong to."""

    label: str
    options: Callable[[int], list[tuple[str, str]]]
    texts: Callable[[Iterable[str]], dict[str, str]]
    personal: bool = False
    """Whether it names people, and so is never shown to whoever has a link."""
    everywhere: tuple[tuple[str, str], ...] = ()
    """Its options where they are the same in every office, e.g. for paper that is printed before it has an office."""


def _fixed(label: str, pairs: Iterable[tuple[str, str]]) -> Master:
    table = dict(pairs)
    return Master(
        label,
        lambda area: list(table.items()),
        lambda values: {v: table[v] for v in values if v in table},
        everywhere=tuple(table.items()),
    )


def _schools(area: int) -> list[tuple[str, str]]:
    rows = School.objects.filter(area=area, closed_on__isnull=True).values_list("obec_code", "name")
    return sorted(rows, key=lambda row: thai_sort_key(row[1]))


def _school_names(values: Iterable[str]) -> dict[str, str]:
    return dict(School.objects.filter(obec_code__in=set(values)).values_list("obec_code", "name"))


def _people(area: int) -> list[tuple[str, str]]:
    holders = RoleAssignment.objects.holders(*SUPERVISION_STAFF, area_id=area)
    return [(str(user.pk), str(user)) for user in sorted(holders, key=lambda user: name_sort_key(str(user)))]


def _people_names(values: Iterable[str]) -> dict[str, str]:
    numbers = {int(value) for value in values if value.isdecimal() and len(value) < 18}
    return {str(user.pk): str(user) for user in User.objects.filter(pk__in=numbers)}


MASTERS: dict[str, Master] = {
    "schools": Master("สถานศึกษาในทะเบียน", _schools, _school_names),
    "grades": _fixed("ระดับชั้น", GRADES),
    "learning_areas": _fixed("กลุ่มสาระการเรียนรู้", LEARNING_AREAS),
    "people": Master("บุคลากรกลุ่มนิเทศ", _people, _people_names, personal=True),
}


def find(name: str, values: Iterable[Any]) -> dict[str, str]:
    """The texts of the values that the register knows."""
    return MASTERS[name].texts([value for value in values if isinstance(value, str) and len(value) <= 40])
