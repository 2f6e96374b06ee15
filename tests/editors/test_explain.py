"""``twofa explain``: each fact with its layer and its line, never at odds with the merge."""

from __future__ import annotations

import html
import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from generator.catalogue.decisions.history import write_history
from generator.catalogue.gather import gather
from generator.catalogue.load import load_baseline
from generator.catalogue.merge import PRECEDENCE
from generator.config import load_settings
from generator.editors.explain.explaining import explain
from generator.editors.explain.facts import Case, Fact, simplify
from generator.editors.explain.files import ContentFiles, DataFiles
from generator.editors.explain.finding import build_case
from generator.formats.ledger import Gone
from generator.model import CURATED, Event, Service
from tests.helpers import CHECKOUT, ENTRIES, FIRST_DAY, TODAY, make_entry, make_project, make_rows, within

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers import Project

Explained = list[tuple[Case, tuple[Fact, ...]]]

RICH = """\
domain: alpha.example
verified:
  date: 2025-12-01
  by: mk
  source: https://alpha.example/2fa
  methods: [totp]
setup:
  source: https://alpha.example/help
  requires: [a phone]
  steps:
    - Open **Settings**.
  methods:
    u2f: [Touch the key.]
    email: [Read the message.]
recovery: {codes: false, link: "https://alpha.example/reset", notes: Ask.}
sharing: {verdict: tolerated, source: "https://alpha.example/terms", checked: 2025-12-01}
teams: {enforce: true, source: "https://alpha.example/teams"}
override:
  methods:
    add:
      - passkey
    remove: [totp,
      sms]
    reason: Seen there.
    source: https://alpha.example/news
faq:
  - question: Two phones?
    answer: "Yes."
  - {question: Three?, answer: "No."}
aliases: [Aleph]
"""


#: What makes sense only for a service that no upstream lists.
FOX = "domain: foxtrot.example\nname: Fox\ncategories: [cloud]\nmethods: [sms]\nurl: https://fox.example/\n"


def explain_all(root: Path) -> Explained:
    settings = load_settings(root)
    baseline = load_baseline(settings.paths)
    gathered = gather(settings, TODAY, TODAY, baseline=baseline)
    content, data = ContentFiles(root), DataFiles(settings.paths, is_sample=baseline.sample)
    services = (*gathered.catalogue.services, *gathered.catalogue.removed)
    cases = [build_case(service, gathered, baseline, settings) for service in services]
    return [(case, explain(case, content, data)) for case in cases]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Explained]:
    """Every service of the shipped sample, the shipped guides among them, and one that has it all."""
    root: Path = tmp_path_factory.mktemp("shipped")
    for name in ("content", "data/sample"):
        shutil.copytree(CHECKOUT / name, root / name)
    rich = RICH.replace("alpha.example", "bank.example")
    (root / "content/services/bank.yaml").write_text(rich)
    own = "domain: own.example\nname: Own\ncategories: [travel]\nmethods: [sms, totp]\nregions: [de]\n"
    (root / "content/services/own.yaml").write_text(own)
    return root, explain_all(root)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = make_project(tmp_path / "project")
    made.write_curated("alpha", RICH)
    made.write_curated("echo", "domain: echo.example\naccount: alpha.example\n")
    made.write_curated(
        "own", "domain: own.example\nname: Own\ncategories: [cloud]\nmethods:\n  - sms\n  - totp\nregions: [us]\n"
    )
    return made


