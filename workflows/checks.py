"""At start-up: every lifecycle is whole, and its permissions exist."""

import rules
from django.apps import apps
from django.core.checks import Error, register

from workflows.models import Stateful


def stateful_models() -> list[type[Stateful]]:
    return [model for model in apps.get_models() if issubclass(model, Stateful)]


@register()
def machines_are_sound(app_configs, **kwargs):
    """Unreachable states, dead ends and unknown permissions stop the start."""
    errors = []
    for model in stateful_models():
        problems = model.machine.problems()
        problems += [
            f"{transition.name} asks for the unknown permission {transition.permission}"
            for transition in model.machine.transitions
            if not rules.perm_exists(transition.permission)
        ]
        errors += [Error(f"{model.__name__}: {problem}", obj=model, id="workflows.E001") for problem in problems]
    return errors
