"""The admin looks at plans, visits and recommendations and changes none of them."""

import pytest
from django.urls import reverse

from tests.supervision.factories import make_item, make_plan, make_recommendation, make_user, make_visit
from thai.dates import short_date


@pytest.fixture
def records(world):
    plan = make_plan(world.area, world.supervisor, "submitted")
    make_item(plan, world.school, world.supervisor)
    visit = make_visit(world.school, world.supervisor, state="released")
    return {"plan": plan, "visit": visit, "recommendation": make_recommendation(visit)}


@pytest.fixture
def admin_client(client, world):
    client.force_login(make_user("ผู้ดูแล", is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize("name", ["plan", "visit", "recommendation"])
def test_even_a_superuser_only_reads(admin_client, records, name):
    record = records[name]
    page = reverse(f"admin:supervision_{name}_change", args=[record.pk])
    before = type(record).objects.filter(pk=record.pk).values().get()

    listed = admin_client.get(reverse(f"admin:supervision_{name}_changelist"))
    opened = admin_client.get(page)
    history = admin_client.get(reverse(f"admin:supervision_{name}_history", args=[record.pk]))
    changed = admin_client.post(page, {**{k: v for k, v in before.items() if v is not None}, "state": "approved"})
    deleted = admin_client.post(reverse(f"admin:supervision_{name}_delete", args=[record.pk]), {"post": "yes"})
    added = admin_client.get(reverse(f"admin:supervision_{name}_add"))

    assert [r.status_code for r in (listed, opened, history, changed, deleted, added)] == [200, 200, 200, 403, 403, 403]
    assert record.state_label in listed.content.decode()
    assert type(record).objects.filter(pk=record.pk).values().get() == before


def test_days_are_said_in_the_buddhist_era(admin_client, records):
    listed = admin_client.get(reverse("admin:supervision_visit_changelist")).content.decode()

    assert short_date(records["visit"].starts_on) in listed
