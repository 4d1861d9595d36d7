"""Random forms and random answers for them, as far as statistics care: every kind that is counted, logic and rows."""

from hypothesis import strategies as st

LEVELS = [{"v": v, "t": str(v)} for v in (5, 4, 3, 2, 1)]
BANDS = [{"min": "4.51", "label": "มากที่สุด"}, {"min": "2.51", "label": "ปานกลาง"}, {"min": "1", "label": "น้อย"}]
KINDS = ["rating", "exist", "choice", "multi", "number", "dual", "matrix", "text"]
NUMBERS = st.decimals(-(10**12), 10**12, places=4, allow_nan=False, allow_infinity=False).map(lambda d: f"{d:f}")


def _question(draw, key, kind):
    question = {"key": key, "type": kind, "text": f"ข้อ {key}", "allow_na": True}
    if kind in ("choice", "multi"):
        question["choices"] = [{"v": v, "t": v} for v in ("a", "b", "na")]
    if kind == "matrix":
        question["rows"] = [{"key": "r1", "text": "หนึ่ง"}, {"key": "r2", "text": "สอง"}]
    if kind == "number":
        question |= {"decimals": 4, "min": str(-(10**12)), "max": str(10**12)}
    if kind == "rating":
        question["weight"] = draw(st.sampled_from(["1", "2", "0.5"]))
        question["with_exist"] = draw(st.booleans())
    return question


@st.composite
def definitions(draw):
    """A form of up to three sections; the last may repeat, and everything after the first question may be hidden."""
    sections = [
        {"key": "Z", "title": "ต้น", "scale": "s", "questions": [{"key": "Z1", "type": "exist", "text": "แสดง"}]}
    ]
    for number in range(draw(st.integers(1, 3))):
        kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=4))
        name = "ABC"[number]
        section = {
            "key": name,
            "title": f"ด้าน {name}",
            "scale": "s",
            "questions": [_question(draw, f"{name}{place}", kind) for place, kind in enumerate(kinds, start=1)],
        }
        if draw(st.booleans()):
            section["questions"][-1]["show_when"] = "Z1 = 1"
        elif draw(st.booleans()):
            section["show_when"] = "Z1 = 1"
        sections.append(section)
    if draw(st.booleans()):
        last = sections[-1]
        last["repeat"] = {"label": "คนที่", "min": 0, "max": 3}
    numbers = [q["key"] for s in sections if not s.get("repeat") for q in s["questions"] if q["type"] == "number"]
    if numbers:
        sections[0]["questions"].append({"key": "Z9", "type": "calc", "text": "สองเท่า", "expr": f"{numbers[0]} * 2"})
    return {"scales": {"s": {"title": "ระดับ", "values": LEVELS, "bands": BANDS}}, "sections": sections}


VALUES = {
    "rating": st.integers(1, 5), "exist": st.integers(0, 1), "choice": st.sampled_from(["a", "b", "na"]),
    "multi": st.lists(st.sampled_from(["a", "b", "na"]), unique=True), "number": NUMBERS, "text": st.just("คำ"),
}  # fmt: skip


def answers_for(form):
    """A strategy of whole answer sheets for the parsed form, as ``Response.answers`` holds them."""

    @st.composite
    def drawn(draw):
        answers = {}
        for section in form.sections:
            if section.repeat:
                rows = draw(st.lists(st.sampled_from(["row1", "row2", "row3"]), unique=True))
                answers[section.rows_slot] = {"v": rows}
            for row in section.rows(answers):
                for question in section.questions:
                    for slot in question.slots:
                        key = f"{slot.key}@{row}" if row else slot.key
                        what = draw(st.sampled_from(["value", "value", "value", "na", "none", "cleared"]))
                        if what == "value":
                            answers[key] = {"v": draw(VALUES[slot.kind])}
                        elif what == "na":
                            answers[key] = {"na": True}
                        elif what == "cleared":
                            answers[key] = {}
        return answers

    return drawn()
