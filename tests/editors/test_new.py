"""``twofa new``: a file that is valid as it stands, and never one in place of another."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from generator.catalogue.belonging import OWN_KEYS
from generator.disk import create_atomically
from generator.formats.ledger import Gone, Row
from generator.schemas import load_schema
from generator.validation.schema import check_schema
from generator.yamlparse import parse_yaml
from tests.helpers import (
    CHECKOUT,
    ENTRIES,
    FIRST_DAY,
    PASSKEYS,
    Outcome,
    Project,
    make_entry,
    make_rows,
    read_tree,
)

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = load_schema("service")

NAMED = "domain: bravo.example\n"


def read_value(text: str) -> Any:
    """Return what a curated file says; it must be valid."""
    file = parse_yaml(text.encode(), "file")
    assert [*file.problems, *check_schema(file, "service")] == []
    return file.value


def uncomment(text: str) -> str:
    return re.sub(r"^# (?!yaml-language-server)", "", text, flags=re.MULTILINE)


def find_blocks(text: str) -> list[str]:
    """Return the paragraphs that an editor may take the signs away from."""
    return [block for block in text.split("\n\n")[1:] if re.search(r"^# ", block, re.MULTILINE)]


def expect_refusal(project: Project, *arguments: str, code: int = 2) -> Outcome:
    """Run ``new``, which must fail in one line and write nothing."""
    before = read_tree(project.content)
    outcome = project.run("new", *arguments)
    assert (outcome.code, outcome.out) == (code, "")
    assert outcome.err.startswith("twofa: ")
    assert outcome.err.count("\n") == 1
    assert read_tree(project.content) == before
    return outcome


# --- A fresh file -----------------------------------------------------------------------------------------------------


def test_fresh_file_is_valid_and_claims_nothing(tiny):
    tiny.build()
    before = read_tree(tiny.site)
    outcome = tiny.run("new", "alpha.example")
    assert (outcome.code, outcome.err) == (0, "")
    text = tiny.read("content/services/alpha.yaml")
    assert text.startswith("# yaml-language-server: $schema=../../generator/schemas/service.schema.json\ndomain: ")
    assert read_value(text) == {"domain": "alpha.example"}
    assert tiny.check() == []
    built = tiny.build()
    assert (built.code, built.err) == (0, "")
    after = read_tree(tiny.site)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    # It waits for its steps now, not for a file.
    assert changed <= {"2fa-directory/alpha/index.html", "share-2fa-for/alpha/index.html", "editors/index.html"}
    for name in changed - {"editors/index.html"}:
        lines = zip(before[name].decode().splitlines(), after[name].decode().splitlines(), strict=True)
        differing = [pair for pair in lines if pair[0] != pair[1]]
        assert all("https://git.example.com/tiny" in line for pair in differing for line in pair)


def test_fresh_file_tells_what_is_known_and_what_comes_next(tiny):
    outcome = tiny.run("new", "alpha.example")
    text = tiny.read("content/services/alpha.yaml")
    assert f"from the First Source, as of {FIRST_DAY}" in text
    assert "##   methods        u2f, totp, sms\n" in text
    assert "##   documentation  https://alpha.example/help\n" in text
    assert "##   recovery       https://alpha.example/lost\n" in text
    assert "from the Second Source:\n##   methods        u2f\n" in text
    assert "twofa verify alpha --by WHO --source URL" in text
    assert "#   source: https://alpha.example/help  #" in text
    path = str(tiny.content / "services/alpha.yaml")
    for part in (path, " check ", " serve", "http://127.0.0.1:8000/2fa-directory/alpha/", " verify alpha "):
        assert part in outcome.out


def test_steps_are_suggested_for_the_methods_listed_only(tiny):
    for slug, methods in {"alpha": {"u2f", "totp", "sms"}, "echo": {"passkey"}, "bravo": None}.items():
        tiny.run("new", slug)
        setup = read_value(uncomment(tiny.read(f"content/services/{slug}.yaml")))["setup"]
        assert ("methods" in setup) == (methods is not None)
        assert set(setup.get("methods", ())) == (methods or set())


def test_text_from_upstream_stays_in_its_comment(tiny):
    note = "Odd:\nsetup: x\u2028domain: evil.example\x85\r# a \x1b[31m"
    tiny.write_snapshot([make_entry("alpha.example", "totp", notes=note, documentation="http://alpha.example/help")])
    assert tiny.run("new", "alpha.example").code == 0
    text = tiny.read("content/services/alpha.yaml")
    assert read_value(text) == {"domain": "alpha.example"}
    assert "##   note           Odd: setup: x domain: evil.example # a [31m\n" in text
    assert read_value(uncomment(text))["setup"]["source"].startswith("https://")


@pytest.mark.parametrize(
    "word",
    [
        "bravo.example",
        "BRAVO.Example.",
        "https://www.Bravo.example/x?y#z",
        "http://me@bravo.example:8080",
        "bravo",
        "BRAVO",
        "/2fa-directory/bravo/",
        "https://site.example/2fa-directory/bravo/#setup",
        "content/services/bravo.yaml",
    ],
)
def test_domain_may_be_given_in_other_words(tiny, word):
    assert tiny.run("new", word).code == 0
    assert read_value(tiny.read("content/services/bravo.yaml")) == {"domain": "bravo.example"}


def test_name_is_understood_without_its_country(tiny):
    assert tiny.run("new", "charlie").code == 0
    tiny.write_snapshot([make_entry("one.example", name="Twin [DE]"), make_entry("two.example", name="Twin [FR]")])
    assert "one.example, two.example" in expect_refusal(tiny, "twin").err


def test_file_is_named_after_the_address_that_the_service_keeps(tiny):
    tiny.write_ledger(make_rows(ENTRIES) | {"alpha.example": Row(slug="first-of-all", since=FIRST_DAY)})
    assert tiny.run("new", "alpha.example").code == 0
    assert tiny.check() == []
    assert (tiny.content / "services/first-of-all.yaml").exists()


# --- What it offers ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Every file that ``new`` makes for the services of the sample, by name."""
    root = tmp_path_factory.mktemp("sample")
    for folder in ("content", "data/sample"):
        shutil.copytree(CHECKOUT / folder, root / folder)
    shutil.rmtree(root / "content/services")
    project = Project(root=root)
    for _, record in parse_yaml((root / "data/sample/2fa-directory.json").read_bytes(), "").value:
        outcome = project.run("new", record["domain"])
        assert (outcome.code, outcome.err) == (0, "")
    assert project.check() == []
    return read_tree(root / "content/services")


