"""Lists: which services stand where, in which order, and that a published list stays."""

from __future__ import annotations

import pytest

from tests.helpers import ENTRIES, PASSKEYS, Project, make_entry, make_rows
from tests.pages.reading import Element, parse_page

LIST = "/2fa-directory/"


def read(project: Project, path: str) -> Element:
    return parse_page(project.read(f"site{path}index.html"))


def build(project: Project, *entries, passkeys=None, rows=None, addresses=()) -> None:
    if entries:
        project.write_snapshot(entries, passkeys)
    project.write_ledger(rows or make_rows(fields["domain"] for _, fields in entries or ENTRIES.values()), addresses)
    outcome = project.build()
    assert outcome.code == 0, outcome.err


def list_names(page: Element) -> list[str]:
    return [row.get("a").words for block in page.find_all("ul", cls="services") for row in block.find_all("li")]


def list_groups(page: Element) -> dict[str, list[str]]:
    return {group.get("h2").words: list_names(group) for group in page.find_all("section", cls="group")}


def find_row(page: Element, name: str) -> Element:
    rows = [row for block in page.find_all("ul", cls="services") for row in block.find_all("li")]
    return next(row for row in rows if row.get("a").words == name)


def list_folder(project: Project, name: str) -> list[str]:
    return sorted(folder.name for folder in (project.root / "site/2fa-directory" / name).iterdir())


# --- A to Z -----------------------------------------------------------------------------------------------------------


def test_a_to_z_sorts_letters_then_digits_then_other_scripts(tiny):
    names = ["zebra", "Æther", "Öko", "ola", "Éclair", "eclair", "1Pass", "Яндекс", "'Quoted'", "東京", "2FA", "[Box]"]
    build(tiny, *(make_entry(f"s{number}.example", "totp", name=name) for number, name in enumerate(names)))
    page = read(tiny, LIST)
    assert list_groups(page) == {
        "B": ["[Box]"],
        "E": ["eclair", "Éclair"],
        "O": ["Öko", "ola"],
        "Q": ["'Quoted'"],
        "Z": ["zebra"],
        "0–9": ["1Pass", "2FA"],
        "Other": ["Æther", "Яндекс", "東京"],
    }
    letters = [(link.words, link.attributes["href"]) for link in page.get("nav", cls="letters").find_all("a")]
    assert letters == [
        *((letter, f"#{letter.lower()}") for letter in "BEOQZ"),
        ("0–9", "#digits"),
        ("Other", "#other"),
    ]
    assert [group.attributes["id"] for group in page.find_all("section", cls="group")] == [
        href.removeprefix("#") for _, href in letters
    ]


def test_each_row_gives_the_answer(tiny):
    tiny.write_curated("foxtrot", "domain: foxtrot.example\ndisputed: Two editors disagree.\n")
    build(tiny)
    page = read(tiny, LIST)
    assert {name: find_row(page, name).get(cls="methods-line").words for name in list_names(page)} == {
        "Alpha": "Security key (FIDO), Authenticator app (TOTP), SMS",
        "Bravo": "No 2FA listed",
        "Charlie [DE]": "SMS, Phone call",
        "Delta & Søn": "Passkey, Custom app, Custom hardware, Email",
        "Echo": "Passkey",
        "Foxtrot": "Unknown",
    }
    row = find_row(page, "Delta & Søn")
    assert row.get("a").attributes["href"] == "/2fa-directory/delta/"
    assert row.get(cls="domain").words == "delta.example"


def test_the_search_finds_other_domains_and_old_names_on_a_to_z_alone(tiny):
    tiny.write_curated("delta", "domain: delta.example\naliases: [Old Delta, delta.example.org]\n")
    build(tiny)
    assert find_row(read(tiny, LIST), "Delta & Søn").attributes["data-words"] == "delta.example.org Old Delta"
    assert "data-words" not in find_row(read(tiny, LIST), "Alpha").attributes
    assert "data-words" not in tiny.read("site/2fa-directory/category/banking/index.html")


