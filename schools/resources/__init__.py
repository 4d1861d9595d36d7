"""What an imported row means: the register of schools, enrolment and test results, as import-export resources."""

from schools.resources.base import CHANGE, CREATE, REFUSE, SAME, Outcome, RegisterResource, TableDataset
from schools.resources.enrolment import EnrolmentResource
from schools.resources.results import ExamResultResource
from schools.resources.schools import SchoolResource

__all__ = [
    "CHANGE",
    "CREATE",
    "REFUSE",
    "RESOURCES",
    "SAME",
    "EnrolmentResource",
    "ExamResultResource",
    "Outcome",
    "RegisterResource",
    "SchoolResource",
    "TableDataset",
]

RESOURCES: dict[str, type[RegisterResource]] = {
    "schools": SchoolResource,
    "enrolment": EnrolmentResource,
    "results": ExamResultResource,
}
"""By `ImportKind`."""
