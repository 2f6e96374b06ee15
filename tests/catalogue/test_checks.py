"""Rules that need the data, the day or the other files, as ``twofa check --json`` shows them."""

from __future__ import annotations

import shutil

import pytest

from generator.formats.ledger import Gone, Row
from generator.model import Event
from tests.helpers import ENTRIES, FIRST_DAY, PASSKEYS, SITE, TODAY, make_entry, make_rows, within

D = "domain: alpha.example\n"
URL = "https://alpha.example/help"
OWN = "name: Own\ncategories: [cloud]\nmethods: []\n"


def brief(problems):
    """Return what a table of cases compares."""
    return [
        (problem["path"].rsplit("/", 1)[-1], problem["line"], problem["rule"], problem["severity"])
        for problem in problems
    ]


def test_tiny_project_has_no_problem(tiny):
    assert tiny.check() == []


# --- Domains that nobody lists ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("domain", "fix"),
    [
        ("alpa.example", "did you mean alpha.example? Else add name"),
        ("delta.example.org", "it is an additional domain of delta.example: set domain: delta.example"),
        ("zzzzzzzzzzz.net", "add name, categories and methods"),
    ],
)
def test_unlisted_domain(tiny, domain, fix):
    tiny.write_curated("x", f"# a guide\ndomain: {domain}\n")
    (problem,) = tiny.check()
    assert (problem["line"], problem["column"]) == (2, 1)
    assert (problem["rule"], problem["severity"]) == ("unlisted-domain", "error")
    assert domain in problem["message"]
    assert problem["fix"].startswith(fix)


@pytest.mark.parametrize(
    ("gone", "fix"),
    [
        (Gone(how="removed", date="2026-02-01"), "delete the file, or add a name"),
        (Gone(how="moved", date="2026-02-01", to="alpha.example"), "set domain: alpha.example"),
        (Gone(how="merged", date="2026-02-01", to="alpha.example"), "set domain: alpha.example"),
        (Gone(how="moved", date="2026-02-01", to="between.example"), "set domain: alpha.example"),
        (None, "delete the file, or add a name"),
    ],
)
def test_a_change_upstream_never_turns_content_into_an_error(tiny, gone, fix):
    rows = make_rows(ENTRIES) | {
        "old.example": Row(slug="old", since=FIRST_DAY, gone=gone),
        "between.example": Row(
            slug="between", since=FIRST_DAY, gone=Gone(how="merged", date="2026-02-02", to="alpha.example")
        ),
    }
    tiny.write_ledger(rows)
    tiny.write_curated("old", "domain: old.example\n")
    (problem,) = tiny.check()
    assert brief([problem]) == [("old.yaml", 1, "orphaned", "warning")]
    assert fix in problem["fix"]
    assert tiny.build().code == 0


def test_sample_data_leaves_files_aside_in_one_line(tiny):
    tiny.forget_snapshot()
    for slug in ("alpha", "bravo", "charlie"):
        tiny.write_curated(slug, f"domain: {slug}.example\n")
    tiny.write_curated("sample", "domain: sample.example\naccount: alpha.example\n")
    (problem,) = tiny.check()
    assert (problem["rule"], problem["severity"]) == ("not-in-sample", "warning")
    assert problem["message"].endswith("alpha.yaml, bravo.yaml, charlie.yaml")
    assert "fetch" in problem["fix"]


@pytest.mark.parametrize("domain", ["sampel.example", "sample.com"])
def test_a_domain_that_is_nearly_one_of_the_sample_is_shown(tiny, domain):
    """The guide would be left aside without a word on why."""
    tiny.forget_snapshot()
    tiny.write_sample([make_entry("sample.example", "totp"), make_entry("other.example", "totp")], {})
    tiny.write_curated("sample", f"domain: {domain}\n")
    (problem,) = tiny.check(tiny.content / "services" / "sample.yaml")
    assert brief([problem]) == [("sample.yaml", 1, "unlisted-domain", "warning")]
    assert problem["fix"].startswith("did you mean sample.example?")
    assert tiny.build().code == 0


# --- One file ---------------------------------------------------------------------------------------------------------

