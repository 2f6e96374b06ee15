"""Addresses are for ever: who keeps a slug, who gets one, and who takes one back."""

import json
from codecs import BOM_UTF8

import pytest

from generator.formats.damage import DamagedFileError, report_damage
from generator.formats.ledger import (
    Departures,
    Gone,
    Ledger,
    Published,
    Row,
    record_published,
    refresh_ledger,
)
from generator.formats.ledger_file import check_ledger, dump_ledger, parse_ledger, read_ledger
from generator.formats.ownership import find_lost_claims, find_ownership
from tests.helpers import within


def refresh(ledger, *domains, moved=None, merged=None, old=None, date="2026-01-01"):
    departures = Departures(moved=moved or {}, merged=merged or {})
    return refresh_ledger(ledger, old=old or {}, new=domains, departures=departures, date=date)


def live(ledger):
    """Return domain → slug of those that are there, and make sure that no two share one."""
    slugs = {domain: row.slug for domain, row in ledger.services.items() if row.gone is None}
    assert len(set(slugs.values())) == len(slugs)
    return slugs


FIRST = refresh(Ledger(), "acme.example", "bank.example", "bank.test")


def test_first_refresh():
    assert live(FIRST) == {"acme.example": "acme", "bank.example": "bank-example", "bank.test": "bank-test"}
    assert FIRST.services["acme.example"] == Row(slug="acme", since="2026-01-01")


def test_nothing_changes_in_a_second_refresh():
    assert refresh(FIRST, *FIRST.services, date="2026-02-02") == FIRST


def test_newcomers_never_take_what_is_known():
    ledger = refresh(FIRST, *FIRST.services, "acme.test", "bank.com", date="2026-02-02")
    assert live(ledger) == live(FIRST) | {"acme.test": "acme-test", "bank.com": "bank"}
    assert ledger.services["acme.test"].since == "2026-02-02"


def test_removed():
    record = ("Acme", {"domain": "acme.example", "keywords": ["other"], "tfa": ["totp"]})
    ledger = refresh(FIRST, "bank.example", "bank.test", old={"acme.example": record}, date="2026-02-02")
    row = ledger.services["acme.example"]
    assert row.gone == Gone(how="removed", date="2026-02-02", record=record)
    later = refresh(ledger, "bank.example", "bank.test", "acme.test", date="2026-03-03")
    assert later.services["acme.example"] == row
    assert live(later)["acme.test"] == "acme-test"


def test_returned():
    ledger = refresh(refresh(FIRST, "bank.example"), *FIRST.services)
    assert ledger == FIRST


@pytest.mark.parametrize(("successor", "slug"), [("acme.test", "acme"), ("zenith.test", "zenith")])
def test_moved(successor, slug):
    ledger = refresh(FIRST, successor, "bank.example", "bank.test", moved={"acme.example": successor})
    assert live(ledger)[successor] == slug
    assert ledger.services["acme.example"].slug == "acme"
    assert ledger.find_owner("acme.example") == successor
    gone = ledger.services["acme.example"].gone
    assert gone is not None
    assert (gone.how, gone.record) == ("moved", None)


def test_a_long_slug_is_kept_too():
    ledger = refresh(FIRST, "bank.com", "bank.test", "acme.example", moved={"bank.example": "bank.com"})
    assert live(ledger)["bank.com"] == "bank-example"


def test_merged():
    ledger = refresh(FIRST, "bank.example", "bank.test", merged={"acme.example": "bank.test"})
    assert ledger.find_owner("acme.example") == "bank.test"
    assert live(ledger) == {"bank.example": "bank-example", "bank.test": "bank-test"}


def test_a_chain_of_moves_ends_at_the_last_owner():
    ledger = refresh(FIRST, "acme.test", moved={"acme.example": "acme.test"})
    ledger = refresh(ledger, "zenith.test", moved={"acme.test": "zenith.test"})
    ledger = refresh(ledger, "bank.example", merged={"zenith.test": "bank.example"})
    assert {ledger.find_owner(domain) for domain in ("acme.example", "acme.test", "zenith.test")} == {"bank.example"}
    ledger = refresh(ledger)
    assert ledger.find_owner("acme.example") == "bank.example"


def test_moved_to_a_domain_that_was_known_before():
    ledger = refresh(FIRST, "bank.test")
    ledger = refresh(ledger, "acme.example", moved={"bank.test": "acme.example"})
    assert live(ledger) == {"acme.example": "acme"}
    assert ledger.find_owner("bank.test") == "acme.example"


