"""What an edition still lacks before it can be published, as Thai sentences that name the place."""

from collections.abc import Iterator

from handbook.content import MONTHLY, Book, Process


def problems(book: Book) -> list[str]:
    return list(_problems(book))


def _problems(book: Book) -> Iterator[str]:
    if not book.title:
        yield "คู่มือยังไม่มีชื่อ"
    if not any(True for _ in book.tasks):
        yield "คู่มือยังไม่มีงานแม้แต่งานเดียว"
    for group in book.groups:
        if not group.title:
            yield f"กลุ่มงานที่ {group.number} ยังไม่มีชื่อ"
        if not group.tasks:
            yield f"กลุ่มงานที่ {group.number} {group.title} ยังไม่มีงาน โปรดเพิ่มงานหรือนำกลุ่มงานออก"
    for task in book.tasks:
        if not task.title:
            yield f"งานที่ {task.number} ยังไม่มีชื่อ"
        if not task.steps:
            yield f"งานที่ {task.number} ยังไม่มีขั้นตอน"
        if not task.results:
            yield f"งานที่ {task.number} ยังไม่มีผลที่คาดหวัง"
    for law in book.laws:
        if law.is_superseded and not law.note:
            yield f"“{law.title}” ถูกแทนที่แล้ว โปรดระบุว่าใช้ฉบับใดแทน"
    for process in book.processes:
        yield from _of_process(process)


def _of_process(process: Process) -> Iterator[str]:
    if not process.steps:
        yield f"กระบวนงาน {process.key} ยังไม่มีขั้นตอน"
    for step in process.steps:
        place = f"กระบวนงาน {process.key} ขั้นที่ {step.number}"
        if not step.short:
            yield f"{place} ยังไม่มีชื่อย่อสำหรับผัง"
        if not step.text:
            yield f"{place} ยังไม่มีรายละเอียดว่าทำอะไร"
        if not step.standard:
            yield f"{place} ยังไม่มีมาตรฐานคุณภาพงาน"
        window = step.window
        if window.kind == MONTHLY and (window.to_year, window.to_month) < (window.from_year, window.from_month):
            yield f"{place} กำหนดเวลาสิ้นสุดก่อนเริ่ม โปรดตรวจเดือนและปี"
        if step.decision is None:
            continue
        if not 1 <= step.decision.improve < step.number:
            yield f"{place} เป็นขั้นตัดสินใจ โปรดเลือกว่า “ปรับปรุง” กลับไปขั้นใดที่อยู่ก่อนหน้า"
        if step.number == len(process.steps):
            yield f"{place} เป็นขั้นตัดสินใจแต่เป็นขั้นสุดท้าย “ปกติ” จึงไม่มีขั้นให้ไปต่อ"
