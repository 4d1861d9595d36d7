"""Area offices, their schools and groups, enrolment, test results, the calendar of the academic years, and imports."""

from schools.models.exams import PAPERS, Exam, ExamResult, Level, Paper, ResultState, Subject, paper_of
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
    "PAPERS",
    "AcademicYear",
    "AreaOffice",
    "Enrolment",
    "Exam",
    "ExamResult",
    "ImportJob",
    "ImportKind",
    "ImportState",
    "Level",
    "Paper",
    "ResultState",
    "School",
    "SchoolGroup",
    "Subject",
    "default_sizes",
    "paper_of",
]