def test_one_letter_needs_no_row_of_letters(tiny):
    build(tiny, make_entry("one.example", "totp"))
    assert read(tiny, LIST).find("nav", cls="letters") is None


def test_a_to_z_leads_to_every_other_list(tiny):
    build(tiny)
    indexes = {
        index.get("summary").words: {link.words: link.attributes["href"] for link in index.find_all("a")}
        for index in read(tiny, LIST).find_all("details", cls="index")
    }
    assert indexes["Categories"] == {
        "Banking": "/2fa-directory/category/banking/",
        "Cloud services": "/2fa-directory/category/cloud/",
        "Other": "/2fa-directory/category/other/",
        "Travel": "/2fa-directory/category/travel/",
    }
    assert list(indexes["Methods"])[:3] == ["Passkey", "Security key (FIDO)", "Authenticator app (TOTP)"]
    assert indexes["Regions"] == {
        "Everywhere": "/2fa-directory/everywhere/",
        "Norway": "/2fa-directory/region/no/",
        "United States": "/2fa-directory/region/us/",
    }
    assert list(indexes["Selections"].values()) == [LIST + "no-2fa/", LIST + "weak-2fa/", LIST + "passkeys/"]
    for links in indexes.values():
        for href in links.values():
            assert (tiny.site / href.lstrip("/") / "index.html").is_file()


# --- Regions ----------------------------------------------------------------------------------------------------------


def test_a_region_lists_its_own_services_and_leads_to_the_others(tiny):
    build(tiny)
    # Each code that has services of its own: being left out of a country is none.
    assert list_folder(tiny, "region") == ["no", "us"]
    page = read(tiny, LIST + "region/no/")
    assert page.get("h1").words == "2FA by region: Norway"
    assert list_groups(page) == {"With 2FA": ["Delta & Søn"]}
    assert list_groups(read(tiny, LIST + "region/us/")) == {"Without 2FA": ["Bravo"]}
    assert "/2fa-directory/everywhere/" in [link.attributes["href"] for link in page.get("main").find_all("a")]


def test_everywhere_marks_the_exceptions(tiny):
    build(tiny)
    page = read(tiny, LIST + "everywhere/")
    assert list_names(page) == ["Alpha", "Charlie [DE]", "Echo", "Foxtrot"]
    assert find_row(page, "Charlie [DE]").words.endswith("SMS, Phone call (everywhere except Germany)")
    assert [name for name in list_names(page) if "except" in find_row(page, name).words] == ["Charlie [DE]"]


def test_regions_beside_exceptions_and_in_capitals(tiny):
    build(
        tiny,
        make_entry("mixed.example", "totp", regions=["US", "-de"]),
        make_entry("both.example", "totp", regions=["-FR", "-de"]),
        make_entry("two.example", "totp", regions=["us", "fr"]),
    )
    assert list_folder(tiny, "region") == ["fr", "us"]
    assert list_names(read(tiny, LIST + "region/us/")) == ["Mixed", "Two"]
    assert list_names(read(tiny, LIST + "region/fr/")) == ["Two"]
    everywhere = read(tiny, LIST + "everywhere/")
    assert list_names(everywhere) == ["Both"]
    assert "(everywhere except France, Germany)" in find_row(everywhere, "Both").words


# --- What the generator does not know ---------------------------------------------------------------------------------


def test_unknown_names_are_shown_as_they_are(tiny):
    build(tiny, make_entry("new.example", "totp", "hologram", keywords=["space-flight"], regions=["zz"]))
    assert read(tiny, LIST + "category/space-flight/").get("h1").words == "2FA in the category Space flight"
    assert read(tiny, LIST + "region/zz/").get("h1").words == "2FA by region: ZZ"
    method = read(tiny, LIST + "method/hologram/")
    assert method.get("h1").words == "Services with 2FA method: Other (hologram)"
    assert list_names(method) == ["New"]
    assert find_row(method, "New").words.endswith("Authenticator app (TOTP), Other (hologram)")


# --- Categories, methods, selections ----------------------------------------------------------------------------------


