"""The truths of the decision table, held over every combination that matters, on the text that a reader sees.

All subsets of the nine methods, times the sharing verdicts, times four states of what else is known; by default each
subset once, with verdict and state in turn. What the page should say is worked out here a second time, from the
product's table, not by asking the code.
"""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest
from msgspec.structs import replace

from generator.build.compiling import compile_all, read_templates
from generator.build.render import Renderer
from generator.cache import Cache
from generator.catalogue.decisions.text import PLACE
from generator.catalogue.inputs import Baseline, Editorial, Request
from generator.catalogue.merge import Catalogue, find_stale_day
from generator.config import Licence, Paths, Product, Publisher, Settings, SharedMethod, Source
from generator.model import (
    Contact,
    Question,
    Recovery,
    Removal,
    Service,
    Setup,
    Sharing,
    SharingVerdict,
    SideNote,
    SupportedMethod,
    Teams,
    Verification,
)
from generator.pages.context import Context, Subject, build_context
from generator.pages.service import plan_service_page
from generator.pages.share import plan_share_page
from tests.pages.reading import Element, parse_page, read_faq, read_json_ld

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
METHODS = ("passkey", "u2f", "totp", "custom-software", "custom-hardware", "biometric", "email", "sms", "call")
LABELS = {
    "passkey": "Passkey",
    "u2f": "Security key (FIDO)",
    "totp": "Authenticator app (TOTP)",
    "custom-software": "Custom app",
    "custom-hardware": "Custom hardware",
    "biometric": "Biometric",
    "email": "Email",
    "sms": "SMS",
    "call": "Phone call",
}
IN_TEXT = {
    "passkey": "passkey",
    "u2f": "security key",
    "totp": "TOTP",
    "custom-software": "custom app",
    "custom-hardware": "custom hardware",
    "biometric": "biometric",
    "email": "email",
    "sms": "SMS",
    "call": "phone call",
}
BADGES = ("Sharing permitted", "Sharing tolerated", "Sharing forbidden", "Sharing unknown")
WEAK = {"email", "sms", "call"}
STRONG = {"totp", "custom-software", "custom-hardware"}
SUBSETS = [subset for size in range(len(METHODS) + 1) for subset in combinations(METHODS, size)]
PRODUCT = Product(
    name="Vaulty",
    pitch="Vaulty keeps shared codes.",
    totp=SharedMethod(
        steps=("Add the seed of {service} or scan the QR code.",), teammates=("See codes.",), enrolment="Two minutes."
    ),
    sms=SharedMethod(steps=("Point {service} to the shared number.",), teammates=("Read messages.",)),
    call_to_action="Share {service} with Vaulty",
)


#: What else is known of a service: nothing; what upstream can add; what editors can add; both.
VARIANTS = ("bare", "upstream", "curated", "both")


def list_subsets(sharing: SharingVerdict, variant: str, is_thorough: bool) -> list[tuple[str, ...]]:
    """Return the subsets to try with a verdict and a state: all of them, or every 16th, for each pair others."""
    place = list(SharingVerdict).index(sharing) * len(VARIANTS) + VARIANTS.index(variant)
    return SUBSETS if is_thorough else SUBSETS[place :: len(SharingVerdict) * len(VARIANTS)]


def make_source(name: str, in_text: str) -> Source:
    licence = Licence(name="MIT", url="https://example.com/licence")
    report = "https://example.com/issues"
    return Source(id=name, name=name, in_text=in_text, licence=licence, credit="Data from someone", report=report)


def make_context(services: tuple[Service, ...] = (), product: Product | None = PRODUCT) -> Context:
    settings = Settings(
        paths=Paths(root=Path("/nowhere")),
        title="Directory",
        base_url="https://2fa.example",
        description="Which services support 2FA.",
        publisher=Publisher(name="Vaulty Ltd"),
        product=product,
        sources={
            "2fa-directory": make_source("2fa-directory", "the 2FA Directory"),
            "passkeys": make_source("passkeys", "the Passkeys Directory"),
            "sample": make_source("sample", "the sample"),
        },
    )
    editorial = Editorial(
        categories={"health": "Health"},
        regions={"us": "United States"},
        methods={},
        faq=(),
        requests={
            "en": Request(subject="Please", message="Please offer 2FA at {name}."),
            "de": Request(subject="Bitte", message="Bitte 2FA bei {name}."),
        },
        pages={},
    )
    catalogue = Catalogue(services=services, baseline=Baseline(directory={}, has_passkeys=True))
    return build_context(catalogue, editorial, settings, {"style.css": "/s.css", "icon.svg": "/i.svg"})


