"""Test results of the demonstration office over three academic years: invented, and said to be so in each row's note.

The schools are real, so no figure may pass for theirs.
"""

import random
from decimal import Decimal

from schools.models import AreaOffice, Enrolment, Exam, ExamResult, Level, ResultState, School, Subject, paper_of
from thai.numerals import round_half_up

INVENTED = "ตัวเลขสมมติเพื่อการสาธิต"
PAPERS = [(Exam.RT, "p1"), (Exam.NT, "p3"), (Exam.ONET, "p6"), (Exam.ONET, "m3")]
USUAL = {
    Subject.ALOUD: 72, Subject.COMPREHENSION: 74, Subject.THAI: 54, Subject.MATHEMATICS: 38, Subject.SCIENCE: 40,
    Subject.ENGLISH: 42,
}  # fmt: skip


def make_results(area: AreaOffice, schools: list[School], *, latest: int, chance: random.Random) -> None:
    """RT, NT and O-NET of every school that has the grade, and what the area and the country came to."""
    strength = {school.pk: chance.gauss(0, 6) for school in schools}
    pupils = {
        (row.school_id, row.grade): row.total
        for row in Enrolment.objects.filter(school__in=schools).order_by("academic_year")
    }
    made: list[ExamResult] = []
    for year in range(latest - 2, latest + 1):
        for exam, grade in PAPERS:
            paper = paper_of(exam, grade, year)
            if paper is None:
                continue
            parts = [subject for subject in paper.subjects if subject != Subject.TOTAL]
            drift = {part: USUAL[part] + chance.gauss(0, 2.5) for part in parts}
            for level, above in ((Level.OBEC, -3.0), (Level.COUNTRY, -2.2)):
                means = {part: max(5.0, drift[part] + above) for part in parts}
                made += _rows(means, paper, year, level=level, area=area)
            for school in schools:
                enrolled = pupils.get((school.pk, grade))
                if not enrolled:
                    continue
                share = chance.choice([1, 1, 0.95, 0.7, 0.45]) if exam == Exam.ONET else chance.choice([1, 1, 0.97])
                tested = max(2, round(enrolled * share))
                owner = {"level": Level.SCHOOL, "school": school}
                if exam == Exam.ONET and chance.random() < 0.06:
                    made += [_row(paper, part, year, state=ResultState.NOT_TESTED, tested=0, **owner) for part in parts]
                    continue
                means = {
                    part: min(97.0, max(8.0, drift[part] + strength[school.pk] + chance.gauss(0, 4))) for part in parts
                }
                made += _rows(means, paper, year, tested=tested, chance=chance, **owner)
    for result in made:
        result.note = INVENTED
    ExamResult.objects.bulk_create(made)
    ExamResult.history.bulk_history_create(made, default_change_reason=INVENTED)


def _row(paper, subject: Subject, year: int, **fields) -> ExamResult:
    return ExamResult(exam=paper.exam, grade=paper.grade, subject=subject, academic_year=year, **fields)


def _rows(means, paper, year: int, *, chance: random.Random | None = None, **fields) -> list[ExamResult]:
    """One result for each subject; the total from what stood before the rounding, as a publisher does it."""
    if Subject.TOTAL in paper.subjects:
        means = means | {Subject.TOTAL: sum(means.values()) / len(means)}
    return [
        _row(
            paper, subject, year,
            mean=round_half_up(mean),
            sd=Decimal(chance.randint(900, 1900)) / 100 if chance else None,
            **fields,
        )
        for subject, mean in means.items()
    ]  # fmt: skip
