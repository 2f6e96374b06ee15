"""Fixtures for the tests of publishing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.publishing.bucket import Bucket, serve_bucket

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def no_user(monkeypatch, tmp_path) -> None:
    """Let rclone know nothing of this machine's user, and give up at once."""
    monkeypatch.setenv("RCLONE_CONFIG", str(tmp_path / "none.conf"))
    monkeypatch.setenv("RCLONE_LOW_LEVEL_RETRIES", "1")


@pytest.fixture
def bucket(tmp_path) -> Iterator[Bucket]:
    """Return an empty bucket."""
    with serve_bucket(tmp_path / "served") as bucket:
        yield bucket


@pytest.fixture
def site(tiny):
    """Return the tiny project with its site built."""
    assert tiny.build().code == 0
    return tiny