# fmt: off
#: Name → slug, text, and (line, rule, severity, a word of the fix) of every problem.
GUIDES: dict[str, tuple[str, str, list[tuple[int, str, str, str]]]] = {
    "all is well": ("alpha", D + "aliases: [Al]\n", []),
    "another file name": ("first", D, [(1, "file-name", "warning", "content/services/alpha.yaml")]),
    "verified tomorrow": ("alpha", D + f"verified:\n  date: 2026-03-02\n  by: mk\n  source: {URL}\n  methods: []\n",
                          [(3, "future-date", "error", "2026-03-01")]),
    "verified today": ("alpha", D + f"verified: {{date: 2026-03-01, by: mk, source: {URL}, methods: []}}\n", []),
    "terms read next year": ("alpha", D + f"sharing:\n  verdict: forbidden\n  source: {URL}\n  checked: 2027-01-01\n",
                             [(5, "future-date", "error", "2026-03-01")]),
    "steps for a method that is not listed": (
        "alpha", D + f"setup:\n  source: {URL}\n  methods:\n    totp: [Go.]\n    email: [Go.]\n",
        [(6, "unlisted-method", "warning", "override")]),
    "steps for a method that is added": (
        "alpha", D + f"setup: {{source: {URL}, methods: {{email: [Go.]}}}}\n"
        f"override: {{methods: {{add: [email], reason: So., source: {URL}}}}}\n", []),
    "steps for a method of the Passkeys Directory": (
        "echo", f"domain: echo.example\nsetup: {{source: {URL}, methods: {{passkey: [Go.]}}}}\n", []),
    "override that adds what is listed": (
        "alpha", D + f"override:\n  methods: {{add: [totp, email], reason: So., source: {URL}}}\n",
        [(2, "override-overtaken", "warning", "remove that part")]),
    "override that removes what is not listed": (
        "alpha", D + f"override:\n  methods: {{remove: [call], reason: So., source: {URL}}}\n",
        [(2, "override-overtaken", "warning", "remove that part")]),
    "override that the other directory has overtaken": (
        "foxtrot", f"domain: foxtrot.example\noverride: {{methods: {{add: [u2f], reason: So., source: {URL}}}}}\n",
        [(2, "override-overtaken", "warning", "remove that part")]),
    "override that still counts": (
        "alpha", D + f"override: {{methods: {{add: [email], remove: [sms], reason: So., source: {URL}}}}}\n", []),
    "identity of a listed service": ("alpha", D + OWN, [(2, "listed-upstream", "warning", "remove these keys")]),
    "link of a listed service": ("alpha", D + f"documentation: {URL}\n",
                                 [(2, "listed-upstream", "warning", "remove these keys")]),
    "a service of one's own": ("own", "domain: own.example\n" + OWN, []),
    "unknown category": ("own", "domain: own.example\n" + OWN.replace("cloud", "clouds"),
                         [(3, "unknown-name", "error", "did you mean cloud?")]),
    "unknown region": ("own", "domain: own.example\n" + OWN + "regions: [de, -zz]\n",
                       [(5, "unknown-name", "error", "content/regions.yaml")]),
    "link of an example": (
        "alpha", D + "recovery: {link: 'https://example.com/help/lost-phone'}\n",
        [(2, "left-example", "error", "what the service itself says")]),
    "link of an example in Markdown": (
        "alpha", D + f"setup: {{source: {URL}, steps: ['See [help](https://www.example.org/x).']}}\n",
        [(2, "left-example", "error", "or remove it")]),
    "link that only looks like one": ("alpha", D + "recovery: {link: 'https://example.com.alpha.example/'}\n", []),
    "texts of examples": (
        "alpha", D + f"setup: {{source: {URL}, plans: Only on paid plans., steps: [Go.]}}\n"
        "disputed: Two editors saw different methods.\nfaq: [{question: Can I use two phones?, answer: No.}]\n",
        [(2, "left-example", "warning", "remove it"), (3, "left-example", "warning", "remove it"),
         (4, "left-example", "warning", "remove it")]),
    "sentence that a comma splits": (
        "alpha", D + f"setup:\n  source: {URL}\n  requires: [an app on a phone or tablet, or a key]\n  steps: [Go.]\n",
        [(4, "split-item", "warning", "one item of the sentence")]),
    "comment behind a word of a fixed list": (
        "alpha", f"""domain: alpha.example # ours
override:
  methods:
    add:
    - email # new
    reason: R
    source: {URL} # news
""", []),
    "override at odds with itself": (
        "alpha", D + f"override: {{methods: {{add: [email, call], remove: [email], reason: R, source: {URL}}}}}\n",
        [(2, "override-overtaken", "warning", "remove that part"), (2, "contradiction", "error", "keep one")]),
    "override of nothing": (
        "own", "domain: own.example\n" + OWN + f"override: {{methods: {{add: [email], reason: R, source: {URL}}}}}\n",
        [(5, "nothing-to-override", "warning", "say it in methods")]),
    "regions at odds": (
        "own", "domain: own.example\n" + OWN + "regions: [us, -us]\n",
        [(5, "contradiction", "error", "keep one")]),
    "account of its own": ("alpha", D + "account: alpha.example\n", [(2, "own-account", "error", "remove the key")]),
    "list that only begins so": (
        "alpha", D + f"setup: {{source: {URL}, requires: [or so, a key], steps: [Go., 'Get one, and wait.']}}\n", []),
    "text that is cut off": (
        "alpha", D + "recovery:\n  notes: Keep your key # 1 in a safe place.\n",
        [(3, "cut-off", "warning", "in quotes")]),
    "item that is cut off": (
        "alpha", D + f"setup:\n  source: {URL}\n  steps:\n    - Go on. # and on\n",
        [(5, "cut-off", "warning", "two spaces")]),
    "text of two lines that is cut off": (
        "alpha", D + "recovery:\n  notes: Keep it\n    safe # 1 time.\n", [(4, "cut-off", "warning", "in quotes")]),
    "item in brackets that is cut off": (
        "alpha", D + "aliases: [Al,\n  Bo # b\n  ]\n", [(3, "cut-off", "warning", "in quotes")]),
    "comment behind a date": (
        "alpha", D + f"verified:\n  date: 2026-02-28 # so\n  by: mk\n  source: {URL}\n  methods: []\n", []),
    "comments that are meant": (
        "alpha", "# A guide # of mine\n" + D.replace("\n", "  # theirs\n") + "recovery: # so\n  codes: true # yes\n"
        "  notes: 'Keep # 1.' # quoted\n# disputed: x # y\naliases: [Al, C#] # two\nfaq:\n  - question: Why?\n"
        "    answer: |\n      Key # 1.\n", []),
    "account of a listed service": ("alpha", D + "account: bravo.example\n", []),
    "account of nobody": ("alpha", D + "account: brvo.example\n",
                          [(2, "unlisted-domain", "error", "did you mean bravo.example?")]),
    "account in capitals": ("alpha", D + "account: BRAVO.example\n", []),
}
# fmt: on