def test_moved_there_and_back():
    ledger = refresh(FIRST, "acme.test", moved={"acme.example": "acme.test"})
    ledger = refresh(ledger, "acme.example", moved={"acme.test": "acme.example"})
    assert live(ledger) == {"acme.example": "acme"}
    assert ledger.find_owner("acme.test") == "acme.example"
    assert ledger.find_owner("acme.example") == "acme.example"


def test_a_domain_that_returns_takes_its_address_back():
    ledger = refresh(FIRST, "acme.test", moved={"acme.example": "acme.test"})
    ledger = record_published(ledger, Published(shares=frozenset({"acme.test"})), date="2026-02-02")
    ledger = refresh(ledger, "acme.example", "acme.test")
    assert live(ledger) == {"acme.example": "acme", "acme.test": "acme-test"}
    # The share page under the slug was published too, and it belongs to the slug's owner now.
    assert ledger.services["acme.example"].share


def test_the_first_owner_takes_it_back_where_several_return():
    ledger = refresh(FIRST, "acme.test", moved={"acme.example": "acme.test"}, date="2026-02-02")
    ledger = refresh(ledger, "acme.com", moved={"acme.test": "acme.com"}, date="2026-03-03")
    assert live(ledger) == {"acme.com": "acme"}
    ledger = refresh(ledger, "acme.com", "acme.test", "acme.example")
    assert live(ledger) == {"acme.example": "acme", "acme.test": "acme-test", "acme.com": "acme-com"}


def test_a_slug_that_goes_back_is_not_inherited_in_the_same_refresh():
    ledger = refresh(FIRST, "acme.test", moved={"acme.example": "acme.test"})
    ledger = refresh(ledger, "acme.example", "acme.com", moved={"acme.test": "acme.com"})
    assert live(ledger) == {"acme.example": "acme", "acme.com": "acme-com"}
    assert ledger.find_owner("acme.test") == "acme.com"


# --- What editors add -------------------------------------------------------------------------------------------------


def test_curated_service_stays_until_upstream_lists_it():
    published = Published(services={"own.example": ("own", "Own")})
    ledger = record_published(FIRST, published, date="2026-02-02")
    assert ledger.services["own.example"] == Row(slug="own", since="2026-02-02", curated=True, name="Own")
    ledger = refresh(ledger, *FIRST.services, "own.test")
    assert (live(ledger)["own.example"], live(ledger)["own.test"]) == ("own", "own-test")
    ledger = refresh(ledger, *FIRST.services, "own.example")
    assert ledger.services["own.example"] == Row(slug="own", since="2026-02-02")


def test_editors_take_over_what_upstream_removed():
    ledger = record_published(
        refresh(FIRST, "bank.test"), Published(services={"acme.example": ("acme", "Acme")}), date="2026-02-02"
    )
    row = ledger.services["acme.example"]
    assert (row.slug, row.curated, row.name, row.gone) == ("acme", True, "Acme", None)
    assert refresh(ledger, "bank.test").services["acme.example"] == row


def test_editors_take_over_what_has_moved():
    ledger = refresh(FIRST, "acme.test", moved={"acme.example": "acme.test"})
    assert find_ownership(ledger).holders["acme"] == "acme.test"
    ledger = record_published(ledger, Published(services={"acme.example": ("acme-example", "Acme")}), date="2026-02-02")
    assert live(ledger) == {"acme.example": "acme-example", "acme.test": "acme"}


def test_shares_and_addresses_are_never_forgotten():
    published = Published(shares=frozenset({"acme.example", "unknown.example"}), addresses=frozenset({"/faq/"}))
    ledger = record_published(FIRST, published, date="2026-02-02")
    assert ledger.services["acme.example"].share
    assert "unknown.example" not in ledger.services
    assert record_published(ledger, Published(), date="2026-03-03") == ledger
    assert refresh(ledger, *FIRST.services) == ledger


# --- Who has an address -----------------------------------------------------------------------------------------------


def gone(how, date, to=None):
    return Gone(how=how, date=date, to=to)


def rows(**claims):
    """Return a ledger whose rows all have the slug desk: the first day and what became of each, by first label."""
    services = {f"{name}.example": Row(slug="desk", since=since, gone=left) for name, (since, left) in claims.items()}
    return Ledger(services=services)


