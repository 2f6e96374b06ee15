"""The two commands of the README, as a new user runs them: in a fresh checkout, with an empty home folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory) -> Path:
    """Return a copy of the files that git knows, with sources at which nothing listens."""
    root: Path = tmp_path_factory.mktemp("a fresh checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.split("\0"):
        if name and (CHECKOUT / name).is_file() and not name.startswith("data/reports/"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / name, root / name)
    sources = root / "content" / "sources.yaml"
    text, count = re.subn(r"address: https://\S+", "address: https://127.0.0.1:9/all.json", sources.read_text("utf-8"))
    assert count == 2
    sources.write_text(text, "utf-8")
    return root


def run(script: Path, cwd: Path, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    home = cwd / "home"
    home.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if name == "PATH" or name.startswith(("PIP_", "SSL_"))}
    return subprocess.run(
        [script, *arguments],
        cwd=cwd,
        env={**kept, "HOME": str(home), **environment},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.mark.thorough
def test_build_on_a_fresh_machine_without_a_network(fresh: Path, tmp_path: Path) -> None:
    for _ in range(2):
        done = run(fresh / "scripts" / "build", tmp_path)
        assert done.returncode == 0, done.stderr
        assert "the sample in data/sample" in done.stdout
        assert f"The site is in {fresh}/site" in done.stdout
        assert "Sample data." in (fresh / "site/2fa-directory/cliniko/index.html").read_text("utf-8")
        assert not (fresh / "data/2fa-directory.json").exists()


@pytest.mark.thorough
def test_publish_on_a_fresh_machine(fresh: Path, tmp_path: Path) -> None:
    assert run(fresh / "scripts" / "build", tmp_path).returncode == 0
    done = run(fresh / "scripts" / "publish", tmp_path, "www")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("www: ")
    names = {path.relative_to(fresh / "site") for path in (fresh / "site").rglob("*.html")}
    assert {path.relative_to(tmp_path / "www") for path in (tmp_path / "www").rglob("*.html")} == names
    assert "nothing to send" in run(fresh / "scripts" / "publish", tmp_path, "www").stdout


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A Tester", "-c", "user.email=tester@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


@pytest.mark.thorough
def test_changed_pages_of_a_commit(fresh: Path, tmp_path: Path) -> None:
    """As the workflow runs it for a pull request."""
    git(fresh, "init", "--quiet")
    git(fresh, "add", ".")
    git(fresh, "commit", "--quiet", "--message", "before")
    guide = fresh / "content" / "services" / "cliniko.yaml"
    text = guide.read_text("utf-8")
    guide.write_text(text.replace("open **My info**", "open **My own info**"), "utf-8")
    try:
        done = run(fresh / "scripts" / "changed-pages", tmp_path, "HEAD", tmp_path / "pages")
        assert done.returncode == 0, done.stderr
        assert done.stdout == "**Changed pages: 1**\n\n- `/2fa-directory/cliniko/`\n"
        assert "My own info" in (tmp_path / "pages/2fa-directory/cliniko/index.html").read_text("utf-8")
        assert run(fresh / "scripts" / "changed-pages", tmp_path, "HEAD", tmp_path / "pages").returncode != 0
        listed = subprocess.run(["git", "worktree", "list"], cwd=fresh, capture_output=True, text=True, check=True)
        assert len(listed.stdout.splitlines()) == 1, "nothing is left of the other state"
    finally:
        guide.write_text(text, "utf-8")


@pytest.mark.thorough
def test_the_hook_mends_and_refuses(fresh: Path, tmp_path: Path) -> None:
    """The command of .pre-commit-config.yaml, as pre-commit calls it: with names relative to the checkout."""
    (hook,) = yaml.safe_load((fresh / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    command, *arguments = hook["entry"].split()
    name = "content/services/cliniko.yaml"
    text = (fresh / name).read_text("utf-8")
    assert re.search(hook["files"], name)
    try:
        (fresh / name).write_bytes(text.replace("\n", "  \r\n").encode())
        done = run(fresh / command, fresh, *arguments, name)
        assert done.returncode == 0, done.stdout + done.stderr
        assert (fresh / name).read_text("utf-8") == text
        (fresh / name).write_text(text + "sharin: x\n", "utf-8")
        done = run(fresh / command, fresh, *arguments, name)
        assert (done.returncode, "did you mean sharing?" in done.stdout) == (5, True)
    finally:
        (fresh / name).write_text(text, "utf-8")


@pytest.mark.parametrize("script", ["bench", "build", "nightly", "publish", "reference", "test", "twofa"])
def test_one_clear_line_where_python_is_too_old(fresh: Path, tmp_path: Path, script: str) -> None:
    old = tmp_path / "python3.9"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = run(fresh / "scripts" / script, tmp_path, PYTHON=str(old))
    assert done.returncode == 1
    assert done.stderr.splitlines() == [f"PYTHON={old} is not a working Python 3.11 or newer."]
