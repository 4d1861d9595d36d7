"""The bodies of people in an order, as they are typed: one text, easily pasted, read line by line.

    คณะกรรมการอำนวยการ
    นายสมชาย ใจดี | ผู้อำนวยการโรงเรียนวัดสุทธิ | ประธานกรรมการ
    มีหน้าที่ ให้คำปรึกษาและอำนวยความสะดวก

An empty line parts two bodies. Columns are parted by | or by a tab, as a table is pasted.
"""

import re
from typing import Any

from thai.text import normalise

DUTY = "มีหน้าที่"
MOST_LINES = 500
"""An order of so many lines has some twenty pages and is printed in two seconds."""


class Unreadable(ValueError):  # noqa: N818 -- a refusal, not a fault
    """A line that can't be read; the message is a Thai sentence that names it."""


def read(text: str) -> list[dict[str, Any]]:
    """The bodies: [{heading, lines: [{name, position, role}], duty}]. Raises ``Unreadable``."""
    if (lines := len(text.splitlines())) > MOST_LINES:
        raise Unreadable(f"รายชื่อยาว {lines:,} บรรทัด ต้องไม่เกิน {MOST_LINES} บรรทัด โปรดแยกเป็นบัญชีแนบท้ายคำสั่ง")
    bodies: list[dict[str, Any]] = []
    body: dict[str, Any] | None = None
    for number, typed in enumerate(text.splitlines(), 1):
        line = typed.strip(" ")
        if not line.strip():
            body = None
            continue
        if body is None:
            body = {"heading": "", "lines": [], "duty": ""}
            bodies.append(body)
        if line.startswith(DUTY):
            body["duty"] = f"{body['duty']} {normalise(line.removeprefix(DUTY))}".strip()
        elif re.search(r"[|\t]", line):
            name, position, role = (*(normalise(cell) for cell in re.split(r"[|\t]", line, maxsplit=2)), "", "")[:3]
            if not name:
                raise Unreadable(f"บรรทัดที่ {number} ไม่มีชื่อ โปรดพิมพ์ ชื่อ | ตำแหน่ง | หน้าที่ในคณะ")
            body["lines"].append({"name": name, "position": position, "role": role})
        elif not body["heading"] and not body["lines"]:
            body["heading"] = normalise(line)
        else:
            raise Unreadable(
                f"บรรทัดที่ {number} “{line[:40]}” อ่านไม่ได้ รายชื่อพิมพ์เป็น ชื่อ | ตำแหน่ง | หน้าที่ในคณะ หน้าที่ของคณะขึ้นต้นด้วย “{DUTY}” "
                "และเว้นหนึ่งบรรทัดก่อนคณะถัดไป"
            )
    return bodies


def write(bodies: list[dict[str, Any]]) -> str:
    """The text from which ``read`` makes the same bodies."""
    return "\n\n".join("\n".join(_lines(body)) for body in bodies)


def _lines(body: dict[str, Any]) -> list[str]:
    people = [
        " | ".join([line["name"], line.get("position", ""), line.get("role", "")]).rstrip("| ")
        + ("" if line.get("position") or line.get("role") else " |")
        for line in body.get("lines", [])
    ]
    duty = [f"{DUTY} {body['duty']}"] if body.get("duty") else []
    return [*([body["heading"]] if body.get("heading") else []), *people, *duty]
