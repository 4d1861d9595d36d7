"""Forms to be answered and exported."""

from instruments.models import Instrument


def make_instrument():
    """A shared form without versions."""
    return Instrument.objects.create(code=f"F-{Instrument.objects.count()}", title="แบบทดสอบ")


SCALES = {"s": {"title": "ระดับ", "values": [{"v": v, "t": f"ระดับ {v}"} for v in (5, 4, 3, 2, 1)], "bands": []}}


def form_with(*questions, key="A", **more) -> dict:
    section = {"key": key, "title": "ด้านที่ 1", "scale": "s", "questions": list(questions)} | more
    return {"scales": SCALES, "sections": [section]}


def text(key, words, **more) -> dict:
    return {"key": key, "type": "text", "text": words} | more
