"""What the quality of forms prints: the experts' form, its result, the item analysis, the agreement of two raters."""

from typing import Any

from accounts.flows import Role
from appraisal.models import AgreementPair, ContentReview, TryOut
from appraisal.queries.pairs import of_all, of_one, sent_with
from appraisal.queries.reviews import LEAST, invited, judged, result_of
from appraisal.queries.tryouts import analysis_of
from documents.kinds import document_kind
from instruments.statistics.agreement import ICC_SOURCE, KAPPA_SOURCE
from thai.dates import long_date


def _reviews(user):
    return ContentReview.objects.visible_to(user).select_related("version__instrument", "area")


def _review_code(review: ContentReview) -> str:
    return f"IOC-{review.version.instrument.code}-{review.version.number}-{review.pk}"


@document_kind(
    "ioc-form",
    label="แบบตรวจสอบความตรงเชิงเนื้อหา (IOC)",
    model=ContentReview,
    template="documents/ioc_form.html",
    queryset=_reviews,
    record_code=_review_code,
)
def ioc_form(review: ContentReview, user) -> dict[str, Any]:
    """To be marked by hand, in the layout of INS-10."""
    wanted = {question.key for question in judged(review.form)}
    return {
        "review": review,
        "version": review.version,
        "instrument": review.version.instrument,
        "office": review.area.name,
        "unit": review.area.group_name,
        "subtitle": str(review.version.instrument),
        "parts": [
            {"title": section.title, "rows": rows}
            for section in review.form.sections
            if (rows := [question for question in section.questions if question.key in wanted])
        ],
        "signatures": [{"role": "ผู้เชี่ยวชาญ"}],
    }


@document_kind(
    "ioc-result",
    label="ผลการตรวจสอบความตรงเชิงเนื้อหา (IOC)",
    model=ContentReview,
    template="documents/ioc_result.html",
    queryset=_reviews,
    record_code=_review_code,
)
def ioc_result(review: ContentReview, user) -> dict[str, Any]:
    """The table of marks, IOC and decision per question, comments, and who signed when."""
    result = result_of(review)
    return {
        "review": review,
        "version": review.version,
        "instrument": review.version.instrument,
        "office": review.area.name,
        "unit": review.area.group_name,
        "subtitle": str(review.version.instrument),
        "result": result,
        "invited": invited(review.experts.all()),
        "least": LEAST,
        "watermark": "" if len(result.experts) >= LEAST else "ยังไม่ครบ",
        "signatures": [
            {
                "name": e.signature,
                "position": e.position,
                "role": f"ผู้เชี่ยวชาญคนที่ {e.place}",
                "date": long_date(e.sent_at) if e.sent_at else "",
            }
            for e in result.experts
        ],
    }


@document_kind(
    "tryout-result",
    label="ผลการวิเคราะห์คุณภาพเครื่องมือจากการทดลองใช้",
    model=TryOut,
    template="documents/tryout_result.html",
    queryset=lambda user: (
        TryOut.objects.visible_to(user)
        .select_related("version__instrument", "area", "collection")
        .defer("version__definition")
    ),
    record_code=lambda tryout: f"TRY-{tryout.version.instrument.code}-{tryout.pk}",
)
def tryout_result(tryout: TryOut, user) -> dict[str, Any]:
    return {
        "tryout": tryout,
        "version": tryout.version,
        "office": tryout.area.name,
        "unit": tryout.area.group_name,
        "subtitle": f"{tryout.version.instrument} ฉบับที่ {tryout.version.number}",
        "analysis": analysis_of(tryout),
    }


@document_kind(
    "agreement",
    label="ความสอดคล้องระหว่างผู้ประเมิน",
    model=AgreementPair,
    template="documents/agreement.html",
    queryset=lambda user: AgreementPair.objects.filter(
        area__in=user.areas_as(Role.GROUP_HEAD),
        first_response__locked_at__isnull=False,
        second_response__locked_at__isnull=False,
    ).select_related("version__instrument", "area", "school", "first", "second", "first_response", "second_response"),
    record_code=lambda pair: f"AGR-{pair.version.instrument.code}-{pair.pk}",
)
def agreement_of_pair(pair: AgreementPair, user) -> dict[str, Any]:
    """For the head alone, once both have sent: this lesson, and all lessons rated with the same version."""
    together = sent_with(pair) if pair.both_sent else []
    return {
        "pair": pair,
        "office": pair.area.name,
        "unit": pair.area.group_name,
        "subtitle": f"{pair.version.instrument} ฉบับที่ {pair.version.number}",
        "groups": of_one(pair) if together else [],
        "pooled": of_all(together) if len(together) > 1 else [],
        "together": together,
        "kappa_source": KAPPA_SOURCE,
        "icc_source": ICC_SOURCE,
    }
