"""At start-up: every lifecycle is whole, and its permissions exist."""

from collections.abc import Iterator

import rules
from django.apps import apps
from django.core.checks import Error, register

from workflows.machine import Machine
from workflows.models import Stateful


def stateful_models() -> list[type[Stateful]]:
    return [model for model in apps.get_models() if issubclass(model, Stateful)]


def _machines() -> Iterator[tuple[type[Stateful], Machine]]:
    return ((model, machine) for model in stateful_models() for machine in model.machines())


@register()
def machines_are_sound(app_configs, **kwargs):
    """Unreachable states, dead ends and unknown permissions stop the start."""
    errors = []
    for model, machine in _machines():
        problems = machine.problems()
        problems += [
            f"{transition.name} asks for the unknown permission {transition.permission}"
            for transition in machine.transitions
            if not rules.perm_exists(transition.permission)
        ]
        errors += [Error(f"{model.__name__}: {problem}", obj=model, id="workflows.E001") for problem in problems]
    return errors
