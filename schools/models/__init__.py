"""Area offices, their schools and groups, enrolment, the calendar of the academic years, and imports."""

from schools.models.imports import ImportJob, ImportKind, ImportState
from schools.models.register import (
    DEFAULT_SIZES,
    GRADES,
    KEY_FIELDS,
    MANAGERS,
    AcademicYear,
    AreaOffice,
    Enrolment,
    School,
    SchoolGroup,
    default_sizes,
)

__all__ = [
    "DEFAULT_SIZES",
    "GRADES",
    "KEY_FIELDS",
    "MANAGERS",
    "AcademicYear",
    "AreaOffice",
    "Enrolment",
    "ImportJob",
    "ImportKind",
    "ImportState",
    "School",
    "SchoolGroup",
    "default_sizes",
]
