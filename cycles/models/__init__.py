"""What is stored of cycles."""

from cycles.models.annual import PassageEdit, ReportFile, ReportVersion
from cycles.models.cycle import Cycle, CycleStep, StepCheck, StepEvidence, StepRecord
from cycles.models.network_plan import NetworkPlan
from cycles.models.opinions import AGREE, SUGGEST, VERDICTS, PlanOpinion
from cycles.models.publication import Delivery, Report

__all__ = [
    "AGREE",
    "SUGGEST",
    "VERDICTS",
    "Cycle",
    "CycleStep",
    "Delivery",
    "NetworkPlan",
    "PassageEdit",
    "PlanOpinion",
    "Report",
    "ReportFile",
    "ReportVersion",
    "StepCheck",
    "StepEvidence",
    "StepRecord",
]