@pytest.mark.parametrize("case", GUIDES)
def test_guide(tiny, case):
    slug, text, expected = GUIDES[case]
    tiny.write_curated(slug, text)
    problems = tiny.check()
    assert brief(problems) == [(f"{slug}.yaml", *row[:3]) for row in expected]
    for problem, row in zip(problems, expected, strict=True):
        assert row[3] in problem["fix"]
        assert problem["column"] > 0


def test_account_that_upstream_dropped_is_a_warning(tiny):
    tiny.write_ledger(
        make_rows(ENTRIES)
        | {"old.example": Row(slug="old", since=FIRST_DAY, gone=Gone(how="merged", date=TODAY, to="bravo.example"))}
    )
    tiny.write_curated("alpha", D + "account: old.example\n")
    assert brief(tiny.check()) == [("alpha.yaml", 2, "unlisted-domain", "warning")]


@pytest.mark.parametrize(
    ("since", "date", "expected"),
    [
        ("2026-02-01", "2026-01-31", [("alpha.yaml", 2, "early-date", "warning")]),
        ("2026-02-01", "2026-02-01", []),
        # Dropped and listed again: the guide may be older than that.
        (FIRST_DAY, "2026-01-31", []),
    ],
)
def test_stamp_from_before_the_service_was_listed(tiny, since, date, expected):
    tiny.write_events([Event(type="added", domain="alpha.example", name="Alpha", date="2026-02-01")])
    rows = make_rows(ENTRIES)
    tiny.write_ledger(rows | {"alpha.example": Row(slug="alpha", since=since)})
    tiny.write_curated("alpha", D + f"verified: {{date: {date}, by: mk, source: {URL}, methods: [totp]}}\n")
    assert brief(tiny.check()) == expected
    assert tiny.build().code == 0


def test_two_files_for_one_service(tiny):
    tiny.write_curated("alpha", D)
    tiny.write_curated("first", "aliases: [Al]\ndomain: ALPHA.example\n")
    (problem,) = tiny.check()
    assert brief([problem]) == [("first.yaml", 2, "two-files", "error")]
    assert problem["fix"] == "merge it into content/services/alpha.yaml, and delete this one"


