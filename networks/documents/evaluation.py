"""The scores of a network on paper: the page as it was asked for, with the same charts."""

from django.utils import timezone

from documents.kinds import document_kind
from networks.models import Network, Outcome
from networks.queries.scores import Scores, scores_of
from thai.dates import long_date


def _network(printed: Scores | Network) -> Network:
    return printed.network if isinstance(printed, Scores) else printed


@document_kind(
    "network-scores",
    label="ผลการประเมินเครือข่าย ก่อนและหลังการพัฒนา",
    model=Network,
    template="documents/network_scores.html",
    queryset=lambda user: Network.objects.visible_to(user).select_related("area"),
    title=lambda printed: f"ผลการประเมิน{_network(printed)}",
    record_code=lambda printed: f"NW-{_network(printed).pk:05d}",
    filename=lambda printed: f"ผลการประเมิน {_network(printed)}.pdf",
)
def network_scores(printed: Scores | Network, user) -> dict:
    """``printed`` is what a page was asked for, or a network (the command line), of which the usual pair is compared."""
    scores = printed if isinstance(printed, Scores) else scores_of(printed, user)
    network = scores.network
    facts: list[tuple[str, ...]] = [("เครือข่าย", str(network)), ("รูปแบบ", network.get_kind_display())]
    if scores.before:
        facts.append(("ก่อน", scores.before.label))
    if scores.after:
        facts.append(("หลัง", scores.after.label))
        decision = scores.after.evaluation.decision
        facts.append(("ผลการพิจารณา", Outcome(decision).label if decision else "-"))
        facts.append(("แบบที่ใช้", str(scores.after.evaluation.round.version.instrument), "wide"))
    facts.append(("พิมพ์เมื่อ", long_date(timezone.localdate())))
    return {"scores": scores, "office": network.area.name, "unit": network.area.group_name, "facts": facts}
