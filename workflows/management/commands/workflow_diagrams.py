"""Every lifecycle as a page: the table in words, and the diagram that the table draws of itself."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.flows import Role
from workflows.checks import stateful_models
from workflows.machine import Machine

HEAD = """# Workflows

The lifecycle of each record, drawn from the tables in `*/flows.py` by `make workflows`; do not edit by hand. A test
fails where this page and the tables differ. How a move is made: `workflows.services.perform`.
"""


def page() -> str:
    """The whole of docs/workflows.md."""
    machines = {machine.name: machine for model in stateful_models() for machine in model.machines()}
    return "\n".join([HEAD, *(chapter(machines[name]) for name in sorted(machines))])


def chapter(machine: Machine) -> str:
    """One lifecycle: its states, its moves, its diagram."""
    states = [f"| `{s.key}` | {s.label} | {s.outside_label} | {'yes' if s.final else ''} |" for s in machine.states]
    moves = [
        f"| {t.label} (`{t.name}`) | {_labels(machine, t.source)} | {machine.state(t.target).label} "
        f"| {', '.join(Role(role).label for role in t.roles)} | {_asks(t)} |"
        for t in machine.transitions
    ]
    return "\n".join(
        [
            f"## {machine.label} (`{machine.name}`)",
            "",
            "| state | สถานะ | the other side reads | final |",
            "| --- | --- | --- | --- |",
            *states,
            "",
            "| move | from | to | in which role | asks for |",
            "| --- | --- | --- | --- | --- |",
            *moves,
            "",
            "```mermaid",
            machine.diagram().rstrip(),
            "```",
            "",
        ]
    )


def _labels(machine: Machine, keys: frozenset[str]) -> str:
    return ", ".join(state.label for state in machine.states if state.key in keys)


def _asks(transition) -> str:
    """What must hold or be given, in a few words: the guards by name, a reason, and what is kept."""
    words = [guard.__name__.replace("_", " ") for guard in transition.guards]
    if transition.applies is not None:
        words.append(_condition(transition.applies))
    words += ["a reason"] * transition.reason + ["(digest kept)"] * transition.digest
    words += ["(done by a service, not by a button)"] * transition.automatic
    return "; ".join(word for word in words if word)


def _condition(function) -> str:
    return "" if function.__name__ == "<lambda>" else function.__name__.replace("_", " ")


class Command(BaseCommand):
    help = "Print every lifecycle as Markdown with Mermaid diagrams, or write docs/workflows.md with --write."

    def add_arguments(self, parser):
        parser.add_argument("--write", action="store_true", help="write docs/workflows.md")
        parser.add_argument("--check", action="store_true", help="fail where docs/workflows.md is out of date")

    def handle(self, *args, write: bool = False, check: bool = False, **options):
        target = Path(settings.BASE_DIR, "docs", "workflows.md")
        text = page()
        if check and (not target.exists() or target.read_text(encoding="utf-8") != text):
            raise CommandError("docs/workflows.md is out of date: run `make workflows`.")
        if write:
            target.write_text(text, encoding="utf-8")
        elif not check:
            self.stdout.write(text, ending="")
