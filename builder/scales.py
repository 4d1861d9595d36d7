"""Scales to begin with, and the ways in which Thai offices read a mean: data, which the office may change."""

from collections.abc import Mapping
from typing import Any

Scale = dict[str, Any]

_FIVE = ("มากที่สุด", "มาก", "ปานกลาง", "น้อย", "น้อยที่สุด")
_MINIMA: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "5": ("5 ระดับ 4.51 / 3.51 / 2.51 / 1.51 (บุญชม ศรีสะอาด)", ("4.51", "3.51", "2.51", "1.51", "1.00")),
    "5-width": ("5 ระดับ ช่วงเท่ากัน 4.21 / 3.41 / 2.61 / 1.81", ("4.21", "3.41", "2.61", "1.81", "1.00")),
    "5-half": ("5 ระดับ 4.50 / 3.50 / 2.50 / 1.50", ("4.50", "3.50", "2.50", "1.50", "1.00")),
    "4": ("4 ระดับ 3.51 / 2.51 / 1.51", ("3.51", "2.51", "1.51", "1.00")),
    "3": ("3 ระดับ 2.34 / 1.67", ("2.34", "1.67", "1.00")),
}
BAND_SETS: Mapping[str, str] = {key: label for key, (label, _) in _MINIMA.items()}


def bands(key: str, words: list[str]) -> list[dict[str, str]]:
    """The bands of one of ``BAND_SETS`` under the scale's own words, highest first."""
    return [{"min": least, "label": word} for least, word in zip(_MINIMA[key][1], words, strict=False)]


def band_sets_for(steps: int) -> dict[str, str]:
    return {key: label for key, label in BAND_SETS.items() if key.startswith(str(steps))}


def _rising(title: str, words: tuple[str, ...], **more: Any) -> Scale:
    values = [{"v": len(words) - place, "t": word} for place, word in enumerate(words)]
    key = str(len(words))
    made = [] if more.get("holistic") or key not in _MINIMA else bands(key, list(words))
    return {"title": title, "values": values, "bands": made, **more}


PRESETS: Mapping[str, tuple[str, Scale]] = {
    "level5": ("ระดับการปฏิบัติ 5 ระดับ", _rising("ระดับการปฏิบัติ/คุณภาพ 5 ระดับ", _FIVE)),
    "level4": ("ระดับคุณภาพ 4 ระดับ", _rising("ระดับคุณภาพ 4 ระดับ", ("ดีมาก", "ดี", "พอใช้", "ปรับปรุง"))),
    "level3": ("ระดับการปฏิบัติ 3 ระดับ", _rising("ระดับการปฏิบัติ 3 ระดับ", ("มาก", "ปานกลาง", "น้อย"))),
    "satisfaction5": ("ความพึงพอใจ 5 ระดับ", _rising("ระดับความพึงพอใจ", tuple(f"พึงพอใจ{word}" for word in _FIVE))),
    "suit5": ("ความเหมาะสม 5 ระดับ", _rising("ระดับความเหมาะสม", tuple(f"เหมาะสม{word}" for word in _FIVE))),
    "need5": (
        "สภาพที่เป็นอยู่และที่ควรจะเป็น 5 ระดับ",
        _rising("สภาพที่เป็นอยู่ (D) / สภาพที่ควรจะเป็น (I)", _FIVE, dual=True),
    ),
    "ioc": (
        "ความสอดคล้อง (IOC) +1 / 0 / −1",
        {
            "title": "ความสอดคล้อง",
            "values": [{"v": 1, "t": "สอดคล้อง"}, {"v": 0, "t": "ไม่แน่ใจ"}, {"v": -1, "t": "ไม่สอดคล้อง"}],
            "bands": [{"min": "0.50", "label": "ใช้ได้"}, {"min": "-1.00", "label": "ปรับปรุงหรือตัดออก"}],
        },
    ),
    "quality_std5": (
        "ระดับคุณภาพตามมาตรฐานการศึกษา (ไม่นำไปเฉลี่ย)",
        _rising(
            "ระดับคุณภาพตามมาตรฐานการศึกษา พ.ศ. 2561",
            ("ยอดเยี่ยม", "ดีเลิศ", "ดี", "ปานกลาง", "กำลังพัฒนา"),
            holistic=True,
        ),
    ),
    "own": ("กำหนดเอง", _rising("มาตราส่วนของสำนักงาน", ("มาก", "ปานกลาง", "น้อย"))),
}
"""Key: (what the office calls it, the scale)."""
