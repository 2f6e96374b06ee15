"""Options and fixtures for every test."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers import make_project


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--all``."""
    parser.addoption(
        "--all", action="store_true", help="run the tests marked thorough too, and longer versions of some"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked thorough, unless all tests are asked for."""
    if config.getoption("--all"):
        return
    left_out = [item for item in items if item.get_closest_marker("thorough")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not item.get_closest_marker("thorough")]


@pytest.fixture(scope="session")
def is_thorough(pytestconfig) -> bool:
    """Tell whether all tests are asked for: then some try every case where they try a few by default."""
    return bool(pytestconfig.getoption("--all"))


@pytest.fixture(scope="module")
def disk_folder() -> Iterator[Path]:
    """Return a folder for the tests of one module on the system's disk: scripts/test has the others in memory."""
    with tempfile.TemporaryDirectory(prefix="twofa-tests-") as folder:
        yield Path(folder)


@pytest.fixture
def disk_path(disk_folder) -> Path:
    """Return a folder for one test on the system's disk."""
    return Path(tempfile.mkdtemp(dir=disk_folder))


@pytest.fixture
def tiny(tmp_path):
    """A whole tiny project; the folder beside it is free for outputs."""
    (tmp_path / "project").mkdir()
    return make_project(tmp_path / "project")