def find_facts(project: Project, named: str) -> dict[str, dict[str, Any]]:
    outcome = project.run("explain", named, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    return {fact["fact"]: fact for fact in outcome.json["facts"]}


# --- It says what the merge says --------------------------------------------------------------------------------------


def test_every_fact_of_the_merge_is_explained_with_its_value_and_layer(shipped):
    _, explained = shipped
    assert len(explained) > 40
    seen = set()
    for case, facts in explained:
        service, by_name = case.service, {fact.fact: fact for fact in facts}
        assert len(by_name) == len(facts), "no fact is told twice"
        for name, layer in service.layers.items():
            seen.add(name)
            for fact, value in list_expected(service, name):
                assert simplify(by_name[fact].value) == simplify(value), (service.domain, fact)
                assert by_name[fact].layer == layer
        listed = {name: fact for name, fact in by_name.items() if fact.value in ("supported", "last listed")}
        expected = {f"methods.{method.id}": method.layer for method in service.methods}
        assert {name: fact.layer for name, fact in listed.items()} == expected
        unknown = "unknown" if case.view.terms else None
        verdict = by_name["sharing.verdict"].value if "sharing.verdict" in by_name else unknown
        assert case.view.terms is None or verdict == service.sharing.verdict
        lines = [f"{entry.date} {entry.sentence}" for entry in write_history(case.events)]
        assert [fact.value for fact in facts if fact.fact.startswith("history.")] == lines
    assert seen >= PRECEDENCE.keys() - {"account", "disputed"}, "the sample shows nearly all"


def list_expected(service: Service, name: str) -> list[tuple[str, Any]]:
    """Return the facts that a row of the merge's table comes to, written out by hand."""
    value = getattr(service, name)
    if name in {"contact", "verified", "sharing", "teams"}:
        keys = [key for key in value.__struct_fields__ if getattr(value, key) is not None]
        return [(f"{name}.{key}", getattr(value, key)) for key in keys]
    if name == "recovery":
        return [(f"recovery.{key}", held) for key in ("codes", "notes") if (held := getattr(value, key)) is not None]
    if name == "setup":
        steps = [(f"setup.methods.{method}", steps) for method, steps in value.methods.items()]
        return [("setup.source", value.source), *([("setup.steps", value.steps)] if value.steps else []), *steps]
    if name == "faq":
        return [(f"faq.{number}.answer", question.answer) for number, question in enumerate(value, 1)]
    return [(name, value)]


#: What stands at the place of a fact whose key has another name in its file.
_KEYS = {
    "note": "notes",
    "categories": "keywords",
    "custom_software": "custom-software",
    "custom_hardware": "custom-hardware",
    "additional_domains": "additional-domains",
    "passkeys_credit": "credit",
    "edit_link": "repository",
    "recovery_link": "recovery|link",
    "since": "first",
}


def stands_there(fact: Fact, text: str) -> bool:
    """Tell whether a text, from the place of a fact to the end of its line, begins with its key or its value."""
    last = fact.fact.rsplit(".", 1)[-1]
    keys = "|".join({re.escape(last), _KEYS.get(last, re.escape(last))})
    if fact.fact.startswith("methods."):
        keys = f"{keys}|passwordless|mfa"
    if fact.fact.startswith("report_link."):
        keys = "report|repository"
    if fact.fact.startswith("answers."):
        keys = "enrolment"
    if fact.layer == "history" and fact.place and fact.place.path.endswith(".jsonl"):
        # A line of the history names the service, and the day for the lines that a page shows.
        return text.startswith("{") and (fact.value[:10] in text if isinstance(fact.value, str) else False)
    written = json.dumps(fact.value, ensure_ascii=False) if isinstance(fact.value, str) else None
    text = html.unescape(text) if fact.fact == "name" else text
    return bool(re.match(rf'["\']?({keys})["\']?\s*(:|$|,|\])', text)) or bool(written and text.startswith(written))


def test_every_line_holds_what_it_is_said_to_hold(shipped):
    root, explained = shipped
    lines: dict[str, list[str]] = {}
    layers, wrong = set(), []
    for case, facts in explained:
        for fact in facts:
            place = fact.place
            if place is None:
                assert fact.layer in {"decision", "default"}, fact
                continue
            if place.path not in lines:
                lines[place.path] = (root / place.path).read_text().split("\n")
            layers.add((fact.layer, place.path.split("/")[1]))
            assert place.line, fact
            text = lines[place.path][place.line - 1][place.column - 1 :]
            if not stands_there(fact, text) and not (case.service.removal and fact.fact in {"name", "domain"}):
                wrong.append((case.service.domain, fact, text[:60]))
    assert wrong == []
    assert {layer for layer, _ in layers} == {"sample", "curated", "settings", "ledger", "history"}


# --- What gave way ----------------------------------------------------------------------------------------------------


def test_a_guide_that_replaces_upstreams_word(project):
    facts = find_facts(project, "alpha")
    lines = project.read("content/services/alpha.yaml").split("\n")
    link = facts["recovery_link"]
    assert (link["value"], link["layer"]) == ("https://alpha.example/reset", "curated")
    assert "link:" in lines[link["line"] - 1]
    assert link["overrode"] == {
        "layer": "2fa-directory",
        "value": "https://alpha.example/lost",
        "path": "data/2fa-directory.json",
        "line": 2,
        "column": link["overrode"]["column"],
    }
    gone = facts["methods.sms"]
    assert (gone["value"], gone["layer"], gone["note"]) == ("not listed", "curated", "Seen there.")
    assert lines[gone["line"] - 1][gone["column"] - 1 :] == "sms]"
    assert (gone["overrode"]["value"], gone["overrode"]["layer"]) == ("supported", "2fa-directory")
    added = facts["methods.passkey"]
    assert (added["value"], added["layer"], added["overrode"]) == ("supported", "curated", None)
    assert lines[added["line"] - 1].strip() == "- passkey"
    assert facts["methods.call"] == {
        "fact": "methods.call",
        "value": "not listed",
        "layer": "default",
        "path": None,
        "line": None,
        "column": None,
        "overrode": None,
        "from": [],
        "note": None,
    }
    second = facts["methods.u2f"]
    assert (second["layer"], second["overrode"]["layer"]) == ("2fa-directory", "passkeys")
    assert second["overrode"]["path"] == "data/passkeys.json"


def test_a_second_factor_that_only_the_passkeys_directory_knows(project):
    facts = find_facts(project, "foxtrot")
    assert (facts["methods.u2f"]["layer"], facts["methods.u2f"]["path"]) == ("passkeys", "data/passkeys.json")
    assert facts["methods.u2f"]["line"] == 5
    # The record may be that of an additional domain.
    delta = find_facts(project, "delta")
    assert (delta["methods.passkey"]["line"], delta["passkeys.note"]["value"]) == (3, "On phones.")


def test_a_guide_that_upstream_has_overtaken(project):
    project.write_curated("own", FOX)
    facts = find_facts(project, "foxtrot")
    assert (facts["name"]["value"], facts["name"]["layer"]) == ("Foxtrot", "2fa-directory")
    assert (facts["name"]["overrode"]["value"], facts["name"]["overrode"]["line"]) == ("Fox", 2)
    assert facts["url"]["overrode"]["value"] == "https://fox.example/"
    assert facts["methods.sms"]["value"] == "not listed"


def test_why_a_verification_needs_a_review_and_which_steps_are_left_out(project):
    facts = find_facts(project, "alpha")
    state = facts["verification"]
    assert (state["value"], state["layer"]) == ("needs-review", "decision")
    assert state["note"] == "listed since: u2f, sms"
    assert facts["setup.methods.email"]["note"] == "not shown: Email is not listed"
    project.write_curated("alpha", RICH.replace("2025-12-01", "2020-01-01").replace("[totp]", "[sms, totp, u2f]"))
    assert find_facts(project, "alpha")["verification"]["value"] == "stale"


def test_a_service_of_the_editors_own(project):
    facts = find_facts(project, "own.example")
    assert {facts[fact]["layer"] for fact in ("name", "domain", "categories", "regions", "methods.totp")} == {"curated"}
    assert (facts["methods.totp"]["line"], facts["methods.sms"]["line"]) == (6, 5)
    assert (facts["slug"]["layer"], facts["slug"]["note"]) == ("decision", "not yet in the ledger")
    assert (facts["regions.us"]["value"], facts["regions.us"]["path"]) == ("United States", "content/regions.yaml")


def test_the_guide_of_another_service(project):
    facts = find_facts(project, "echo")
    assert facts["setup.steps"]["path"] == "content/services/alpha.yaml"
    assert facts["setup.steps"]["line"] == 10
    assert "from the guide of alpha.example" in facts["setup.steps"]["note"]
    assert facts["account"]["path"] == "content/services/echo.yaml"


def make_links(name: str) -> dict[str, Any]:
    keys = ("documentation", "url", "recovery")
    return {
        **{key: f"https://{name}.example/{key}" for key in keys},
        "contact": {"form": f"https://{name}.example/form"},
    }


def test_what_a_page_shows_of_the_links_that_layers_state(tmp_path):
    """A link is on the page, or the fact says that it is not shown."""
    project = make_project(tmp_path / "project")
    methods = {"alpha": ["totp"], "bravo": ["sms"], "charlie": [], "delta": ["u2f"], "golf": ["totp"]}
    entries = {name: make_entry(f"{name}.example", *listed, **make_links(name)) for name, listed in methods.items()}
    project.write_snapshot(entries.values())
    project.write_curated("alpha", RICH)
    for name in ("bravo", "charlie"):
        project.write_curated(name, RICH.replace("alpha", name) + "disputed: Two editors saw two things.\n")
    lost = RICH.replace("alpha", "delta").replace("[totp,\n      sms]", "[u2f]").replace("- passkey", "- call")
    project.write_curated("delta", lost)
    assert project.build().code == 0
    for name in entries:
        page = html.unescape(project.read(f"site/2fa-directory/{name}/index.html"))
        for fact, told in find_facts(project, name).items():
            value = told["value"]
            if told["layer"] in {"2fa-directory", CURATED} and str(value).startswith("https://"):
                assert (f'"{value}"' in page) is ("not shown: " not in (told["note"] or "")), (name, fact)


def test_history_and_removal(project):
    events = [
        Event(
            type="methods_gained", domain="alpha.example", name="Alpha", date="2026-01-10", details={"methods": ["sms"]}
        ),
        Event(type="field_changed", domain="bravo.example", name="Bravo", date="2026-01-11", details={"field": "url"}),
        Event(
            type="methods_gained", domain="alpha.example", name="Alpha", date="2026-01-12", details={"methods": ["u2f"]}
        ),
    ]
    project.write_events(events)
    record = ("Gone", {"domain": "gone.example", "keywords": ["cloud"], "tfa": ["totp", "sms"]})
    gone = Gone(how="removed", date="2026-01-12", record=record)
    moved = Gone(how="moved", date="2026-01-12", to="alpha.example")
    project.write_ledger(make_rows([*ENTRIES, "gone.example", "older.example"], gone=gone, older=moved))
    facts = find_facts(project, "alpha")
    assert [facts[f"history.{number}"]["line"] for number in (1, 2)] == [3, 1]
    assert (facts["since"]["value"], facts["since"]["line"]) == ("2026-01-12", 3)
    assert find_facts(project, "older") == facts, "an address that has moved"
    removed = find_facts(project, "gone")
    assert (removed["verdict"]["value"], removed["removal.date"]["value"]) == ("removed", "2026-01-12")
    assert {removed[fact]["path"] for fact in ("name", "methods.totp", "categories")} == {"data/ledger.json"}


def test_since_when_a_record_is_as_it_is_no_merge_into_it_says(project):
    events = [
        Event(
            type="methods_gained", domain="alpha.example", name="Alpha", date="2026-01-10", details={"methods": ["sms"]}
        ),
        Event(type="merged", domain="old.example", name="Old", date="2026-01-11", details={"into": "alpha.example"}),
        Event(type="merged", domain="old.example", name="Old", date="2026-01-11", details={"into": "bravo.example"}),
    ]
    project.write_events(events)
    alpha, bravo = find_facts(project, "alpha"), find_facts(project, "bravo")
    assert (alpha["since"]["value"], alpha["since"]["line"]) == ("2026-01-10", 1)
    assert [alpha[f"history.{number}"]["line"] for number in (1, 2)] == [2, 1]
    assert (bravo["since"]["value"], bravo["since"]["path"]) == (FIRST_DAY, "data/2fa-directory.meta.json")


# --- The command ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "named",
    [
        "delta",
        "delta.example",
        "DELTA.example",
        "delta.example.org",
        "/2fa-directory/delta/",
        "https://site.example/base/2fa-directory/delta/?x#setup",
        "share-2fa-for/delta",
        "https://www.delta.example/a/alpha",
        "https://delta.example.org:8443/",
        "Delta",
        "river mouth",
        "content/services/delta.yaml",
    ],
)
def test_what_names_a_service(project, named):
    project.write_curated("delta", "domain: delta.example\naliases: [River mouth]\n")
    outcome = project.run("explain", named, "--json")
    assert outcome.json["slug"] == "delta"
    assert outcome.json["page"] == "/2fa-directory/delta/"


