"""The registers and papers of the small district."""

import pytest

from correspondence.services.papers import create_paper, decide, submit
from correspondence.services.registers import enter
from workflows.services import role_whose_turn_it_is


@pytest.fixture
def receive(world):
    """Enter an incoming letter, by the clerk."""

    def make(**values):
        fields = {"ref": "ศธ 04009/ว 1234", "sender": "สพฐ.", "to": "ผอ.สพป.", "subject": "การนิเทศภายใน"} | values
        by = fields.pop("by", world.clerk)
        return enter(fields.pop("area", world.area), fields.pop("kind", "in"), by=by, **fields)

    return make


@pytest.fixture
def write(world):
    """Draft a paper, by the supervisor: a memo to the director unless the test says otherwise."""

    def make(kind="memo", **values):
        fields = {
            "subject": "ขออนุญาตไปราชการ",
            "to": "ผู้อำนวยการ",
            "body": "ด้วยมีกำหนดนิเทศ\nจึงเรียนมาเพื่อโปรดอนุญาต",
        } | values
        by, area = fields.pop("by", world.supervisor), fields.pop("area", world.area)
        return create_paper(area=area, kind=kind, by=by, **fields)

    return make


@pytest.fixture
def sign(world):
    """Send a paper along its whole chain and have it signed."""

    def make(paper):
        submit(paper, by=paper.made_by)
        for role, _asked in paper.links:
            person = {
                "group_head": world.head,
                "area_director": world.director,
                "workgroup_head": world.workgroup_head,
            }[role]
            if paper.state == "routing" and role_whose_turn_it_is(paper) == [role]:
                decide(paper, by=person, word="เห็นชอบ")
        return paper

    return make
