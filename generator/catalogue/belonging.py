"""Which service a curated file is for: that it is listed, has no other file, and is the one that the name says (pure).

A file with errors of its own is judged too, as far as it says its domain: :class:`Curated` with that alone.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from generator.catalogue.faults import report
from generator.identity import plain_name
from generator.model import Curated
from generator.problems import Problem, Severity
from generator.validation.wording import suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from generator.catalogue.inputs import Baseline, Editorial
    from generator.model import Service


class Finding(Struct, frozen=True, kw_only=True):
    """The outcome: every problem, and the guides that can be used."""

    problems: tuple[Problem, ...]
    usable: tuple[Curated, ...]


def find_unlisted(guides: Iterable[Curated], baseline: Baseline) -> Finding:
    """Sort out the guides whose domain nobody lists.

    On sample data, which lists a few services only, they are left aside with one line for all; else each is an error,
    unless the ledger knows the domain: then upstream has changed, and the guide waits for an editor. It follows a
    service that moved without another name, and is usable with the new domain.
    """
    usable: list[Curated] = []
    problems: list[Problem] = []
    skipped: list[Curated] = []
    guides = tuple(guides)
    taken = {guide.domain for guide in guides}
    for guide in guides:
        if guide.domain in baseline.directory or guide.name:
            usable.append(guide)
        elif (heir := _find_heir(guide.domain, baseline)) and heir not in taken:
            taken.add(heir)
            usable.append(replace(guide, domain=heir))
            problems.append(_report_moved(guide, heir))
        elif guide.domain in baseline.ledger.services:
            problems.append(_report_orphan(guide, baseline))
        elif baseline.sample and not _find_near(guide, baseline):
            skipped.append(guide)
        else:
            severity: Severity = "warning" if baseline.sample else "error"
            problems.append(replace(_report_unlisted(guide, baseline), severity=severity))
    if skipped:
        names = ", ".join(guide.path.rsplit("/", 1)[-1] for guide in skipped)
        problems.append(
            Problem(
                path="content/services",
                rule="not-in-sample",
                message=f"left aside, because the sample data does not list their services: {names}",
                fix="fetch the real data: twofa fetch",
                severity="warning",
            )
        )
    return Finding(problems=tuple(problems), usable=tuple(usable))


def _find_heir(domain: str, baseline: Baseline) -> str | None:
    """Return the listed domain that a service moved to under the same name, in one move or several; else None."""
    rows, name = baseline.ledger.services, None
    seen = {domain}
    while (row := rows.get(domain)) and row.gone and row.gone.how == "moved" and row.gone.to not in {None, *seen}:
        name = name or row.gone.name
        domain = row.gone.to or domain
        seen.add(domain)
    record = baseline.directory.get(domain)
    return domain if record and name and plain_name(name) == plain_name(record.name) else None


def _report_moved(guide: Curated, heir: str) -> Problem:
    message = f"{guide.domain} has moved to {heir}; the guide is shown there"
    return report(guide, "domain", "moved-domain", message, f"set domain: {heir}", "warning")


def _find_near(guide: Curated, baseline: Baseline) -> str | None:
    """Return the domain of the sample that a guide most likely means, if it is not for a service that this lacks."""
    name, _, ending = guide.domain.partition(".")
    near = (domain for domain in baseline.directory if domain.partition(".")[0] == name and "." not in ending)
    return next(near, None) or suggest(guide.domain, baseline.directory, cutoff=0.85)


def _report_orphan(guide: Curated, baseline: Baseline) -> Problem:
    gone = baseline.ledger.services[guide.domain].gone
    successor = baseline.ledger.find_owner(guide.domain) if gone and gone.to else None
    message = f"{guide.domain} is no longer listed"
    if successor:
        message = f"{guide.domain} has become {successor}"
    fix = (
        f"check the guide and set domain: {successor}, or delete the file"
        if successor
        else "delete the file, or add a name"
    )
    return report(guide, "domain", "orphaned", message, fix, "warning")


def _report_unlisted(guide: Curated, baseline: Baseline) -> Problem:
    records = baseline.directory.items()
    owner = next((domain for domain, record in records if guide.domain in record.additional_domains), None)
    near = suggest(guide.domain, baseline.directory)
    fix = "add name, categories and methods, if it is a service that upstream lacks"
    if owner:
        fix = f"it is an additional domain of {owner}: set domain: {owner}"
    elif near:
        fix = f"did you mean {near}? Else {fix}"
    return report(guide, "domain", "unlisted-domain", f"{guide.domain} is not listed upstream", fix)


def check_places(guides: Iterable[Curated], services: Mapping[str, Service]) -> Iterator[Problem]:
    """Find files that are not named after their service's address, and second files of a service.

    ``services`` holds what the guides are for, by domain; a guide of another is passed over.
    """
    guides = [guide for guide in guides if guide.domain in services]
    wanted = {guide.domain: f"content/services/{services[guide.domain].slug}.yaml" for guide in guides}
    owners = {guide.path: guide.domain for guide in guides}
    by_domain: dict[str, list[Curated]] = defaultdict(list)
    # The file that has the right name is the first, whatever the others are called.
    for guide in sorted(guides, key=lambda guide: guide.path != wanted[guide.domain]):
        by_domain[guide.domain].append(guide)
    for domain, (first, *others) in by_domain.items():
        for guide in others:
            message = f"{domain} already has a file: {first.path}"
            yield report(guide, "domain", "two-files", message, f"merge it into {first.path}, and delete this one")
        if first.path != wanted[domain]:
            message = f"the file is not named after the service's address, {services[domain].slug}"
            fix = f"rename it to {wanted[domain]}"
            if holder := owners.get(wanted[domain]):
                fix = f"{fix}, after that file, which is for {holder}, has got its own name"
            yield report(first, "domain", "file-name", message, fix, "warning")


#: Keys that only a service without an upstream entry may have.
OWN_KEYS = ("name", "categories", "methods", "documentation", "url", "regions", "additional_domains")


def check_identity(guide: Curated, listed: bool, editorial: Editorial) -> Iterator[Problem]:
    """Check the keys that only a service without an upstream entry may have."""
    if listed:
        given = [key for key in OWN_KEYS if key in guide.lines]
        if given:
            message = f"upstream lists {guide.domain}, and its {', '.join(given)} count"
            yield report(guide, given[0], "listed-upstream", message, "remove these keys", "warning")
        return
    if not guide.name:
        return
    known = {"categories": editorial.categories, "regions": editorial.regions}
    values = {"categories": guide.categories, "regions": tuple(code.lstrip("-") for code in guide.regions)}
    for key, names in known.items():
        for value in values[key]:
            if names and value not in names:
                near = suggest(value, names)
                fix = f"did you mean {near}?" if near else f"see content/{key}.yaml"
                yield report(guide, key, "unknown-name", f"{value} is not in content/{key}.yaml", fix)


def check_account(guide: Curated, domains: Collection[str], baseline: Baseline) -> Iterator[Problem]:
    """Check that a service signs in with another one's account, and that this one is listed."""
    if guide.account == guide.domain:
        message = f"account names {guide.account}, which is the service itself"
        yield report(
            guide, "account", "own-account", message, "remove the key, or name the service whose account it uses"
        )
        return
    if guide.account is None or guide.account in domains or baseline.sample:
        return
    known = guide.account in baseline.ledger.services
    near = suggest(guide.account, domains)
    fix = f"did you mean {near}?" if near else "name the domain of a listed service"
    severity: Severity = "warning" if known else "error"
    yield report(
        guide, "account", "unlisted-domain", f"account names {guide.account}, which is not listed", fix, severity
    )
