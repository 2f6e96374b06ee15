"""Which layer wins: upstream's two directories, the sample, what editors add."""

from __future__ import annotations

from typing import Any

import pytest

from generator.catalogue.inputs import Baseline
from generator.catalogue.merge import PRECEDENCE, Catalogue, merge
from generator.formats.ledger import Gone, Ledger, Row
from generator.formats.snapshot import parse_directory, parse_passkeys
from generator.model import (
    CURATED,
    DIRECTORY,
    PASSKEYS,
    SAMPLE,
    Curated,
    Event,
    MethodOverride,
    Question,
    Recovery,
    Service,
    Setup,
    Sharing,
    SharingVerdict,
    SideNote,
    Teams,
    Verification,
)
from tests.helpers import Entry, make_entry

URL = "https://source.example"


def make_baseline(*entries: Entry, passkeys: dict[str, Any] | None = None, **more: Any) -> Baseline:
    """Return a baseline as a refresh would leave it; ``passkeys`` maps domain → the granted keys or a record."""
    records = {
        domain: value if isinstance(value, dict) else dict.fromkeys(value.split(), "allowed")
        for domain, value in (passkeys or {}).items()
    }
    return Baseline(directory=parse_directory(entries), passkeys=parse_passkeys(records), **more)


def make_guide(domain: str = "one.example", **more: Any) -> Curated:
    return Curated(**{"path": f"content/services/{domain.split('.', maxsplit=1)[0]}.yaml", "domain": domain, **more})


def merge_one(*entries: Entry, guide: Curated | None = None, domain: str = "one.example", **more: Any) -> Service:
    return merge(make_baseline(*entries, **more), [guide] if guide else []).by_domain()[domain]


def layers_of(service: Service) -> dict[str, str]:
    return {method.id: method.layer for method in service.methods}


# --- Facts ------------------------------------------------------------------------------------------------------------

FULL = make_entry(
    "one.example",
    "totp",
    name="Upstream",
    keywords=["cloud"],
    regions=["us"],
    url=f"{URL}/upstream",
    documentation=f"{URL}/upstream-help",
    recovery=f"{URL}/upstream-lost",
    additional_domains=["upstream.example"],
)
FULL_GUIDE: dict[str, Any] = {
    "name": "Editor",
    "categories": ("travel",),
    "methods": ("sms",),
    "regions": ("de",),
    "url": f"{URL}/editor",
    "documentation": f"{URL}/editor-help",
    "recovery": Recovery(codes=True, link=f"{URL}/editor-lost"),
    "additional_domains": ("editor.example",),
}


@pytest.mark.parametrize(
    ("fact", "upstream", "editor"),
    [
        ("name", "Upstream", "Editor"),
        ("categories", ("cloud",), ("travel",)),
        ("regions", ("us",), ("de",)),
        ("url", f"{URL}/upstream", f"{URL}/editor"),
        ("documentation", f"{URL}/upstream-help", f"{URL}/editor-help"),
        ("recovery_link", f"{URL}/upstream-lost", f"{URL}/editor-lost"),
        ("additional_domains", ("upstream.example",), ("editor.example",)),
    ],
)
def test_precedence(fact, upstream, editor):
    """Identity is upstream's; editors state it only for services of their own. On recovery they know better."""
    alone = merge_one(FULL)
    both = merge_one(FULL, guide=make_guide(**FULL_GUIDE))
    own = merge_one(guide=make_guide(**FULL_GUIDE))
    wins = editor if fact == "recovery_link" else upstream
    assert [getattr(service, fact) for service in (alone, both, own)] == [upstream, wins, editor]
    assert alone.layers[fact] == DIRECTORY
    assert both.layers[fact] == (CURATED if fact == "recovery_link" else DIRECTORY)
    assert own.layers[fact] == CURATED


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("verified", Verification(date="2026-01-05", by="mk", source=URL, methods=("totp",))),
        ("setup", Setup(source=URL, steps=("Go.",))),
        ("recovery", Recovery(codes=True)),
        ("sharing", Sharing(verdict=SharingVerdict.FORBIDDEN, source=URL, checked="2026-01-05")),
        ("teams", Teams(enforce=True, source=URL)),
        ("faq", (Question(question="Q?", answer="A."),)),
        ("aliases", ("Old",)),
        ("account", "other.example"),
        ("disputed", "Two answers"),
    ],
)
def test_what_only_editors_say(fact, value):
    service = merge_one(FULL, guide=make_guide(**{fact: value}))
    assert getattr(service, fact) == value
    assert service.layers[fact] == CURATED
    assert fact not in merge_one(FULL).layers


