"""What is said about the logic of a form, where, and that no draft, however unfinished, brings the checker down."""

import random

import pytest

from instruments.logic import Problem, allowed, check_text, problems, settle, sheet
from instruments.logic.grammar import FUNCTIONS
from tests.instruments.logic.helpers import choices, question, section

DISTRICTS = {"title": "อำเภอ", "items": [{"v": "1001", "t": "พระนคร", "attrs": {"province": "10"}}]}


def form(prop, text, kind="text", **more):
    """The question X with this expression, among one question of every type."""
    return {
        "lists": {"districts": DISTRICTS},
        "sections": [
            section(
                "A",
                question("N"),
                question("E", "exist"),
                question("R", "rating", with_exist=True, with_evidence=True),
                question("D", "dual"),
                question("C", "choice", choices=[*choices("1", "2"), {"v": "9", "t": "อื่น ๆ", "specify": True}]),
                question("M", "multi", choices=choices("1", "2")),
                question("T", "text"),
                question("DT", "date"),
                question("TI", "time"),
                question("P", "photo"),
                question("F", "file"),
                question("PL", "place"),
                question("SG", "signature"),
                question("MX", "matrix", rows=[{"key": "r1", "text": "1"}]),
                question("NO", "note"),
                question("K", "calc", expr='concat("ก", N)'),
                question("S", "choice", source="school"),
                question("X", kind, **{prop: text}, **more),
            ),
            section("G", question("GN"), question("GM", "multi", choices=choices("1")), repeat={"label": "คน"}),
            section("H", question("HN"), repeat={"label": "ห้อง"}),
        ],
    }


@pytest.mark.parametrize(
    ("text", "at", "sentence"),
    [
        ("N1 = 1", 0, "ไม่มีข้อรหัส “N1” ในแบบ ใกล้เคียงกับ N"),
        ("n = 1", 0, "ใกล้เคียงกับ N"),
        ("N = yes", 4, "ใส่เครื่องหมายคำพูด"),
        ("N.exist = 1", 0, "ข้อ N ไม่มีส่วน “exist”"),
        ("R.exits = 1", 0, "ที่อ้างได้คือ R R.exist R.note R.photo"),
        ("G = 1", 0, "count(G.rows)"),
        ("A = 1", 0, "“A” เป็นรหัสตอน"),
        ("today = DT", 0, "ต้องมีวงเล็บต่อท้าย"),
        ("N AND E", 2, "ขาดเครื่องหมาย"),
        ("D > 1", 0, "ให้ระบุ D.current หรือ D.desired"),
        ("answered(NO)", 9, "ไม่มีคำตอบให้อ้างถึง"),
        ("N", 0, "ต้องได้ผลเป็นจริงหรือเท็จ เช่น N = 1 แต่ที่เขียนให้ผลเป็นจำนวน"),
        ("R.exist and N = 1", 0, "R.exist = 1"),
        ("C = 1", 4, 'โปรดเขียนในเครื่องหมายคำพูด: "1"'),
        ('N = "5"', 4, "โดยไม่มีเครื่องหมายคำพูด"),
        ('C = "3"', 4, 'รหัสที่มีคือ "1" "2" "9"'),
        ('"3" != C', 0, "ไม่มีตัวเลือกรหัส"),
        ('selected(M, "7")', 12, "ข้อ M ไม่มีตัวเลือกรหัส"),
        ('selected(GM, "7")', 13, "ข้อ GM ไม่มีตัวเลือกรหัส"),
        ('M = "1"', 0, "selected(M"),
        ("C > 1", 0, "number(C)"),
        ('T < "ก"', 2, "เปรียบเทียบมากน้อยไม่ได้"),
        ('DT > "16/05/2569"', 5, "ค.ศ.-เดือน-วัน"),
        ('DT > "2026-02-30"', 5, "ค.ศ.-เดือน-วัน"),
        ('TI > "8.30"', 5, '"08:30"'),
        ("DT = 5", 5, "จึงเทียบกันไม่ได้"),
        ("PL = 1", 0, "answered(PL)"),
        ("P > 1", 0, "count_selected(P)"),
        ("MX > 1", 0, "mean(MX)"),
        ("GN > 1", 0, "อยู่ในตอนที่ตอบซ้ำได้ (G) จึงมีหลายคำตอบ ต้องสรุปก่อน เช่น sum(GN)"),
        ("sum(T) > 1", 4, "คำสั่ง sum ต้องการจำนวน แต่ T เป็นข้อความ"),
        ("max(N, DT) = 1", 7, "คำสั่ง max ต้องการจำนวน แต่ DT เป็นวันที่"),
        ("count_selected(C) > 1", 15, "มีคำตอบเดียว"),
        ('selected(N, "1")', 9, "ข้อที่มีตัวเลือก"),
        ("round(T) = 1", 6, "คำสั่ง round ต้องการจำนวน"),
        ("length(N) = 1", 7, "text(N)"),
        ("days(DT, N) > 1", 9, "คำสั่ง days ต้องการวันที่"),
        ('if(N = 1, 1, "ก") = 1', 13, "ชนิดเดียวกันทั้งสองทาง"),
        ("coalesce(N, T) = 1", 12, "ชนิดเดียวกันทุกค่า"),
        ("number(DT) = 1", 7, "แปลงเป็นจำนวนไม่ได้"),
        ("concat(M) = T", 7, "selected(M"),
        ("matches(T, T)", 11, "ต้องเขียนเป็นข้อความในเครื่องหมายคำพูด"),
        ('matches(T, "(?=a)")', 11, "วงเล็บแบบพิเศษ"),
        ("K > 1", 0, "number(K)"),
        ("N + 1 and true", 2, "ตรงนี้ต้องเป็นจริงหรือเท็จ"),
        ("not N", 4, "ตรงนี้ต้องเป็นจริงหรือเท็จ"),
        ('choice.province = "10"', 0, "ใช้ได้เฉพาะในตัวกรอง"),
        (". = 1", 0, "จุด (.)"),
    ],
)
def test_a_mistake_is_named_where_it_stands(text, at, sentence):
    found = problems(form("show_when", text))

    assert [(problem.key, problem.property, problem.at) for problem in found] == [("X", "show_when", at)]
    assert sentence in found[0].message


