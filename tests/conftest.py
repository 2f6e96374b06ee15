"""Fixtures for every test."""

import pytest

from tests.helpers import make_project


@pytest.fixture
def tiny(tmp_path):
    """A whole tiny project; the folder beside it is free for outputs."""
    (tmp_path / "project").mkdir()
    return make_project(tmp_path / "project")