def test_the_guide_of_a_link_shortener_may_lead_there(tiny):
    tiny.write_snapshot([*ENTRIES.values(), make_entry("tinyurl.com", "totp")], PASSKEYS)
    guide = "domain: {}\nsetup: {{source: https://tinyurl.com/app/help, steps: ['[Go](https://tinyurl.com/app).']}}\n"
    tiny.write_curated("tinyurl", guide.format("tinyurl.com"))
    assert tiny.check() == []
    assert tiny.build().code == 0
    tiny.write_curated("alpha", guide.format("alpha.example"))
    assert brief(tiny.check()) == [("alpha.yaml", 2, "short-link", "error")] * 2


def test_the_file_with_the_right_name_is_the_first(tiny):
    tiny.write_curated("aaa", D)
    tiny.write_curated("alpha", D)
    tiny.write_curated("bbb", "domain: bravo.example\nx: y\n")
    tiny.write_curated("ccc", "domain: bravo.example\n")
    problems = tiny.check()
    assert brief(problems) == [
        ("aaa.yaml", 1, "two-files", "error"),
        ("bbb.yaml", 1, "two-files", "error"),
        ("bbb.yaml", 2, "unknown-key", "error"),
        ("ccc.yaml", 1, "file-name", "warning"),
    ]


def test_no_advice_leads_over_another_file(tiny):
    tiny.write_curated("alpha", "domain: bravo.example\n")
    tiny.write_curated("bravo", D)
    fixes = [problem["fix"] for problem in tiny.check()]
    assert fixes == [
        f"rename it to content/services/{slug}.yaml, after that file, which is for {domain}, has got its own name"
        for slug, domain in (("bravo", "alpha.example"), ("alpha", "bravo.example"))
    ]
    assert [problem["fix"] for problem in tiny.check("alpha")] == fixes[:1], "also where one file alone is looked at"


def test_of_a_file_with_errors_the_service_is_judged_all_the_same(tiny):
    tiny.write_curated("alpha", "domain: alfa.example\nx: y\n")
    tiny.write_curated("bravo", "domain: bravo.example\nx: y\naccount: gone.example\n")
    tiny.write_curated("first", "domain: charlie.example\nx: y\naccount: 12\n")
    tiny.write_curated("second", "domain: not a domain\nx: y\n")
    assert brief(tiny.check()) == [
        ("alpha.yaml", 1, "unlisted-domain", "error"),
        ("alpha.yaml", 2, "unknown-key", "error"),
        ("bravo.yaml", 2, "unknown-key", "error"),
        ("bravo.yaml", 3, "unlisted-domain", "error"),
        ("first.yaml", 1, "file-name", "warning"),
        ("first.yaml", 2, "unknown-key", "error"),
        ("first.yaml", 3, "not-text", "error"),
        ("second.yaml", 1, "domain", "error"),
        ("second.yaml", 2, "unknown-key", "error"),
    ]


def test_what_does_not_belong_among_the_files(tiny):
    tiny.write_curated("alpha", D)
    for name in ("alpha.yml", "bravo.yml", "below/charlie.yaml", "README"):
        tiny.write(f"content/services/{name}", D)
    assert {problem["path"].rsplit("/", 1)[-1]: problem["fix"] for problem in tiny.check()} == {
        "README": "rename it to README.yaml, or move it away",
        "alpha.yml": "move it away",
        "below": "move its files up into content/services, or move it away",
        "bravo.yml": "rename it to bravo.yaml, or move it away",
    }
    shutil.rmtree(tiny.content / "services")
    tiny.write("content/services", "x")
    (problem,) = tiny.check()
    assert (problem["path"], problem["message"]) == ("content/services", "this must be a folder")
    assert tiny.build().code == 5


def test_two_files_for_one_orphan_and_one_service_of_the_editors(tiny):
    for slug in ("own", "own2"):
        tiny.write_curated(slug, "domain: own.example\n" + OWN)
    assert ("own2.yaml", 1, "two-files", "error") in brief(tiny.check())