@pytest.mark.parametrize(
    "text",
    [
        'C = "1" or C.other != "" or C = ""',
        'selected(M, "1") and selected(C, "2")',
        "sum(N, E, R, D.current, MX, GN) > mean(GN)",
        'DT > "2026-05-16" and DT <= today() and max(DT, today()) = DT',
        'TI >= "08:30"',
        "count(PL, SG, P, F, GN, G.rows) = count_selected(P)",
        "answered(PL) and R.exist = 1 and R.note = R.note",
        'K = "ก1" and S != ""',
        'if(N > 1, DT, "2026-01-01") > today()',
        'matches(T, "[0-9]{10}") or N = ""',
    ],
)
def test_what_suits_the_types_has_no_problem(text):
    assert problems(form("show_when", text)) == []


@pytest.mark.parametrize(
    ("prop", "text", "more", "sentence"),
    [
        ("expr", "N + 1", {}, "ค่าคำนวณเท่านั้น"),
        ("expr", "GN", {"kind": "calc"}, "อยู่ในตอนที่ตอบซ้ำได้"),
        ("expr", "", {"kind": "calc"}, "ยังไม่มีสูตรคำนวณ"),
        ("required_when", "N = 1", {"kind": "note"}, "บังคับให้ตอบไม่ได้"),
        ("must_hold", "N = 1", {"kind": "note"}, "ตรวจคำตอบไม่ได้"),
        ("must_hold", ". > 1", {"kind": "dual"}, "X.current หรือ X.desired"),
        ("must_hold", ". > 1", {}, "เปรียบเทียบมากน้อยไม่ได้"),
        ("filter", 'choice.province = "1"', {}, "ข้อที่มีตัวเลือกเท่านั้น"),
        ("filter", 'choice.province = "1"', {"kind": "choice", "master": "schools"}, "ทะเบียนของสำนักงาน"),
        ("filter", 'choice.provinse = "1"', {"kind": "choice", "list": "districts"}, "ที่มีคือ province"),
        ("filter", 'choice.p = "1"', {"kind": "choice", "choices": choices("1")}, "ยังไม่มีตัวเลือกใดกำหนดคุณลักษณะ"),
        ("show_when", 5, {}, "ต้องเขียนเป็นข้อความ"),
        ("show_when", "N = 1 " * 400, {}, "ยาวเกิน 2,000"),
    ],
)
def test_what_the_type_of_question_cannot_have_is_refused(prop, text, more, sentence):
    found = problems(form(prop, text, **more))

    assert [(problem.key, problem.property) for problem in found] == [("X", prop)]
    assert sentence in found[0].message