D1, D2, D3, D5 = (f"2026-01-0{day}" for day in (1, 2, 3, 5))
MOVED_TO_B = (D1, gone("moved", D2, "b.example"))


@pytest.mark.parametrize(
    ("ledger", "present", "holder"),
    [
        (rows(a=MOVED_TO_B, b=(D2, None)), (), "b"),
        # The one that left last, whichever came first.
        (rows(a=(D1, gone("removed", D5)), b=(D2, gone("removed", D3))), (), "a"),
        (rows(a=MOVED_TO_B, b=(D2, gone("removed", D3))), (), "b"),
        # One that another followed left before that one, whatever the days say.
        (rows(a=(D1, gone("removed", D3)), b=(D2, gone("moved", D3, "a.example"))), (), "a"),
        (rows(a=(D1, gone("removed", D2)), b=(D2, gone("moved", D5, "a.example"))), (), "a"),
        # On the same day the newest row.
        (rows(a=(D1, gone("removed", D3)), b=(D2, gone("removed", D3))), (), "b"),
        # What editors add before the ledger knows it: the one that had it first.
        (rows(a=(D1, gone("removed", D2)), b=(D2, gone("removed", D3))), ("a.example", "b.example"), "a"),
        (rows(a=(D1, gone("removed", D2)), b=(D2, None)), ("a.example",), "b"),
    ],
)
def test_who_has_an_address(ledger, present, holder):
    assert find_ownership(ledger, frozenset(present)).holders == {"desk": f"{holder}.example"}


def test_lost_claims():
    ledger = rows(
        a=("2026-01-01", gone("moved", "2026-01-02", "b.example")),
        b=("2026-01-02", gone("removed", "2026-01-03")),
        c=("2026-01-01", gone("removed", "2026-01-02")),
        d=("2026-01-01", gone("merged", "2026-01-02", "e.example")),
    )
    claims = find_lost_claims(find_ownership(ledger))
    assert [(claim.domain, claim.holder, claim.target, claim.successor) for claim in claims] == [
        ("c.example", "b.example", "b.example", None),
        ("d.example", "b.example", "b.example", "e.example"),
    ]
    assert [claim.line for claim in claims] == ["c.example: null", "d.example: e.example"]
    assert find_lost_claims(find_ownership(ledger), settled=("c.example", "d.example")) == ()


def test_who_returns_does_not_push_the_first_owner_aside():
    ledger = refresh(FIRST, "acme.test", moved={"acme.example": "acme.test"}, date="2026-02-02")
    ledger = refresh(ledger, date="2026-03-03")
    ledger = refresh(ledger, "acme.example", date="2026-04-04")
    ledger = refresh(ledger, "acme.example", "acme.test", date="2026-05-05")
    assert live(ledger) == {"acme.example": "acme", "acme.test": "acme-test"}


def test_who_returns_on_the_day_of_the_move_takes_the_address_back():
    ledger = refresh(Ledger(), "zeta.beta.example")
    ledger = refresh(ledger, "zeta.alpha.example", moved={"zeta.beta.example": "zeta.alpha.example"})
    ledger = refresh(ledger, "zeta.alpha.example", "zeta.beta.example")
    assert live(ledger) == {"zeta.beta.example": "zeta", "zeta.alpha.example": "zeta-alpha-example"}


def test_a_share_page_stays_with_its_address():
    ledger = record_published(FIRST, Published(shares=frozenset({"acme.example"})), date="2026-01-02")
    ledger = refresh(ledger, "acme.test", moved={"acme.example": "acme.test"}, date="2026-02-02")
    published = Published(services={"acme.example": ("acme-example", "Acme")})
    ledger = record_published(ledger, published, date="2026-02-02")
    assert {domain: (row.slug, row.share) for domain, row in ledger.services.items() if "acme" in domain} == {
        "acme.example": ("acme-example", False),
        "acme.test": ("acme", True),
    }


# --- As JSON ----------------------------------------------------------------------------------------------------------


