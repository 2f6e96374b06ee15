"""The workflows of a git host: actions pinned by the hash of a commit, no more rights than needed, our own scripts."""

from __future__ import annotations

import re
import subprocess
import tomllib
from typing import Any

import pytest
import yaml

from tests.helpers import CHECKOUT

FOLDER = CHECKOUT / ".github" / "workflows"
FILES = sorted(path.name for path in FOLDER.glob("*.yml"))


def read(name: str) -> dict[Any, Any]:
    """Return a workflow; its key ``on`` is what YAML 1.1 reads as true."""
    parsed: dict[Any, Any] = yaml.safe_load((FOLDER / name).read_text("utf-8"))
    return parsed


def list_steps(name: str) -> list[dict[str, Any]]:
    return [step for job in read(name)["jobs"].values() for step in job["steps"]]


def test_all_are_there():
    assert FILES == ["ci.yml", "content.yml", "nightly.yml"]


@pytest.mark.parametrize("name", FILES)
def test_actions_are_pinned(name):
    lines = [line for line in (FOLDER / name).read_text("utf-8").splitlines() if re.search(r"\buses:", line)]
    assert lines
    for line in lines:
        assert re.search(r"uses: actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_an_action_has_one_version_everywhere():
    used = {step["uses"] for name in FILES for step in list_steps(name) if "uses" in step}
    assert len(used) == len({each.partition("@")[0] for each in used})


@pytest.mark.parametrize("name", FILES)
def test_rights_and_time_are_limited(name):
    workflow = read(name)
    assert workflow["permissions"] in ({}, {"contents": "read"})
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 30
        assert re.fullmatch(r"ubuntu-\d\d\.\d\d|macos-\d\d", job["runs-on"])


@pytest.mark.parametrize("name", FILES)
def test_scripts_are_there_and_bash_understands_every_step(name):
    runs = [step["run"] for step in list_steps(name) if "run" in step]
    assert runs
    for run in runs:
        for script in re.findall(r"(?:^|\s)((?:scripts|\.ci)/[a-z-]+)", run):
            assert (CHECKOUT / script).is_file(), script
        # What comes from outside reaches a step through its environment, never as part of its text.
        assert "${{" not in run
        subprocess.run(["bash", "-n"], input=run, text=True, check=True)


def test_the_oldest_supported_python_is_tested():
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    tested = read("ci.yml")["jobs"]["linux"]["strategy"]["matrix"]["python"]
    assert project["requires-python"] == f">={tested[0]}"
    assert tested[-1] == read("ci.yml")["jobs"]["macos"]["steps"][1]["with"]["python-version"]


def test_the_night_runs_the_scripts_that_everybody_runs():
    runs = "\n".join(step.get("run", "") for step in list_steps("nightly.yml"))
    assert "scripts/nightly" in runs
    assert "scripts/commit-data --push" in runs
    triggers = read("nightly.yml")[True]
    assert set(triggers) == {"schedule", "push", "workflow_dispatch"}
    assert read("nightly.yml")["concurrency"] == {"group": "nightly", "cancel-in-progress": False}


def test_the_step_of_the_night_hands_on_what_it_is_given(tmp_path):
    """As the workflow runs it, with a script that only tells how it was called."""
    step = next(step for step in list_steps("nightly.yml") if step.get("id") == "night")
    (tmp_path / "scripts").mkdir()
    (tmp_path / "data/reports").mkdir(parents=True)
    script = tmp_path / "scripts/nightly"
    script.write_text(
        "#!/bin/sh\nprintf '[%s]' \"$@\" > called\n"
        'echo \'{"steps": {"build": {"exit_code": 0}}}\' > data/reports/nightly.json\n'
        "echo 'a report' > data/reports/nightly.txt\ncat \"$RCLONE_CONFIG\" > config\nexit 4\n"
    )
    script.chmod(0o755)
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "ACCEPT": "ab" * 32,
        "REMOTE": "web:my bucket",
        "RCLONE_CONFIG_TEXT": "[web]\ntype = s3",
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
    }
    # jq is on the machines of the host, not on every other one.
    stand_in = tmp_path / "bin" / "jq"
    stand_in.parent.mkdir()
    stand_in.write_text('#!/bin/sh\ngrep -q \'"exit_code": 0\' "$3" && echo true\n')
    stand_in.chmod(0o755)
    environment["PATH"] = f"{stand_in.parent}:{environment['PATH']}"
    subprocess.run(["bash", "-eo", "pipefail", "-c", step["run"]], cwd=tmp_path, env=environment, check=True)
    assert (tmp_path / "called").read_text() == f"[--accept][{'ab' * 32}][--publish][web:my bucket]"
    assert (tmp_path / "config").read_text() == "[web]\ntype = s3\n"
    assert (tmp_path / "output").read_text() == "code=4\nbuilt=true\n"
    assert (tmp_path / "summary").read_text() == "a report\n"
