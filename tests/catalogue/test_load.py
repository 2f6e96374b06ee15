"""Reading content and data from the disk."""

import json

import pytest

from generator.cache import Cache
from generator.catalogue.load import load_baseline, load_content, load_names
from generator.config import Paths
from generator.errors import InvalidError
from generator.formats.ledger import Gone, Row
from tests.helpers import ENTRIES, FIRST_DAY, PASSKEYS, make_entry, make_rows, read_tree


@pytest.fixture
def paths(tiny):
    return Paths(root=tiny.root)


# --- Content ----------------------------------------------------------------------------------------------------------


def test_content(tiny, paths):
    tiny.write_curated("alpha", "domain: Alpha.example\naliases: [Al]\n")
    content = load_content(paths)
    assert content.problems == ()
    (guide,) = content.curated
    assert (guide.domain, guide.aliases, guide.path) == ("alpha.example", ("Al",), "content/services/alpha.yaml")
    assert guide.lines["aliases"] == (2, 1)
    editorial = content.editorial
    assert editorial.categories["cloud"] == "Cloud services"
    assert editorial.regions["no"] == "Norway"
    assert editorial.methods["totp"].markdown == "A code from an app."
    assert [source.title for source in editorial.methods["totp"].sources] == ["A standard"]
    assert [passage.question for passage in editorial.faq] == ["What is 2FA?"]
    assert editorial.requests["de"].subject == "Bitte 2FA"
    assert editorial.pages["methodology"].startswith("# How we decide")


def test_a_broken_guide_is_left_out_and_the_others_stay(tiny, paths):
    tiny.write_curated("alpha", "domain: alpha.example\nsharin: x\n")
    tiny.write_curated("bravo", "domain: bravo.example\n")
    content = load_content(paths)
    assert [guide.domain for guide in content.curated] == ["bravo.example"]
    assert [problem.rule for problem in content.problems] == ["unknown-key"]


def test_every_key_of_a_guide_is_read(tiny, paths):
    """The schema knows no key that the program forgets."""
    tiny.write_curated(
        "alpha",
        """\
domain: alpha.example
verified: {date: 2026-01-05, by: mk, source: https://a.example, methods: [sms, totp]}
setup: {source: https://a.example, requires: [x], plans: y, steps: [One.], methods: {sms: [S.], u2f: [U.]}}
recovery: {codes: false, link: https://a.example, notes: N.}
sharing: {verdict: tolerated, source: https://a.example, quote: Q., checked: 2026-01-05, instead: I.}
teams: {enforce: true, sso: false, delegated_access: true, source: https://a.example}
override: {methods: {add: [email], remove: [call], reason: R., source: https://a.example}}
faq: [{question: Q?, answer: A.}]
account: other.example
aliases: [Al]
disputed: D.
""",
    )
    (guide,) = load_content(paths).curated
    assert guide.verified is not None
    assert (guide.verified.date, guide.verified.by, guide.verified.methods) == ("2026-01-05", "mk", ("totp", "sms"))
    assert guide.setup is not None
    assert (guide.setup.requires, guide.setup.plans, guide.setup.steps) == (("x",), "y", ("One.",))
    assert list(guide.setup.methods.items()) == [("u2f", ("U.",)), ("sms", ("S.",))]
    assert guide.recovery is not None
    assert (guide.recovery.codes, guide.recovery.notes) == (False, "N.")
    sharing = guide.sharing
    assert (sharing.verdict, sharing.quote, sharing.checked, sharing.instead) == ("tolerated", "Q.", "2026-01-05", "I.")
    assert (guide.teams.enforce, guide.teams.sso, guide.teams.delegated_access) == (True, False, True)
    assert guide.override is not None
    assert (guide.override.add, guide.override.remove, guide.override.reason) == (("email",), ("call",), "R.")
    assert [(question.question, question.answer) for question in guide.faq] == [("Q?", "A.")]
    assert (guide.account, guide.aliases, guide.disputed) == ("other.example", ("Al",), "D.")


@pytest.mark.parametrize("name", ["categories", "regions", "methods", "faq", "requests"])
def test_missing_file(tiny, paths, name):
    (tiny.content / f"{name}.yaml").unlink()
    problems = load_content(paths).problems
    assert [(problem.path, problem.rule) for problem in problems] == [(f"content/{name}.yaml", "missing-file")]