def test_of_one_file_the_same_is_said_as_of_it_among_all(tiny):
    """Alone, it is judged without reading what the others hold and without merging their services."""
    removed = Gone(how="removed", date="2026-01-12")
    moved = Gone(how="moved", date="2026-01-12", to="bravo.example")
    tiny.write_ledger(make_rows([*ENTRIES, "gone.example", "older.example"], gone=removed, older=moved))
    links = "[a](/2fa-directory/bravo/) [b](/2fa-directory/nowhere/) [c](/faq/) [d](/2fa-directory/own/#x)"
    files = {
        "alpha": D + f"recovery: {{notes: '{links} [e](/2fa-directory/older/)'}}\naccount: echo.example\n",
        "alpha2": D + "account: nowhere.example\n",
        "bravo": "domain: charlie.example\naccount: own.example\n",
        "charlie": "domain: bravo.example\naccount: gone.example\nx: y\n",
        "delta": "domain: delta.example\naccount: older.example\nname: Delta\ncategories: [cloud]\nmethods: []\n",
        "echo": f"domain: ECHO.example\nverified: {{date: 2099-01-01, by: a, source: {URL}, methods: [totp]}}\n",
        "gone": f"domain: gone.example\nsetup: {{source: {URL}, steps: ['[a](/2fa-directory/own/)']}}\n",
        "own": "domain: own.example\n" + OWN,
        "own2": "domain: own.example\nx: y\n" + OWN,
    }
    for slug, text in files.items():
        tiny.write_curated(slug, text)
    everything = tiny.check()
    assert len(everything) > 10
    for slug in files:
        name = f"content/services/{slug}.yaml"
        assert tiny.check(tiny.root / name) == [problem for problem in everything if problem["path"] == name], slug


def test_warnings_alone_are_no_failure(tiny):
    tiny.write_curated("first", D)
    outcome = tiny.run("check")
    assert outcome.code == 0
    assert outcome.out.endswith("1 warning.\n")
    built = tiny.build()
    assert built.code == 0
    assert "[file-name]" in built.err


# --- What upstream says in new words ----------------------------------------------------------------------------------


def test_unknown_words_upstream_are_warnings(tiny):
    new = make_entry("new.example", "telepathy", keywords=["space"], regions=["zz", "-yy"])
    tiny.write_snapshot([*ENTRIES.values(), new], PASSKEYS)
    problems = tiny.check()
    assert [(problem["rule"], problem["message"].rsplit(" ", 1)[-1]) for problem in problems] == [
        ("unknown-category", "space"),
        ("unknown-method", "telepathy"),
        ("unknown-region", "yy"),
        ("unknown-region", "zz"),
    ]
    assert {problem["path"] for problem in problems} == {"data/2fa-directory.json"}
    assert {problem["severity"] for problem in problems} == {"warning"}


@pytest.mark.parametrize("name", ["categories", "regions"])
def test_a_broken_file_of_names_is_one_finding(tiny, name):
    """Not one for each name that is not read for it."""
    tiny.write(f"content/{name}.yaml", "no: x\n")
    tiny.write_curated("own", "domain: own.example\n" + OWN + "regions: [de]\n")
    assert {problem["rule"] for problem in tiny.check()} == {"key-not-text"}


# --- The whole at once ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "broken", "rule"),
    [
        ("content/site.yaml", SITE + "titel: x\n", "unknown-key"),
        ("content/site.yaml", "title: [\n", "syntax"),
        ("content/sources.yaml", "", "empty-file"),
        ("data/2fa-directory.json", "{", "damaged-data"),
        ("data/ledger.json", "{", "damaged-data"),
    ],
)
def test_broken_settings_or_data_hide_no_broken_guide(tiny, name, broken, rule):
    tiny.write(name, broken)
    tiny.write_curated("alpha", D + "disputed: NO\n")
    found = {(problem["path"], problem["rule"]) for problem in tiny.check()}
    assert {(name, rule), ("content/services/alpha.yaml", "not-text")} <= found


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("content/services/alpha.yaml", ["alpha.yaml"]),
        ("content/services/bravo.yaml", ["bravo.yaml"]),
        ("content/services", ["alpha.yaml", "bravo.yaml"]),
        ("content/services/", ["alpha.yaml", "bravo.yaml"]),
        ("content/pages/../services/alpha.yaml", ["alpha.yaml"]),
        ("content", ["alpha.yaml", "bravo.yaml"]),
        ("", ["alpha.yaml", "bravo.yaml"]),
        ("content/pages", []),
        ("data", []),
    ],
)
def test_only_what_is_named(tiny, monkeypatch, path, expected):
    """By a path from anywhere, with or without dots in it."""
    tiny.write_curated("alpha", D + "disputed: NO\n")
    tiny.write_curated("bravo", "domain: bravo.example\nx: y\n")
    assert [name for name, *_ in brief(tiny.check(tiny.root / path))] == expected
    monkeypatch.chdir(tiny.root)
    assert [name for name, *_ in brief(tiny.check(path or "."))] == expected