def test_a_filter_on_a_list_of_the_form_is_fine():
    assert problems(form("filter", "choice.province = C", "choice", list="districts")) == []


def test_a_circle_is_shown_with_its_way_at_the_reference_that_closes_it():
    definition = {
        "sections": [
            section(
                "A",
                question("A1", show_when="A3 = 1"),
                question("A2", "calc", expr="1 + A1"),
                question("A3", "calc", expr="A2"),
            ),
            section("B", question("B1"), question("B2", show_when="B2 = 1"), show_when="B1 = 1"),
        ]
    }

    found = {(problem.key, problem.at): problem.message.split(" ระบบ")[0] for problem in problems(definition)}

    assert found == {
        ("A1", 0): "อ้างถึงกันเป็นวง: A1 → A3 → A2 → A1",
        ("A2", 4): "อ้างถึงกันเป็นวง: A2 → A1 → A3 → A2",
        ("A3", 0): "อ้างถึงกันเป็นวง: A3 → A2 → A1 → A3",
        ("@B", 0): "อ้างถึงกันเป็นวง: ตอน B → B1 → ตอน B",
        ("B2", 0): "อ้างถึงกันเป็นวง: B2 → B2",
    }


def test_a_judgement_of_an_answer_may_look_at_what_depends_on_the_answer():
    definition = {
        "sections": [section("A", question("A1", must_hold="A2 < 10"), question("A2", "calc", expr="A1 * 2"))]
    }

    assert problems(definition) == []


def test_a_long_chain_of_computed_questions_is_checked_and_computed():
    chained = [question(f"Q{n}", "calc", expr=f"Q{n - 1} + 1" if n else "1") for n in range(1000)]
    definition = {"sections": [section("A", *reversed(chained))]}

    assert problems(definition) == []
    assert settle(sheet(definition), {}, "2026-11-21").calc["Q999"] == "1000"


def test_a_key_that_is_a_word_of_the_language_is_refused_where_there_is_logic():
    plain = section("A", question("and"), question("B"))
    assert problems({"sections": [plain]}) == []

    found = problems({"sections": [plain, section("C", question("D", show_when="B = 1"))]})

    assert [(problem.key, problem.property) for problem in found] == [("and", "key")]


def test_problems_come_in_the_order_of_the_form():
    definition = {
        "sections": [
            section("A", question("A1", show_when="Z"), question("A2", must_hold="+", show_when="Y"), show_when="1")
        ]
    }

    assert [(problem.key, problem.property) for problem in problems(definition)] == [
        ("@A", "show_when"),
        ("A1", "show_when"),
        ("A2", "show_when"),
        ("A2", "must_hold"),
    ]


def test_one_expression_is_checked_while_it_is_written():
    definition = form("show_when", "broken +")

    assert check_text(definition, "X", "show_when", "N = 1").label == "จริงหรือเท็จ"
    assert check_text(definition, "K", "expr", "N * 2").label == "จำนวน"
    assert check_text(definition, "X", "show_when", "  ").problem is None
    assert check_text(definition, "X", "show_when", "N = ").problem == Problem(
        "X", "show_when", 4, "เขียนยังไม่จบ ขาดค่าหรือรหัสข้อต่อท้าย"
    )
    assert check_text(definition, "GN", "show_when", "GM = GM").problem.at == 0
    assert check_text(definition, "A", "show_when", "N = 1").problem.message.startswith("อ้างถึงกันเป็นวง: ตอน A")
    assert check_text(definition, "@H", "show_when", "N = 1").problem is None
    assert check_text(definition, "NEW", "show_when", "N = 1").problem is None