def test_round_trip():
    record = ("Bänk", {"domain": "bank.test", "keywords": ["bank"], "tfa": ["sms"]})
    ledger = refresh(FIRST, "acme.test", moved={"acme.example": "acme.test"}, old={"bank.test": record})
    published = Published(
        services={"own.example": ("own", "Öwn")}, shares=frozenset({"acme.test"}), addresses=frozenset({"/faq/", "/"})
    )
    ledger = record_published(ledger, published, date="2026-02-02")
    text = dump_ledger(ledger)
    assert parse_ledger(text) == read_ledger(text) == read_ledger(BOM_UTF8 + text) == ledger
    assert dump_ledger(parse_ledger(text)) == text
    assert json.loads(text)["services"]["acme.example"] == {
        "slug": "acme",
        "since": "2026-01-01",
        "gone": {"how": "moved", "date": "2026-01-01", "to": "acme.test"},
    }
    # One service a line, so that a day's change is a short diff.
    assert sum(b'"slug"' in line for line in text.splitlines()) == len(ledger.services)


def test_empty_ledger():
    assert parse_ledger(dump_ledger(Ledger())) == Ledger()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{}",
        b'{"format": 2, "services": {}, "addresses": []}',
        b'{"format": 1, "services": [], "addresses": []}',
        b'{"format": 1, "services": {"a.example": {}}, "addresses": []}',
        b'{"format": 1, "services": {"a.example": {"slug": "a", "since": "", "x": 1}}, "addresses": []}',
    ],
)
def test_no_ledger(text):
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        parse_ledger(text)


MOVED = '{"how": "moved", "date": "2026-02-02", "to": "acme.example"}'
RECORD = '["Bank", {"domain": "bank.example", "keywords": ["other"], "tfa": ["sms"]}]'
REMOVED = f'{{"how": "removed", "date": "2026-02-02", "record": {RECORD}}}'

LEDGER = """\
{"format": 1,
"addresses": [
  "/",
  "/2fa-directory/category/cloud/"
],
"services": {
  "acme.example": {"slug": "acme", "since": "2026-01-01"},
  "bank.example": {"slug": "bank", "since": "2026-01-01", "gone": {GONE}}
}}
""".replace("{GONE}", MOVED)

#: What is replaced, by what; the line of the fault, and a word of its message.
FAULTS = [
    ('"slug": "acme"', '"slug": "../../../x"', 7, "no slug"),
    ('"slug": "acme"', '"slug": "/tmp/x"', 7, "no slug"),
    ('"slug": "acme"', '"slug": "a/b"', 7, "no slug"),
    ('"slug": "acme"', '"slug": ".."', 7, "no slug"),
    ('"slug": "acme"', '"slug": ""', 7, "no slug"),
    ('"slug": "acme"', '"slug": "Acme"', 7, "no slug"),
    ('"slug": "acme"', '"slug": "acme-"', 7, "no slug"),
    ('"slug": "acme"', '"slug": "ac me"', 7, "no slug"),
    ('"slug": "acme"', '"slug": "\\u0430cme"', 7, "no slug"),
    ('"slug": "acme"', '"slug": "x\\n/* https://evil.invalid/ 302!"', 7, "no slug"),
    ('"slug": "acme"', '"slug": "acme\\n"', 7, "no slug"),
    ('"slug": "acme"', f'"slug": "{"a" * 101}"', 7, "no slug"),
    ('"slug": "acme"', '"slug": "category"', 7, "no slug"),
    ('"slug": "acme"', '"slug": "con"', 7, "no slug"),
    ('"slug": "acme"', '"slug": 7', 7, "Expected `str`"),
    ('"slug": "acme", ', "", 7, "slug"),
    ('"slug": "acme"', '"slug": "acme", "color": 1', 7, "color"),
    ('"since": "2026-01-01"}', '"since": "2026-02-30"}', 7, "no day"),
    ('"since": "2026-01-01"}', '"since": "2026-01-01\\n"}', 7, "no day"),
    ('"since": "2026-01-01"}', '"since": "2026-01-01", "share": "yes"}', 7, "bool"),
    ('"acme.example": {', '"Acme.example": {', 7, "no domain"),
    ('"acme.example": {', '"acme/../..": {', 7, "no domain"),
    ('"bank.example": {', '"acme.example": {', 8, "twice"),
    ('"how": "moved"', '"how": "stolen"', 8, "stolen"),
    ('"how": "moved"', '"how": "removed"', 8, "was removed, to acme.example"),
    (', "to": "acme.example"', "", 8, "was moved, to nowhere"),
    ('"to": "acme.example"', '"to": "javascript:alert(1)"', 8, "has no row of its own"),
    ('"to": "acme.example"', '"to": "Acme.example"', 8, "has no row of its own"),
    ('"to": "acme.example"', '"to": "bank.example"', 8, "whose successors lead back"),
    ('"to": "acme.example"', '"to": "acme.example", "perhaps": ["<b>"]', 8, "no domain"),
    ('"to": "acme.example"', '"to": "acme.example", "color": 1', 8, "color"),
    (MOVED, '{"how": "removed", "date": "2026-02-02", "record": ["Bank", {"domain": "x.example"}]}', 8, "is damaged"),
    (MOVED, REMOVED.replace('"bank.example"', '"acme.example"'), 8, "another domain"),
    (MOVED, REMOVED.replace('["other"]', "5"), 8, "is damaged"),
    (MOVED, REMOVED.replace('["sms"]', '["sms", ["a"]]'), 8, "is damaged"),
    (MOVED, REMOVED.replace('"Bank"', '"\\ud800"'), 8, "half a character"),
    ('"since": "2026-01-01"}', '"since": "2026-01-01", "since": "2026-01-01"}', 7, "twice"),
    ('"date": "2026-02-02"', '"date": "<b>"', 8, "no day"),
    ('"slug": "bank", "since": "2026-01-01", "gone": {', '"slug": "acme", "since": "2026-01-01", "x": {', 8, "x"),
    ("/category/cloud/", "/category/../../../x/", 4, "no address"),
    ("/category/cloud/", f"/category/{'a' * 300}/", 4, "this version makes no such address"),
    ("/category/cloud/", "/category//", 4, "no address"),
    ("/category/cloud/", "/category/cloud", 4, "no address"),
    ("/2fa-directory/category/cloud/", "https://evil.invalid/", 4, "no address"),
    ('"/",', '"/"', 4, "no JSON"),
    ('"/",', "7,", 2, "addresses"),
]