def test_one_file_is_judged_as_among_all_the_others(tiny):
    """By the other file of its service, by the account that another file brings in, by the slugs that are taken."""
    tiny.write_curated("alpha", D)
    tiny.write_curated("first", "domain: ALPHA.example\n")
    tiny.write_curated("own", "domain: own.example\n" + OWN)
    tiny.write_curated("own-example-org", "'domain': 'own.example.org'\n" + OWN)
    tiny.write_curated("bravo", "domain: bravo.example\naccount: own.example\n")
    tiny.write_curated("charlie", "domain: charlie.example\naccount: nobody.example\n")
    tiny.write_curated("Delta", "domain: delta.example\n")
    tiny.write_curated("delta", "domain: [\n")
    everything = tiny.check()
    assert {problem["rule"] for problem in everything} == {
        *("two-files", "file-name", "unlisted-domain", "case-clash", "syntax"),
    }
    for path in sorted((tiny.content / "services").iterdir()):
        name = f"content/services/{path.name}"
        assert tiny.check(path) == [problem for problem in everything if problem["path"] == name], name


def test_a_link_to_no_page_of_the_site_is_found_in_its_file(tiny):
    """A build refuses it too, but names the page."""
    good = "[a](/2fa-directory/bravo/#x), [b](/faq/), [c](/share-2fa-for/alpha/?y), [d](/2fa-directory/category/cloud/)"
    tiny.write_curated("alpha", D + f"faq:\n  - question: Why?\n    answer: See {good}.\n")
    assert tiny.check() == []
    tiny.write_curated("alpha", D + "recovery:\n  notes: See [Bravo](/2fa-directory/brvo/).\n")
    (problem,) = tiny.check()
    assert brief([problem]) == [("alpha.yaml", 3, "dead-link", "error")]
    assert problem["fix"] == "did you mean /2fa-directory/bravo/?"
    assert tiny.check(tiny.content / "services" / "alpha.yaml") == [problem]
    assert tiny.build().code == 5


def test_one_file_costs_little_among_many(tiny):
    """5,000 files would take a second and a half."""
    for number in range(1500):
        tiny.write_curated(f"s{number}", f"domain: s{number}.example\nrecovery: {{notes: {'Keep. ' * 200}}}\n")
    tiny.write_curated("alpha", D)
    with within(0.5):
        assert tiny.check(tiny.content / "services" / "alpha.yaml") == []


def test_a_link_is_named_as_itself(tiny, tmp_path):
    (tmp_path / "outside.yaml").write_text(D)
    link = tiny.content / "services" / "alpha.yaml"
    link.symlink_to(tmp_path / "outside.yaml")
    assert [problem["rule"] for problem in tiny.check(link)] == ["link-outside"]
    link.unlink()
    link.symlink_to(tmp_path / "nowhere.yaml")
    assert [problem["rule"] for problem in tiny.check(link)] == ["missing-file"]


def test_a_project_behind_a_link(tiny, tmp_path):
    tiny.write_curated("alpha", D + "disputed: NO\n")
    (tmp_path / "link").symlink_to(tiny.root)
    assert [name for name, *_ in brief(tiny.check(tmp_path / "link" / "content"))] == ["alpha.yaml"]


