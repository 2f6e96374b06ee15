"""One output, one writer: whichever projects build there, and however many builds of one project run at once."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys

import pytest

from generator.build import holding
from generator.build.holding import hold_for_reading
from generator.errors import BusyError, PublishError
from generator.lock import hold_lock
from tests.build.publishing import forks, run_forked
from tests.helpers import CHECKOUT, SITE, TODAY, Project, make_project, read_tree, stamp_tree

#: How often two builds meet.
ROUNDS = 8


def start(project: Project, out, *arguments) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "generator", "--root", project.root, "build", "--date", TODAY, "--out", out, *arguments],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    err = process.communicate(timeout=60)[1]
    return process.returncode, err


def make_titled(folder, title: str) -> Project:
    folder.mkdir()
    project = make_project(folder)
    project.write("content/site.yaml", SITE.replace("Tiny directory", title))
    return project


@pytest.mark.thorough
def test_two_projects_with_one_output_never_mix(tmp_path):
    projects = [make_titled(tmp_path / name, name) for name in ("one", "two")]
    sites = []
    for project in projects:
        assert project.build().code == 0
        sites.append(read_tree(project.site))
    assert sites[0] != sites[1]
    (tmp_path / "link").symlink_to("shared")
    codes = set()
    for number in range(ROUNDS):
        shutil.rmtree(tmp_path / "shared", ignore_errors=True)
        for project in projects:  # what they keep makes one begin earlier and one later
            if number % 3 == 0:
                shutil.rmtree(project.root / ".twofa", ignore_errors=True)
        outs = (tmp_path / "shared/site", tmp_path / ("link" if number % 2 and number > 1 else "shared") / "site")
        (tmp_path / "shared").mkdir()
        ended = [finish(process) for process in [start(*pair) for pair in zip(projects, outs, strict=True)]]
        codes |= {code for code, _ in ended}
        assert all(code == 0 or (code == 75 and "another build is running" in err) for code, err in ended), ended
        assert 0 in {code for code, _ in ended}
        assert read_tree(outs[0]) in sites, f"round {number}"
        for project, site in zip(projects, sites, strict=True):
            assert project.build("--out", outs[0]).code == 0
            assert read_tree(outs[0]) == site
            assert project.build("--out", outs[0]).out.startswith("0 pages rendered")
    assert 0 in codes


@pytest.mark.thorough
def test_builds_of_one_project_at_once_do_no_harm(tmp_path):
    """What they keep in the project is written by several, some of it anew in each round."""
    project = make_titled(tmp_path / "project", "Title")
    outs = [tmp_path / f"out{number}" for number in range(3)]
    for number in range(ROUNDS // 2):
        project.write_curated(
            "alpha",
            f"domain: alpha.example\naliases: [Alias {number}]\nsetup: {{steps: [Step *{number}*.], source: https://alpha.example/}}\n",
        )
        footer = project.root / "templates/partials/footer.html"
        footer.write_text(footer.read_text() + f"<!-- {number} -->\n")
        if number % 2:
            shutil.rmtree(project.root / ".twofa")
        assert [finish(process) for process in [start(project, out) for out in outs]] == [(0, "")] * len(outs)
        assert project.build("--clean", "--out", tmp_path / "clean").code == 0
        wanted = read_tree(tmp_path / "clean")
        for out in outs:
            assert read_tree(out) == wanted
            assert json.loads(project.build("--out", out, "--json").out)["rendered"] == 0
    left = [path.name for path in (project.root / ".twofa").rglob("*") if path.suffix == ".tmp"]
    assert left == []


def test_the_lock_lies_beside_the_output(tiny, tmp_path):
    out = tmp_path / "public" / "site"
    for title in ("Older", "Newer"):
        tiny.write("content/site.yaml", SITE.replace("Tiny directory", title))
        assert tiny.build("--out", out).code == 0
    assert sorted(path.name for path in out.parent.iterdir()) == [".site.lock", ".site.previous", "site"]
    assert not (tiny.root / ".twofa/build.lock").exists()
    before = stamp_tree(out)
    with hold_lock(out.parent / ".site.lock", "build"):
        for command in (("build",), ("build", "--rollback"), ("publish", tmp_path / "www")):
            assert tiny.run(*command, "--out", out).code == 75
    assert stamp_tree(out) == before
    with hold_lock(tiny.root / ".site.lock", "build"):
        assert tiny.build("--out", out).code == 0, "another output"
    assert not (tmp_path / "www").exists()


@pytest.mark.parametrize("arguments", [(), ("--rollback",)])
def test_a_wrong_call_leaves_nothing(tiny, tmp_path, arguments):
    (tmp_path / "home").mkdir()
    (tmp_path / "home/thesis.txt").write_text("years of work")
    (tmp_path / "file").write_text("here")
    (tmp_path / "link").symlink_to("home")
    before = sorted(tmp_path.rglob("*"))
    for out in ("home", "file", "link", *(("new", "new/er/place") if arguments else ())):
        outcome = tiny.build(*arguments, "--out", tmp_path / out)
        assert outcome.code == 2, outcome
        assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.thorough
def test_a_lock_is_no_part_of_a_site(tiny, tmp_path):
    """Not even where one lies in the folder that another site is published to."""
    assert tiny.build("--out", tiny.root / "dist" / "a").code == 0
    assert tiny.build().code == 0
    assert ".lock" not in "".join(read_tree(tiny.root / "dist/a"))
    assert tiny.run("publish", tmp_path / "www", "--out", tiny.root / "dist/a").code == 0
    assert [path for path in (tmp_path / "www").rglob("*") if "lock" in path.name] == []


# --- Folders that can't be written ------------------------------------------------------------------------------------


@forks
def test_a_folder_that_can_not_be_written(tiny, memory):
    if os.getuid() != 0:
        pytest.skip("only root can become somebody else")
    memory.chmod(0o755)
    project = Project(root=memory / "project")
    shutil.copytree(tiny.root, project.root)
    before = stamp_tree(memory)

    def build_as_nobody() -> None:
        os.setgid(65534)
        os.setuid(65534)
        outcome = project.build()
        assert outcome.code == 6
        assert f"{project.root}/.site.lock: the lock can't be made (Permission denied)" in outcome.err

    assert run_forked(build_as_nobody) == 0
    assert stamp_tree(memory) == before


@pytest.mark.thorough
def test_a_site_among_what_can_not_be_written_is_published(tiny, tmp_path):
    place, out = tmp_path / "www", tmp_path / "artifact/site"
    assert tiny.build("--out", out).code == 0
    if subprocess.run(["mount", "--bind", out.parent, out.parent], check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", out.parent], check=True)
        for wanted in ("files sent", "nothing to send"):
            outcome = tiny.run("publish", place, "--out", out)
            assert (outcome.code, outcome.err) == (0, "")
            assert wanted in outcome.out
        assert tiny.build("--out", out).code == 6
    finally:
        subprocess.run(["umount", out.parent], check=True)
    (out.parent / ".site.lock").unlink()


@forks
@pytest.mark.parametrize("has_lock", [True, False])
def test_who_can_make_no_lock_needs_none(tiny, memory, has_lock):
    """Nor who can't open the one of another user, that nobody holds."""
    if os.getuid() != 0:
        pytest.skip("only root can become somebody else")
    memory.chmod(0o755)
    out = memory / "site"
    assert tiny.build("--out", out).code == 0
    if not has_lock:
        (memory / ".site.lock").unlink()

    def read_as_nobody() -> None:
        os.setgid(65534)
        os.setuid(65534)
        with hold_for_reading(out):
            pass

    assert run_forked(read_as_nobody) == 0
    assert sorted(path.name for path in memory.iterdir()) == [*([".site.lock"] if has_lock else []), "site"]


@pytest.mark.parametrize("come", [lambda out: (out.parent / ".site.lock").touch(), os.utime, shutil.rmtree])
def test_a_build_meanwhile_by_somebody_who_can_is_noticed(tiny, monkeypatch, come):
    assert tiny.build().code == 0
    (tiny.root / ".site.lock").unlink()

    def refuse(*_: object) -> None:
        raise PublishError("no") from PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(holding, "hold_lock", refuse)
    with hold_for_reading(tiny.site):
        pass
    with pytest.raises(BusyError, match="was replaced while it was read"), hold_for_reading(tiny.site):
        come(tiny.site)
