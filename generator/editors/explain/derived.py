"""The facts that no record or guide states: what is decided, what the settings say, what stands where nobody spoke."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.catalogue.decisions.faq import list_questions
from generator.catalogue.decisions.history import write_history
from generator.catalogue.decisions.methods import SECURE_QUESTION
from generator.catalogue.decisions.readiness import decide_verification
from generator.catalogue.decisions.related import UNRELATED
from generator.catalogue.decisions.sharing import SHARE_QUESTION
from generator.catalogue.decisions.text import isolate
from generator.catalogue.decisions.verdict import QUESTION, decide_strength
from generator.catalogue.merge import find_last_change
from generator.editors.explain.facts import DECISION, DEFAULT, HISTORY, LEDGER, SETTINGS, Case, Fact, Place
from generator.model import CURATED, Strength, Verdict, VerificationState
from generator.pages import addresses
from generator.pages.repository import find_reports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.editors.explain.files import ContentFiles, DataFiles

_SITE = "content/site.yaml"
_SOURCES = "content/sources.yaml"


class DerivedFacts:
    """Tells the facts of one service that follow from others, and those that hold for many."""

    def __init__(self, case: Case, content: ContentFiles, data: DataFiles) -> None:
        self._case, self._content, self._data = case, content, data
        self._service, self._view, self._rules = case.service, case.view, case.frame.rules

    # --- What it is called and where it is found ----------------------------------------------------------------------

    def list_address(self) -> Iterator[Fact]:
        """Return the slug: out of the ledger, or as the next fetch will write it there."""
        domain, slug = self._service.domain, self._service.slug
        if domain in self._case.baseline.ledger.services:
            place = self._data.find_row(domain, "slug")
            yield Fact(fact="slug", value=slug, layer=LEDGER, place=place)
        else:
            yield Fact(fact="slug", value=slug, layer=DECISION, basis=("domain",), note="not yet in the ledger")

    def list_titles(self, fact: str) -> Iterator[Fact]:
        """Return the titles of the categories, or the names of the regions."""
        codes = getattr(self._service, fact)
        known = self._case.frame.categories if fact == "categories" else self._rules.regions
        for code in (code.removeprefix("-") for code in codes):
            name = self._case.frame.name_category(code) if fact == "categories" else self._rules.name_region(code)
            if code in known:
                place = self._content.find(f"content/{fact}.yaml", code)
                yield Fact(fact=f"{fact}.{code}", value=name, layer=SETTINGS, place=place)
            else:
                note = f"it has no name in content/{fact}.yaml"
                yield Fact(fact=f"{fact}.{code}", value=name, layer=DEFAULT, note=note)

    # --- The answer ---------------------------------------------------------------------------------------------------

    def list_answer(self) -> Iterator[Fact]:
        """Return verdict, strength and score."""
        basis: tuple[str, ...] = {
            Verdict.REMOVED: ("removal.date",),
            Verdict.UNKNOWN: ("disputed",) if self._service.disputed else ("damaged",),
        }.get(self._view.verdict, ("methods",))
        yield Fact(fact="verdict", value=self._view.verdict.value, layer=DECISION, basis=basis)
        strength = decide_strength(self._service)
        if strength is not Strength.NONE:
            yield Fact(fact="strength", value=strength.value, layer=DECISION, basis=("methods",))
        if score := self._view.readiness:
            basis = ("methods", "teams.enforce", "teams.delegated_access", "sharing.verdict")
            yield Fact(fact="readiness", value=f"{score.score}/5", layer=DECISION, basis=basis)

    def list_verification(self) -> Iterator[Fact]:
        """Return where the service stands between an editor's look and the changes since."""
        service = self._service
        state = decide_verification(service)
        if service.verified is None:
            yield Fact(fact="verification", value=state.value, layer=DEFAULT, basis=("since",))
            return
        notes = {
            VerificationState.STALE: "verified longer ago than stale_after_days in content/site.yaml",
            VerificationState.NEEDS_REVIEW: self._compare_methods(service.verified.methods),
        }
        basis = ("verified.date", "verified.methods", "methods")
        yield Fact(fact="verification", value=state.value, layer=DECISION, note=notes.get(state, ""), basis=basis)

    def _compare_methods(self, seen: tuple[str, ...]) -> str:
        upstream = self._service.upstream_methods
        new = [method for method in upstream if method not in seen]
        gone = [method for method in seen if method not in upstream]
        parts = [f"listed since: {', '.join(new)}"] if new else []
        parts += [f"no longer listed: {', '.join(gone)}"] if gone else []
        return "; ".join(parts)

    def list_since(self) -> Iterator[Fact]:
        """Return since when the record is as it is: its last change, else the first snapshot."""
        service = self._service
        if service.source == CURATED:
            # A record of our own has no day that anybody is told.
            return
        if last := find_last_change(self._case.events, service.domain):
            place = self._data.find_event(self._find_event(last))
            yield Fact(fact="since", value=service.since, layer=HISTORY, place=place)
        elif service.since:
            place = self._data.find_first_day()
            yield Fact(fact="since", value=service.since, layer=HISTORY, place=place, note="the first snapshot")

    def _find_event(self, wanted: object) -> int:
        return next(index for index, event in enumerate(self._case.baseline.events) if event is wanted)

    # --- Setup, recovery, sharing -------------------------------------------------------------------------------------

    def list_defaults(self, block: str) -> Iterator[Fact]:
        """Return what a block of the page says where nobody has written anything for it."""
        view, teams = self._view, self._service.teams
        if block == "setup" and view.known:
            basis = ("note", "url", "documentation", "methods")
            yield Fact(fact="setup", value="no guide, only what is known", layer=DEFAULT, basis=basis)
        if block == "recovery" and view.recovery and view.recovery.general:
            yield Fact(fact="recovery", value="general advice", layer=DEFAULT)
        if block == "sharing" and view.terms and "sharing" not in self._service.layers:
            yield Fact(fact="sharing.verdict", value="unknown", layer=DEFAULT)
        if block == "teams" and view.readiness:
            for key in ("enforce", "delegated_access"):
                if getattr(teams, key) is None:
                    yield Fact(fact=f"teams.{key}", value="not recorded", layer=DEFAULT)

    def list_hardware(self) -> Iterator[Fact]:
        """Return that there is a block on devices."""
        if hardware := self._view.hardware:
            value = (["security keys"] if hardware.security_keys else []) + list(hardware.others)
            basis = ("methods.u2f", "methods.custom-hardware", "custom_hardware")
            yield Fact(fact="hardware", value=value, layer=DECISION, basis=basis)

    def list_request(self) -> Iterator[Fact]:
        """Return the message that asks for 2FA, and who has it."""
        if request := self._view.request:
            place = self._content.find("content/requests.yaml", request.language, "message")
            yield Fact(fact="request.message", value=request.message, layer=SETTINGS, place=place)
        if self._view.verdict is Verdict.NO and self._has_neighbours():
            yield self._tell_neighbours("alternatives", "the next ones with 2FA, in A to Z order")

    def list_related(self) -> Iterator[Fact]:
        """Return by which rule other services are named."""
        if self._view.verdict is not Verdict.REMOVED and self._has_neighbours():
            yield self._tell_neighbours("related", "the next ones, in A to Z order")

    def _has_neighbours(self) -> bool:
        return self._service.categories[:1] not in ((), (UNRELATED,))

    def _tell_neighbours(self, fact: str, note: str) -> Fact:
        return Fact(fact=fact, value="by rule", layer=DECISION, note=note, basis=("categories", "regions"))

    def list_team(self) -> Iterator[Fact]:
        """Return what the page offers to teams, and the publisher's words for it."""
        team, product = self._view.team, self._rules.product
        if team is None or product is None:
            return
        basis = ("sharing.verdict", "methods.totp", "methods.sms")
        yield Fact(fact="team", value=team.kind, layer=DECISION, basis=basis)
        if team.kind != "steps":
            return
        yield self._tell_product(product.pitch, "pitch")
        for way in ("totp", "sms"):
            if getattr(team, way):
                shared = getattr(product, way)
                yield self._tell_product(list(shared.steps), way, "steps")
                yield self._tell_product(list(shared.teammates), way, "teammates")
        yield self._tell_product(product.call_to_action, "call_to_action")

    def _tell_product(self, value: object, *keys: str) -> Fact:
        place = self._content.find(_SITE, "product", *keys)
        return Fact(fact=".".join(("product", *keys)), value=value, layer=SETTINGS, place=place)

    # --- Questions, history, sources ----------------------------------------------------------------------------------

    def list_answers(self) -> Iterator[Fact]:
        """Return the answers to the standard questions."""
        name = isolate(self._service.name)
        bases = {
            QUESTION: ("verdict", "methods", "note"),
            SECURE_QUESTION: ("methods", "custom_software", "custom_hardware"),
            SHARE_QUESTION: ("sharing.verdict", "methods.totp", "methods.sms"),
        }
        standard = [item for item in list_questions(self._service, self._rules) if item.answer]
        for number, item in enumerate(standard, 1):
            value = item.answer.fill(name).text if item.answer else ""
            if basis := bases.get(item.question):
                yield Fact(fact=f"answers.{number}", value=value, layer=DECISION, basis=basis)
            else:
                way = "totp" if "totp" in self._service.method_ids else "sms"
                place = self._content.find(_SITE, "product", way, "enrolment")
                yield Fact(fact=f"answers.{number}", value=value, layer=SETTINGS, place=place)

    def list_history(self) -> Iterator[Fact]:
        """Return each line of the history, newest first, as the page has them."""
        written = [(entry, event) for event in self._case.events for entry in write_history([event])]
        written.sort(key=lambda pair: pair[0].date, reverse=True)
        for number, (entry, event) in enumerate(written, 1):
            place = self._data.find_event(self._find_event(event))
            value = f"{entry.date} {entry.sentence}"
            yield Fact(fact=f"history.{number}", value=value, layer=HISTORY, place=place)

    def list_credits(self) -> Iterator[Fact]:
        """Return the credit to the sources, and the links to edit and to report."""
        source = self._service.source
        credited = (("credit", source, self._view.credit), ("passkeys_credit", "passkeys", self._view.passkeys_credit))
        for fact, name, credit in credited:
            if credit is None:
                continue
            place = self._content.find(_SOURCES, name, "credit")
            yield Fact(fact=fact, value=self._case.frame.sources[name].credit, layer=SETTINGS, place=place)
        if href := self._view.edit_href:
            yield Fact(fact="edit_link", value=href, layer=SETTINGS, place=self._content.find(_SITE, "repository"))
        reports = find_reports(self._case.frame, self._service, uses_passkeys=self._view.passkeys_credit is not None)
        for number, (source_id, href) in enumerate(reports, 1):
            place = self._find_report(source_id)
            yield Fact(fact=f"report_link.{number}", value=href, layer=SETTINGS, place=place)

    def _find_report(self, source_id: str | None) -> Place:
        if source_id is None:
            return self._content.find(_SITE, "repository")
        return self._content.find(_SOURCES, source_id, "report")

    # --- Those who have left ------------------------------------------------------------------------------------------

    def list_last_known(self) -> Iterator[Fact]:
        """Return what the ledger remembers of a service that was removed."""
        service, domain = self._service, self._service.domain
        row = self._case.baseline.ledger.services[domain]
        kept = ("gone", "record", 1) if row.gone and row.gone.record else ()
        where = ("gone", "record", 0) if kept else ("name",)
        yield Fact(fact="name", value=service.name, layer=service.source, place=self._data.find_row(domain, *where))
        yield Fact(fact="domain", value=domain, layer=LEDGER, place=self._data.find_row(domain))
        keys = {"custom_software": "custom-software", "custom_hardware": "custom-hardware", "categories": "keywords"}
        for fact in ("categories", "regions", "custom_software", "custom_hardware"):
            if value := getattr(service, fact):
                place = self._data.find_row(domain, *kept, keys.get(fact, fact))
                yield Fact(fact=fact, value=list(value), layer=service.source, place=place)
        for method in service.methods:
            place = self._data.find_row(domain, *kept, "tfa", item=method.id)
            yield Fact(fact=f"methods.{method.id}", value="last listed", layer=method.layer, place=place)
        if service.removal and service.removal.date:
            place = self._data.find_row(domain, "gone", "date")
            yield Fact(fact="removal.date", value=service.removal.date, layer=LEDGER, place=place)
        else:
            yield Fact(fact="removal.date", value=None, layer=DEFAULT, note="the next fetch will note the day")


def list_pages(case: Case) -> list[str]:
    """Return the addresses of the service's pages."""
    slug = case.service.slug
    return [addresses.service(slug), *([addresses.share(slug)] if case.view.share_href else [])]
