"""Tries a font that somebody brought, in a process of its own that may use only so much: a font is a program in
disguise, and a few kilobytes of tables can ask for hours or for all memory of the machine.

`python -m documents.font_trial FACE < FILE` answers one line of JSON, {"name": …} or {"refused": …}.
"""

import io
import json
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTFont

from .fonts import OFFICE_FACES, Face, build_set

MAX_BYTES = 5 * 1024 * 1024
MEMORY, SECONDS = 1024 * 1024 * 1024, 30
"""Of one trial: bytes of address space, and time of the processor. TH Sarabun New takes about two seconds."""
KINDS = {b"\x00\x01\x00\x00": ".ttf", b"true": ".ttf", b"OTTO": ".otf"}
_THAI = [chr(code) for code in (*range(0x0E01, 0x0E3B), *range(0x0E3F, 0x0E4E), *range(0x0E50, 0x0E5A))]
_RESTRICTED = 0x0002
"""`OS/2.fsType`: the maker forbids putting the font into documents (OpenType specification)."""


class OfficeFontError(ValueError):
    """A file that papers can't be printed with; a Thai sentence that says why and what to bring."""


def try_font(face: str, content: bytes) -> str:
    """The name of the font in `content`. Raises OfficeFontError for what is no font, has no Thai, can't be prepared for
    exact text, or takes more memory or time than any font needs.
    """
    _check_file(content)
    try:
        tried = subprocess.run(  # noqa: S603 -- our own module; the file comes by standard input
            [sys.executable, "-m", "documents.font_trial", face],
            input=content, capture_output=True, cwd=settings.BASE_DIR, env=os.environ, timeout=3 * SECONDS, check=True,
        )  # fmt: skip
        answer = json.loads(tried.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise OfficeFontError(
            "แบบอักษรนี้ซับซ้อนเกินกว่าที่ระบบจะเตรียมได้ ไฟล์อาจเสียหายหรือถูกดัดแปลง โปรดใช้ TH SarabunPSK หรือ TH Sarabun New ฉบับต้นทาง"
        ) from error
    if "refused" in answer:
        raise OfficeFontError(answer["refused"])
    return answer["name"]


def _check_file(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise OfficeFontError("ไฟล์ใหญ่เกิน 5 MB โปรดเลือกไฟล์แบบอักษรต้นฉบับ (.ttf หรือ .otf)")
    if content[:4] not in KINDS:
        raise OfficeFontError("ไฟล์นี้ไม่ใช่แบบอักษร TTF หรือ OTF โปรดเลือกไฟล์ เช่น THSarabunNew.ttf ไม่ใช่ไฟล์ ZIP, WOFF หรือรูปภาพ")


def examine(content: bytes) -> str:
    """The name of the font in `content`. Raises OfficeFontError for what is no font, or has no Thai."""
    _check_file(content)
    try:
        font = TTFont(io.BytesIO(content), lazy=False)
        letters = font.getBestCmap() or {}
        name = str(font["name"].getDebugName(4) or font["name"].getDebugName(1) or "ไม่ระบุชื่อ")
        rights = font["OS/2"].fsType if "OS/2" in font else 0
        substitutes = "GSUB" in font
    except Exception as error:
        raise OfficeFontError("อ่านไฟล์แบบอักษรนี้ไม่ได้ ไฟล์อาจเสียหาย โปรดดาวน์โหลดต้นฉบับใหม่แล้วลองอีกครั้ง") from error
    missing = [letter for letter in _THAI if ord(letter) not in letters]
    if missing:
        raise OfficeFontError(
            f"แบบอักษร {name[:60]} ไม่มีตัวอักษรไทยครบ ขาด {len(missing)} ตัว เช่น {' '.join(missing[:5])} โปรดใช้ TH SarabunPSK หรือ TH Sarabun New"
        )
    if rights & 0x000F == _RESTRICTED:
        raise OfficeFontError(f"ผู้สร้างแบบอักษร {name[:60]} ไม่อนุญาตให้ฝังในเอกสาร โปรดใช้ TH SarabunPSK หรือ TH Sarabun New")
    if not substitutes:
        raise OfficeFontError(
            f"แบบอักษร {name[:60]} ไม่มีตารางจัดวางสระและวรรณยุกต์ไทย (GSUB) โปรดใช้รุ่น OpenType เช่น TH Sarabun New"
        )
    return name[:200]


def faces_of(contents: dict[str, bytes]) -> list[Face]:
    """The faces to be built: each of its own file, by names as in `office-NAME.ttf`."""
    return [
        replace(face, sources=(io.BytesIO(contents[name]),))
        for face in OFFICE_FACES
        if (name := face.file.removeprefix("office-").removesuffix(".ttf")) in contents
    ]


def _prepare(face: str, content: bytes, name: str) -> None:
    """Build one face and throw it away. Raises OfficeFontError for a font that can't be prepared for exact text."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            build_set(Path(folder, "tried"), faces_of({face: content}))
        except Exception as error:
            raise OfficeFontError(
                f"เตรียมแบบอักษร {name[:60]} เพื่อพิมพ์เอกสารไม่ได้ โปรดใช้ TH SarabunPSK หรือ TH Sarabun New ฉบับต้นทาง"
            ) from error


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    content = sys.stdin.buffer.read()
    try:
        name = examine(content)
        _prepare(sys.argv[1], content, name)
    except OfficeFontError as error:
        answer = {"refused": str(error)}
    else:
        answer = {"name": name}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
