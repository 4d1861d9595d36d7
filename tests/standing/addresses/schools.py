"""The register of schools."""

from tests.standing.addresses.table import AREA, NOBODY, Address, both
from tests.standing.district import SCHOOL

REGISTER = frozenset({"head", "clerk"})
"""Who keep the register of schools."""


def school_data(world) -> dict:
    return {"name": "ชื่อใหม่"}


ADDRESSES: list[Address] = [
    # The register of schools
    Address("schools:school-list"),
    Address("schools:school-export", args=lambda world: ["csv"]),
    Address("schools:school-export", args=lambda world: ["xlsx"]),
    Address("schools:school-export", args=lambda world: ["pdf"], sees=NOBODY),
    Address("schools:school-detail", args=lambda world: [world.school.pk], sees=AREA | SCHOOL),
    *both(
        Address, "schools:school-edit", args=lambda world: [world.school.pk], sees=REGISTER, data=school_data
    ),
    *both(
        Address, "schools:school-close", args=lambda world: [world.school.pk], sees=REGISTER,
        data=lambda world: {"on": "2026-11-01"},
    ),
    *both(
        Address, "schools:school-merge", args=lambda world: [world.school.pk], sees=REGISTER,
        data=lambda world: {"into": world.other_school.pk, "on": "2026-11-01"},
    ),
    Address("schools:group-list"),
    *both(
        Address, "schools:group-new", args=lambda world: [world.area.pk], sees=REGISTER,
        data=lambda world: {"name": "กลุ่มใหม่"},
    ),
    *both(
        Address, "schools:group-edit", args=lambda world: [world.group.pk], sees=REGISTER,
        data=lambda world: {"name": "ชื่อใหม่"},
    ),
    Address(
        "schools:group-delete", method="post", args=lambda world: [world.group.pk], sees=REGISTER, ok=frozenset({302})
    ),
    Address("schools:result-list"),
    Address("schools:import-list", sees=REGISTER | {"far_head", "admin"}),
    Address("schools:import-new", sees=REGISTER | {"far_head", "admin"}),
    Address("schools:import-new", method="post", sees=REGISTER | {"far_head", "admin"}, ok=frozenset({422})),
    Address("schools:import-template", args=lambda world: ["schools"], sees=REGISTER | {"far_head", "admin"}),
    Address("schools:import-template", args=lambda world: ["nothing"], sees=NOBODY),
    Address("schools:import-detail", args=lambda world: [world.job.pk], sees=REGISTER),
    Address("schools:import-refused", args=lambda world: [world.job.pk], sees=REGISTER),
    Address(
        "schools:import-confirm", method="post", args=lambda world: [world.job.pk], sees=REGISTER, ok=frozenset({302})
    ),
    Address(
        "schools:import-cancel", method="post", args=lambda world: [world.job.pk], sees=REGISTER, ok=frozenset({302})
    ),
]  # fmt: skip
