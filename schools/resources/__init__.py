"""What an imported row means: the register of schools and the enrolment, as import-export resources."""

from schools.resources.base import CHANGE, CREATE, REFUSE, SAME, Outcome, RegisterResource, TableDataset
from schools.resources.enrolment import EnrolmentResource
from schools.resources.schools import SchoolResource

__all__ = [
    "CHANGE",
    "CREATE",
    "REFUSE",
    "RESOURCES",
    "SAME",
    "EnrolmentResource",
    "Outcome",
    "RegisterResource",
    "SchoolResource",
    "TableDataset",
]

RESOURCES: dict[str, type[RegisterResource]] = {"schools": SchoolResource, "enrolment": EnrolmentResource}
"""By `ImportKind`."""
