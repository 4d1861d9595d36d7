"""From who came to a meeting, and from a network's model teachers, to a draft of certificates."""

import pytest

from certificates.models import Batch
from networks.models import Member, MemberRole, Network
from tests.networks.gatherings import make_activity, make_participant
from tests.supervision.factories import LONG_AGO


@pytest.fixture
def network(world):
    world.network = Network.objects.create(area=world.area, name="เครือข่ายวัง", kind="club", started_on=LONG_AGO)
    return world.network


def test_everybody_who_came_is_named_in_one_draft_and_never_in_two(signed_in, world, network):
    planned, held = make_activity(world), make_activity(world, "held")
    make_participant(held, "นางสาวมาลี ตั้งใจ", came=True)
    make_participant(held, "นายไม่มา เลย")
    client = signed_in(world.clerk)

    client.post(f"{planned.get_absolute_url()}certificates/")
    assert not Batch.objects.exists()
    client.post(f"{held.get_absolute_url()}certificates/")
    client.post(f"{held.get_absolute_url()}certificates/")

    batch = Batch.objects.get()
    assert [line.name for line in batch.certificates.all()] == ["นางสาวมาลี ตั้งใจ"]
    assert (batch.kind, batch.starts_on) == ("participant", held.starts_on)
    page = client.get(held.get_absolute_url()).content.decode()
    assert batch.get_absolute_url() in page
    assert "ทำเกียรติบัตร" not in signed_in(world.committee).get(held.get_absolute_url()).content.decode()
    assert signed_in(world.far_head).post(f"{held.get_absolute_url()}certificates/").status_code == 404


def test_model_teachers_of_a_network_get_theirs(signed_in, world, network):
    client = signed_in(world.supervisor)
    client.post(f"{network.get_absolute_url()}certificates/")
    assert not Batch.objects.exists()
    Member.objects.create(
        network=network,
        kind="person",
        user=world.teacher,
        role=MemberRole.MODEL_TEACHER,
        joined_on=LONG_AGO,
        identity="u1",
    )

    client.post(f"{network.get_absolute_url()}certificates/")

    assert [line.user for line in Batch.objects.get().certificates.all()] == [world.teacher]
