"""Work in several processes: whatever ends one of them early, the build fails in one line and nothing hangs."""

from __future__ import annotations

import os
import signal
import time

import pytest

from generator.build.workers import map_parallel
from generator.errors import InvalidError, PublishError

ITEMS = list(range(400))


def is_child(parent: int = os.getpid()) -> bool:
    return os.getpid() != parent


@pytest.mark.parametrize("jobs", [1, 2, 3, 7])
def test_results_come_in_order_whatever_the_number_of_processes(jobs):
    ticks: list[int] = []
    assert map_parallel(lambda items: [item * 2 for item in items], ITEMS, jobs, ticks.append) == [
        item * 2 for item in ITEMS
    ]
    assert ticks[-1] <= len(ITEMS)


def test_results_that_are_larger_than_a_pipe():
    assert map_parallel(lambda items: ["x" * 10_000 for _ in items], ITEMS, 2) == ["x" * 10_000] * len(ITEMS)


def test_an_error_of_our_own_comes_back():
    def work(items):
        if is_child():
            raise InvalidError("the page is wrong", fix="mend it")
        return list(items)

    with pytest.raises(InvalidError, match="the page is wrong"):
        map_parallel(work, ITEMS, 2)


def test_any_other_error_shows_its_cause(capfd):
    def work(items):
        if is_child():
            raise RuntimeError("the cause")
        return list(items)

    with pytest.raises(PublishError, match=r"exit code 1\)"):
        map_parallel(work, ITEMS, 2)
    assert "RuntimeError: the cause" in capfd.readouterr().err


@pytest.fixture
def forked(monkeypatch) -> list[int]:
    """The ids of the processes that are forked."""
    ids: list[int] = []
    fork = os.fork

    def note() -> int:
        child = fork()
        ids.append(child)
        return child

    monkeypatch.setattr(os, "fork", note)
    return ids


def test_an_error_here_ends_the_others(forked):
    def work(items):
        if is_child():
            time.sleep(60)
        raise InvalidError("the page is wrong", fix="mend it")

    with pytest.raises(InvalidError):
        map_parallel(work, ITEMS, 3)
    assert len(forked) == 2
    for child in forked:
        with pytest.raises(ChildProcessError):
            os.waitpid(child, os.WNOHANG)


def test_a_process_that_is_killed_while_it_sends(forked):
    """It waits for its pipe to be read, which happens when the work here is done."""

    def work(items):
        if not is_child() and items[-1] == ITEMS[-51]:
            time.sleep(0.5)
            os.kill(forked[0], signal.SIGKILL)
        return ["x" * 10_000 for _ in items]

    with pytest.raises(PublishError, match=r"exit code -9\)"):
        map_parallel(work, ITEMS, 2)