CONTEXT = make_context()
CODE = compile_all(read_templates(TEMPLATES), Cache()).code
RENDERER = Renderer(CONTEXT.site, CODE)


def make_service(methods: tuple[str, ...], sharing: SharingVerdict, variant: str) -> Service:
    upstream, curated = variant in {"upstream", "both"}, variant in {"curated", "both"}
    settled = sharing is not SharingVerdict.UNKNOWN
    return Service(
        domain="acme.example",
        slug="acme",
        name="Acme & Sons",
        methods=tuple(
            SupportedMethod(id=method, layer="passkeys" if method == "passkey" else "2fa-directory")
            for method in methods
        ),
        upstream_methods=methods,
        custom_software=("AcmeGuard",) if upstream and "custom-software" in methods else (),
        custom_hardware=("AcmeToken",) if upstream and "custom-hardware" in methods else (),
        documentation="https://acme.example/2fa" if upstream else None,
        recovery_link="https://acme.example/lost" if upstream else None,
        note="For merchants with <b> accounts." if upstream else None,
        categories=("health",),
        passkeys=SideNote(note="From 2025 on.", documentation="https://acme.example/keys", regions=("-us",))
        if upstream
        else None,
        setup=Setup(
            source="https://acme.example/help",
            steps=("Open **Account**.",),
            methods=dict.fromkeys(METHODS, ("Press **Go**.",)),
        )
        if curated
        else None,
        recovery=Recovery(codes=True, notes="Print them.") if curated else Recovery(),
        sharing=Sharing(
            verdict=sharing,
            source="https://acme.example/terms" if settled else None,
            checked="2026-10-02" if settled else None,
            quote="The sentence of the terms." if settled else None,
        ),
        teams=Teams(source="https://acme.example/teams", enforce=True, delegated_access=True) if curated else Teams(),
        faq=(Question(question="Two phones?", answer="Yes, *two* & more."),) if curated else (),
        verified=Verification(date="2026-10-02", by="mk", source="https://acme.example/2fa", methods=methods)
        if curated
        else None,
        source="2fa-directory",
        since="2026-08-05",
    )


def render(service: Service, context: Context = CONTEXT) -> Element:
    html = RENDERER.render(plan_service_page(find_subject(service, context), context.frame))
    assert PLACE.encode() not in html, "every place for a name is filled"
    return parse_page(html)


def find_subject(service: Service, context: Context) -> Subject:
    """Return the service as the catalogue has it, or with nothing around it."""
    subjects = {subject.service.domain: subject for subject in context.list_subjects()}
    return subjects.get(service.domain) or Subject(service=service)


# --- Each truth is one function over a page ---------------------------------------------------------------------------


def expect_verdict(page: Element, methods: tuple[str, ...]) -> None:
    answer = page.get(cls="answer").words
    assert answer == ("Yes" if methods else "No")
    lead = page.get("p", cls="lead").words
    assert lead.startswith(answer + ",")
    for method in METHODS:
        assert (IN_TEXT[method] in lead) is (method in methods)
    assert ("weak method" in lead) is bool(methods and set(methods) <= WEAK)


def expect_strength(page: Element, methods: tuple[str, ...]) -> None:
    badges = page.get("section", cls="verdict").find_all("li", cls="badge")
    first = badges[0].words if badges else ""
    if {"passkey", "u2f"} & set(methods):
        assert first == "Phishing-resistant method listed"
    elif STRONG & set(methods):
        assert first == "Strong method listed"
    elif methods and set(methods) <= WEAK:
        assert first == "Weak methods listed"
    elif methods:
        assert first == "Not rated"


def expect_method_list(page: Element, methods: tuple[str, ...]) -> None:
    found = page.find("ul", cls="methods")
    assert (found is not None) is bool(methods)
    rows = [row.words for row in found.find_all("li")] if found else []
    for row, method in zip(rows, METHODS, strict=bool(rows)):
        state = "Supported" if method in methods else "Not listed"
        assert row.startswith(f"{LABELS[method]} {state}")
        if method == "passkey" and method in methods:
            assert "according to the Passkeys Directory" in row


