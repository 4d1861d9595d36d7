"""The page of lifecycles says what the tables say."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from workflows.checks import stateful_models

PAGE = Path(settings.BASE_DIR, "docs", "workflows.md")


def printed() -> str:
    out = StringIO()
    call_command("workflow_diagrams", stdout=out, skip_checks=True)
    return out.getvalue()


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == printed(), "run `make workflows`"


def test_the_page_lists_every_move_of_every_lifecycle_in_thai():
    page = printed()

    for machine in (machine for model in stateful_models() for machine in model.machines()):
        for transition in machine.transitions:
            assert f"| {transition.label} (`{transition.name}`) |" in page
        assert machine.diagram().rstrip() in page


def test_a_page_that_lags_behind_is_reported_and_mended(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()

    with pytest.raises(CommandError, match="make workflows"):
        call_command("workflow_diagrams", check=True, skip_checks=True)
    call_command("workflow_diagrams", write=True, skip_checks=True)
    call_command("workflow_diagrams", check=True, skip_checks=True)

    assert (tmp_path / "docs" / "workflows.md").read_text(encoding="utf-8") == printed()
