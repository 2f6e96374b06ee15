"""What a schema can't say of curated files: rules that need the data, the day or the other files (pure).

A change upstream never turns content into an error: what the ledger knows, and what upstream has overtaken, is a
warning. Only what was never right is an error.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from generator.catalogue.examples import find_example_links, find_example_texts
from generator.catalogue.places import place_links
from generator.formats.links import address_of
from generator.model import METHODS, Curated
from generator.problems import Problem, Severity
from generator.validation.wording import suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from generator.catalogue.inputs import Baseline, Content, Editorial
    from generator.model import Service


class Finding(Struct, frozen=True, kw_only=True):
    """The outcome: every problem, and the guides that can be used."""

    problems: tuple[Problem, ...]
    usable: tuple[Curated, ...]


def find_unlisted(guides: Iterable[Curated], baseline: Baseline) -> Finding:
    """Sort out the guides whose domain nobody lists.

    On sample data, which lists a few services only, they are left aside with one line for all; else each is an error,
    unless the ledger knows the domain (then upstream has changed, and the guide waits for an editor).
    """
    usable: list[Curated] = []
    problems: list[Problem] = []
    skipped: list[Curated] = []
    for guide in guides:
        if guide.domain in baseline.directory or guide.name:
            usable.append(guide)
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
    return _report(guide, "domain", "orphaned", message, fix, "warning")


def _report_unlisted(guide: Curated, baseline: Baseline) -> Problem:
    records = baseline.directory.items()
    owner = next((domain for domain, record in records if guide.domain in record.additional_domains), None)
    near = suggest(guide.domain, baseline.directory)
    fix = "add name, categories and methods, if it is a service that upstream lacks"
    if owner:
        fix = f"it is an additional domain of {owner}: set domain: {owner}"
    elif near:
        fix = f"did you mean {near}? Else {fix}"
    return _report(
        guide, "domain", "unlisted-domain", f"{guide.domain} is listed neither upstream nor in the ledger", fix
    )


def check_guides(
    guides: Iterable[Curated],
    baseline: Baseline,
    services: Mapping[str, Service],
    domains: Collection[str],
    editorial: Editorial,
    latest: str,
) -> list[Problem]:
    """Return what is wrong with the usable guides, as far as it takes the whole to see it.

    ``services`` holds those that the guides are for, ``domains`` everything that has a page. No date in a guide may
    come after the ISO date ``latest``.
    """
    guides = list(guides)
    problems = list(_check_doubles(guides))
    additions = _find_additions(baseline)
    for guide in guides:
        service = services[guide.domain]
        listed = guide.domain in baseline.directory
        problems += _check_dates(guide, latest, additions.get(guide.domain))
        problems += _check_place(guide, service)
        problems += _check_methods(guide, service, baseline)
        problems += _check_override(guide, service)
        problems += _check_identity(guide, listed, editorial)
        problems += _check_account(guide, domains, baseline)
        problems += _check_examples(guide)
        problems += _check_items(guide)
        problems += _check_links(guide, service, baseline.dead_links)
    return problems


def _report(guide: Curated, key: str, rule: str, message: str, fix: str, severity: Severity = "error") -> Problem:
    line, column = guide.lines.get(key, (0, 0))
    return Problem(path=guide.path, line=line, column=column, rule=rule, message=message, fix=fix, severity=severity)


def _check_doubles(guides: Iterable[Curated]) -> Iterator[Problem]:
    by_domain: dict[str, list[Curated]] = defaultdict(list)
    for guide in guides:
        by_domain[guide.domain].append(guide)
    for domain, found in by_domain.items():
        for guide in found[1:]:
            message = f"{domain} already has a file: {found[0].path}"
            yield _report(guide, "domain", "two-files", message, "merge the two files")


def _find_additions(baseline: Baseline) -> dict[str, str]:
    """Return domain → ISO date of the day when upstream first listed it, for those that came after our first day."""
    added = {event.domain: event.date for event in reversed(baseline.events) if event.type == "added" and event.date}
    rows = baseline.ledger.services
    return {domain: date for domain, date in added.items() if domain in rows and rows[domain].since >= date}


def _check_dates(guide: Curated, latest: str, listed: str | None) -> Iterator[Problem]:
    dates = {
        "verified.date": guide.verified.date if guide.verified else None,
        "sharing.checked": guide.sharing.checked,
    }
    for key, date in dates.items():
        if date and date > latest:
            message = f"{key} is {date}, which lies in the future"
            yield _report(guide, key, "future-date", message, f"write the day you looked; today is {latest}")
        elif date and listed and date < listed:
            # No error: a domain that upstream drops and lists again is no mistake of an editor's.
            message = f"{key} is {date}, but upstream has listed {guide.domain} only since {listed}"
            yield _report(guide, key, "early-date", message, "write the day you looked", "warning")


def _check_place(guide: Curated, service: Service) -> Iterator[Problem]:
    wanted = f"content/services/{service.slug}.yaml"
    if guide.path != wanted:
        message = f"the file is not named after the service's address, {service.slug}"
        yield _report(guide, "domain", "file-name", message, f"rename it to {wanted}", "warning")


def _check_methods(guide: Curated, service: Service, baseline: Baseline) -> Iterator[Problem]:
    for method in guide.setup.methods if guide.setup else ():
        if method == "passkey" and not baseline.has_passkeys:
            continue  # nobody has asked the directory that would know
        if method not in service.method_ids:
            message = f"there are steps for {METHODS[method].label}, which is not listed for {service.name}"
            fix = "remove the steps, or add the method by override with a source"
            yield _report(guide, f"setup.methods.{method}", "unlisted-method", message, fix, "warning")


def _check_override(guide: Curated, service: Service) -> Iterator[Problem]:
    if guide.override is None:
        return
    upstream = set(service.upstream_methods)
    done = [method for method in guide.override.add if method in upstream]
    done += [method for method in guide.override.remove if method not in upstream]
    if done:
        message = f"upstream has caught up with the override of {', '.join(done)}"
        yield _report(guide, "override", "override-overtaken", message, "remove that part of the override", "warning")


#: Keys that only a service without an upstream entry may have.
OWN_KEYS = ("name", "categories", "methods", "documentation", "url", "regions", "additional_domains")


def _check_identity(guide: Curated, listed: bool, editorial: Editorial) -> Iterator[Problem]:
    """Check the keys that only a service without an upstream entry may have."""
    if listed:
        given = [key for key in OWN_KEYS if key in guide.lines]
        if given:
            message = f"upstream lists {guide.domain}, and its {', '.join(given)} count"
            yield _report(guide, given[0], "listed-upstream", message, "remove these keys", "warning")
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
                yield _report(guide, key, "unknown-name", f"{value} is not in content/{key}.yaml", fix)


def _check_account(guide: Curated, domains: Collection[str], baseline: Baseline) -> Iterator[Problem]:
    if guide.account is None or guide.account in domains or baseline.sample:
        return
    known = guide.account in baseline.ledger.services
    near = suggest(guide.account, domains)
    fix = f"did you mean {near}?" if near else "name the domain of a listed service"
    severity: Severity = "warning" if known else "error"
    yield _report(
        guide, "account", "unlisted-domain", f"account names {guide.account}, which is not listed", fix, severity
    )


def _check_links(guide: Curated, service: Service, dead: Mapping[str, str]) -> Iterator[Problem]:
    """Find links of the guide that are dead; those of the record are for upstream to mend."""
    for url, place in place_links(service, guide) if dead else ():
        if place.path and (since := dead.get(address_of(url))):
            message = f"the link {url} may be dead: our checks of it have failed since {since}"
            fix = "look where it leads: mend it, or have it left alone by content/links.yaml"
            yield _report(guide, place.fact, "dead-link", message, fix, "warning")


def _check_examples(guide: Curated) -> Iterator[Problem]:
    fix = "put there what the service itself says, or remove it"
    for key, url in find_example_links(guide):
        yield _report(guide, key, "left-example", f"the link {url} is one of the examples", fix)
    for key in find_example_texts(guide):
        yield _report(guide, key, "left-example", f"{key} is still the example", fix, "warning")


def _check_items(guide: Curated) -> Iterator[Problem]:
    """Find items that a comma in brackets made of the second half of a sentence."""
    setup = guide.setup
    if setup is None:
        return
    lists = {"setup.requires": setup.requires, "setup.steps": setup.steps}
    lists |= {f"setup.methods.{method}": steps for method, steps in setup.methods.items()}
    for key, items in lists.items():
        for number, item in enumerate(items, start=1):
            if number > 1 and item.startswith(("or ", "and ")):
                message = (
                    f"item {number} of {key} begins with “{item.partition(' ')[0]}”, as if it were half a sentence"
                )
                fix = "inside [ ] every comma begins a new item: write the list with dashes, one item a line"
                yield _report(guide, key, "split-item", message, fix, "warning")


def check_baseline(baseline: Baseline, content: Content) -> list[Problem]:
    """Return warnings on what upstream says in words that our content files don't know yet."""
    name = "data/sample/2fa-directory.json" if baseline.sample else "data/2fa-directory.json"
    editorial = content.editorial
    seen: dict[str, set[str]] = defaultdict(set)
    for record in baseline.directory.values():
        seen["method"].update(method for method in record.methods if method not in METHODS)
        # Without any names their file is broken, which is a finding of its own.
        if editorial.categories:
            seen["category"].update(category for category in record.categories if category not in editorial.categories)
        if editorial.regions:
            codes = (code.lstrip("-") for code in record.regions)
            seen["region"].update(code for code in codes if code not in editorial.regions)
    fixes = {
        "method": "it is shown as Other until the generator learns it",
        "category": "add its title to content/categories.yaml",
        "region": "add its name to content/regions.yaml",
    }
    if baseline.sample:
        # The sample holds unknown words on purpose, to show that they do no harm.
        return []
    return [
        Problem(
            path=name, rule=f"unknown-{kind}", message=f"unknown {kind} {value}", fix=fixes[kind], severity="warning"
        )
        for kind, values in sorted(seen.items())
        for value in sorted(values)
    ]
