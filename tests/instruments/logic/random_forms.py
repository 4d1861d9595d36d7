"""Forms with random questions and well-typed random logic, and random answers, sound and unsound."""

from instruments.logic.checking import analyse
from instruments.logic.grammar import unparse
from instruments.logic.names import outline

NUMBERS = ["0", "1", "2", "3", "5", "0.1", "2.345", "0.5", "1000", "0.0000000001", "999999999999999", "98765.4321"]
TEXTS = ["", "1", "2", "ก", "ครูดี", "a\U0001f600", "12.50", "๑,๒๓๔.๕", "2026-02-29", "-3", "x@y.th", "é", '"']
DATES = ["2024-02-29", "2026-05-16", "0001-01-01", "9999-12-31", "2000-12-31", "1900-03-01"]
TIMES = ["08:30", "00:00", "23:59"]
PATTERNS = [
    "[0-9]+", "a|b|", "(a+)+b", r"\d{1,3}", "[^ก-ฮ]*", r"^.+@\w+\.th$", "(ครู)?ดี", ".?.", r"\s*\S+", "[๐-๙,.]+",
    "(a|aa)*", "x{2,}", "(?:1|2)?$", r"[\d.]+",
]  # fmt: skip
KINDS = [
    "rating", "exist", "dual", "choice", "multi", "text", "number", "date", "time", "photo", "place", "matrix", "calc",
    "calc", "note",
]  # fmt: skip
ROWS = ["aaaa", "k7x2", "zz99zz", "0000"]
UNSOUND = [
    None,
    0,
    True,
    -1,
    1.5,
    1e15,
    2**60,
    "",
    "x",
    "1e5",
    [],
    ["1", 2],
    {},
    {"a": 1},
    "2026-13-01",
    "24:00",
    " 5 ",
    "0005",
    "๕",
]