def test_a_file_that_has_another_name_than_its_service(project):
    (project.content / "services/alpha.yaml").rename(project.content / "services/first.yaml")
    assert find_facts(project, "content/services/first.yaml")["name"]["value"] == "Alpha"


@pytest.mark.parametrize(
    ("named", "fix"), [("alhpa", "did you mean alpha.example?"), ("qqqqqqqq", "write a domain"), ("", "")]
)
def test_a_name_that_nobody_has(project, named, fix):
    outcome = project.run("explain", named)
    assert (outcome.code, outcome.out) == (2, "")
    assert fix in outcome.err


def test_the_text_names_fact_value_layer_and_line_and_what_gave_way(project):
    lines = project.run("explain", "alpha").out.split("\n")
    assert lines[0] == "Alpha (alpha.example): /2fa-directory/alpha/"
    at = next(index for index, line in enumerate(lines) if line.startswith("recovery_link"))
    assert re.fullmatch(
        r"recovery_link +https://alpha.example/reset +curated +content/services/alpha.yaml:15", lines[at]
    )
    assert lines[at + 1].strip() == "replaces https://alpha.example/lost (2fa-directory, data/2fa-directory.json:2)"
    assert any(re.match(r"verdict +yes +decision +from methods$", line) for line in lines)


def test_a_broken_guide_is_told_and_the_rest_explained(project):
    project.write_curated("alpha", RICH + "unknown: x\n")
    project.write_curated("bravo", "domain: bravo.example\nother: x\n")
    outcome = project.run("explain", "alpha", "--json")
    assert outcome.code == 5
    assert "content/services/alpha.yaml:31:1: error: unknown key unknown" in outcome.err
    assert "bravo" not in outcome.err
    facts = {fact["fact"]: fact for fact in outcome.json["facts"]}
    assert (facts["recovery_link"]["value"], facts["recovery_link"]["layer"]) == (
        "https://alpha.example/lost",
        "2fa-directory",
    )
    assert CURATED not in {fact["layer"] for fact in facts.values()}


def test_a_broken_guide_is_known_by_its_domain_too(project):
    project.write_curated("first", "domain: bravo.example\nunknown: x\n")
    outcome = project.run("explain", "bravo")
    assert outcome.code == 5
    assert "content/services/first.yaml:2:1" in outcome.err


def test_it_writes_nothing_and_is_quick(project):
    before = sorted(path for path in project.root.rglob("*"))
    with within(2):
        project.run("explain", "alpha")
    assert sorted(path for path in project.root.rglob("*")) == before