@pytest.mark.parametrize("name", ["methodology", "attribution"])
@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (None, "missing-file"),
        ("No heading.\n", "heading"),
        (b"# caf\xe9\n", "heading"),
        ("## Second level\n", "heading"),
        ("# Title\n\n<<<<<<< HEAD\n#### a\n=======\nb\n>>>>>>> branch\n", "merge-conflict"),
    ],
)
def test_page_of_text(tiny, paths, name, text, rule):
    page = tiny.content / "pages" / f"{name}.md"
    page.unlink()
    if text is not None:
        tiny.write(f"content/pages/{name}.md", text)
    problems = load_content(paths).problems
    assert [(problem.path, problem.rule) for problem in problems] == [(f"content/pages/{name}.md", rule)]


def test_no_guides_at_all(tiny, paths):
    (tiny.content / "services").rmdir()
    assert load_content(paths).problems == ()


def test_names(tiny, paths):
    assert load_names(paths, "regions")["de"] == "Germany"
    tiny.write("content/regions.yaml", "no: Norway\n")
    assert load_names(paths, "regions") == {}, "which a check reports"


# --- Data -------------------------------------------------------------------------------------------------------------


def test_baseline(paths):
    baseline = load_baseline(paths)
    assert set(baseline.directory) == set(ENTRIES)
    assert set(baseline.passkeys) == set(PASSKEYS)
    assert (baseline.sample, baseline.has_passkeys) == (False, True)
    assert (baseline.first, baseline.changed) == (FIRST_DAY, FIRST_DAY)
    assert set(baseline.ledger.services) == set(ENTRIES)
    assert baseline.directory["delta.example"].name == "Delta & Søn", "entities are decoded once"


def test_passkeys_that_were_never_fetched_are_not_there(tiny, paths):
    tiny.write_snapshot(ENTRIES.values())
    baseline = load_baseline(paths)
    assert (baseline.passkeys, baseline.has_passkeys) == ({}, False)


def test_sample_where_nothing_was_ever_fetched(tiny, paths):
    tiny.forget_snapshot()
    baseline = load_baseline(paths)
    assert baseline.sample
    assert list(baseline.directory) == ["sample.example"]
    assert (baseline.first, baseline.changed) == (None, None)


def test_real_and_sample_data_never_mix(tiny, paths):
    """Not by the ledger, the history, nor the passkeys that lie beside."""
    tiny.write_sample([make_entry("sample.example")], {"alpha.example": {"passwordless": "allowed"}})
    tiny.write_ledger({"sample.example": Row(slug="sample", since=FIRST_DAY)}, sample=True)
    tiny.write_snapshot(ENTRIES.values())
    tiny.write_ledger({})
    baseline = load_baseline(paths)
    assert (baseline.passkeys, baseline.ledger.services, baseline.sample) == ({}, {}, False)
    tiny.write_ledger({"real.example": Row(slug="real", since=FIRST_DAY)})
    (tiny.data / "2fa-directory.json").unlink()
    (tiny.data / "2fa-directory.meta.json").unlink()
    baseline = load_baseline(paths)
    assert (set(baseline.ledger.services), baseline.sample) == ({"sample.example"}, True)


def test_a_lost_snapshot_is_not_replaced_by_the_sample(tiny):
    """The real site must not become that of the sample, with exit code 0, because one file is gone."""
    tiny.build()
    (tiny.data / "2fa-directory.json").unlink()
    for command in ("build", "check"):
        outcome = tiny.run(command)
        assert outcome.code == 5
        assert "data/2fa-directory.json is damaged (it is missing)" in outcome.out + outcome.err or (
            "the file is damaged (it is missing)" in outcome.out
        )
    assert "Alpha" in tiny.read("site/2fa-directory/alpha/index.html")


def test_real_data_without_its_ledger_is_damaged(tiny, paths):
    (tiny.data / "ledger.json").unlink()
    with pytest.raises(InvalidError, match=r"ledger\.json is damaged"):
        load_baseline(paths)


def test_a_ledger_that_was_seen_before_is_read_the_same(paths):
    cache = Cache()
    baseline = load_baseline(paths, cache)
    assert load_baseline(paths, cache) == baseline == load_baseline(paths)


def test_a_ledger_is_checked_again_for_another_directory(tiny, paths):
    """Its successors may be services that have no row yet."""
    ledger = load_baseline(paths).ledger
    moved = Row(slug="old", since=FIRST_DAY, gone=Gone(how="moved", date=FIRST_DAY, to="alpha.example"))
    rows = {domain: row for domain, row in ledger.services.items() if domain != "alpha.example"}
    tiny.write_ledger({**rows, "old.example": moved})
    cache = Cache()
    assert load_baseline(paths, cache).ledger.services["old.example"] == moved
    tiny.write_snapshot([entry for domain, entry in ENTRIES.items() if domain != "alpha.example"])
    with pytest.raises(InvalidError, match=r"ledger\.json is damaged"):
        load_baseline(paths, cache)


