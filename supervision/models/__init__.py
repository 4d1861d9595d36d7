"""What supervision stores: plans, visits, and the recommendations that follow from them."""

from supervision.models.plan import Plan, PlanItem
from supervision.models.recommendation import Recommendation, RecommendationEntry, RecommendationFile
from supervision.models.visit import Finding, Signature, Visit, VisitForm, VisitMember, VisitPhoto

__all__ = [
    "Finding",
    "Plan",
    "PlanItem",
    "Recommendation",
    "RecommendationEntry",
    "RecommendationFile",
    "Signature",
    "Visit",
    "VisitForm",
    "VisitMember",
    "VisitPhoto",
]
