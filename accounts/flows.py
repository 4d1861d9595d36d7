"""The roles people hold and what each is held over. Data, no logic."""

from django.db import models


class Role(models.TextChoices):
    """A role of design.md's table of people; held through an assignment, never a flag on the user."""

    SUPERVISOR = "supervisor", "ศึกษานิเทศก์"
    WORKGROUP_HEAD = "workgroup_head", "หัวหน้ากลุ่มงาน"
    GROUP_HEAD = "group_head", "ผู้อำนวยการกลุ่มนิเทศฯ"
    AREA_DIRECTOR = "area_director", "ผู้อำนวยการสำนักงานเขตพื้นที่"
    COMMITTEE = "committee", "กรรมการ ก.ต.ป.น."
    CLERK = "clerk", "เจ้าหน้าที่ธุรการ"
    SCHOOL_HEAD = "school_head", "ผู้บริหารสถานศึกษา"
    TEACHER = "teacher", "ครู"
    NETWORK_LEAD = "network_lead", "ประธาน/ผู้ประสานงานเครือข่าย"


AREA_ROLES = frozenset(
    {Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD, Role.AREA_DIRECTOR, Role.COMMITTEE, Role.CLERK}
)
"""Roles whose scope is an area office."""
SCHOOL_ROLES = frozenset({Role.SCHOOL_HEAD, Role.TEACHER})
"""Roles whose scope is a school."""
NETWORK_ROLES = frozenset({Role.NETWORK_LEAD})
"""Roles whose scope is a network."""

SUPERVISION_STAFF = (Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD, Role.AREA_DIRECTOR)
"""The people of the area office who do, check and approve supervision."""
