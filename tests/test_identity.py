"""Domains, slugs and the order of A to Z."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator.identity import (
    RESERVED,
    assign_slugs,
    first_label,
    fold,
    initial,
    is_slug,
    normalise_domain,
    slugify,
    sort_key,
)
from generator.schemas import load_schema
from generator.validation.addresses import is_domain


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
        # Names of devices on Windows are no folders.
        ({}, ["con.example", "lpt9.example"], {"con.example": "con-example", "lpt9.example": "lpt9-example"}),
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
    [
        ("Crédit & more", "credit-more"),
        ("  A/B.c ", "a-b-c"),
        ("Straße", "strasse"),
        ("\u041f\u0430", "xd09fd0b0"),
        # Cut, with a hash of the whole; and so for the names of devices.
        ("a" * 100, "a" * 100),
        ("a" * 101, f"{'a' * 91}-9d079339"),
        ("a" * 90 + "-" * 5 + "b" * 20, f"{'a' * 90}-c71d0769"),
        ("CON", "con-1143da2b"),
    ],
)
def test_slugify(name, slug):
    assert slugify(name) == slug
    assert slugify(slug) == slug


#: All that the schemas let through.
RECORD = load_schema("directory-record")
identifiers = st.from_regex(RECORD["$defs"]["identifier"]["pattern"].replace("$(?!\\n)", r"\Z"), fullmatch=True)
wide = st.text(st.sampled_from("\U0001f512\u6f22\ufdfa\u3300\u24d0-a"), min_size=1, max_size=50)
categories = st.from_regex(load_schema("names")["propertyNames"]["pattern"].replace("$", r"\Z"), fullmatch=True)
long_labels = st.builds("{}{}{}".format, st.sampled_from("ab"), st.sampled_from(["", "-" * 61, "x" * 61]), st.just("z"))
long_domains = st.lists(long_labels, min_size=1, max_size=4).map(lambda labels: ".".join([*labels, "example"])[-253:])


@given(names=st.lists(identifiers | wide | categories, min_size=1, max_size=3))
def test_every_name_that_the_schemas_allow_is_a_folder(names):
    for name in names:
        assert is_slug(slugify(name)), name
        assert len(slugify(name).encode()) <= 100


@given(names=st.lists(st.text(st.sampled_from("\U0001f512\u6f22\u5b57"), min_size=1, max_size=50), unique=True))
def test_long_names_stay_apart(names):
    assert len({slugify(name) for name in names}) == len(names)


@given(first=st.lists(long_domains, unique=True), taken=st.sets(st.integers(1, 4)))
@example(first=[".".join(["a" + "-" * 61 + "z"] * 3 + ["a" + "-" * 59 + "z"])], taken={1, 2, 3})
def test_every_domain_that_the_schemas_allow_is_a_folder(first, taken):
    """Also where others have had the first forms of its slug."""
    known: dict[str, str] = {}
    for domain in filter(is_domain, first):
        for dashes in taken:
            known[f"{dashes}.{domain}"] = assign_slugs(known, [domain])[domain]
    slugs = known | assign_slugs(known, filter(is_domain, first))
    assert len(set(slugs.values())) == len(slugs)
    assert all(is_slug(slug) and len(slug.encode()) <= 100 and slug not in RESERVED for slug in slugs.values())


@pytest.mark.parametrize(
    "text", ["", "-", "a-", "-a", "A", "a.b", "a/b", "..", "a\n", "a b", "é", "a" * 101, "nul", "com1"]
)
def test_no_slug(text):
    assert not is_slug(text)


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
