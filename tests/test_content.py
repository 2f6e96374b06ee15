"""What ships with the checkout: the guides, the sample, and what may stand in no file of it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import pytest

from generator.catalogue.decisions.verdict import decide_strength, decide_verdict
from generator.catalogue.gather import Gathered, gather
from generator.config import Settings, load_settings
from generator.model import METHODS, Service
from generator.validation.schema import find_fault
from tests.helpers import CHECKOUT, Project

#: After every date in a file that was ever written.
LATEST = "9999-12-31"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """The checkout as it is published, without anything that a fetch on this machine has added."""
    root = tmp_path_factory.mktemp("shipped")
    for folder in ("content", "templates", "data/sample"):
        shutil.copytree(CHECKOUT / folder, root / folder)
    return Project(root=root)


@pytest.fixture(scope="module")
def settings(shipped) -> Settings:
    return load_settings(shipped.root)


@pytest.fixture(scope="module")
def gathered(settings) -> Gathered:
    return gather(settings, LATEST, LATEST)


# --- Content ----------------------------------------------------------------------------------------------------------


def test_shipped_content_has_no_problem(gathered):
    """Not one warning: every guide is valid, named after its service, and of a service that the sample lists."""
    assert [str(problem) for problem in gathered.problems] == []
    assert gathered.catalogue.baseline.sample


def test_shipped_project_builds(shipped):
    outcome = shipped.build(today="2026-12-31")
    assert (outcome.code, outcome.err) == (0, "")


def test_every_shipped_guide_is_on_its_page(gathered):
    services = gathered.catalogue.by_domain()
    files = sorted(path.name for path in (CHECKOUT / "content/services").iterdir())
    assert sorted(guide.path.rsplit("/", 1)[1] for guide in gathered.content.curated) == files
    for guide in gathered.content.curated:
        assert services[guide.domain].curated_path == guide.path


def test_guides_name_no_method_that_their_service_lacks(gathered):
    services = gathered.catalogue.by_domain()
    for guide in gathered.content.curated:
        for method in guide.setup.methods if guide.setup else ():
            assert method in services[guide.domain].method_ids, guide.path


def test_texts_cover_the_vocabulary(gathered):
    editorial = gathered.content.editorial
    assert list(editorial.methods) == list(METHODS), "in the order of the vocabulary"
    assert all(passage.sources for passage in editorial.methods.values())
    assert "en" in editorial.requests
    assert all("{name}" in request.message for request in editorial.requests.values())
    assert list(editorial.categories) == sorted(editorial.categories)
    assert list(editorial.regions) == sorted(editorial.regions)
    assert all(re.fullmatch(r"[a-z]{2}", code) for code in editorial.regions)
    assert all(passage.question for passage in editorial.faq)


def test_credit_keeps_what_the_sources_ask_for(settings):
    directory, passkeys = settings.sources["2fa-directory"], settings.sources["passkeys"]
    assert directory.credit == (
        "Data sourced from [2FA Directory](https://2fa.directory/) by [2factorauth](https://github.com/2factorauth)"
    )
    assert directory.licence.name == "MIT"
    assert len(directory.notices) == 2
    assert all("Permission is hereby granted" in text for _, text in directory.notices)
    assert passkeys.licence.name == "CC BY 4.0"
    assert passkeys.changes
    assert "https://creativecommons.org/licenses/by/4.0/" in passkeys.credit


# --- The sample -------------------------------------------------------------------------------------------------------


def read_sample(name: str) -> Any:
    return json.loads((CHECKOUT / "data/sample" / name).read_bytes())


def test_sample_passes_the_schemas_of_fetched_records():
    entries, passkeys = read_sample("2fa-directory.json"), read_sample("passkeys.json")
    assert {name: fault for name, record in entries if (fault := find_fault("directory-record", record))} == {}
    assert {name: fault for name, record in passkeys.items() if (fault := find_fault("passkeys-record", record))} == {}
    domains = [record["domain"] for _, record in entries]
    assert len(domains) == len(set(domains))
    assert "cliniko.com" in domains
    assert 35 <= len(domains) <= 60


def has(service: Service, *methods: str) -> bool:
    return service.method_ids == methods


#: The cases of the decision table that a reader of the sample site must be able to see.
CASES = {
    "no 2FA": lambda service: decide_verdict(service) == "no",
    "no 2FA, ask on X": lambda service: not service.methods and service.contact and service.contact.twitter,
    "no 2FA, ask on Facebook": lambda service: not service.methods and service.contact and service.contact.facebook,
    "no 2FA, ask by email": lambda service: not service.methods and service.contact and service.contact.email,
    "no 2FA, ask by form": lambda service: not service.methods and service.contact and service.contact.form,
    "ask in another language": lambda service: service.contact and service.contact.language == "de",
    "ask in a language without a text": lambda service: service.contact and service.contact.language == "qx",
    "phishing-resistant": lambda service: decide_strength(service) == "phishing-resistant",
    "strong": lambda service: decide_strength(service) == "strong",
    "weak": lambda service: decide_strength(service) == "weak",
    "unrated": lambda service: decide_strength(service) == "unrated",
    "one weak method": lambda service: has(service, "sms"),
    "two weak methods": lambda service: has(service, "sms", "call"),
    "email only": lambda service: has(service, "email"),
    "TOTP only": lambda service: has(service, "totp"),
    "passkey alone": lambda service: has(service, "passkey"),
    "passkey beside others": lambda service: "passkey" in service.method_ids and len(service.methods) > 1,
    "security key": lambda service: "u2f" in service.method_ids,
    "phone call": lambda service: "call" in service.method_ids,
    "custom app with a name": lambda service: service.custom_software,
    "custom app without a name": lambda service: (
        "custom-software" in service.method_ids and not service.custom_software
    ),
    "custom hardware with a name": lambda service: service.custom_hardware,
    "custom hardware without a name": lambda service: (
        "custom-hardware" in service.method_ids and not service.custom_hardware
    ),
    "custom hardware that is no device": lambda service: "Touch ID" in service.custom_hardware,
    "custom methods alone": lambda service: has(service, "custom-software", "custom-hardware"),
    "custom beside TOTP": lambda service: {"totp", "custom-software"} <= set(service.method_ids),
    "unknown method": lambda service: not set(service.method_ids) <= set(METHODS),
    "a note": lambda service: service.note,
    "a note of the Passkeys Directory": lambda service: service.passkeys and service.passkeys.note,
    "a recovery link": lambda service: service.recovery_link,
    "no documentation": lambda service: service.methods and not service.documentation,
    "its own address to sign in": lambda service: service.url,
    "a region": lambda service: service.regions and not service.regions[0].startswith("-"),
    "several regions": lambda service: len(service.regions) > 1,
    "exclusions": lambda service: any(code.startswith("-") for code in service.regions),
    "everywhere": lambda service: not service.regions,
    "several categories": lambda service: len(service.categories) > 1,
    "additional domains": lambda service: service.additional_domains,
    "a name with a region": lambda service: service.name.endswith("[UK]"),
    "a name with an entity": lambda service: service.name == "Example Ärztebank",
    "a name in another script": lambda service: service.name.startswith("Пример"),
    "a name with an ampersand": lambda service: "&" in service.name,
    "a subdomain": lambda service: service.domain == "fi.google.com",
    "a guide": lambda service: service.setup and service.setup.steps,
    "known facts only": lambda service: service.methods and not service.setup,
}


@pytest.mark.parametrize("case", CASES)
def test_sample_shows(gathered, case):
    assert [service.domain for service in gathered.catalogue.services if CASES[case](service)] != []


def test_sample_shows_what_became_of_services(gathered):
    catalogue = gathered.catalogue
    assert [service.domain for service in catalogue.removed] == ["archive.example"]
    gone = {row.gone.how for row in catalogue.baseline.ledger.services.values() if row.gone}
    assert {"removed", "moved"} <= gone
    assert {event.type for event in catalogue.baseline.events} >= {"removed", "moved"}


def test_sample_shows_fido2_that_only_the_passkeys_directory_lists():
    listed = {record["domain"]: record.get("tfa", ()) for _, record in read_sample("2fa-directory.json")}
    granted = {domain for domain, record in read_sample("passkeys.json").items() if record.get("mfa")}
    assert [domain for domain in sorted(granted & listed.keys()) if "u2f" not in listed[domain]] != []


# --- What may stand in no file ----------------------------------------------------------------------------------------


def list_tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.split("\0") if name and (CHECKOUT / name).is_file()]


#: Hosts of package registries, put together here so that this file does not name them.
REGISTRIES = re.compile(r"\b(?:pypi|pythonhosted|npmjs|yarnpkg|crates|rubygems)\.(?:org|com|io|net)\b|\bartifactory\b")
#: Folders of one machine. A slash before them makes a path; a word before that would be an address.
MACHINE = re.compile(r"(?<![\w.:/<}-])/(?:home|Users|root|work|mnt|workspace)/[\w.-]")


def test_no_file_names_a_registry_or_a_path_of_a_machine():
    found = {}
    for name in list_tracked():
        text = (CHECKOUT / name).read_text("utf-8", "replace")
        if hits := [*REGISTRIES.findall(text), *MACHINE.findall(text)]:
            found[name] = hits
    assert found == {}


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("see https://" + "pypi" + ".org/simple", True),
        ("registry." + "npmjs" + ".org", True),
        ("cd " + "/work" + "/main", True),
        ('"' + "/home" + '/someone/x"', True),
        ("https://x.example/home/page", False),
        ("/2fa-directory/work/", False),
        ("network/workspace", False),
    ],
)
def test_the_search_finds_them(text, is_found):
    assert bool(REGISTRIES.search(text) or MACHINE.search(text)) is is_found
