"""Sentences whose words depend on how much there is to say."""

import pytest
from msgspec.structs import replace

from generator.catalogue.decisions.faq import list_questions
from generator.catalogue.decisions.methods import describe_hardware, list_methods, write_most_secure
from generator.catalogue.decisions.readiness import score_readiness
from generator.catalogue.decisions.rules import Rules
from generator.catalogue.decisions.setup import KnownFacts, plan_recovery, plan_setup
from generator.catalogue.decisions.sharing import decide_terms
from generator.catalogue.decisions.side import write_side_notes
from generator.catalogue.decisions.text import OPEN, day, isolate, say
from generator.model import Service, SideNote, SupportedMethod

RULES = Rules(
    sources={"2fa-directory": "the 2FA Directory", "passkeys": "the Passkeys Directory"},
    regions={"us": "United States"},
    requests={},
)
HELP = "https://alpha.example/help"
LOST = "https://alpha.example/lost"


def make_service(*, side: SideNote | None = None, apps: tuple[str, ...] = ()) -> Service:
    return Service(
        domain="alpha.example",
        slug="alpha",
        name="Alpha",
        methods=(SupportedMethod(id="custom-software", layer="2fa-directory"),),
        custom_software=apps,
        passkeys=side,
        source="2fa-directory",
    )


@pytest.mark.parametrize(
    ("side", "said"),
    [
        (None, []),
        (SideNote(), []),
        (SideNote(documentation=HELP), ["The Passkeys Directory links to the service's documentation."]),
        (SideNote(recovery=LOST), ["The Passkeys Directory links to the service's recovery page."]),
        (
            SideNote(documentation=HELP, recovery=LOST),
            ["The Passkeys Directory links to the service's documentation and to the service's recovery page."],
        ),
        (SideNote(regions=("us",)), ["The Passkeys Directory lists these regions: United States."]),
    ],
)
def test_what_the_passkeys_directory_adds(side, said):
    notes = write_side_notes(make_service(side=side), RULES)
    assert [note.text for note in notes] == said


def test_each_link_leads_where_it_says():
    (note,) = write_side_notes(make_service(side=SideNote(documentation=HELP, recovery=LOST)), RULES)
    assert f'<a href="{HELP}" rel="nofollow noopener">the service&#39;s documentation</a>' in note.html
    assert f'<a href="{LOST}" rel="nofollow noopener">the service&#39;s recovery page</a>' in note.html


@pytest.mark.parametrize(
    ("apps", "said"),
    [
        (("Alpha App",), "with Alpha App."),
        (("Alpha App", "Alpha Watch"), "with Alpha App or Alpha Watch."),
        (("Alpha App", "Alpha <Watch>", "Alpha Car"), "with Alpha App, Alpha <Watch> or Alpha Car."),
    ],
)
def test_custom_apps_are_named_as_a_choice(apps, said):
    plan = plan_setup(make_service(apps=apps), None)
    assert isinstance(plan, KnownFacts)
    assert [method.text for method in plan.methods] == [f"Custom app: sign-ins are confirmed {said}"]
    assert "<Watch>" not in plan.methods[0].html


def test_a_text_left_open_is_filled_wherever_its_place_stands():
    phrase = say("{name} & {name}'s friends", name=OPEN)
    filled = phrase.fill(isolate("A<b>"))
    assert (filled.text, str(filled)) == ("A<b> & A<b>'s friends", filled.text)
    assert filled.html == "<bdi>A&lt;b&gt;</bdi> &amp; <bdi>A&lt;b&gt;</bdi>&#39;s friends"


@pytest.mark.parametrize(("name", "said"), [("Cliniko", "Cliniko's terms"), ("Xbox Games", "Xbox Games' terms")])
def test_a_name_has_its_own_possessive(name, said):
    service = replace(make_service(), name=name)
    assert said in decide_terms(service).sentence.fill(isolate(name)).text


def test_services_alike_share_their_texts():
    one, other = make_service(apps=("App",)), replace(make_service(apps=("App",)), name="Beta")
    for decide in (write_most_secure, score_readiness, describe_hardware, plan_recovery, decide_terms):
        assert decide(one) is decide(other)
    assert list_methods(one, RULES) is list_methods(other, RULES)
    assert list_questions(one, RULES) is list_questions(other, RULES)


def test_the_methods_of_a_changed_service_are_its_own():
    service = replace(make_service(), methods=(SupportedMethod(id="totp", layer="passkeys"),))
    assert service.method_ids == ("totp",)


def test_a_date_is_marked_as_one():
    assert day("2026-01-05").html == '<time datetime="2026-01-05">2026-01-05</time>'
    assert day("2026-01-05").text == "2026-01-05"