@pytest.mark.thorough
def test_each_block_and_all_together_are_valid_once_uncommented(sample):
    assert len(sample) > 40
    for data in sample.values():
        text = data.decode()
        blocks = find_blocks(text)
        for block in blocks:
            assert len(read_value(text.replace(block, uncomment(block)))) == 2, "the domain and this block"
        assert len(read_value(uncomment(text))) == 1 + len(blocks)


def list_keys(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the keys of a schema, nested ones as a mapping of their own."""
    items = schema.get("items", {})
    properties = schema.get("properties") or items.get("properties")
    return {key: list_keys(below) for key, below in properties.items()} if properties else {}


def shape(value: Any) -> Any:
    """Return the keys of a value, nested ones as a mapping of their own; a list of mappings has those of its first."""
    if isinstance(value, list):
        value = value[0]
    return {key: shape(below) for key, below in value.items()} if isinstance(value, dict) else {}


def test_every_key_of_the_schema_is_offered_with_its_description(tiny):
    every = ["passkey", "u2f", "totp", "custom-software", "custom-hardware", "email", "sms", "call"]
    tiny.write_snapshot([make_entry("alpha.example", *every)])
    tiny.run("new", "alpha.example")
    text = tiny.read("content/services/alpha.yaml")
    wanted = list_keys({**SCHEMA, "properties": {**SCHEMA["properties"]}})
    for key in ("verified", *OWN_KEYS):
        del wanted[key]
    del wanted["setup"]["methods"]["biometric"]  # what no upstream lists
    assert shape(read_value(uncomment(text))) == wanted
    joined = re.sub(r"\n## ", " ", text)
    assert all(SCHEMA["properties"][key]["description"] in joined for key in wanted if key != "domain")
    assert list(read_value(uncomment(text)))[1:4] == ["setup", "recovery", "teams"], "the common ones come first"


@pytest.mark.thorough
def test_no_verdict_and_no_stamp_are_suggested(sample):
    for data in sample.values():
        value = read_value(uncomment(data.decode()))
        assert value["sharing"]["verdict"] == "unknown"
        assert "verified" not in value


# --- Services that no upstream lists ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("domain", "slug"),
    [("golf.example", "golf"), ("alpha.example.net", "alpha-example-net"), ("search.example", "search-example")],
)
def test_name_starts_a_service_of_our_own(tiny, domain, slug):
    outcome = tiny.run("new", domain, "--name", 'Golf: "No" # 1')
    assert (outcome.code, outcome.err) == (0, "")
    text = tiny.read(f"content/services/{slug}.yaml")
    own = {"domain": domain, "name": 'Golf: "No" # 1', "categories": ["other"], "methods": []}
    assert read_value(text) == own
    offered = read_value(uncomment(text))
    assert offered.keys() == SCHEMA["properties"].keys() - {"verified", "override"}
    assert tiny.check() == []
    assert tiny.build().code == 0
    assert (tiny.site / f"2fa-directory/{slug}/index.html").exists()


def test_service_known_for_its_passkeys_alone_needs_a_name(tiny):
    tiny.write_snapshot(
        ENTRIES.values(), PASSKEYS | {"golf.example": {"passwordless": "allowed", "notes": "On phones."}}
    )
    assert "--name" in expect_refusal(tiny, "golf.example").err
    assert tiny.run("new", "golf.example", "--name", "Golf").code == 0
    text = tiny.read("content/services/golf.yaml")
    assert "from the Second Source:\n##   methods        passkey\n##   note           On phones.\n" in text
    assert set(read_value(uncomment(text))["setup"]["methods"]) == {"passkey"}
    assert tiny.check() == []


def test_warns_of_what_a_new_service_changes_for_another(tiny):
    assert tiny.run("new", "golf.example", "--name", "Golf").code == 0
    outcome = tiny.run("new", "golf.example.org", "--name", "Golf Two")
    assert outcome.code == 0
    assert "content/services/golf.yaml" in outcome.out
    assert "golf-example.yaml" in outcome.out


def test_first_category_where_there_is_no_other(tiny):
    tiny.write("content/categories.yaml", "banking: Banking\ncloud: Cloud\ntravel: Travel\n")
    tiny.run("new", "golf.example", "--name", "Golf")
    assert read_value(tiny.read("content/services/golf.yaml"))["categories"] == ["banking"]


# --- Refusals ---------------------------------------------------------------------------------------------------------

GONE = {
    "golf.example": Row(slug="golf", since=FIRST_DAY, gone=Gone(how="moved", date=FIRST_DAY, to="alpha.example")),
    "hotel.example": Row(slug="hotel", since=FIRST_DAY, gone=Gone(how="merged", date=FIRST_DAY, to="golf.example")),
    "india.example": Row(slug="india", since=FIRST_DAY, gone=Gone(how="removed", date=FIRST_DAY)),
}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["delta.example.org"], "delta.example"),
        (["golf.example"], "alpha.example"),
        (["hotel"], "alpha.example"),
        (["hotel.example", "--name", "Hotel"], "alpha.example"),
        (["india.example"], "no longer listed"),
        (["bravo.example", "--name", "Bravo"], "leave out --name"),
        (["brvo.example"], "did you mean bravo.example?"),
        (["login.bravo.example"], "did you mean bravo.example?"),
        (["bravo.test"], "did you mean bravo.example?"),
        (["Foxtrott"], "did you mean foxtrot.example?"),
        (["zzzzzzzz.test"], '--name "NAME"'),
        (["zzzzzzzz.test", "--name", " "], "--name"),
        (["zzzzzzzz.test", "--name", "a\nb"], "--name"),
        (["zzzzzzzz"], "write a domain"),
        (["http://"], "neither a domain"),
        ([""], "neither a domain"),
        (["../../x"], "neither a domain"),
        (["a" * 300 + ".test", "--name", "A"], "neither a domain"),
        (["ä" * 300], "neither a domain"),
    ],
)
def test_refuses_what_is_no_new_service(tiny, arguments, said):
    tiny.write_ledger(make_rows(ENTRIES) | GONE)
    assert said in expect_refusal(tiny, *arguments).err


def test_removed_service_may_be_kept_by_name(tiny):
    tiny.write_ledger(make_rows(ENTRIES) | GONE)
    assert tiny.run("new", "india.example", "--name", "India").code == 0
    assert tiny.check() == []


def test_unlisted_service_on_sample_data_points_to_the_real_data(tiny):
    tiny.forget_snapshot()
    assert "twofa fetch" in expect_refusal(tiny, "bravo.example").err


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("bravo", NAMED),
        ("of-another-name", NAMED),
        ("of-another-name", f"{NAMED}setup: 3\n"),
        ("of-another-name", "domain: BRAVO.example.\n"),
        ("bravo", "domain: alpha.example\n"),
        ("bravo", "- not\n- a guide\n"),
        ("bravo", b"\xff"),
        ("bravo", ""),
    ],
)
def test_file_that_is_there_is_never_touched(tiny, name, text):
    tiny.write_curated(name, text)
    assert f"content/services/{name}.yaml" in expect_refusal(tiny, "bravo.example").err


def test_link_that_leads_nowhere_takes_the_name(tiny, tmp_path):
    (tiny.content / "services/bravo.yaml").symlink_to(tmp_path / "nowhere")
    expect_refusal(tiny, "bravo.example")
    assert not (tmp_path / "nowhere").exists()


def test_folder_outside_the_project_is_refused(tiny, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tiny.content / "services").rmdir()
    (tiny.content / "services").symlink_to(tmp_path / "elsewhere")
    expect_refusal(tiny, "bravo.example", code=5)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_folder_is_made_where_it_is_missing(tiny):
    (tiny.content / "services").rmdir()
    assert tiny.run("new", "bravo.example").code == 0
    assert tiny.check() == []


def test_folder_that_is_none_is_an_error_of_the_disk(tiny):
    (tiny.content / "services").rmdir()
    tiny.write("content/services", "")
    expect_refusal(tiny, "bravo.example", code=6)


def test_name_taken_at_the_last_moment_is_left_alone(tmp_path: Path):
    path = tmp_path / "bravo.yaml"
    path.write_text("first")
    with pytest.raises(FileExistsError):
        create_atomically(path, b"second")
    assert read_tree(tmp_path) == {"bravo.yaml": b"first"}