DAMAGE = [b"", b"{", b"\xff\xfe", b"null", b"[[1]]", b'{"a": 1}', b"[" * 100_000]


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        *(("2fa-directory.json", damage) for damage in DAMAGE),
        *(("passkeys.json", damage) for damage in (b"", b"{", b"\xff\xfe", b"[[1]]", b'{"a": 1}')),
        *(("ledger.json", damage) for damage in (b"", b"{", b"[]", b'{"format": 2}', b'{"format": 1, "services": []}')),
        *(("events.jsonl", damage) for damage in (b"{", b'{"type": "added"}\n', b"[]\n", b"1\n")),
        *(("2fa-directory.meta.json", damage) for damage in (b"", b"[]", b"{}", b'{"extra": 1}')),
    ],
)
def test_damaged_data(tiny, paths, name, damage):
    tiny.write(f"data/{name}", damage)
    with pytest.raises(InvalidError) as error:
        load_baseline(paths)
    (problem,) = error.value.problems
    assert (problem.path, problem.rule) == (f"data/{name}", "damaged-data")
    assert "restore it" in problem.fix


def test_damaged_sample_names_the_record(tiny, paths):
    tiny.forget_snapshot()
    tiny.write_sample([make_entry("sample.example", "totp", url="ftp://x.example")], {"x.example": {"mfa": "maybe"}})
    with pytest.raises(InvalidError) as error:
        load_baseline(paths)
    assert [problem.message.split(":")[0] for problem in error.value.problems] == ["Sample", "x.example"]


def test_missing_sample(tiny, paths):
    tiny.forget_snapshot()
    (tiny.data / "sample" / "2fa-directory.json").unlink()
    with pytest.raises(InvalidError, match="missing"):
        load_baseline(paths)


# --- The ledger names folders -----------------------------------------------------------------------------------------

RULE = "x\n/* https://evil.invalid/ 302!"


@pytest.mark.parametrize("slug", ["../../../victim.txt", "../../victim.txt", "{tmp}/victim.txt", "..", "", RULE])
@pytest.mark.parametrize("command", [("check",), ("build",), ("fetch", "--from"), ("todo",), ("explain", "alpha")])
def test_a_slug_that_is_none_writes_nothing(tiny, tmp_path, command, slug):
    """Exit code 5, with file, line and fix."""
    assert tiny.build().code == 0
    victims = [tmp_path / "victim.txt", tiny.root / "victim.txt"]
    for victim in victims:
        victim.write_text("years of work")
    before = read_tree(tiny.site)
    ledger = json.loads(tiny.read("data/ledger.json"))
    ledger["services"]["bravo.example"]["slug"] = slug.format(tmp=tmp_path)
    tiny.write("data/ledger.json", json.dumps(ledger, indent=1))
    line = next(n for n, text in enumerate(tiny.read("data/ledger.json").splitlines(), 1) if "bravo.example" in text)
    if command[0] == "fetch":
        command = (*command, str(tiny.write("served.json", json.dumps(list(ENTRIES.values())))))
    outcome = tiny.run(*command)
    assert outcome.code == 5
    said = outcome.out + outcome.err
    assert "data/ledger.json" in said
    assert f"{line + 1}:4: error" in said
    assert "is no slug: small letters, digits" in said
    assert "git checkout -- data" in said
    assert read_tree(tiny.site) == before
    assert [victim.read_text() for victim in victims] == ["years of work"] * 2


def test_the_ledger_of_the_sample_is_read_as_strictly(tiny):
    tiny.forget_snapshot()
    tiny.write_ledger({"sample.example": Row(slug="../../x", since="2026-01-01")}, sample=True)
    outcome = tiny.build()
    assert outcome.code == 5
    assert "data/sample/ledger.json:" in outcome.err


def test_two_services_with_one_slug(tiny):
    tiny.write_ledger({domain: Row(slug="alpha", since="2026-01-01") for domain in ("alpha.example", "bravo.example")})
    for command in ("check", "build"):
        outcome = tiny.run(command)
        assert outcome.code == 5
        said = outcome.out + outcome.err
        assert "bravo.example has the slug alpha, which is that of alpha.example" in said
        assert "report this" not in said


def test_an_address_that_no_folder_can_have(tiny):
    """What earlier versions wrote there, and could never build: the fix says what to do."""
    tiny.write_ledger(make_rows(ENTRIES), ["/", f"/2fa-directory/category/x{'f09f9492' * 32}/"])
    (problem,) = tiny.check()
    assert (problem["path"], problem["line"], problem["rule"]) == ("data/ledger.json", 4, "damaged-data")
    assert problem["fix"].startswith("restore it from git (git checkout -- data), or remove the entry")
