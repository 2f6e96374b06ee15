"""Whenever a night is killed, the next one succeeds, and comes to the same bytes as one that was never disturbed.

The kill is a real one, of a process of its own, right before one of its operations on the disk. That of publishing is
tested with it (``tests/publishing/``).
"""

from __future__ import annotations

import copy
import json
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generator import cli
from tests.build.publishing import at_operation, kill_self, run_forked
from tests.helpers import ENTRIES, Project, make_entry, make_project, read_tree, run_cli

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = "2026-03-02T02:00:00+00:00"

#: How many kills of each step, spread over all its operations: by default, and with --all.
FEW, MANY = 3, 34


def fetch(root: Path) -> int:
    return run_cli("--root", root, "fetch", "--from", root / "served.json", "--date", "2026-03-02").code


def build(root: Path) -> int:
    return run_cli("--root", root, "build", "--date", "2026-03-02").code


def run(root: Path, *steps: Callable[[Path], int]) -> int:
    """Take steps in a process of its own, at a fixed time of day; return its exit code."""

    def take() -> None:
        cli.find_moment = lambda: NOW
        for step in steps:
            assert step(root) == 0

    return run_forked(take)


def count_operations(root: Path, step: Callable[[Path], int]) -> int:
    """Return how many operations on the disk a step takes."""
    note = root.parent / "operations"

    def take() -> None:
        cli.find_moment = lambda: NOW
        with at_operation(0, lambda: None) as done:
            assert step(root) == 0
            count = len(done)
        note.write_text(str(count))

    assert run_forked(take) == 0
    return int(note.read_text())


def kill(root: Path, step: Callable[[Path], int], number: int) -> None:
    """Kill a step right before an operation, counted from 1."""

    def take() -> None:
        cli.find_moment = lambda: NOW
        with at_operation(number, kill_self):
            step(root)

    assert run_forked(take) == -signal.SIGKILL


def read_outcome(root: Path) -> dict[str, bytes]:
    """Return all that a night leaves, without the reports: these tell of the last run alone."""
    data = {f"data/{name}": content for name, content in read_tree(root / "data").items()}
    site = {f"site/{name}": content for name, content in read_tree(root / "site").items()}
    return {name: content for name, content in (data | site).items() if not name.startswith("data/reports/")}


def change_entries() -> list[object]:
    """Return what the second night finds: something of each kind that a fetch writes down."""
    entries = copy.deepcopy(list(ENTRIES.values()))
    changed = [
        *(entry for entry in entries if entry[1]["domain"] not in {"bravo.example", "echo.example"}),
        make_entry("bravo.example.org", "sms", name="Bravo"),
        make_entry("golf.example", "totp", "sms", name="Golf"),
    ]
    changed[0][1]["tfa"] = ["totp"]
    return list(changed)


@pytest.fixture(scope="module")
def before(disk_folder) -> Path:
    """A project after its first night, with what the second one will find."""
    root: Path = disk_folder / "project"
    root.mkdir()
    project: Project = make_project(root)
    project.write_curated("alpha", "domain: alpha.example\naliases: [Al]\n")
    project.write("served.json", json.dumps(list(ENTRIES.values())))
    assert run(root, fetch, build) == 0
    project.write("served.json", json.dumps(change_entries()))
    return root


@pytest.fixture(scope="module")
def undisturbed(before) -> dict[str, bytes]:
    root = before.with_name("undisturbed")
    shutil.copytree(before, root)
    assert run(root, fetch, build) == 0
    outcome = read_outcome(root)
    assert b"bravo.example.org" in outcome["data/events.jsonl"]
    assert "site/2fa-directory/golf/index.html" in outcome
    return outcome


@pytest.mark.parametrize(("step", "steps_before"), [(fetch, ()), (build, (fetch,))], ids=["fetch", "build"])
def test_killed_at_any_moment(before, undisturbed, step, steps_before, is_thorough):
    ready = before.with_name(f"ready-{step.__name__}")
    shutil.copytree(before, ready)
    assert run(ready, *steps_before) == 0
    trial = before.with_name(f"trial-{step.__name__}")
    shutil.copytree(ready, trial)
    count = count_operations(trial, step)
    assert count > 60
    kills = MANY if is_thorough else FEW
    for number in sorted({1 + at * (count - 1) // (kills - 1) for at in range(kills)}):
        shutil.rmtree(trial)
        shutil.copytree(ready, trial)
        kill(trial, step, number)
        assert run(trial, fetch, build) == 0, number
        assert read_outcome(trial) == undisturbed, number