def test_a_category_splits_its_services_by_the_verdict(tiny):
    tiny.write_curated("foxtrot", "domain: foxtrot.example\ndisputed: Two editors disagree.\n")
    build(tiny, *ENTRIES.values(), make_entry("golf.example"), passkeys=PASSKEYS)
    page = read(tiny, LIST + "category/other/")
    assert list_groups(page) == {"With 2FA": ["Echo"], "Without 2FA": ["Golf"], "Unknown": ["Foxtrot"]}


def test_a_method_lists_the_services_that_have_it(tiny):
    tiny.write_curated("foxtrot", "domain: foxtrot.example\ndisputed: Two editors disagree.\n")
    build(tiny)
    totp = read(tiny, LIST + "method/totp/")
    # The disputed one stands nowhere: nobody knows whether it has the method.
    assert list_names(totp) == ["Alpha"]
    assert "A code from an app." in totp.words
    assert [link.attributes["href"] for link in totp.get("p", cls="aside").find_all("a")] == [
        "https://standard.example/"
    ]
    assert list_names(read(tiny, LIST + "method/passkey/")) == ["Delta & Søn", "Echo"]
    biometric = read(tiny, LIST + "method/biometric/")
    assert list_names(biometric) == []
    assert "No service is listed here at present." in biometric.words


@pytest.mark.parametrize(
    ("path", "names"),
    [("no-2fa", ["Bravo"]), ("weak-2fa", ["Charlie [DE]"]), ("passkeys", ["Delta & Søn", "Echo"])],
)
def test_selections(tiny, path, names):
    build(tiny)
    assert list_names(read(tiny, f"{LIST}{path}/")) == names


def test_disputed_services_are_in_no_selection(tiny):
    for slug in ("bravo", "charlie", "echo"):
        tiny.write_curated(slug, f"domain: {slug}.example\ndisputed: Two editors disagree.\n")
    build(tiny)
    selected = {path: list_names(read(tiny, f"{LIST}{path}/")) for path in ("no-2fa", "weak-2fa", "passkeys")}
    assert selected == {"no-2fa": [], "weak-2fa": [], "passkeys": ["Delta & Søn"]}


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        (LIST + "category/old-kind/", "2FA in the category Old kind"),
        (LIST + "category/travel/", "2FA in the category Travel"),
        (LIST + "region/fr/", "2FA by region: France"),
        (LIST + "region/qq/", "2FA by region: QQ"),
        (LIST + "method/hologram/", "Services with 2FA method: Other (hologram)"),
        (LIST + "weak-2fa/", "Services with weak 2FA methods alone"),
    ],
)
def test_a_published_list_that_is_empty_stays_and_says_so(tiny, path, heading):
    build(tiny, make_entry("alpha.example", "totp"), addresses=[path])
    page = read(tiny, path)
    assert page.get("h1").words == heading
    assert list_names(page) == []
    assert "No service is listed here at present." in page.words


def test_removed_services_are_in_no_list(tiny):
    build(tiny, make_entry("alpha.example", "totp"), rows=make_rows(["alpha.example", "gone.example"]))
    assert read(tiny, LIST + "gone/").get(cls="answer").words == "Removed"
    assert list_names(read(tiny, LIST)) == list_names(read(tiny, LIST + "method/totp/")) == ["Alpha"]


def test_unknown_names_get_an_address_whatever_they_are(tiny):
    entries = [
        make_entry("a.example", "x--y", name="A", keywords=["smart home", "Smart-Home"]),
        make_entry("b.example", "x_y", name="B", keywords=["Здоровье"]),
    ]
    build(tiny, *entries)
    assert list_names(read(tiny, LIST + "category/smart-home/")) == ["A"]
    assert list_names(read(tiny, LIST + "method/x-y/")) == ["A", "B"]
    hidden = "x" + "Здоровье".encode().hex()
    assert list_names(read(tiny, f"{LIST}category/{hidden}/")) == ["B"]
    assert read(tiny, f"{LIST}category/{hidden}/").get("h1").words == "2FA in the category Здоровье"
