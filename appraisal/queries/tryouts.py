"""Where the answers of a try-out come from, read as a stream."""

from collections.abc import Iterator
from typing import Any

from analysis.hiding import LEAST
from appraisal.items import Analysis, Gathered
from appraisal.models import TryOut
from instruments.models import Response


def tryouts_for_list(user):
    return (
        TryOut.objects.visible_to(user)
        .select_related("version__instrument")
        .defer("version__definition", "definition", "matrix")
    )


def analysis_of(tryout: TryOut) -> Analysis:
    """Two queries at most, however many persons: one row of marks each is all that is kept in memory."""
    gathered = Gathered(tryout.form)
    for answers in persons_of(tryout):
        gathered.add(answers)
    if tryout.collection and tryout.collection.anonymous and gathered.n < LEAST:
        words = f"รอบเก็บข้อมูลนี้ไม่ระบุตัวผู้ตอบและมีผู้ตอบ {gathered.n} คน ผลจะแสดงเมื่อมีผู้ตอบตั้งแต่ {LEAST} คน"
        return Analysis(gathered.n, None, (), None, (words,))
    return gathered.analysis()


def persons_of(tryout: TryOut) -> Iterator[dict[str, Any]]:
    """Each person's answers as slot → value; of a collection those that were sent, without hidden questions."""
    if tryout.collection_id is None:
        for row in tryout.matrix:
            yield dict(zip(tryout.columns, row, strict=True))
        return
    form = tryout.form
    place = {key: (slot.question, f"@{slot.section}") for key, slot in form.slots.items()}
    sent = Response.objects.filter(
        collection=tryout.collection_id, version=tryout.version_id, locked_at__isnull=False
    ).order_by("pk")
    for answers, scores in sent.values_list("answers", "scores").iterator(chunk_size=500):
        hidden = set(scores.get("hidden") or ())
        yield {
            key: entry.get("v")
            for key, entry in answers.items()
            if key in place and not (hidden and hidden.intersection(place[key]))
        }
