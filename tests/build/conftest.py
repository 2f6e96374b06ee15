"""Fixtures for the tests of the build."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from generator.build import stage
from tests.build.publishing import make_site


@pytest.fixture
def site(disk_path):
    """A site that was never published."""
    return make_site(disk_path / "place")


@pytest.fixture
def memory(tmp_path):
    """A folder for tests with thousands of files, in memory where the system has such a place."""
    shared = Path("/dev/shm")  # noqa: S108 (made by mkdtemp, for this user only)
    if not os.access(shared, os.W_OK):
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(prefix="twofa-", dir=shared))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def no_syncs(monkeypatch):
    """Nothing is forced onto the disk: only a power cut would tell, and a busy disk takes seconds for it."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    monkeypatch.setattr(stage, "sync_filesystem", lambda _: None)
