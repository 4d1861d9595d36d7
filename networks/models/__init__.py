"""What is stored of networks."""

from networks.models.agreements import Agreement, AgreementKind
from networks.models.attendance import Participant
from networks.models.evaluation import (
    DecisionRule,
    Direction,
    Evaluation,
    EvaluationRound,
    Outcome,
    RoundKind,
    default_rule,
)
from networks.models.gatherings import ARRANGERS, Activity, ActivityFile, AgendaItem, Gathering, Meeting
from networks.models.imports import MemberImport
from networks.models.members import LEADING, PERSONAL, Member, MemberKind, MemberRole, Pair
from networks.models.network import EXAMPLES, STANDINGS, Kind, Level, Network

__all__ = [
    "ARRANGERS",
    "EXAMPLES",
    "LEADING",
    "PERSONAL",
    "STANDINGS",
    "Activity",
    "ActivityFile",
    "AgendaItem",
    "Agreement",
    "AgreementKind",
    "DecisionRule",
    "Direction",
    "Evaluation",
    "EvaluationRound",
    "Gathering",
    "Kind",
    "Level",
    "Meeting",
    "Member",
    "MemberImport",
    "MemberKind",
    "MemberRole",
    "Network",
    "Outcome",
    "Pair",
    "Participant",
    "RoundKind",
    "default_rule",
]
