"""Domains, slugs and the order of A to Z."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.identity import (
    RESERVED,
    assign_slugs,
    first_label,
    fold,
    initial,
    normalise_domain,
    slugify,
    sort_key,
)


@pytest.mark.parametrize("domain", ["example.com", "Example.COM", " example.com. "])
def test_normalise_domain(domain):
    assert normalise_domain(domain) == "example.com"


def test_first_label():
    assert first_label("fi.google.com") == "fi"


@pytest.mark.parametrize(
    ("taken", "newcomers", "slugs"),
    [
        ({}, ["acme.com"], {"acme.com": "acme"}),
        ({"acme.com": "acme"}, ["acme.com"], {}),
        ({"acme.com": "acme"}, ["acme.org"], {"acme.org": "acme-org"}),
        # Where several want the same label, all get the long form.
        ({}, ["bank.co.uk", "bank.com"], {"bank.co.uk": "bank-co-uk", "bank.com": "bank-com"}),
        ({}, ["api.example", "all.example"], {"api.example": "api-example", "all.example": "all-example"}),
        # As many dashes as it takes.
        ({"x.example": "acme", "y.example": "acme-org"}, ["acme.org"], {"acme.org": "acme--org"}),
        (
            {"w.example": "acme", "x.example": "acme-org", "y.example": "acme--org"},
            ["acme.org"],
            {"acme.org": "acme---org"},
        ),
        # The label of one is the long form of another.
        ({"w.example": "acme"}, ["acme-org.test", "acme.org"], {"acme-org.test": "acme-org", "acme.org": "acme--org"}),
    ],
)
def test_assign_slugs(taken, newcomers, slugs):
    assert assign_slugs(taken, newcomers) == slugs
    assert assign_slugs(taken, newcomers[::-1]) == slugs


labels = st.sampled_from(["a", "b", "a-b", "api", "a--b"])
domains = st.lists(st.builds("{}.{}.{}".format, labels, labels, st.sampled_from(["com", "org"])), unique=True)


@given(first=domains, second=domains)
def test_slugs_are_unique_and_stay(first, second):
    taken = assign_slugs({}, first)
    both = taken | assign_slugs(taken, second)
    assert set(both) == set(first) | set(second)
    assert len(set(both.values())) == len(both)
    assert not RESERVED & set(both.values())
    assert both.items() >= taken.items()


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Crédit & more", "credit-more"), ("  A/B.c ", "a-b-c"), ("Straße", "strasse"), ("\u041f\u0430", "xd09fd0b0")],
)
def test_slugify(name, slug):
    assert slugify(name) == slug


def test_fold():
    assert fold("Éxámple ﬁ") == "example fi"


def test_order_of_a_to_z():
    names = ["Zebra", "éclair", "Echo", "1Password", "Пачка", "apple", "[brackets]", "2fa"]
    assert sorted(names, key=lambda name: sort_key(name, "")) == [
        "apple",
        "[brackets]",
        "Echo",
        "éclair",
        "Zebra",
        "1Password",
        "2fa",
        "Пачка",
    ]


@pytest.mark.parametrize(
    ("name", "heading"),
    [("éclair", "E"), ("Zebra", "Z"), ("1Password", "0–9"), ("Пачка", "Other"), ("(A)", "A"), ("***", "Other")],
)
def test_initial(name, heading):
    assert initial(name) == heading
