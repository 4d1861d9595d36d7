"""The life of a batch of certificates: written, submitted, issued under numbers or returned. What is issued never changes."""

from accounts.flows import SUPERVISION_STAFF, Role
from workflows.machine import Machine, State, move

MAKERS = (*SUPERVISION_STAFF, Role.CLERK)
"""Who writes batches and reads those of the office."""
ISSUERS = (Role.AREA_DIRECTOR, Role.GROUP_HEAD)
"""Who issues, returns, revokes."""
DRAFT, SUBMITTED, RETURNED, ISSUED, CANCELLED = "draft", "submitted", "returned", "issued", "cancelled"
WRITING = (DRAFT, RETURNED)
"""The states in which a batch and its recipients are written."""

KINDS = {
    "participant": ("ผู้เข้าร่วม", "ได้เข้าร่วม"),
    "trainee": ("ผู้ผ่านการอบรม", "ได้ผ่านการอบรม"),
    "speaker": ("วิทยากร", "ได้เป็นวิทยากร"),
    "model_teacher": ("ครูต้นแบบ", "ได้รับการคัดเลือกเป็นครูต้นแบบ"),
    "model_school": ("สถานศึกษาต้นแบบ", "ได้รับการคัดเลือกเป็นสถานศึกษาต้นแบบ"),
    "working_group": ("คณะทำงาน", "ได้ปฏิบัติหน้าที่คณะทำงาน"),
    "award": ("ผู้ได้รับรางวัล", "ได้รับรางวัล"),
}
"""What a recipient is, and the words that lead from the name to what it was for."""


def somebody_is_named(batch) -> str | None:
    return None if batch.certificates.exists() else "ยังไม่มีรายชื่อผู้รับ โปรดเพิ่มรายชื่ออย่างน้อย 1 คน"


def somebody_signs(batch) -> str | None:
    return None if batch.signatories else "ยังไม่มีผู้ลงนาม โปรดแก้ไขข้อความแล้วระบุผู้ลงนามอย่างน้อย 1 คน"


BATCH = Machine(
    name="certificate-batch",
    label="ชุดเกียรติบัตร",
    initial=DRAFT,
    states=(
        State(DRAFT, "ร่าง"),
        State(SUBMITTED, "รออนุมัติ", tone="info"),
        State(RETURNED, "ส่งกลับแก้ไข", tone="warning"),
        State(ISSUED, "ออกแล้ว", tone="success", final=True),
        State(CANCELLED, "ยกเลิก", tone="dark", final=True),
    ),
    transitions=(
        move(
            "submit", "เสนอขออนุมัติ", source=WRITING, target=SUBMITTED, permission="certificates.write_batch", roles=MAKERS,
            guards=(somebody_is_named, somebody_signs), icon="send",
        ),
        move(
            "issue", "อนุมัติและออกเกียรติบัตร", source=SUBMITTED, target=ISSUED, permission="certificates.decide_batch",
            roles=ISSUERS, guards=(somebody_is_named, somebody_signs), digest=True, tone="success", icon="patch-check",
            confirm="เมื่อออกแล้ว ทุกคนในรายชื่อได้รับเลขที่ทันที และแก้ไขไม่ได้อีก หากผิดต้องเพิกถอนแล้วออกฉบับแก้ไขเป็นรายคน",
        ),
        move(
            "return", "ส่งกลับแก้ไข", source=SUBMITTED, target=RETURNED, permission="certificates.decide_batch",
            roles=ISSUERS, reason=True, tone="outline-danger", icon="arrow-counterclockwise",
        ),
        move(
            "withdraw", "ถอนเรื่องกลับมาแก้ไข", source=SUBMITTED, target=DRAFT, permission="certificates.withdraw_batch",
            roles=MAKERS, tone="outline-secondary", icon="arrow-return-left",
        ),
        move(
            "cancel", "ยกเลิกชุดนี้", source=WRITING, target=CANCELLED, permission="certificates.write_batch", roles=MAKERS,
            reason=True, tone="outline-danger", icon="x-circle",
        ),
    ),
)  # fmt: skip