@pytest.mark.parametrize(
    ("key", "value", "fact", "expected"),
    [
        ("notes", "Only for merchants.", "note", "Only for merchants."),
        ("custom_software", ["An App"], "custom_software", ("An App",)),
        ("custom_hardware", ["A Token"], "custom_hardware", ("A Token",)),
    ],
)
def test_what_only_upstream_says(key, value, fact, expected):
    service = merge_one(make_entry("one.example", "totp", **{key: value}))
    assert getattr(service, fact) == expected
    assert service.layers[fact] == DIRECTORY


def test_every_fact_has_its_row():
    assert set(merge_one(FULL, guide=make_guide(**FULL_GUIDE)).layers) <= set(PRECEDENCE)


def test_a_gap_upstream_is_filled_by_the_editor():
    service = merge_one(make_entry("one.example", "totp"), guide=make_guide(documentation=f"{URL}/editor-help"))
    assert (service.documentation, service.layers["documentation"]) == (f"{URL}/editor-help", CURATED)


def test_a_listed_service_needs_no_guide_and_a_guide_without_a_name_adds_none():
    baseline = make_baseline(make_entry("one.example", "totp"))
    catalogue = merge(baseline, [make_guide("two.example")])
    assert [service.domain for service in catalogue.services] == ["one.example"]


# --- Methods ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("listed", "passkeys", "guide", "expected", "upstream"),
    [
        ("", None, {}, {}, ""),
        ("sms totp", None, {}, {"totp": DIRECTORY, "sms": DIRECTORY}, "totp sms"),
        # Passkeys
        ("", "passwordless", {}, {"passkey": PASSKEYS}, "passkey"),
        ("totp", "passwordless", {}, {"passkey": PASSKEYS, "totp": DIRECTORY}, "passkey totp"),
        # FIDO2 as a second factor: a second source only where the first is silent
        ("totp", "mfa", {}, {"u2f": PASSKEYS, "totp": DIRECTORY}, "u2f totp"),
        ("u2f", "mfa", {}, {"u2f": DIRECTORY}, "u2f"),
        ("", "mfa", {}, {"u2f": PASSKEYS}, "u2f"),
        ("u2f", "mfa passwordless", {}, {"passkey": PASSKEYS, "u2f": DIRECTORY}, "passkey u2f"),
        # Overrides come last, and upstream's methods are those before them
        ("totp", None, {"add": ("email",)}, {"totp": DIRECTORY, "email": CURATED}, "totp"),
        ("totp call", None, {"remove": ("call",)}, {"totp": DIRECTORY}, "totp call"),
        ("totp", None, {"add": ("totp",)}, {"totp": DIRECTORY}, "totp"),
        ("totp", None, {"remove": ("sms",)}, {"totp": DIRECTORY}, "totp"),
        ("totp", None, {"remove": ("totp",)}, {}, "totp"),
        ("totp", "passwordless", {"remove": ("passkey",)}, {"totp": DIRECTORY}, "passkey totp"),
        ("", "mfa", {"add": ("u2f",)}, {"u2f": PASSKEYS}, "u2f"),
        ("sms", None, {"add": ("biometric", "u2f"), "remove": ("sms",)}, {"u2f": CURATED, "biometric": CURATED}, "sms"),
        # A method that nobody knows is never dropped
        ("zz totp", None, {}, {"totp": DIRECTORY, "zz": DIRECTORY}, "totp zz"),
    ],
)
def test_methods(listed, passkeys, guide, expected, upstream):
    override = MethodOverride(**{"add": (), "remove": (), "reason": "So.", "source": URL, **guide}) if guide else None
    service = merge_one(
        make_entry("one.example", *listed.split()),
        guide=make_guide(override=override),
        passkeys={"one.example": passkeys} if passkeys else None,
    )
    assert list(layers_of(service).items()) == list(expected.items()), "in the order of the vocabulary"
    assert service.upstream_methods == tuple(upstream.split())


def test_methods_of_a_service_of_the_editors():
    guide = make_guide(name="One", categories=("cloud",), methods=("totp", "passkey"))
    service = merge_one(guide=guide, passkeys={"one.example": "passwordless mfa"})
    assert layers_of(service) == {"passkey": PASSKEYS, "u2f": PASSKEYS, "totp": CURATED}
    assert service.upstream_methods == ("passkey", "u2f")
    assert service.source == CURATED


