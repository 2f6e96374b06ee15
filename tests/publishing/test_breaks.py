"""Publishing that is cut short, by a kill or by the remote, leaves nothing that the next run doesn't make good."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from generator.publishing.index import NAME, find_mark, parse_index
from tests.helpers import CHECKOUT, Project, make_project, read_tree
from tests.publishing.bucket import SECRET, Bucket, serve_bucket
from tests.publishing.test_sending import change_much, publish

if TYPE_CHECKING:
    from pathlib import Path

    from tests.publishing.bucket import Noted


#: At how many points it is killed.
POINTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Releases:
    """A project with two releases, each in a folder of its own, and a bucket's folder that holds the older one.

    ``count`` is the number of requests that change anything from the one to the other.
    """

    project: Project
    older: Path
    newer: Path
    held: Path
    count: int

    def begin(self, bucket: Bucket) -> None:
        """Have the bucket hold the older release."""
        with bucket.change() as place:
            shutil.copytree(self.held, place)

    def start(self, out: Path, remote: str, **environment: str) -> subprocess.Popen[str]:
        """Publish in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "generator", "--root", self.project.root, "publish", remote, "--out", out],
            env={**os.environ, "PYTHONPATH": str(CHECKOUT), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture(scope="module")
def releases(tmp_path_factory) -> Releases:
    """Return two releases between which pages and assets came, changed and went."""
    folder = tmp_path_factory.mktemp("releases")
    (folder / "project").mkdir()
    project = make_project(folder / "project")
    older, newer = (folder / name for name in ("older", "newer"))
    assert project.build("--out", str(older)).code == 0
    with serve_bucket(folder / "served") as bucket:
        publish(project, bucket.remote, "--out", str(older))
        shutil.copytree(bucket.folder / "site", folder / "held")
        change_much(project)
        assert project.build("--out", str(newer)).code == 0
        bucket.forget()
        publish(project, bucket.remote, "--out", str(newer))
        count = len(bucket.changes)
    return Releases(project=project, older=older, newer=newer, held=folder / "held", count=count)


def expect_truth(bucket: Bucket) -> None:
    """Assert that the index claims nothing that isn't so, and knows the names of all that lies there."""
    index = parse_index((bucket.folder / "site" / NAME).read_bytes())
    assert index is not None
    objects = bucket.objects
    assert {name: find_mark(name, objects[name]) for name in index.files} == index.files
    assert objects.keys() <= index.files.keys() | index.unknown


@pytest.mark.thorough
@pytest.mark.parametrize("number", range(POINTS))
def test_after_a_kill_the_next_run_makes_it_whole(releases, bucket, number):
    """Kill it at a request that changes something, before it is served or afterwards; then go on, or back."""
    at = number * (releases.count - 1) // (POINTS - 1)
    wanted = (releases.newer, releases.older)[number // 2 % 2]
    releases.begin(bucket)
    running: list[subprocess.Popen[str]] = []

    def kill(noted: Noted) -> int | None:
        if noted not in bucket.changes or bucket.changes.index(noted) < at:
            return None
        running[0].kill()
        return 500

    if number % 2:
        bucket.after = kill
    else:
        bucket.spoil = kill
    running.append(releases.start(releases.newer, bucket.remote))
    _, err = running[0].communicate(timeout=60)
    assert running[0].returncode == -signal.SIGKILL, err
    expect_truth(bucket)
    bucket.forget()
    again = releases.start(wanted, bucket.remote)
    _, err = again.communicate(timeout=60)
    assert (again.returncode, err) == (0, "")
    assert bucket.find_differences(wanted) == []
    expect_truth(bucket)
    bucket.forget()
    assert publish(releases.project, bucket.remote, "--out", str(wanted)).json["sent"] == 0


@pytest.mark.thorough
def test_a_kill_ends_what_was_sending(releases, bucket):
    """No rclone goes on sending what is older by then; the lock is free again as soon as it has ended."""
    releases.begin(bucket)
    waiting: list[str] = []

    def hold(noted: Noted) -> None:
        if noted.method == "PUT" and noted.name != NAME:
            waiting.append(noted.name)
            time.sleep(3)

    bucket.spoil = hold
    process = releases.start(releases.newer, bucket.remote)
    while not waiting:
        time.sleep(0.01)
    process.kill()
    process.communicate(timeout=10)
    bucket.forget()
    began = time.monotonic()
    publish(releases.project, bucket.remote, "--out", str(releases.older))
    assert time.monotonic() - began < 2.9
    # What was held back comes to nothing: the one that sent it has hung up, and was never answered.
    assert bucket.find_differences(releases.older) == []


@pytest.mark.thorough
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_it_in_order(releases, bucket, how):
    releases.begin(bucket)
    process = releases.start(releases.newer, bucket.remote)

    def interrupt(noted: Noted) -> None:
        if noted.method == "PUT" and noted.name != NAME:
            process.send_signal(how)
            time.sleep(0.5)

    bucket.spoil = interrupt
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "twofa: interrupted\n")
    assert not (releases.project.root / ".twofa/publishing").exists()
    bucket.forget()
    publish(releases.project, bucket.remote, "--out", str(releases.newer))
    assert bucket.find_differences(releases.newer) == []


# --- A remote that fails ----------------------------------------------------------------------------------------------


@pytest.mark.thorough
@pytest.mark.parametrize(("status", "number"), [(403, 0), (500, 0), (500, 6), (403, -1)])
def test_a_remote_that_refuses_ends_in_one_line(releases, bucket, status, number):
    releases.begin(bucket)
    first = number % releases.count

    def refuse(noted: Noted) -> int | None:
        return status if noted in bucket.changes and bucket.changes.index(noted) >= first else None

    bucket.spoil = refuse
    outcome = releases.project.run("publish", bucket.remote, "--out", releases.newer)
    assert (outcome.code, outcome.out) == (6, "")
    assert len(outcome.err.splitlines()) == 1
    assert outcome.err.startswith("twofa: :s3:bucket/site: rclone failed: ")
    assert f"StatusCode: {status}" in outcome.err
    assert "→ check the remote and publish again" in outcome.err
    assert SECRET not in outcome.err
    expect_truth(bucket)
    bucket.forget()
    publish(releases.project, bucket.remote, "--out", str(releases.newer))
    assert bucket.find_differences(releases.newer) == []


@pytest.mark.parametrize(
    ("remote", "reason"),
    [
        (
            f":s3,provider=Other,endpoint='http://127.0.0.1:9',access_key_id=key,secret_access_key={SECRET}:b/s",
            "connection refused",
        ),
        ("nosuch:folder", "didn't find section in config file"),
        (f":nosuch,pass={SECRET}:folder", "nosuch"),
        ("/proc/nowhere/folder", "/proc/nowhere"),
    ],
)
def test_a_remote_that_is_not_there(site, remote, reason):
    outcome = site.run("publish", remote)
    assert (outcome.code, outcome.out) == (6, "")
    assert len(outcome.err.splitlines()) == 1
    assert reason in outcome.err
    assert SECRET not in outcome.err


def test_a_wrong_key_and_a_bucket_that_is_not_there(site, bucket):
    outcome = site.run("publish", bucket.remote.replace(SECRET, "guessed"))
    assert outcome.code == 6
    assert "StatusCode: 403" in outcome.err
    outcome = site.run("publish", bucket.remote.replace(":bucket", ":buckett"))
    assert outcome.code == 6
    assert "NoSuchBucket" in outcome.err
    assert sorted(path.name for path in bucket.folder.parent.iterdir()) == ["bucket"]


# --- This machine -----------------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_one_publish_at_a_time(releases, bucket):
    releases.begin(bucket)
    ran: list[subprocess.Popen[str]] = []

    def run_another(noted: Noted) -> None:
        if noted.method == "PUT" and not ran:
            ran.append(releases.start(releases.older, bucket.remote))
            ran[0].wait()

    bucket.spoil = run_another
    publish(releases.project, bucket.remote, "--out", str(releases.newer))
    assert (ran[0].returncode, ran[0].communicate()[1]) == (
        75,
        "twofa: another publish is running → wait until it has ended\n",
    )
    assert bucket.find_differences(releases.newer) == []


@pytest.mark.thorough
def test_a_build_meanwhile_changes_nothing_of_what_is_sent(site, bucket):
    """Whole releases alone: what was begun with is sent to the end, and the next run sees what is new."""
    before = read_tree(site.site)
    built: list[int] = []

    def build(noted: Noted) -> None:
        if noted.method == "PUT" and noted.name != NAME and not built:
            for number in range(3):
                site.write("content/site.yaml", site.read("content/site.yaml").replace("Tiny", f"Tiny{number}"))
                built.append(site.build().code)

    bucket.spoil = build
    publish(site, bucket.remote)
    assert built == [0, 0, 0]
    assert bucket.objects == before != read_tree(site.site)
    bucket.forget()
    publish(site, bucket.remote)
    assert bucket.find_differences(site.site) == []


@pytest.mark.parametrize(
    ("spoil", "code", "reason"),
    [
        (lambda site: (site / "faq/index.html").unlink(), 6, "is not as it was built; nothing was sent"),
        (lambda site: (site / "faq/index.html").write_text("by hand"), 6, "is not as it was built; nothing was sent"),
        (lambda site: (site / "index.html").unlink(), 6, "is not as it was built; nothing was sent"),
        (lambda site: (site / "mine.txt").write_text("by hand"), 6, "is not as it was built; nothing was sent"),
        (shutil.rmtree, 2, "there is no site in"),
    ],
)
def test_a_site_that_was_changed_by_hand_is_not_published(site, tmp_path, spoil, code, reason):
    spoil(site.site)
    outcome = site.run("publish", tmp_path / "www")
    assert outcome.code == code
    assert reason in outcome.err
    assert not (tmp_path / "www").exists()


@pytest.mark.thorough
def test_a_site_that_was_built_elsewhere_is_published_as_it_is(site, tmp_path):
    shutil.copytree(site.site, tmp_path / "copy")
    publish(site, str(tmp_path / "www"), "--out", str(tmp_path / "copy"))
    assert {name: data for name, data in read_tree(tmp_path / "www").items() if name != NAME} == read_tree(site.site)
    (tmp_path / "copy" / "link").symlink_to("/etc/hostname")
    outcome = site.run("publish", tmp_path / "www", "--out", tmp_path / "copy")
    assert outcome.code == 6
    assert "is no file of a site" in outcome.err


def test_calls_that_make_no_sense(site, monkeypatch, tmp_path):
    place = tmp_path / "www"
    assert site.run("publish").code == 2
    assert site.run("publish", "").code == 2
    assert site.run("publish", place, "--out", tmp_path).code == 2
    monkeypatch.setenv("RCLONE", "/nowhere/rclone")
    outcome = site.run("publish", place)
    assert outcome.code == 6
    assert outcome.err.startswith("twofa: RCLONE=/nowhere/rclone is no program → install rclone")
    assert not place.exists()
