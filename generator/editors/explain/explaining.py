"""All facts of one service, in the order of its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from generator.catalogue.merge import PRECEDENCE
from generator.editors.explain.derived import DerivedFacts
from generator.editors.explain.facts import DECISION, DEFAULT, Fact, simplify
from generator.editors.explain.hidden import find_reason
from generator.editors.explain.stated import StatedFacts, flatten, name_of
from generator.model import CURATED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.editors.explain.facts import Case
    from generator.editors.explain.files import ContentFiles, DataFiles

_NO_GUIDE = "the service's own guide has no setup"


def explain(case: Case, content: ContentFiles, data: DataFiles) -> tuple[Fact, ...]:
    """Return every fact of a service with where it comes from; none is told twice."""
    facts: dict[str, Fact] = {}
    told = _list_removed(case, content, data) if case.service.removal else _list_all(case, content, data)
    for fact in told:
        # What the page itself works out, it shows.
        note = "" if fact.layer in {DECISION, DEFAULT} else find_reason(case, fact.fact)
        if note and fact.note:
            note = f"{note}; {fact.note}"
        facts.setdefault(fact.fact, replace(fact, note=note) if note else fact)
    return tuple(facts.values())


def _list_removed(case: Case, content: ContentFiles, data: DataFiles) -> Iterator[Fact]:
    derived = DerivedFacts(case, content, data)
    yield from derived.list_address()
    yield from derived.list_last_known()
    yield from derived.list_titles("categories")
    yield from derived.list_titles("regions")
    yield from derived.list_answer()
    yield from derived.list_answers()
    yield from derived.list_history()
    yield from derived.list_credits()


def _list_all(case: Case, content: ContentFiles, data: DataFiles) -> Iterator[Fact]:
    stated, derived = StatedFacts(case, content, data), DerivedFacts(case, content, data)
    yield from stated.list("name")
    yield from stated.list_domain()
    yield from derived.list_address()
    yield from stated.list("additional_domains")
    yield from stated.list("aliases")
    yield from stated.list("categories")
    yield from derived.list_titles("categories")
    yield from derived.list_answer()
    for fact in ("disputed", "note", "documentation", "url"):
        yield from stated.list(fact)
    yield from stated.list_methods()
    yield from stated.list("custom_software")
    yield from stated.list("custom_hardware")
    yield from stated.list_side_notes()
    yield from derived.list_verification()
    yield from stated.list("verified")
    yield from derived.list_since()
    yield from stated.list("setup")
    yield from _list_lent_guide(case, content)
    yield from derived.list_defaults("setup")
    yield from stated.list("account")
    yield from derived.list_hardware()
    yield from stated.list("recovery")
    yield from stated.list("recovery_link")
    yield from derived.list_defaults("recovery")
    yield from stated.list("contact")
    yield from derived.list_request()
    yield from stated.list("sharing")
    yield from derived.list_defaults("sharing")
    yield from stated.list("teams")
    yield from derived.list_defaults("teams")
    yield from derived.list_team()
    yield from derived.list_answers()
    yield from stated.list("faq")
    yield from derived.list_history()
    yield from derived.list_related()
    yield from stated.list("regions")
    yield from derived.list_titles("regions")
    yield from derived.list_credits()
    # What the table gains before this order knows where it stands on the page.
    for fact in PRECEDENCE:
        yield from stated.list(fact)


def _list_lent_guide(case: Case, content: ContentFiles) -> Iterator[Fact]:
    """Return the steps of the service whose account this one uses, where its page shows them."""
    owner = case.owner
    if case.service.setup or owner is None or owner.setup is None or case.view.setup is None:
        return
    for where, value in flatten(owner.setup, ("setup",)):
        place = content.find(owner.curated_path or "", *where)
        note = f"from the guide of {owner.domain}; {_NO_GUIDE}"
        yield Fact(
            fact=name_of(where), value=simplify(value), layer=CURATED, place=place, note=note, basis=("account",)
        )
