"""scripts/commit-data with real git: what a night has changed is committed and pushed, a quiet one leaves no commit."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.helpers import CHECKOUT

SCRIPT = "scripts/commit-data"


class Checkout:
    """A clone of a bare repository, with the script in it."""

    def __init__(self, root: Path, home: Path) -> None:
        self.root = root
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
        }

    def git(self, *arguments: str) -> str:
        return self.call("git", "-c", "user.name=Editor", "-c", "user.email=editor@example.com", *arguments)

    def call(self, *command: str, code: int = 0, **environment: str) -> str:
        done = subprocess.run(
            command,
            cwd=self.root,
            env={**self._environment, **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def log(self, ref: str = "HEAD") -> list[str]:
        return self.git("log", "--format=%s", ref).splitlines()


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    home = tmp_path / "home"
    home.mkdir()
    bare, root = tmp_path / "bare.git", tmp_path / "work"
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", bare], check=True)
    subprocess.run(["git", "clone", "--quiet", bare, root], check=True, capture_output=True)
    made = Checkout(root, home)
    made.git("checkout", "--quiet", "-B", "main")
    (root / "scripts").mkdir()
    shutil.copy2(CHECKOUT / SCRIPT, root / SCRIPT)
    made.write("data/2fa-directory.json", "[]\n")
    made.write("data/status.json", "first\n")
    made.write("content/site.yaml", "title: Test\n")
    made.git("add", "--all")
    made.git("commit", "--quiet", "--message", "Start")
    made.git("push", "--quiet", "origin", "main")
    return made


def night(checkout: Checkout, subject: str, **files: str) -> None:
    """Leave what a night leaves."""
    checkout.write("data/status.json", f"{subject}\n")
    checkout.write("data/reports/nightly.txt", f"{subject}\n\n# one: 2 records\n")
    for name, text in files.items():
        checkout.write(f"data/{name}", text)


def test_changes_are_committed_with_the_report(checkout):
    night(checkout, "2026-03-01: 1 added", **{"2fa-directory.json": "[1]\n"})
    assert "Committed" in checkout.call(SCRIPT)
    assert checkout.git("log", "-1", "--format=%B").strip() == "2026-03-01: 1 added\n\n# one: 2 records"
    assert checkout.git("status", "--porcelain") == ""
    assert checkout.log() == ["2026-03-01: 1 added", "Start"]
    assert checkout.log("origin/main") == ["Start"]


def test_a_quiet_night_leaves_no_commit(checkout):
    night(checkout, "2026-03-01: nothing new")
    assert "Nothing new to commit." in checkout.call(SCRIPT, "--push")
    assert checkout.log() == ["Start"]
    # The files stay for the next one, and nothing is left staged.
    assert (checkout.root / "data/status.json").read_text() == "2026-03-01: nothing new\n"
    assert checkout.git("diff", "--cached", "--name-only") == ""
    checkout.git("checkout", "--quiet", "--", "data")
    shutil.rmtree(checkout.root / "data/reports")
    assert "Nothing to commit." in checkout.call(SCRIPT)


def test_a_night_that_failed_leaves_no_commit(checkout):
    checkout.git("rm", "--quiet", "--cached", "data/status.json")
    checkout.git("commit", "--quiet", "--message", "Never fetched")
    (checkout.root / "data/status.json").unlink()
    checkout.write("data/reports/nightly.txt", "2026-03-01: fetch failed\n")
    assert "Nothing new to commit." in checkout.call(SCRIPT)
    assert checkout.log() == ["Never fetched", "Start"]


def test_after_three_weeks_the_time_of_the_fetch_is_committed(checkout):
    old = "2026-01-01T00:00:00"
    checkout.call("git", "-c", "user.name=E", "-c", "user.email=e@example.com", "commit", "--quiet", "--amend",
                  "--no-edit", f"--date={old}", GIT_COMMITTER_DATE=old)  # fmt: skip
    night(checkout, "2026-03-01: nothing new")
    assert "Committed" in checkout.call(SCRIPT)
    assert checkout.log() == ["2026-03-01: nothing new", "Start"]


def test_other_work_is_left_alone(checkout):
    checkout.write("content/site.yaml", "title: Changed\n")
    checkout.write("content/new.yaml", "x\n")
    checkout.git("add", "content/new.yaml")
    night(checkout, "2026-03-01: 1 added", **{"2fa-directory.json": "[1]\n"})
    checkout.call(SCRIPT)
    assert checkout.git("show", "--format=", "--name-only").split() == [
        "data/2fa-directory.json", "data/reports/nightly.txt", "data/status.json"
    ]  # fmt: skip
    assert set(checkout.git("status", "--porcelain").splitlines()) == {" M content/site.yaml", "A  content/new.yaml"}


@pytest.mark.thorough
def test_pushed_on_top_of_what_others_pushed_meanwhile(checkout, tmp_path):
    other = Checkout(tmp_path / "other", tmp_path / "home")
    subprocess.run(["git", "clone", "--quiet", tmp_path / "bare.git", other.root], check=True, capture_output=True)
    other.write("content/site.yaml", "title: Merged meanwhile\n")
    other.git("commit", "--quiet", "--all", "--message", "An editor's work")
    other.git("push", "--quiet", "origin", "main")
    night(checkout, "2026-03-01: 1 added", **{"2fa-directory.json": "[1]\n"})
    assert "Pushed to main." in checkout.call(SCRIPT, "--push")
    other.git("pull", "--quiet", "origin", "main")
    assert other.log() == ["2026-03-01: 1 added", "An editor's work", "Start"]
    assert (other.root / "data/2fa-directory.json").read_text() == "[1]\n"


def test_files_that_are_gone_are_committed_too(checkout):
    (checkout.root / "data/2fa-directory.json").unlink()
    night(checkout, "2026-03-01: rolled back")
    checkout.call(SCRIPT)
    assert "data/2fa-directory.json" in checkout.git("show", "--format=", "--name-only", "--diff-filter=D")


def test_without_a_report(checkout):
    checkout.write("data/2fa-directory.json", "[1]\n")
    assert "Committed" in checkout.call(SCRIPT)
    assert checkout.log()[0].startswith("Data of 20")


def test_wrong_calls(checkout, tmp_path):
    assert "usage:" in checkout.call(SCRIPT, "--all", code=2)
    (tmp_path / "work/.git").rename(tmp_path / "elsewhere")
    night(checkout, "x")
    assert "no checkout" in checkout.call(SCRIPT, code=6, GIT_CEILING_DIRECTORIES=str(tmp_path))
