"""Whatever order two devices' batches arrive in, and however often, the log adds up to the stored answers."""

import uuid

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instruments.models import Response
from instruments.queries import replay
from instruments.services import record_answers
from tests.instruments.helpers import event

KEYS = ["B1", "B2", "strength"]
change = st.tuples(st.integers(0, 1), st.sampled_from(KEYS), st.sampled_from([1, 3, 5, 9, "na", "clear"]))
plans = st.tuples(
    st.lists(change, min_size=1, max_size=14),
    st.lists(st.tuples(st.integers(0, 1), st.booleans()), max_size=25),
)


def batches_of(device, changes):
    """What a device made while it heard nothing: each event built on its own last one of the same slot."""
    last, made = {}, []
    for who, key, value in changes:
        if who != device:
            continue
        if key == "strength" and isinstance(value, int):
            value = f"ข้อความ {value}"
        said = {value: True} if value in ("na", "clear") else {"v": value}
        item = event(key, base=last.get(key), **said)
        last[key] = item["id"]
        made.append((uuid.uuid4(), [item]))
    return made


@given(plan=plans)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_interleaving_and_repetition_adds_up_and_loses_nothing(response, supervisor, colleague, plan):
    changes, order = plan
    people = [supervisor, colleague]
    queues = [batches_of(0, changes), batches_of(1, changes)]
    everything = [item["id"] for queue in queues for _, events in queue for item in events]
    with transaction.atomic():
        fresh = Response.objects.create(version=response.version, area=response.area, opened_by=supervisor)
        sent = [[], []]
        for device, repeat in [*order, *[(0, False)] * len(queues[0]), *[(1, True)] * len(queues[1])]:
            if queues[device] and not (repeat and sent[device]):
                sent[device].append(queues[device].pop(0))
            elif not sent[device]:
                continue
            batch, events = sent[device][-1]
            record_answers(fresh, batch=batch, events=events, by=people[device])
        for device in (0, 1):
            for batch, events in queues[device]:
                record_answers(fresh, batch=batch, events=events, by=people[device])
        fresh.refresh_from_db()

        assert replay(fresh) == fresh.answers
        logged = [item["id"] for batch in fresh.batches.all() for item in batch.events]
        assert sorted(logged) == sorted(everything)
        transaction.set_rollback(True)
