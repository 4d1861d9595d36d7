"""The one table of all addresses: who may open each, in which state of the record, and what it answers.

A person who does not see the record gets 404, exactly as for a record that does not exist. One who sees it and may
not do what the address does is told so (``TOLD``) and nothing changes. ``sees`` and ``does`` are sets of names of
``tests.standing.district`` or functions of the record's state that give one. Each part of the product has a file.
"""

from certificates.flows import BATCH
from correspondence.flows import PAPER
from networks.flows.gatherings import ACTIVITY, MEETING
from supervision.flows import PLAN, RECOMMENDATION, VISIT
from surveys.flows import SURVEY
from tests.standing.addresses import (
    appraisal,
    certificates,
    correspondence,
    cycles,
    documents,
    forms,
    frame,
    handbook,
    networks,
    schools,
    supervision,
    surveys,
)
from tests.standing.addresses.table import Address

PARTS = (
    frame,
    certificates,
    correspondence,
    documents,
    schools,
    forms,
    cycles,
    handbook,
    surveys,
    appraisal,
    networks,
    supervision,
)

ADDRESSES: list[Address] = [address for part in PARTS for address in part.ADDRESSES]

STATES = {
    "": [""],
    "visit": VISIT.keys,
    "plan": PLAN.keys,
    "recommendation": RECOMMENDATION.keys,
    "survey": SURVEY.keys,
    "meeting": MEETING.keys,
    "activity": ACTIVITY.keys,
    "batch": BATCH.keys,
    "paper": PAPER.keys,
}
