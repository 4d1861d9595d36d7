"""Files of answers as ``jobs`` makes them."""

import uuid
from typing import IO

from accounts.models import User
from analysis.exports.books import TooWide
from analysis.exports.selection import Selection, responses_of
from analysis.exports.writing import Incomplete, filters_in_words, write_answers
from analysis.models import Export
from jobs.making import Beat, FileRefused, Making, files


class AnswerFiles(Making):
    model = Export
    label = "ไฟล์คำตอบ"
    unit = "ชุดคำตอบ"
    smaller = "แบ่งเป็นช่วงเวลาที่สั้นลง"
    none = "ไม่มีชุดคำตอบตามเงื่อนไขที่เลือก โปรดเลือกช่วงเวลาให้กว้างขึ้น หรือรวมชุดคำตอบที่ยังกรอกไม่เสร็จ"
    at_once = 2_000
    in_the_page = 30_000

    def may(self, user: User, job: Export) -> bool:
        return user.has_perm("analysis.see_export", job)

    def count(self, job: Export) -> int:
        return responses_of(Selection.from_json(job.wanted)).count()

    def write(self, job: Export, target: IO[bytes], beat: Beat) -> int:
        try:
            return write_answers(Selection.from_json(job.wanted), target, by=str(job.by), beat=beat).responses
        except (TooWide, Incomplete) as refusal:
            raise FileRefused(str(refusal)) from refusal

    def facts(self, job: Export) -> list[tuple[str, str]]:
        return filters_in_words(Selection.from_json(job.wanted))

    def filename(self, job: Export) -> str:
        return f"{job.instrument.code}-answers-{job.pk}.{job.extension}"


answer_files = files(AnswerFiles())


def ask_for(chosen: Selection, *, ask: uuid.UUID, by: User) -> Export:
    """The export of this asking, finished or waiting; see ``Making.ask_for``."""
    wanted = Export(ask=ask, by=by, area_id=chosen.area, instrument_id=chosen.instrument, wanted=chosen.as_json())
    return answer_files.ask_for(wanted)
