r"""The patterns of ``matches(text, "pattern")``: a common part of regular expressions, matched in linear time.

A pattern is compiled to a small program of JSON lists that a simple machine runs, here and in ``static/js/logic.js``:
the same answer in both, and no pattern that a form brings along can make either of them think for hours. The whole
text must match. Letters, ``.``, ``[a-z]``, ``\d \w \s`` (ASCII), ``^ $``, groups, ``|``, ``* + ? {m,n}``.

The program: ``["s", ranges, wanted]`` one character (in or, where wanted is false, outside the ranges of code points),
``["j", places]`` go on at each of the places, ``["^"]`` only at the start, ``["$"]`` only at the end, ``["m"]`` matched.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

Program = list[list[Any]]

PATTERN_LIMIT = 200
SUBJECT_LIMIT = 500
_STATES = 2000
_REPEATS = 500
_NESTING = 20

_DIGIT = [(48, 57)]
_WORD = [(48, 57), (65, 90), (95, 95), (97, 122)]
_SPACE = [(9, 13), (32, 32)]
_CLASSES = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
_CONTROLS = {"n": 10, "t": 9, "r": 13, "f": 12, "v": 11}
_CODE = re.compile(r"u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})")
_COUNT = re.compile(r"\{([0-9]{1,3})(?:(,)([0-9]{0,3}))?\}")


class PatternError(ValueError):
    """What is wrong with a pattern, as a Thai sentence."""


@lru_cache(maxsize=1000)
def compiled(pattern: str) -> Program:
    """The program of a pattern. Raises PatternError. Never change it."""
    if len(pattern) > PATTERN_LIMIT:
        raise PatternError(f"รูปแบบยาวเกิน {PATTERN_LIMIT} ตัวอักษร")
    reader = _Reader(pattern)
    piece = reader.choice(0)
    if reader.at < len(pattern):
        raise PatternError("รูปแบบมีวงเล็บปิดเกิน")
    if _size(piece) > _STATES:
        raise PatternError("รูปแบบซ้ำมากเกินไป โปรดลดจำนวนซ้ำใน { }")
    program: Program = []
    _write(piece, program)
    program.append(["m"])
    return program


def fits(program: Program, subject: str) -> bool:
    """Whether the whole subject matches; a subject longer than 500 characters never does."""
    if len(subject) > SUBJECT_LIMIT:
        return False
    last = len(subject)
    places = _reached(program, [0], at=0, last=last)
    for at, letter in enumerate(subject, start=1):
        code = ord(letter)
        steps = [
            place + 1
            for place in places
            if program[place][0] == "s" and _within(code, program[place][1]) == program[place][2]
        ]
        if not steps:
            return False
        places = _reached(program, steps, at=at, last=last)
    return any(program[place][0] == "m" for place in places)


def _within(code: int, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(low <= code <= high for low, high in ranges)


def _reached(program: Program, places: list[int], *, at: int, last: int) -> list[int]:
    """The states that wait for a character, from the given ones without reading any."""
    seen: set[int] = set()
    waiting = []
    stack = list(places)
    while stack:
        place = stack.pop()
        if place in seen:
            continue
        seen.add(place)
        state = program[place]
        match state[0]:
            case "j":
                stack += state[1]
            case "^" | "$":
                if at == (0 if state[0] == "^" else last):
                    stack.append(place + 1)
            case _:
                waiting.append(place)
    return waiting


# -- Reading -------------------------------------------------------------------------------------------------------

# A piece: ("set", ranges, wanted), ("start",), ("end",), ("row", pieces), ("or", pieces), ("times", piece, least, most).
Piece = tuple[Any, ...]


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self) -> str:
        letter = self.peek()
        self.at += 1
        return letter

    def choice(self, nesting: int) -> Piece:
        if nesting > _NESTING:
            raise PatternError(f"รูปแบบซ้อนวงเล็บเกิน {_NESTING} ชั้น")
        rows = [self.row(nesting)]
        while self.peek() == "|":
            self.take()
            rows.append(self.row(nesting))
        return rows[0] if len(rows) == 1 else ("or", rows)

    def row(self, nesting: int) -> Piece:
        pieces = []
        while self.peek() not in ("", "|", ")"):
            pieces.append(self.repeated(self.one(nesting)))
        return ("row", pieces)

    def repeated(self, piece: Piece) -> Piece:
        letter = self.peek()
        if letter == "{":
            match = _COUNT.match(self.pattern, self.at)
            if match is None:
                raise PatternError("เครื่องหมาย { ใช้บอกจำนวนซ้ำ เช่น {3} {2,5} ถ้าหมายถึงตัวอักษรให้เขียน \\{")
            self.at = match.end()
            least = int(match[1])
            most = (int(match[3]) if match[3] else None) if match[2] else least
        elif letter and letter in "*+?":
            self.take()
            least, most = (1 if letter == "+" else 0), (1 if letter == "?" else None)
        else:
            return piece
        if max(least, most or 0) > _REPEATS or (most is not None and most < least):
            raise PatternError(f"จำนวนซ้ำต้องเรียงจากน้อยไปมากและไม่เกิน {_REPEATS}")
        if piece[0] in ("start", "end"):
            raise PatternError("เครื่องหมาย ^ และ $ ซ้ำไม่ได้")
        if self.peek() == "?":
            self.take()  # a lazy repeat matches the same whole texts
        if self.peek() and self.peek() in "*+?{":
            raise PatternError("มีเครื่องหมายซ้ำต่อกันสองตัว ถ้าหมายถึงตัวอักษรให้ใส่ \\ นำหน้า")
        return ("times", piece, least, most)

    def one(self, nesting: int) -> Piece:
        letter = self.take()
        match letter:
            case "(":
                return self.group(nesting)
            case "[":
                return self.bracket()
            case ".":
                return ("set", [(10, 10)], False)
            case "^":
                return ("start",)
            case "$":
                return ("end",)
            case "\\":
                return self.escape()
            case "*" | "+" | "?" | "{":
                raise PatternError(f"เครื่องหมาย {letter} ต้องตามหลังสิ่งที่ให้ซ้ำ ถ้าหมายถึงตัวอักษรให้เขียน \\{letter}")
            case "}" | "]":
                raise PatternError(f"เครื่องหมาย {letter} ไม่มีตัวเปิด ถ้าหมายถึงตัวอักษรให้เขียน \\{letter}")
        return ("set", [(ord(letter), ord(letter))], True)

    def group(self, nesting: int) -> Piece:
        if self.peek() == "?":
            if not self.pattern.startswith("?:", self.at):
                raise PatternError("ไม่รับวงเล็บแบบพิเศษ (?…) ใช้ได้เฉพาะ (…) และ (?:…)")
            self.at += 2
        inner = self.choice(nesting + 1)
        if self.take() != ")":
            raise PatternError("รูปแบบขาดวงเล็บปิด )")
        return inner

    def escape(self) -> Piece:
        letter = self.peek()
        if letter and letter in "DWS":
            self.take()
            return ("set", _CLASSES[letter.lower()], False)
        ranges = self.escaped()
        return ("set", ranges, True)

    def escaped(self) -> list[tuple[int, int]]:
        letter = self.peek()
        code = _CODE.match(self.pattern, self.at)
        if code:
            self.at = code.end()
            number = int(code[1] or code[2], 16)
            return [(number, number)]
        self.take()
        if letter in _CLASSES:
            return _CLASSES[letter]
        if letter in _CONTROLS:
            return [(_CONTROLS[letter], _CONTROLS[letter])]
        if not letter or letter.isalnum():
            raise PatternError(f"ไม่รับเครื่องหมาย \\{letter} ใช้ได้ \\d \\w \\s และ \\ นำหน้าเครื่องหมาย เช่น \\.")
        return [(ord(letter), ord(letter))]

    def bracket(self) -> Piece:
        wanted = self.peek() != "^"
        if not wanted:
            self.take()
        ranges: list[tuple[int, int]] = []
        while self.peek() != "]" or not ranges:
            low = self.member()
            if self.peek() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("]", ""):
                self.take()
                high = self.member()
                if len(low) != 1 or len(high) != 1 or low[0][0] != low[0][1] or high[0][0] != high[0][1]:
                    raise PatternError("ช่วงในวงเล็บเหลี่ยมต้องอยู่ระหว่างตัวอักษรสองตัว เช่น [a-z]")
                if high[0][0] < low[0][0]:
                    raise PatternError("ช่วงในวงเล็บเหลี่ยมต้องเรียงจากน้อยไปมาก เช่น [a-z]")
                low = [(low[0][0], high[0][0])]
            ranges += low
        self.take()
        return ("set", ranges, wanted)

    def member(self) -> list[tuple[int, int]]:
        letter = self.take()
        match letter:
            case "":
                raise PatternError("รูปแบบขาดวงเล็บเหลี่ยมปิด ]")
            case "[":
                raise PatternError("ในวงเล็บเหลี่ยม ถ้าหมายถึงตัวอักษร [ ให้เขียน \\[")
            case "]":
                raise PatternError("วงเล็บเหลี่ยมว่างอยู่ ถ้าหมายถึงตัวอักษร ] ให้เขียน \\]")
            case "\\":
                if self.peek() and self.peek() in "DWS":
                    raise PatternError("ในวงเล็บเหลี่ยมใช้ \\D \\W \\S ไม่ได้ ให้ใช้ [^…] แทน")
                return self.escaped()
        return [(ord(letter), ord(letter))]


# -- Writing the program -------------------------------------------------------------------------------------------


def _size(piece: Piece) -> int:
    """How much work writing the piece is, at least 1 even where it writes nothing."""
    if piece[0] in ("row", "or"):
        return 1 + sum(_size(part) + 1 for part in piece[1])
    if piece[0] == "times":
        return 1 + (_size(piece[1]) + 1) * max(1, piece[2], piece[3] or 0)
    return 1


def _write(piece: Piece, program: Program) -> None:
    match piece[0]:
        case "set":
            program.append(["s", [list(pair) for pair in piece[1]], piece[2]])
        case "start":
            program.append(["^"])
        case "end":
            program.append(["$"])
        case "row":
            for part in piece[1]:
                _write(part, program)
        case "or":
            _write_choice(piece[1], program)
        case "times":
            _write_times(piece[1], piece[2], piece[3], program)


def _leap(program: Program, *places: int) -> list[int]:
    """Adds a jump and returns its places, to be completed when they are known."""
    made = list(places)
    program.append(["j", made])
    return made


def _write_choice(pieces: Iterable[Piece], program: Program) -> None:
    fork = _leap(program)
    ends = []
    for piece in pieces:
        fork.append(len(program))
        _write(piece, program)
        ends.append(_leap(program))
    for end in ends:
        end.append(len(program))


def _write_times(piece: Piece, least: int, most: int | None, program: Program) -> None:
    for _ in range(least):
        _write(piece, program)
    if most is None:
        back = len(program)
        fork = _leap(program, back + 1)
        _write(piece, program)
        _leap(program, back)
        fork.append(len(program))
        return
    forks = []
    for _ in range(most - least):
        forks.append(_leap(program, len(program) + 1))
        _write(piece, program)
    for fork in forks:
        fork.append(len(program))