def expect_no_false_word(page: Element, methods: tuple[str, ...]) -> None:
    """Outside the two lists that name what is missing, only what is listed is spoken of."""
    text = page.get("main").without("methods", "readiness").words
    said = re.sub(r"code-only", "", text)
    if len(methods) != 1:
        assert not re.search(r"\bonly\b", said)
    if "u2f" not in methods:
        assert not re.search(r"security key|hardware key|FIDO", text, re.IGNORECASE)
    if not {"u2f", "passkey"} & set(methods):
        assert "hishing" not in text
    if "passkey" not in methods:
        assert not re.search("passkey", text.replace("Passkeys Directory", ""), re.IGNORECASE)
    if "totp" not in methods:
        assert not re.search(r"TOTP|authenticator|QR|\bseed\b|fallback", text)
    if "sms" not in methods:
        assert "SMS" not in text
    for method, name in (("custom-software", "AcmeGuard"), ("custom-hardware", "AcmeToken")):
        assert method in methods or name not in text
    assert not re.search(r"link above|see above|\bNone\b|[{}]", text)


def expect_hardware(page: Element, methods: tuple[str, ...]) -> None:
    block = page.find("section", id="hardware")
    assert (block is not None) is bool({"u2f", "custom-hardware"} & set(methods))
    if block is None:
        return
    assert ("Security keys (FIDO)" in block.words) is ("u2f" in methods)
    assert ("Other devices and methods of the service" in block.words) is ("custom-hardware" in methods)
    if "u2f" not in methods:
        assert "resistant" not in block.words


def expect_most_secure(page: Element, methods: tuple[str, ...]) -> None:
    answers = {question: answer for question, answer in read_faq(page) if "most secure" in question}
    assert len(answers) == bool(methods)
    for answer in answers.values():
        resistant = {"passkey", "u2f"} & set(methods)
        assert ("phishing-resistant" in answer) is bool(resistant)
        assert ("the only method" in answer) is (len(methods) == 1)
        if resistant:
            assert re.match(r"A (passkey|security key)", answer)
        elif "totp" in methods:
            assert answer.startswith("An authenticator app (TOTP)")
            assert ("strongest standard method" in answer) is bool(
                {"custom-software", "custom-hardware", "biometric"} & set(methods)
            )
        elif set(methods) <= WEAK:
            assert "weak" in answer
        else:
            assert "not ranked" in answer or "are not ranked" in answer
            assert "most secure method listed" not in answer


def expect_one_sharing_verdict(page: Element, methods: tuple[str, ...], sharing: SharingVerdict) -> None:
    text = page.get("main").words
    wanted = f"Sharing {sharing}"
    assert [badge for badge in BADGES if badge in text] == ([wanted] if methods else [])
    if sharing is not SharingVerdict.PERMITTED:
        assert not re.search(r"\bpermit", text)
    if sharing is SharingVerdict.FORBIDDEN or not methods:
        assert "Vaulty" not in text
    if methods:
        answer = next(answer for question, answer in read_faq(page) if "share" in question)
        body = page.get("p", cls="terms").words
        sentence = answer.split(". ")[0].rstrip(".") + "."
        assert sentence in body
        assert ("checked on 2026-10-02" in body) is (sharing is not SharingVerdict.UNKNOWN)


def expect_team_section(page: Element, methods: tuple[str, ...], sharing: SharingVerdict) -> None:
    shareable = bool({"totp", "sms"} & set(methods)) and sharing is not SharingVerdict.FORBIDDEN
    text = page.get("main").words
    assert ("Share Acme & Sons with Vaulty" in text) is shareable
    assert ("Point Acme & Sons to the shared number" in text) is (shareable and "sms" in methods)
    assert ("scan the QR code" in text) is (shareable and "totp" in methods)
    assert ("Two minutes." in text) is (shareable and "totp" in methods)
    if methods and sharing is not SharingVerdict.FORBIDDEN and not {"totp", "sms"} & set(methods):
        assert "can't be shared through Vaulty" in page.get("section", id="sharing").words


def expect_readiness(page: Element, methods: tuple[str, ...], sharing: SharingVerdict, variant: str) -> None:
    block = page.find(id="readiness")
    assert (block is not None) is bool(methods)
    if block is None:
        return
    curated = variant in {"curated", "both"}
    score = (
        ("totp" in methods)
        + bool({"passkey", "u2f"} & set(methods))
        + (len(methods) >= 3 and bool(set(methods) & {"passkey", "u2f", *STRONG}))
        + curated
        + (curated or sharing is SharingVerdict.PERMITTED)
    )
    assert block.get("summary").words == f"Team readiness: {score}/5"
    assert len(block.find_all("li", cls="met")) == score
    assert len(block.find_all("li")) == 5