def test_what_is_not_in_order_is_left_out_of_the_sheet_and_the_rest_works():
    definition = {
        "sections": [
            section(
                "A",
                question("A1", show_when="Z = 1"),
                question("A2", "calc", expr="A3 + A4"),
                question("A3", "calc", expr="A2"),
                question("A4", "calc", expr="2 * 3"),
            )
        ]
    }

    assert settle(sheet(definition), {}, "2026-11-21").calc == {"A4": "6"}


def test_a_form_without_logic_has_no_sheet():
    assert sheet({"sections": [section("A", question("A1"), repeat={"label": "คน"})]}) is None


# -- Garbage -------------------------------------------------------------------------------------------------------

RUBBISH = [None, 0, 1, True, "", "x", "A1", [], {}, [1], {"a": 1}, 1.5, 10**5000, "G", ["A1"], float("nan"), "@A"]
KINDS = [
    "rating", "exist", "dual", "choice", "multi", "text", "number", "date", "time", "photo", "file", "place", "matrix",
    "note", "calc", "signature", "?", None, [], {},
]  # fmt: skip
WORDS = [
    "B1",
    "A1",
    "A1.exist",
    "M1.r1",
    "1",
    '"x"',
    "(",
    ")",
    ",",
    "+",
    "=",
    "<",
    "and",
    "not",
    ".",
    "choice.p",
    "ก",
    *FUNCTIONS,
]
LOGIC = ("show_when", "must_hold", "required_when", "filter", "expr")
OTHERS = (
    "choices",
    "rows",
    "list",
    "master",
    "with_exist",
    "with_evidence",
    "source",
    "decimals",
    "must_message",
    "photos",
)


class Spoiler:
    """Definitions in which anything may stand anywhere."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def some(self, *values):
        return self.random.choice(values)

    def rubbish(self):
        return self.random.choice(RUBBISH)

    def text(self):
        return " ".join(self.random.choice(WORDS) for _ in range(self.random.randint(0, 9)))

    def item(self):
        return {"v": self.rubbish(), "key": self.rubbish(), "attrs": self.some(self.rubbish(), {"p": self.rubbish()})}

    def question(self):
        made = {
            "key": self.some("A1", "A2", "B1", "M1", "@A", "A1.exist", self.rubbish()),
            "type": self.random.choice(KINDS),
        }
        for prop in LOGIC:
            if self.random.random() < 0.4:
                made[prop] = self.some(
                    self.text(), "A1 = 1", "B1", "sum(A1, B1)", "A2 + 1", "choice.p = A1", self.rubbish()
                )
        for prop in OTHERS:
            if self.random.random() < 0.3:
                made[prop] = self.some(self.rubbish(), [self.rubbish(), self.item()], "L")
        return self.some(made, made, made, made, self.rubbish())

    def section(self):
        made = {"key": self.some("A", "G", "B", self.rubbish()), "questions": [self.question() for _ in range(4)]}
        if self.random.random() < 0.4:
            made["repeat"] = self.rubbish()
        if self.random.random() < 0.4:
            made["show_when"] = self.some(self.text(), "A1 = 1", self.rubbish())
        if self.random.random() < 0.1:
            made["questions"] = self.rubbish()
        return self.some(made, made, made, self.rubbish())

    def definition(self):
        lists = self.some(self.rubbish(), {"L": self.some(self.rubbish(), {"items": [self.rubbish(), self.item()]})})
        whole = {"sections": [self.section() for _ in range(3)], "lists": lists}
        return self.some(whole, whole, whole, whole, whole, whole, {"sections": self.rubbish()}, self.rubbish())


@pytest.mark.parametrize("seed", range(8))
def test_no_definition_however_broken_and_no_answers_bring_it_down(seed):
    spoiler = Spoiler(seed)
    with_logic = 0
    for _ in range(250):
        definition = spoiler.definition()
        assert all(isinstance(problem, Problem) for problem in problems(definition))
        check_text(definition, spoiler.some("A1", "A", "@G", "?"), spoiler.some(*LOGIC, "?"), spoiler.text())
        made = sheet(definition)
        if made:
            with_logic += 1
            answers = {
                name: spoiler.some(spoiler.rubbish(), {"v": spoiler.rubbish()}) for name in [*made["names"], "G.rows"]
            }
            settle(made, answers, "2026-11-21")
            for check in made["checks"]:
                allowed(made, check["key"], answers, "2026-11-21", "aaaa")
    assert with_logic > 3
