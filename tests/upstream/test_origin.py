"""--from takes a path, a file: address or an http address."""

import pytest

from generator.errors import RefusedError, UnreachableError, UsageError
from generator.upstream.http import Patience
from generator.upstream.origin import find_origin, parse_origin, read_origin


def test_paths_and_file_addresses(tmp_path):
    path = tmp_path / "a copy: 1.json"
    path.write_bytes(b"[]")
    for given in (str(path), path.as_uri(), f"file://localhost{path.as_uri().removeprefix('file://')}"):
        origin = parse_origin(given)
        assert read_origin(origin).body == b"[]"
        assert origin.label == "file:a copy: 1.json"


def test_http_address():
    assert parse_origin("https://directory.example/all.json").address == "https://directory.example/all.json"


@pytest.mark.parametrize("given", ["ftp://directory.example/", "file://elsewhere/all.json"])
def test_other_addresses(given):
    with pytest.raises(UsageError):
        parse_origin(given)


def test_files_that_can_not_be_read(tmp_path):
    for path in (tmp_path / "missing.json", tmp_path, tmp_path / "x" / "y.json"):
        with pytest.raises(UnreachableError, match="can't be read"):
            read_origin(parse_origin(str(path)))
    with pytest.raises(UnreachableError, match="can't be read"):
        read_origin(parse_origin("file:///null%00byte"))


def test_file_that_is_too_large(tmp_path):
    path = tmp_path / "all.json"
    path.write_bytes(b"12345")
    with pytest.raises(RefusedError, match="larger than 4 bytes"):
        read_origin(parse_origin(str(path)), patience=Patience(max_bytes=4))


def test_source_without_an_address(project):
    with pytest.raises(UnreachableError, match=r"sources\.yaml names no address for passkeys"):
        find_origin(project.settings, "passkeys", None)


def test_given_origin_wins(make_project):
    project = make_project(directory="https://directory.example/all.json")
    assert find_origin(project.settings, "2fa-directory", None).address == "https://directory.example/all.json"
    assert find_origin(project.settings, "2fa-directory", "all.json").address is None