def expect_setup(page: Element, methods: tuple[str, ...], variant: str) -> None:
    block = page.find("section", id="setup")
    assert (block is not None) is bool(methods)
    if block is None:
        return
    if variant in {"curated", "both"}:
        assert "Open Account." in block.words
        assert [heading.words for heading in block.find_all("h3")] == [LABELS[method] for method in methods]
        assert "not yet checked by an editor" not in block.words
        return
    assert "Sign in at acme.example." in block.words
    assert ("official documentation" in block.words) is (variant == "upstream")
    assert len(block.get("ul").find_all("li")) == len(methods)
    if variant == "upstream":
        assert block.get("p").words == "For merchants with <b> accounts."


def expect_side_notes(page: Element, methods: tuple[str, ...], variant: str) -> None:
    found = page.find("section", id="methods")
    said = [aside.words for aside in found.find_all("p", cls="aside")] if found else []
    wanted = (
        "The Passkeys Directory adds: “From 2025 on.” "
        "The Passkeys Directory links to the service's documentation. "
        "The Passkeys Directory lists these regions: everywhere except United States."
    )
    assert said == ([wanted] if methods and variant in {"upstream", "both"} else [])


def expect_every_place_linked_to(page: Element) -> None:
    for link in page.find_all("a"):
        if link.attributes["href"].startswith("#"):
            page.get(id=link.attributes["href"][1:])


def expect_no_empty_block(page: Element) -> None:
    for element in page.get("main").find_all():
        if element.tag in {
            "section",
            "ul",
            "ol",
            "p",
            "li",
            "dd",
            "dt",
            "h1",
            "h2",
            "h3",
            "dl",
            "details",
            "blockquote",
        }:
            assert element.words, f"an empty <{element.tag}>"
    for section in page.find_all("section"):
        heading = section.find("h2")
        assert heading is None or section.words != heading.words, f"a heading alone: {heading.words}"


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("sharing", list(SharingVerdict))
def test_every_combination_is_true(sharing: SharingVerdict, variant: str, is_thorough: bool) -> None:
    for methods in list_subsets(sharing, variant, is_thorough):
        service = make_service(methods, sharing, variant)
        page = render(service)
        try:
            expect_verdict(page, methods)
            expect_strength(page, methods)
            expect_method_list(page, methods)
            expect_no_false_word(page, methods)
            expect_hardware(page, methods)
            expect_most_secure(page, methods)
            expect_one_sharing_verdict(page, methods, sharing)
            expect_team_section(page, methods, sharing)
            expect_readiness(page, methods, sharing, variant)
            expect_setup(page, methods, variant)
            expect_side_notes(page, methods, variant)
            expect_no_empty_block(page)
            expect_every_place_linked_to(page)
            assert read_json_ld(page) == read_faq(page)
            description = page.get("head").find_all("meta")[2].attributes["content"]
            assert description == page.get("p", cls="lead").words == read_faq(page)[0][1]
            if methods and variant in {"bare", "curated"}:
                assert "Official documentation" not in page.get("main").words
        except AssertionError as error:
            pytest.fail(f"{methods}, sharing {sharing}, {variant}: {error}\n{page.get('main').words}")


@pytest.mark.parametrize("sharing", list(SharingVerdict))
def test_share_pages_are_true(sharing: SharingVerdict, is_thorough: bool) -> None:
    for variant in VARIANTS:
        for methods in list_subsets(sharing, variant, is_thorough):
            page = plan_share_page(Subject(service=make_service(methods, sharing, variant)), CONTEXT.frame)
            shareable = {"totp", "sms"} & set(methods) and sharing is not SharingVerdict.FORBIDDEN
            assert (page is not None) is bool(shareable)
            if page is None:
                continue
            text = (tree := parse_page(RENDERER.render(page))).get("main").words
            assert [badge for badge in BADGES if badge in text] == [f"Sharing {sharing}"]
            assert ("permit" in text) is (sharing is SharingVerdict.PERMITTED)
            assert bool(re.search(r"TOTP|QR|seed|authenticator", text)) is ("totp" in methods)
            assert ("SMS" in text) is ("sms" in methods)
            assert ("checked on 2026-10-02" in text) is (sharing is not SharingVerdict.UNKNOWN)
            expect_no_empty_block(tree)


def test_a_site_without_a_product_has_no_team_sections() -> None:
    context = make_context(product=None)
    service = make_service(("totp", "sms"), SharingVerdict.PERMITTED, "both")
    renderer = Renderer(context.site, CODE)
    page = parse_page(renderer.render(plan_service_page(find_subject(service, context), context.frame)))
    assert plan_share_page(Subject(service=service), context.frame) is None
    assert "Vaulty" not in page.get("main").words
    assert "Sharing permitted" in page.get("main").words