def test_methods_that_a_guide_states_for_a_listed_service_do_not_count():
    guide = make_guide(name="One", categories=("cloud",), methods=("totp", "sms"))
    assert layers_of(merge_one(make_entry("one.example", "email"), guide=guide)) == {"email": DIRECTORY}


@pytest.mark.parametrize("granted", ["allowed", "required"])
def test_passkeys_granted(granted):
    service = merge_one(make_entry("one.example"), passkeys={"one.example": {"passwordless": granted}})
    assert service.method_ids == ("passkey",)


def test_a_passkey_record_that_grants_nothing_says_nothing():
    service = merge_one(make_entry("one.example"), passkeys={"one.example": {"notes": "Not yet."}})
    assert (service.methods, service.passkeys) == ((), None)


@pytest.mark.parametrize(
    ("passkeys", "note"),
    [
        ({"one.example": "own", "one.example.org": "other"}, "own"),
        ({"one.example.org": "other"}, "other"),
        ({"zone.example": "last", "one.example.org": "first"}, "first"),
        ({"stranger.example": "nobody's"}, None),
        # Another service's own domain is that service's, whatever this one claims.
        ({"two.example": "the neighbour's"}, None),
    ],
)
def test_passkeys_by_own_and_additional_domain(passkeys, note):
    entries = (
        make_entry("one.example", "totp", additional_domains=["zone.example", "two.example", "one.example.org"]),
        make_entry("two.example", "totp"),
    )
    records = {domain: {"passwordless": "allowed", "notes": text} for domain, text in passkeys.items()}
    service = merge_one(*entries, passkeys=records)
    assert ("passkey" in service.method_ids) == (note is not None)
    assert (service.passkeys.note if service.passkeys else None) == note


def test_side_notes_repeat_nothing():
    same = {
        "notes": "N.",
        "documentation": f"{URL}/help",
        "recovery": f"{URL}/lost",
        "regions": ["us"],
        "passwordless": "allowed",
    }
    entry = make_entry(
        "one.example", "totp", notes="N.", documentation=f"{URL}/help", recovery=f"{URL}/lost", regions=["us"]
    )
    assert merge_one(entry, passkeys={"one.example": same}).passkeys is None
    other = {"passwordless": "allowed", "notes": "M.", "documentation": f"{URL}/keys", "regions": ["us", "de"]}
    assert merge_one(entry, passkeys={"one.example": other}).passkeys == SideNote(
        note="M.", documentation=f"{URL}/keys", regions=("de", "us")
    )


# --- Sample and real --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sample", "directory", "passkeys"), [(False, DIRECTORY, PASSKEYS), (True, SAMPLE, SAMPLE)])
def test_the_sample_is_a_source_of_its_own(sample, directory, passkeys):
    """No fact of the sample may carry the name of a directory that did not state it."""
    override = MethodOverride(add=("email",), remove=(), reason="So.", source=URL)
    guide = make_guide(aliases=("Old",), override=override)
    rows = {"gone.example": Row(slug="gone", since="2026-01-05", gone=Gone(how="removed", date="2026-02-01",
            record=make_entry("gone.example", "sms")))}  # fmt: skip
    catalogue = merge(
        make_baseline(FULL, passkeys={"one.example": "passwordless mfa"}, ledger=Ledger(services=rows), sample=sample),
        [guide],
    )
    service = catalogue.by_domain()["one.example"]
    assert layers_of(service) == {"passkey": passkeys, "u2f": passkeys, "totp": directory, "email": CURATED}
    assert service.layers["name"] == directory
    assert service.layers["aliases"] == CURATED
    assert service.source == directory
    (removed,) = catalogue.removed
    assert (removed.source, layers_of(removed)) == (directory, {"sms": directory})
    assert catalogue.baseline.sample is sample


# --- Domains ----------------------------------------------------------------------------------------------------------


def test_own_domain_beats_a_claim():
    catalogue = merge(
        make_baseline(
            make_entry("one.example", "totp", additional_domains=["two.example", "free.example"]),
            make_entry("two.example", "sms"),
        ),
        [],
    )
    services = catalogue.by_domain()
    assert services["one.example"].additional_domains == ("free.example",)
    assert services["two.example"].method_ids == ("sms",)


def test_own_domain_of_an_editors_service_beats_a_claim_too():
    guide = make_guide("two.example", name="Two", categories=("cloud",), methods=())
    service = merge_one(make_entry("one.example", "totp", additional_domains=["two.example"]), guide=guide)
    assert service.additional_domains == ()


