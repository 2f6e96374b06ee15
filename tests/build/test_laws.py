"""The two laws, whatever happened before a build: the second writes nothing, and what is kept equals a clean one.

``LAWS=100 pytest tests/build/test_laws.py`` tries many more sequences than there is time for every day.
"""

from __future__ import annotations

import os
import random
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.build.edits import EDITS, World
from tests.helpers import Outcome, make_project, read_tree, run_process, stamp_tree
from tests.marks import mark_thorough

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HOW_MANY = int(os.environ.get("LAWS", "8"))

#: Ends a process, as the kernel would, before its operation number {at} that writes something.
KILL = """
import os, signal
done = []
WRITING = {{"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.chmod", "os.utime", "os.fork"}}
def hook(event, args):
    if event == "open" and not args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) or event not in WRITING | {{"open"}}:
        return
    done.append(event)
    if len(done) == {at}:
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
"""


def build(world: World, *arguments: str) -> Outcome:
    return world.project.build(*arguments, *world.options, today=world.today)


def expect_laws(world: World, clean: Path) -> None:
    """Build, and hold the site against a clean one."""
    before = read_tree(world.project.site)
    kept = build(world)
    anew = build(world, "--clean", "--out", str(clean))
    assert (kept.code, kept.err) == (anew.code, anew.err)
    assert "Traceback" not in kept.err
    if kept.code:
        assert kept.code == 5
        assert read_tree(world.project.site) == before
        return
    assert read_tree(world.project.site) == read_tree(clean)
    stamps = stamp_tree(world.project.site)
    again = build(world, "--json")
    assert (again.code, again.json["rendered"], again.json["pruned"]) == (0, 0, 0)
    assert stamp_tree(world.project.site) == stamps


def expect_laws_after(world: World, clean: Path, edits: Sequence[str]) -> None:
    """Build before the edits and after each; hold the site against a clean one at the end and at two random steps."""
    compared = {len(edits), *random.Random(repr(edits)).sample(range(len(edits)), 2)}
    for step in range(len(edits) + 1):
        if step:
            EDITS[edits[step - 1]](world)
        if step in compared:
            expect_laws(world, clean)
        else:
            assert build(world).code in {0, 5}


@pytest.mark.thorough
@settings(max_examples=HOW_MANY, deadline=None, suppress_health_check=list(HealthCheck), derandomize=HOW_MANY < 20)
@given(seed=st.integers(0, 2**32), names=st.lists(st.sampled_from(sorted(EDITS)), min_size=4, max_size=8))
def test_after_any_edits_the_site_equals_a_clean_one(tmp_path_factory, seed, names):
    folder = tmp_path_factory.mktemp("laws")
    world = World(make_project(folder / "project"), random.Random(seed))
    try:
        expect_laws_after(world, folder / "clean", names)
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    "name",
    mark_thorough(sorted(EDITS), every=4),
)
def test_each_kind_of_edit(tmp_path, name):
    world = World(make_project(tmp_path / "project"), random.Random(name))
    expect_laws_after(world, tmp_path / "clean", ["write_guide", "write_guide", "write_guide", name, name])


@pytest.mark.parametrize(
    "at",
    mark_thorough([10, 1, 3, 6, 20, 40, 60, 90, 120]),
)
def test_after_a_kill_the_next_build_equals_a_clean_one(tmp_path, at):
    world = World(make_project(tmp_path / "project"), random.Random(at))
    expect_laws(world, tmp_path / "clean")
    for edit in ("edit_settings", "write_guide", "edit_record"):
        EDITS[edit](world)
        run_process("--root", world.project.root, "build", "--date", world.today, script=KILL.format(at=at))
        expect_laws(world, tmp_path / "clean")
