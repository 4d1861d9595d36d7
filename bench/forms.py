"""Forms and answers of the usual mix, for the benchmarks."""

import uuid

MOMENT = "2026-11-21T10:00:00+07:00"


def form_of(questions: int) -> dict:
    """A form in the usual mix: nine ratings and one text in every ten questions, ten a section."""
    levels = [{"v": v, "t": t} for v, t in ((5, "มากที่สุด"), (4, "มาก"), (3, "ปานกลาง"), (2, "น้อย"), (1, "น้อยที่สุด"))]
    bands = [{"min": m, "label": v["t"]} for m, v in zip(("4.51", "3.51", "2.51", "1.51", "1.00"), levels, strict=True)]
    sections = []
    for first in range(1, questions + 1, 10):
        numbers = range(first, min(first + 10, questions + 1))
        sections.append({
            "key": f"S{first}", "title": f"ด้านที่ {first // 10 + 1}", "scale": "level5",
            "questions": [
                {"key": f"Q{n}", "type": "text" if n % 10 == 0 else "rating", "text": f"ข้อคำถามที่ {n}",
                 "required": True, "allow_na": True}
                for n in numbers
            ],
        })  # fmt: skip
    return {"scales": {"level5": {"title": "ระดับการปฏิบัติ", "values": levels, "bands": bands}}, "sections": sections}


def events(questions: int) -> list[dict]:
    return [
        {"id": str(uuid.uuid4()), "key": f"Q{n}", "at": MOMENT, "base": None,
         "v": f"ข้อสังเกตของข้อที่ {n} พบหลักฐานครบถ้วน" if n % 10 == 0 else n % 5 + 1}
        for n in range(1, questions + 1)
    ]  # fmt: skip
