"""The screens of the steps, one module for each group of them; importing registers their kinds."""

from cycles.steps import evaluation, information, needs, network_plan, networks, plan, report, supervision

__all__ = ["evaluation", "information", "needs", "network_plan", "networks", "plan", "report", "supervision"]
