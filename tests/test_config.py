"""The settings: what is read, what is refused, and where things lie."""

import re

import pytest

from generator.config import Paths, load_settings
from generator.errors import InvalidError, UsageError
from tests.helpers import CHECKOUT, SITE, SOURCES


def test_everything_is_read(tiny):
    settings = load_settings(tiny.root)
    assert (settings.title, settings.base_url) == ("Tiny directory", "https://tiny.example")
    assert (settings.base_path, settings.origin) == ("", "https://tiny.example")
    assert settings.publisher.name == "Tester"
    assert settings.product is not None
    assert settings.product.totp.steps == ("Add the seed of {service}.",)
    assert settings.product.totp.enrolment == "Two minutes."
    assert settings.product.sms.enrolment is None
    assert list(settings.sources) == ["2fa-directory", "passkeys", "sample"]
    source = settings.sources["2fa-directory"]
    assert (source.id, source.name, source.in_text) == ("2fa-directory", "First Source", "the First Source")
    assert source.licence.name == "MIT"
    assert source.notices == (("A notice", "Word for word."),)
    assert settings.sources["sample"].licence.url is None
    assert (settings.limits.stale_after_days, settings.limits.source_max_age_hours) == (365, 48)
    assert settings.branch == "main"


def test_limits_can_be_set(tiny):
    tiny.write("content/site.yaml", SITE + "limits: {stale_after_days: 10, bad_records_percent: 2.5}\nbranch: trunk\n")
    settings = load_settings(tiny.root)
    assert (settings.limits.stale_after_days, settings.limits.bad_records_percent) == (10, 2.5)
    assert settings.limits.source_max_age_hours == 48
    assert settings.branch == "trunk"


def test_a_site_may_have_no_product(tiny):
    text = SITE[: SITE.index("product:")] + SITE[SITE.index("repository:") :]
    tiny.write("content/site.yaml", text)
    assert load_settings(tiny.root).product is None


@pytest.mark.parametrize(
    ("written", "given", "base_url", "path", "origin"),
    [
        ("https://a.example", None, "https://a.example", "", "https://a.example"),
        ("https://a.example/", None, "https://a.example", "", "https://a.example"),
        ("https://a.example/deep/path", None, "https://a.example/deep/path", "/deep/path", "https://a.example"),
        ("https://a.example/deep//", None, "https://a.example/deep", "/deep", "https://a.example"),
        ("https://a.example", "http://127.0.0.1:8000/x/", "http://127.0.0.1:8000/x", "/x", "http://127.0.0.1:8000"),
    ],
)
def test_base_url(tiny, written, given, base_url, path, origin):
    tiny.write("content/site.yaml", SITE.replace("https://tiny.example", written))
    settings = load_settings(tiny.root, base_url=given)
    assert (settings.base_url, settings.base_path, settings.origin) == (base_url, path, origin)


@pytest.mark.parametrize("given", ["", "/", ".git", ".git/"])
def test_repository_as_it_is_copied(tiny, given):
    tiny.write("content/site.yaml", re.sub("(repository: .*)", rf"\1{given}", SITE))
    assert f"repository: {load_settings(tiny.root).repository}\n" in SITE


@pytest.mark.parametrize(
    ("old", "new", "rule", "line"),
    [
        ("https://tiny.example", "https://tiny.example/?x=1", "link", 2),
        ("https://tiny.example", "tiny.example", "link", 2),
        ("title: Tiny directory\n", "", "missing-key", 1),
        ("title:", "titel:", "unknown-key", 1),
        ("title: Tiny directory", "title: 2026", "not-text", 1),
        ("  name: Tester", "  name: Tester\n  url: http://tester.example", "http-link", 6),
        ('steps: ["Add the seed of {service}."]', "steps: []", "too-short", 10),
        ("repository:", "limits: {stale_after_days: 0}\nrepository:", "out-of-range", 17),
        ("repository:", "limits: {bad_records_percent: 101}\nrepository:", "out-of-range", 17),
        ("repository:", "limits: {stale_after_days: 1.5}\nrepository:", "wrong-type", 17),
        ("description: A directory for tests.", "description:", "wrong-type", 3),
        ("repository: ", "repository: https://git.example/a?b=c\n# ", "not-allowed", 17),
        ("repository:", "branch: a b\nrepository:", "not-allowed", 17),
        ("repository:", "branch: a/../b\nrepository:", "not-allowed", 17),
    ],
)
def test_broken_site(tiny, old, new, rule, line):
    assert SITE.count(old) == 1
    tiny.write("content/site.yaml", SITE.replace(old, new))
    with pytest.raises(InvalidError) as error:
        load_settings(tiny.root)
    assert ("content/site.yaml", line, rule) in [(each.path, each.line, each.rule) for each in error.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("passkeys:", "passkey:", "missing-key"),
        ("  in_text: the tiny sample\n", "", "missing-key"),
        ("credit: Made up for tests", "credit: <b>Made up</b>", "raw-html"),
        ("https://first.example/licence", "http://first.example/licence", "http-link"),
        ("{name: CC0, url: null}", "{name: CC0}", "missing-key"),
    ],
)
def test_broken_sources(tiny, old, new, rule):
    tiny.write("content/sources.yaml", SOURCES.replace(old, new))
    with pytest.raises(InvalidError) as error:
        load_settings(tiny.root)
    assert rule in [problem.rule for problem in error.value.problems]
    assert {problem.path for problem in error.value.problems} == {"content/sources.yaml"}


def test_problems_of_both_files_are_shown(tiny):
    tiny.write("content/site.yaml", "x: 1\n")
    tiny.write("content/sources.yaml", "y: 1\n")
    with pytest.raises(InvalidError) as error:
        load_settings(tiny.root)
    assert {problem.path for problem in error.value.problems} == {"content/site.yaml", "content/sources.yaml"}


def test_missing_sources(tiny):
    (tiny.content / "sources.yaml").unlink()
    with pytest.raises(InvalidError) as error:
        load_settings(tiny.root)
    assert [problem.rule for problem in error.value.problems] == ["missing-file"]


def test_a_folder_without_settings_is_no_project(tmp_path):
    with pytest.raises(UsageError, match=r"no content/site\.yaml"):
        load_settings(tmp_path)


def test_paths_are_named_as_readers_of_messages_know_them(tmp_path):
    paths = Paths(root=tmp_path)
    assert paths.name(paths.services / "a.yaml") == "content/services/a.yaml"
    assert paths.name(CHECKOUT) == CHECKOUT.as_posix()
