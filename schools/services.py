"""Verbs that change the register: edit, close and merge schools, keep the groups."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import ProtectedError

from schools.models import School, SchoolGroup
from thai.dates import long_date


class RegisterError(Exception):
    """The change is refused; the message is a Thai sentence for the person at the page."""


def _check_manages(obj, by) -> None:
    if not by.has_perm("schools.manage_schools", obj):
        raise PermissionDenied("ผู้แก้ไขทะเบียนต้องเป็นเจ้าหน้าที่ธุรการหรือผู้อำนวยการกลุ่มนิเทศฯ ของเขตนั้น")


def _save(obj, by, reason: str) -> None:
    """Save so that the history knows who and why."""
    obj._history_user, obj._change_reason = by, reason[:100]
    obj.save()


@transaction.atomic
def update_school(school: School, *, by) -> School:
    """Save what was typed into a school's form. Raises PermissionDenied, ValidationError."""
    _check_manages(school, by)
    if school.group is not None and school.group.area_id != school.area_id:
        raise RegisterError("กลุ่มโรงเรียนที่เลือกเป็นของเขตพื้นที่อื่น โปรดเลือกกลุ่มของเขตนี้")
    school.set_keys()
    school.full_clean()
    _save(school, by, "แก้ไขข้อมูลโรงเรียน")
    return school


def _locked(*schools: School) -> list[School]:
    """The schools as they are now, locked in one order whoever asks, so that opposite merges wait and never deadlock."""
    rows = School.objects.select_for_update().filter(pk__in=[school.pk for school in schools]).order_by("pk")
    found = {row.pk: row for row in rows}
    return [found[school.pk] for school in schools]


def _check_can_close(school: School, on: date) -> None:
    if school.closed_on:
        how = "รวมกับโรงเรียนอื่น" if school.merged_into_id else "ยุบเลิก"
        raise RegisterError(f"{school}{how}แล้วเมื่อ {long_date(school.closed_on)} หากวันที่ไม่ถูกต้อง โปรดแจ้งผู้ดูแลระบบให้แก้ไข")
    if school.opened_on and on <= school.opened_on:
        raise RegisterError(f"{school}เปิดดำเนินการเมื่อ {long_date(school.opened_on)} โปรดระบุวันที่หลังจากนั้น")
    still = School.objects.filter(merged_into=school, closed_on__gt=on).first()
    if still and still.closed_on:
        raise RegisterError(f"{still}จะรวมเข้ากับโรงเรียนนี้ในวันที่ {long_date(still.closed_on)} โปรดแก้การรวมของ{still}ก่อน")


@transaction.atomic
def close_school(school: School, on: date, *, by) -> School:
    """Close the school: ``on`` is the first day on which it no longer counts. Its results stay.

    Raises PermissionDenied, `RegisterError`.
    """
    _check_manages(school, by)
    [school] = _locked(school)
    _check_can_close(school, on)
    school.closed_on = on
    _save(school, by, "ยุบเลิกโรงเรียน")
    return school


@transaction.atomic
def merge_school(school: School, into: School, on: date, *, by) -> School:
    """Close the school on the day ``on`` and send its pupils to ``into``, an open school of the same area.

    Raises PermissionDenied, `RegisterError`.
    """
    _check_manages(school, by)
    school, into = _locked(school, into)
    _check_can_close(school, on)
    if into.pk == school.pk:
        raise RegisterError("โรงเรียนรวมกับตัวเองไม่ได้ โปรดเลือกโรงเรียนอื่น")
    if into.area_id != school.area_id:
        raise RegisterError(f"{into}อยู่ต่างเขตพื้นที่ โปรดเลือกโรงเรียนในเขตเดียวกัน หรือแจ้งผู้ดูแลระบบ")
    if not into.is_open(on):
        raise RegisterError(f"{into}ไม่ได้เปิดสอนในวันที่ {long_date(on)} โปรดเลือกโรงเรียนที่เปิดสอนอยู่ หรือแก้ไขวันที่")
    school.closed_on, school.merged_into = on, into
    _save(school, by, f"รวมกับ{into}")
    return school


@transaction.atomic
def save_group(group: SchoolGroup, *, by) -> SchoolGroup:
    """Make or rename a school group. Raises PermissionDenied, ValidationError."""
    _check_manages(group, by)
    group.full_clean()
    _save(group, by, "แก้ไขกลุ่มโรงเรียน" if group.pk else "เพิ่มกลุ่มโรงเรียน")
    return group


@transaction.atomic
def place_in_group(group: SchoolGroup, schools, *, by) -> int:
    """Make the group consist of exactly these schools of its area; answers how many schools moved.

    Raises PermissionDenied, `RegisterError`.
    """
    _check_manages(group, by)
    wanted = {school.pk: school for school in schools}
    if any(school.area_id != group.area_id for school in wanted.values()):
        raise RegisterError("มีโรงเรียนของเขตพื้นที่อื่นอยู่ในรายการ โปรดเลือกเฉพาะโรงเรียนของเขตนี้")
    leaving = group.schools.exclude(pk__in=wanted)
    moved = 0
    for school in leaving:
        school.group = None
        _save(school, by, f"ออกจากกลุ่ม{group.name}")
        moved += 1
    for school in wanted.values():
        if school.group_id != group.pk:
            school.group = group
            _save(school, by, f"เข้ากลุ่ม{group.name}")
            moved += 1
    return moved


@transaction.atomic
def delete_group(group: SchoolGroup, *, by) -> None:
    """Delete a group that no school belongs to. Raises PermissionDenied, `RegisterError`."""
    _check_manages(group, by)
    members = group.schools.count()
    if members:
        raise RegisterError(f"กลุ่ม{group.name}ยังมี {members} โรงเรียน โปรดย้ายออกจากกลุ่มก่อนแล้วจึงลบ")
    setattr(group, "_history_user", by)  # noqa: B010 -- simple-history's way in, unknown to the types
    try:
        group.delete()
    except ProtectedError as error:
        raise RegisterError(f"กลุ่ม{group.name}มีข้อมูลอื่นอ้างถึงอยู่ จึงลบไม่ได้") from error
