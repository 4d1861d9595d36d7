"""The instruments that the report names, and what is known of their quality: IOC of experts, α of a try-out."""

from collections.abc import Iterable, Sequence
from typing import Any

from appraisal.models import TryOut
from appraisal.queries.tryouts import analysis_of
from instruments.flows import DRAFT
from instruments.models import InstrumentVersion


def tool_facts(version: InstrumentVersion, *, ioc: dict[str, Any] | None, used: str) -> dict[str, Any]:
    """One form in the version that was in use. ``used``: for what, in words."""
    form = version.form
    instrument = version.instrument
    return {
        "code": instrument.code,
        "title": instrument.title,
        "version": version.number,
        "respondent": instrument.respondent,
        "unit": instrument.unit_of_analysis,
        "used": used,
        "sections": [
            {"title": section.title, "questions": len(section.questions)}
            for section in form.sections
            if section.questions
        ],
        "questions": len(form.questions),
        "scale": _scale_words(version),
        "ioc": ioc and {name: ioc[name] for name in ("experts", "average", "passed", "failed", "of")},
        "alpha": alpha_of(version),
    }


def _scale_words(version: InstrumentVersion) -> str:
    """ "5 ระดับ" where the form is rated as a whole; empty where it is not."""
    scale = version.form.whole_scale
    return f"มาตรประมาณค่า {len(scale.values)} ระดับ" if scale else ""


def alpha_of(version: InstrumentVersion) -> dict[str, Any] | None:
    """Cronbach's α of the last try-out of this version; None where it was not tried out or may not be told."""
    tryout = TryOut.objects.filter(version=version).order_by("-made_at", "-pk").first()
    if tryout is None:
        return None
    found = analysis_of(tryout).whole
    return None if found is None or found.alpha is None else {"value": found.alpha, "persons": found.n}


def in_use(versions: Iterable[InstrumentVersion]) -> InstrumentVersion | None:
    """The version to name of those of one form: the published one, else the newest that is no draft."""
    known: Sequence[InstrumentVersion] = [version for version in versions if version.state != DRAFT]
    return next((version for version in known if version.state == "published"), next(iter(known), None))