class Maker:
    """Grows one form from a source of randomness."""

    def __init__(self, random):
        self.random = random
        self.names = {}
        self.group = ""
        self.filtering = False
        self.own = None

    def some(self, values):
        return self.random.choice(values)

    def chance(self, percent):
        return self.random.randint(1, 100) <= percent

    def form(self):
        items = [
            {"v": str(n), "t": "ก", "attrs": {"p": self.some(["1", "2", ""]), "n": self.some(["1", "20", "x"])}}
            for n in range(5)
        ]
        self.definition = {"lists": {"L": {"title": "L", "items": items}}, "sections": []}
        for place in range(self.random.randint(1, 4)):
            key = f"S{place}"
            self.group = ""
            made = {"key": key, "title": key, "questions": []}
            if self.chance(40):
                made["show_when"] = self.text("boolean")
            if self.chance(35):
                made["repeat"] = {"label": "ที่", "min": 0, "max": 9}
                self.group = key
            self.definition["sections"].append(made)
            for number in range(self.random.randint(1, 6)):
                made["questions"].append(self.question(f"Q{place}{number}"))
                self.names = outline_with_types(self.definition)
        return self.definition

    def question(self, key):
        kind = self.some(KINDS)
        made = {"key": key, "type": kind, "text": key}
        if kind in ("choice", "multi"):
            own = [{"v": v, "t": v} for v in ("1", "2", "3")] + [{"v": "9", "t": "อื่น ๆ", "specify": True}]
            made |= {"list": "L"} if self.chance(60) else {"choices": own}
        if kind == "matrix":
            made["rows"] = [{"key": "r1", "text": "1"}, {"key": "r2", "text": "2"}]
        if self.chance(20):
            made |= {"with_exist": True, "with_evidence": True}
        if kind == "calc":
            made["expr"] = self.text(self.some(["number", "number", "text", "boolean", "date"]))
            made["decimals"] = self.random.randint(0, 10)
        if self.chance(35):
            made["show_when"] = self.text("boolean")
        if kind in ("choice", "multi") and made.get("list") and self.chance(70):
            self.filtering = True
            made["filter"] = self.text("boolean")
            self.filtering = False
        if kind not in ("note", "dual") and self.chance(35):
            self.own = outline({"sections": [{"key": "x", "questions": [made]}]}).names[key].type
            made["must_hold"] = self.text("boolean")
            if kind != "calc":
                made["required_when"] = self.text("boolean")
            self.own = None
        return made

    def text(self, kind):
        return unparse(self.tree(kind, 4))

    def named(self, kind):
        """Names whose value here is of this type; a leaf of such a list too, for those that gather."""
        return [
            name.name
            for name in self.names.values()
            if ("list:" * bool(name.group and name.group != self.group)) + name.type == kind
        ]

    def lists(self, leaf):
        return [n for depth in ("list:", "list:list:") for n in self.named(depth + leaf)]

    def leaf(self, kind):
        ways = [["q", name] for name in self.named(kind)]
        if self.own == kind:
            ways += [["self"]] * 3
        if ways and self.chance(70):
            return self.some(ways)
        if kind == "text" and self.filtering and self.chance(60):
            return ["choice", self.some(["p", "n"])]
        match kind:
            case "number":
                return ["n", self.some(NUMBERS)]
            case "text":
                return ["t", self.some(TEXTS)]
            case "date":
                return self.some([["call", "today"], ["call", "min", ["call", "today"], ["call", "today"]]])
            case "boolean":
                return ["b", self.chance(50)]
        return None

    def any(self, depth):
        return self.tree(self.some(["number", "text", "boolean", "date"]), depth)

    def tree(self, kind, depth):
        if depth <= 0 or self.chance(15):
            return self.leaf(kind)
        down = depth - 1

        def one(wanted=kind):
            return self.tree(wanted, down)

        def call(name, *parts):
            return ["call", name, *parts]

        common = [
            lambda: call("if", one("boolean"), one(), one()),
            lambda: call("coalesce", one(), one()),
            lambda: self.leaf(kind),
        ]
        match kind:
            case "number":
                ways = [
                    lambda: [self.some(["+", "-", "*", "/", "mod"]), one(), one()],
                    lambda: [self.some(["+", "-", "*", "/", "mod"]), one(), one()],
                    lambda: ["neg", one()],
                    lambda: call(self.some(["sum", "mean", "min", "max"]), *self.gathered("number", down)),
                    lambda: call(self.some(["sum", "mean", "min", "max"]), *self.gathered("number", down)),
                    lambda: call("count", *self.anything(down)),
                    lambda: call("round", one(), self.some([["n", "0"], ["n", "2"], ["neg", ["n", "1"]], one()])),
                    lambda: call(self.some(["floor", "ceil", "abs"]), one()),
                    lambda: call("length", one("text")),
                    lambda: call("number", one(self.some(["text", "number", "boolean"]))),
                    lambda: call("days", one("date"), one("date")),
                    lambda: call(self.some(["year", "month", "day"]), one("date")),
                    lambda: call("count_selected", ["q", self.some(self.lists("text") or [""])]),
                ]
            case "text":
                ways = [lambda: call("concat", one(), self.any(down)), lambda: call("text", self.any(down))]
            case "date":
                ways = [lambda: call(self.some(["min", "max"]), one(), *self.gathered("date", down))]
            case _:
                ways = [
                    lambda: self.comparison(down),
                    lambda: self.comparison(down),
                    lambda: [self.some(["and", "or"]), one(), one()],
                    lambda: ["not", one()],
                    lambda: call(self.some(["contains", "starts", "ends"]), one("text"), one("text")),
                    lambda: call("matches", one("text"), ["t", self.some(PATTERNS)]),
                    lambda: call("answered", self.anything(down)[0]),
                    lambda: call(
                        "selected", ["q", self.some(self.lists("text") or [""])], ["t", self.some(["1", "2"])]
                    ),
                ]
        made = self.some([*ways, *ways, *common])()
        return (
            made
            if "" not in [part[1] for part in made if part.__class__ is list and part[0] == "q"]
            else self.leaf(kind)
        )

    def comparison(self, down):
        kind = self.some(["number", "number", "text", "date", "boolean", "time", "choice"])
        if kind == "time":
            times = self.named("time")
            return (
                [self.some(["=", "<", ">="]), ["q", self.some(times)], ["t", self.some(TIMES)]]
                if times
                else self.leaf("boolean")
            )
        if kind == "choice":
            picked = [n.name for n in self.names.values() if n.choices and n.name in self.named("text")]
            return ["=", ["q", self.some(picked)], ["t", self.some(["1", "2", ""])]] if picked else self.leaf("boolean")
        operators = ["=", "!="] if kind in ("text", "boolean") else ["=", "!=", "<", "<=", ">", ">="]
        right = ["t", self.some(DATES)] if kind == "date" and self.chance(40) else self.tree(kind, down)
        if kind == "text":
            # Only a choice's own values may be compared with it, and a random text is rarely one.
            return [self.some(operators), ["call", "concat", self.tree(kind, down)], right]
        return [self.some(operators), self.tree(kind, down), right]

    def gathered(self, leaf, down):
        ways = [["q", name] for name in self.lists(leaf)]
        return [
            self.some(ways) if ways and self.chance(60) else self.tree(leaf, down)
            for _ in range(self.random.randint(1, 3))
        ]

    def anything(self, down):
        ways = [["q", n.name] for n in self.names.values() if n.type not in ("dual", "note")]
        return [
            self.some(ways) if ways and self.chance(80) else self.any(down) for _ in range(self.random.randint(1, 3))
        ]

    def answers(self):
        made = {}
        groups = {s["key"] for s in self.definition["sections"] if s.get("repeat")}
        for group in groups:
            made[f"{group}.rows"] = {"v": self.random.sample(ROWS, self.random.randint(0, 3))}
            if self.chance(5):
                made[f"{group}.rows"] = self.some([{"v": ["aaaa", "aaaa", "BAD", 1]}, {"v": "aaaa"}, {}, None])
        for name in self.names.values():
            for end in [f"@{row}" for row in ROWS] if name.group else [""]:
                entry = self.entry(name)
                if entry is not None and name.question:
                    made[name.name + end] = entry
        return made

    def entry(self, name):
        if self.chance(20):
            return self.some([None, {}, {"na": True}, {"v": None}, {"na": True, "v": 3}])
        if self.chance(8):
            return {"v": self.some(UNSOUND)}
        match name.type:
            case "number":
                return {"v": self.some([0, 1, 2, 3, 5, "12", "4.55", "-0.005", "99999999999999.5", "1,000"])}
            case "text":
                return {"v": self.some(name.choices or TEXTS)}
            case "date":
                return {"v": self.some(DATES)}
            case "time":
                return {"v": self.some(TIMES)}
            case "thing":
                return {"v": {"lat": "13.7", "lon": "100.5", "acc": 12}}
            case "list:text":
                return {"v": self.random.sample(["1", "2", "3"], self.random.randint(0, 3))}
        return None


def outline_with_types(definition):
    """The names, those of computed questions with their type."""
    made = outline(definition)
    analyse(made)
    return made.names