# --- Slugs ------------------------------------------------------------------------------------------------------------


def slugs_of(catalogue: Catalogue) -> dict[str, str]:
    return {service.domain: service.slug for service in catalogue.services}


def test_slugs_come_from_the_ledger():
    rows = {"one.example": Row(slug="kept", since="2026-01-05")}
    assert merge_one(FULL, ledger=Ledger(services=rows)).slug == "kept"


def test_slug_of_a_service_that_editors_add():
    """By the same rule, but after every entry of upstream, and never one that was given before."""
    rows = {
        "old.example": Row(slug="two", since="2026-01-05", gone=Gone(how="removed", date="2026-02-01")),
        "one.example": Row(slug="one", since="2026-01-05"),
    }
    own = [
        make_guide(domain, name="N", categories=("cloud",), methods=())
        for domain in ("two.example.net", "one.example.net", "new.example.net", "all.example.net")
    ]
    baseline = make_baseline(
        make_entry("one.example", "totp"), make_entry("new.example", "totp"), ledger=Ledger(services=rows)
    )
    assert slugs_of(merge(baseline, own)) == {
        "one.example": "one",
        "new.example": "new",
        "new.example.net": "new-example-net",
        "one.example.net": "one-example-net",
        "two.example.net": "two-example-net",
        "all.example.net": "all-example-net",
    }
    assert slugs_of(merge(baseline, own[::-1])) == slugs_of(merge(baseline, own))


# --- What left, and what happened -------------------------------------------------------------------------------------


def test_removed_services_keep_what_was_last_known():
    record = make_entry("gone.example", "sms", "custom-software", name="Gone &amp; Co", custom_software=["App"])
    rows = {
        "gone.example": Row(
            slug="gone", since="2026-01-05", gone=Gone(how="removed", date="2026-02-01", record=record)
        ),
        "lost.example": Row(slug="lost", since="2026-01-05", gone=Gone(how="removed", date="2026-02-02")),
        "own.example": Row(slug="own", since="2026-01-05", curated=True, name="Own"),
        "moved.example": Row(
            slug="moved", since="2026-01-05", gone=Gone(how="moved", date="2026-02-01", to="x.example")
        ),
    }
    catalogue = merge(make_baseline(make_entry("one.example", "totp"), ledger=Ledger(services=rows)), [])
    removed = {service.domain: service for service in catalogue.removed}
    assert set(removed) == {"gone.example", "lost.example", "own.example"}
    gone = removed["gone.example"]
    assert (gone.name, gone.method_ids, gone.custom_software) == ("Gone & Co", ("custom-software", "sms"), ("App",))
    assert gone.removal is not None
    assert gone.removal.date == "2026-02-01"
    assert removed["lost.example"].name == "lost.example"
    assert (removed["own.example"].name, removed["own.example"].source) == ("Own", CURATED)
    assert "gone.example" in catalogue.by_domain()


def test_history_follows_a_move():
    events = (
        Event(
            type="methods_gained", domain="old.example", name="Old", date="2026-01-10", details={"methods": ["totp"]}
        ),
        Event(
            type="moved",
            domain="one.example",
            name="One",
            date="2026-02-01",
            details={"old_domain": "old.example", "old_name": "Old"},
        ),
        Event(type="renamed", domain="two.example", name="Two", date="2026-02-02", details={"old_name": "Too"}),
    )
    catalogue = merge(
        make_baseline(make_entry("one.example", "totp"), make_entry("two.example"), events=events, first="2026-01-05"),
        [],
    )
    assert [event.type for event in catalogue.history["one.example"]] == ["methods_gained", "moved"]
    services = catalogue.by_domain()
    assert services["one.example"].since == "2026-02-01"


@pytest.mark.parametrize(("first", "since"), [("2026-01-05", "2026-01-05"), (None, None)])
def test_a_record_without_a_change_is_as_old_as_the_first_snapshot(first, since):
    assert merge_one(FULL, first=first).since == since


def test_services_are_in_the_order_of_a_to_z():
    names = ["Zebra", "alpha", "Éclair", "1st", "Ωmega", "Alpha"]
    entries = [make_entry(f"s{number}.example", name=name) for number, name in enumerate(names)]
    expected = ["Alpha", "alpha", "Éclair", "Zebra", "1st", "Ωmega"]
    for order in (entries, entries[::-1]):
        assert [service.name for service in merge(make_baseline(*order), []).services] == expected