def test_a_file_is_named_by_its_service_too(tiny, monkeypatch):
    tiny.write_curated("alpha", D + "disputed: NO\n")
    tiny.write_curated("bravo", "domain: bravo.example\nx: y\n")
    tiny.write_snapshot([*ENTRIES.values(), make_entry("golf.example", "totp", name="Golf & Co.")], PASSKEYS)
    pages = ("/2fa-directory/alpha/", "https://tiny.example/share-2fa-for/alpha/?q#faq")
    domains = ("alpha.example", "ALPHA.example", "https://www.alpha.example/login")
    for word in ("alpha", "Alpha", "alpha.yaml", *pages, *domains, "content/services/alpha.yaml"):
        assert [name for name, *_ in brief(tiny.check(word))] == ["alpha.yaml"]
    monkeypatch.chdir(tiny.root)
    outcome = tiny.run("check", "alpah")
    assert (outcome.code, outcome.out) == (2, "")
    assert "did you mean alpha.example?" in outcome.err
    outcome = tiny.run("check", "content/services/alpah.yaml")
    assert "did you mean content/services/alpha.yaml?" in outcome.err
    for word in ("golf", "Golf & Co.", "/2fa-directory/golf/", "https://www.golf.example/x"):
        outcome = tiny.run("check", word)
        assert (outcome.code, outcome.out) == (2, "")
        assert "golf.example has no file yet → begin one: twofa new golf.example" in outcome.err
    tiny.write_curated("golf", "domain: golf.example\naliases: [Green]\ndisputed: Why # not\n")
    for word in ("golf & co.", "GREEN"):
        assert [name for name, *_ in brief(tiny.check(word))] == ["golf.yaml"]


@pytest.mark.parametrize("path", ["content/services/gone.yaml", "../elsewhere", "/", "templates", "README.md"])
def test_what_is_not_there_is_a_usage_error(tiny, tmp_path, path):
    (tmp_path / "elsewhere").mkdir()
    tiny.write("README.md", "# Read me")
    outcome = tiny.run("check", "--json", tiny.root / path)
    assert (outcome.code, outcome.out) == (2, "")
    assert "twofa:" in outcome.err


def test_text_shows_the_line_and_the_place(tiny):
    tiny.write_curated("alpha", D + "disputed: NO\nsharin:\tx\n")
    outcome = tiny.run("check", "--date", TODAY)
    assert outcome.code == 5
    assert outcome.out == (
        "content/services/alpha.yaml\n"
        "  2:11: error: disputed must be text, but YAML reads NO as true or false [not-text]\n"
        "      disputed: NO\n"
        "                ^\n"
        '    → write it in quotes: "NO"\n'
        "  3:1: error: unknown key sharin [unknown-key]\n"
        "      sharin: x\n"
        "      ^\n"
        "    → did you mean sharing?\n"
        "\n"
        "2 errors.\n"
    )


def test_white_space_is_mended_before_the_check(tiny):
    """A tab in the indentation is an error, for YAML can't read it; everything else is nobody's mistake."""
    tiny.write_curated("alpha", D.replace("\n", " \r\n") + "recovery:\r\n\tcodes: true")
    tiny.write_curated("bravo", "domain: bravo.example \n")
    assert [problem["rule"] for problem in tiny.check()] == ["tab"]
    outcome = tiny.run("check", "--fix", "--date", TODAY, tiny.content / "services" / "alpha.yaml")
    assert (outcome.code, outcome.out) == (0, "No problems.\n")
    assert outcome.err == "content/services/alpha.yaml: white space mended\n"
    assert tiny.read("content/services/alpha.yaml") == D + "recovery:\n  codes: true\n"
    assert tiny.read("content/services/bravo.yaml") == "domain: bravo.example \n", "not named"
    assert tiny.run("check", "--fix", "--json", "--date", TODAY).json == {"problems": []}
    assert tiny.read("content/services/bravo.yaml") == "domain: bravo.example\n"


@pytest.mark.parametrize("name", ["services/alpha.yaml", "site.yaml", "regions.yaml", "pages/methodology.md"])
def test_two_versions_of_a_file_are_told_in_one_line(tiny, name):
    path = tiny.content / name
    before = path.read_text() if path.exists() else D
    tiny.write(f"content/{name}", f"{before}\n<<<<<<< HEAD\n{before}=======\n{before}>>>>>>> a branch\n")
    outcome = tiny.run("check", "--fix", "--date", TODAY)
    assert outcome.code == 5
    line = before.count("\n") + 2
    assert f"  {line}:1: error: the file holds two versions that git could not merge [merge-conflict]\n" in outcome.out
    assert outcome.out.endswith("1 error.\n")
    assert outcome.err == ""


def test_text_gives_no_orders_to_the_terminal(tiny):
    tiny.write_curated("alpha", D + "disputed: \x1b[31mred\n")
    outcome = tiny.run("check", "--date", TODAY)
    assert "[control-character]" in outcome.out
    assert "\x1b" not in outcome.out


def test_no_problem(tiny):
    outcome = tiny.run("check", "--date", TODAY)
    assert (outcome.code, outcome.out, outcome.err) == (0, "No problems.\n", "")
