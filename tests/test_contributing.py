"""CONTRIBUTING as an editor follows it: its commands, one after the other, on a fresh checkout with the sample data."""

from __future__ import annotations

import re
import shlex
import shutil

import pytest
import yaml

from tests.helpers import CHECKOUT, Project
from tests.pages.reading import parse_page

TEXT = (CHECKOUT / "CONTRIBUTING.md").read_text("utf-8")
TODAY = "2026-11-25"
GUIDE = "content/services/cliniko.yaml"


def find_blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def find_commands() -> list[list[str]]:
    """Return the commands of the program in order, without its name."""
    lines = [line for block in find_blocks("console") for line in block.splitlines()]
    return [shlex.split(line)[2:] for line in lines if line.startswith("$ scripts/twofa ")]


@pytest.fixture
def checkout(tmp_path) -> Project:
    """A checkout from before the guide of the worked example."""
    for name in ("content", "templates", "data/sample"):
        shutil.copytree(CHECKOUT / name, tmp_path / name)
    (tmp_path / GUIDE).unlink()
    return Project(root=tmp_path)


def find_state(project: Project) -> str:
    page = parse_page(project.read("site/2fa-directory/cliniko/index.html"))
    return page.get("p", cls="verification").words


def test_the_worked_example_works(checkout, monkeypatch):
    monkeypatch.chdir(checkout.root)
    todo, new, check, verify = find_commands()
    assert (todo, new) == (["todo"], ["new", "cliniko.com"])
    said = checkout.run(*todo, "--date", TODAY).out
    assert GUIDE in said
    assert checkout.run(*new).code == 0
    assert checkout.check(GUIDE, today=TODAY) == []

    checkout.write(GUIDE, find_blocks("yaml")[0].replace("\n", " \n", 1))
    checked = checkout.run(*check, "--date", TODAY)
    assert (checked.code, checked.out) == (0, "No problems.\n")
    assert checkout.read(GUIDE) == find_blocks("yaml")[0]
    assert checkout.build(today=TODAY).code == 0
    assert find_state(checkout).startswith("Not yet verified by an editor")

    assert checkout.run(*verify, "--date", TODAY).code == 0
    assert checkout.build(today=TODAY).code == 0
    assert find_state(checkout) == f"Verified on {TODAY} by mk against its source."
    assert "cliniko" not in [item["slug"] for item in list_todo(checkout) if item["reason"] != "sharing-unknown"]


def list_todo(project: Project) -> list[dict[str, str]]:
    items: list[dict[str, str]] = project.run("todo", "--json", "--date", TODAY).json["items"]
    return items


def test_a_change_upstream_asks_for_a_review_everywhere(checkout, monkeypatch):
    monkeypatch.chdir(checkout.root)
    checkout.write(GUIDE, find_blocks("yaml")[0])
    checkout.run(*find_commands()[3], "--date", TODAY)
    content = checkout.read(GUIDE)
    sample = checkout.read("data/sample/2fa-directory.json")
    record = sample[sample.index('["Cliniko"') :].partition("}]")[0]
    checkout.write(
        "data/sample/2fa-directory.json", sample.replace(record, record.replace('["totp"]', '["totp", "sms"]'))
    )
    assert checkout.build(today=TODAY).code == 0
    assert "needs a review" in find_state(checkout)
    (item,) = [item for item in list_todo(checkout) if item["slug"] == "cliniko" and item["reason"] == "needs-review"]
    assert item["detail"] in parse_page(checkout.read("site/editors/index.html")).words
    explained = checkout.run("explain", "cliniko", "--json").json["facts"]
    assert any("review" in str(fact) for fact in explained)
    assert checkout.read(GUIDE) == content


@pytest.mark.parametrize("number", range(len(find_blocks("yaml"))))
def test_what_it_shows_of_a_guide_is_valid(checkout, number):
    block = find_blocks("yaml")[number]
    known = "" if "domain:" in block else "domain: cliniko.com\n"
    assert set(yaml.safe_load(block)) & {"domain", "verified", "override"}
    path = checkout.write(GUIDE, known + block)
    # Links of examples are for nobody to copy.
    allowed = {"left-example"} if "example.com" in block else set()
    assert {problem["rule"] for problem in checkout.check(path, today=TODAY)} <= allowed


def test_files_and_options_that_it_names_are_there():
    links = re.findall(r"\]\((?!https:|#)([^)#]+)", TEXT)
    names = re.findall(r"`((?:content|docs|scripts)/[a-z.-]+(?:/[a-z.-]+)*)`", TEXT)
    assert len(links) > 3
    assert len(names) > 8
    for name in {*links, *names}:
        assert (CHECKOUT / name).exists(), name