REMOVED = Service(
    domain="gone.example",
    slug="gone",
    name="Gone",
    methods=(SupportedMethod(id="sms", layer="2fa-directory"), SupportedMethod(id="totp", layer="2fa-directory")),
    source="2fa-directory",
    removal=Removal(date="2026-10-02"),
)


@pytest.mark.parametrize(
    ("changes", "lead"),
    [
        ({}, "Gone was removed from the 2FA Directory on 2026-10-02; it last listed"),
        ({"methods": ()}, "Gone was removed from the 2FA Directory on 2026-10-02; it last listed no method."),
        ({"removal": None, "disputed": "Two editors disagree."}, "Unknown: our record of Gone is disputed."),
        ({"removal": None, "damaged": True}, "Unknown: our record of Gone is damaged."),
        (
            {"removal": None, "methods": (SupportedMethod(id="passkey", layer="passkeys"),)},
            "Yes, with a passkey: Gone lets you sign in without a password. No separate second factor is listed.",
        ),
        (
            {"removal": None, "methods": (SupportedMethod(id="matrix", layer="2fa-directory"),)},
            "Yes, Gone supports 2FA via another method (matrix).",
        ),
        ({"removal": None, "methods": ()}, "No, the 2FA Directory lists no 2FA method for Gone."),
        (
            {"removal": None, "methods": (), "upstream_methods": ("sms",)},
            "No, our editors' record lists no 2FA method for Gone.",
        ),
    ],
)
def test_leads(changes: dict, lead: str) -> None:
    page = render(replace(REMOVED, **changes))
    assert page.get("p", cls="lead").words.startswith(lead)
    assert read_json_ld(page) == read_faq(page)
    expect_no_empty_block(page)


@pytest.mark.parametrize(
    ("language", "message"),
    [("de", "Bitte 2FA bei Gone."), ("qx", "Please offer 2FA at Gone."), (None, "Please offer 2FA at Gone.")],
)
def test_asking_for_2fa_in_the_language_of_the_service(language: str | None, message: str) -> None:
    contact = Contact(
        twitter="gone",
        facebook="gone.page",
        email="help@gone.example",
        form="https://gone.example/ask",
        language=language,
    )
    service = Service(domain="gone.example", slug="gone", name="Gone", contact=contact, source="2fa-directory")
    block = render(service).get("section", id="ask")
    assert block.get("q").words == message
    assert block.get("p").attributes["lang"] == ("de" if language == "de" else "en")
    links = [link.attributes["href"] for link in block.find_all("a")]
    assert links[0].startswith("https://x.com/intent/post?text=%40gone%20")
    assert links[1:2] == ["https://www.facebook.com/gone.page"]
    assert links[2].startswith("mailto:help@gone.example?subject=")
    assert links[3] == "https://gone.example/ask"


@pytest.mark.parametrize(
    ("date", "methods", "said"),
    [
        ("2026-10-02", ("totp",), "Verified on 2026-10-02 by mk against"),
        ("2025-11-24", ("totp",), "Verified on 2025-11-24 by mk against"),
        ("2025-11-23", ("totp",), "Last verified on 2025-11-23 by mk against"),
        ("2026-10-02", ("sms", "totp"), "so this page needs a review"),
        ("2020-01-01", ("sms",), "so this page needs a review"),
    ],
)
def test_a_stamp_goes_stale_and_notices_changes(date: str, methods: tuple[str, ...], said: str) -> None:
    service = Service(
        domain="acme.example",
        slug="acme",
        name="Acme",
        methods=(SupportedMethod(id="totp", layer="2fa-directory"),),
        upstream_methods=("totp",),
        verified=Verification(date=date, by="mk", source="https://acme.example/2fa", methods=methods),
        is_stale=date < find_stale_day("2026-11-24", 365),
        source="2fa-directory",
    )
    assert said in render(service).get("p", cls="verification").words


def test_a_service_shows_the_guide_of_the_account_it_signs_in_with() -> None:
    owner = make_service(("totp",), SharingVerdict.UNKNOWN, "curated")
    guest = Service(
        domain="guest.example",
        slug="guest",
        name="Guest",
        methods=(SupportedMethod(id="totp", layer="2fa-directory"),),
        account="acme.example",
        source="2fa-directory",
    )
    block = render(guest, make_context((owner, guest))).get("section", id="setup")
    assert "You sign in here with your account at Acme & Sons" in block.words
    assert "Open Account." in block.words