@pytest.mark.parametrize(("old", "new", "line", "words"), FAULTS)
def test_each_fault_has_its_line(old, new, line, words):
    assert parse_ledger(LEDGER).services
    assert old in LEDGER
    with pytest.raises(DamagedFileError) as caught:
        parse_ledger(LEDGER.replace(old, new, 1))
    (fault,) = caught.value.faults
    assert fault.line == line, fault
    assert words in f"{fault.message} {fault.fix}"
    assert fault.fix


def read_record(gone):
    row = parse_ledger(LEDGER.replace(MOVED, gone)).services["bank.example"]
    assert row.gone
    assert row.gone.record
    return row.gone.record


def test_what_the_program_writes_is_read():
    assert read_record(REMOVED)[0] == "Bank"
    assert read_record(REMOVED.replace('"tfa": ["sms"]', '"damaged": true'))[1]["damaged"]
    assert read_record(REMOVED.replace('"Bank"', '"\\ud83d\\udd12"'))[0] == "\U0001f512"
    assert parse_ledger(b"\xef\xbb\xbf" + LEDGER.encode()) == parse_ledger(LEDGER)


def test_two_services_that_are_there_with_one_slug():
    text = LEDGER.replace('"slug": "bank"', '"slug": "acme"')
    assert parse_ledger(text).services, "one of them has left"
    with pytest.raises(DamagedFileError, match=r"which is that of acme\.example") as caught:
        parse_ledger(text[: text.index(', "gone"')] + "}\n}}")
    assert [fault.line for fault in caught.value.faults] == [8]


def test_all_faults_at_once():
    text = LEDGER.replace('"slug": "acme"', '"slug": ".."').replace('"slug": "bank"', '"slug": "."')
    with pytest.raises(DamagedFileError) as caught:
        parse_ledger(text.replace("/cloud/", "/../"))
    assert [fault.line for fault in caught.value.faults] == [7, 8, 4]


def test_very_many_faults():
    """Of a large file all of whose rows are wrong, some are shown, and the others counted."""
    rows = ",\n".join(
        f'"s{number}.example": {{"slug": "../{number}", "since": "2026-01-01"}}' for number in range(3000)
    )
    with within(2), pytest.raises(DamagedFileError) as caught:
        parse_ledger(f'{{"format": 1, "addresses": [], "services": {{\n{rows}}}}}')
    error = report_damage("data/ledger.json", caught.value)
    assert [problem.line for problem in error.problems] == list(range(2, 22))
    assert "and 2,999 more" in error.message


def test_nothing_is_written_that_could_not_be_read():
    assert check_ledger(FIRST) == []
    bad = Ledger(services={"a.example": Row(slug="a" * 101, since="2026-01-01")}, addresses=frozenset({"/x/../"}))
    assert len(check_ledger(bad)) == 2
