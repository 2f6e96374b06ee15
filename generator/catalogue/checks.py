"""What a schema can't say of curated files: rules that need the data, the day or the other files (pure).

A change upstream never turns content into an error: what the ledger knows, and what upstream has overtaken, is a
warning. Only what was never right is an error.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from generator.catalogue.belonging import check_account, check_identity, check_places
from generator.catalogue.examples import find_example_links, find_example_texts
from generator.catalogue.faults import report
from generator.catalogue.places import place_links
from generator.formats.links import address_of
from generator.model import METHODS, Curated
from generator.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from generator.catalogue.inputs import Baseline, Content, Editorial
    from generator.model import Service


def check_guides(
    guides: Iterable[Curated],
    baseline: Baseline,
    services: Mapping[str, Service],
    domains: Collection[str],
    editorial: Editorial,
    latest: str,
    damaged: Iterable[Curated] = (),
) -> list[Problem]:
    """Return what is wrong with the usable guides, as far as it takes the whole to see it.

    ``services`` holds those that the guides are for, ``domains`` everything that has a page. No date in a guide may
    come after the ISO date ``latest``. Of ``damaged`` ones, only the identity is judged.
    """
    guides, damaged = list(guides), list(damaged)
    problems = list(check_places([*guides, *damaged], services))
    for guide in damaged:
        problems += check_account(guide, domains, baseline)
    additions = _find_additions(baseline)
    for guide in guides:
        service = services[guide.domain]
        listed = guide.domain in baseline.directory
        problems += _check_dates(guide, latest, additions.get(guide.domain))
        problems += _check_methods(guide, service, baseline)
        problems += _check_override(guide, service)
        problems += check_identity(guide, listed, editorial)
        problems += check_account(guide, domains, baseline)
        problems += _check_regions(guide)
        problems += _check_examples(guide)
        problems += _check_items(guide)
        problems += _check_links(guide, service, baseline.dead_links)
    return problems


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
            yield report(guide, key, "future-date", message, f"write the day you looked; today is {latest}")
        elif date and listed and date < listed:
            # No error: a domain that upstream drops and lists again is no mistake of an editor's.
            message = f"{key} is {date}, but upstream has listed {guide.domain} only since {listed}"
            yield report(guide, key, "early-date", message, "write the day you looked", "warning")


def _check_methods(guide: Curated, service: Service, baseline: Baseline) -> Iterator[Problem]:
    for method in guide.setup.methods if guide.setup else ():
        if method == "passkey" and not baseline.has_passkeys:
            continue  # nobody has asked the directory that would know
        if method not in service.method_ids:
            message = f"there are steps for {METHODS[method].label}, which is not listed for {service.name}"
            fix = "remove the steps, or add the method by override with a source"
            yield report(guide, f"setup.methods.{method}", "unlisted-method", message, fix, "warning")


def _check_override(guide: Curated, service: Service) -> Iterator[Problem]:
    if guide.override is None:
        return
    if both := [method for method in guide.override.add if method in guide.override.remove]:
        message = f"override adds and removes {', '.join(both)}"
        yield report(guide, "override.methods", "contradiction", message, "keep one of the two")
    if guide.name and not service.upstream_methods:
        message = f"there is an override, but upstream says nothing of {service.name}"
        yield report(guide, "override", "nothing-to-override", message, "say it in methods, and remove it", "warning")
    upstream = set(service.upstream_methods)
    done = [method for method in guide.override.add if method in upstream]
    done += [method for method in guide.override.remove if method not in upstream]
    if done:
        message = f"upstream has caught up with the override of {', '.join(done)}"
        yield report(guide, "override", "override-overtaken", message, "remove that part of the override", "warning")


def _check_regions(guide: Curated) -> Iterator[Problem]:
    if both := [code for code in guide.regions if f"-{code}" in guide.regions]:
        message = f"regions names {', '.join(both)} both with and without a dash before it"
        yield report(guide, "regions", "contradiction", message, "keep one of the two")


def _check_links(guide: Curated, service: Service, dead: Mapping[str, str]) -> Iterator[Problem]:
    """Find links of the guide that are dead; those of the record are for upstream to mend."""
    for url, place in place_links(service, guide) if dead else ():
        if place.path and (since := dead.get(address_of(url))):
            message = f"the link {url} may be dead: our checks of it have failed since {since}"
            fix = "look where it leads: mend it, or have it left alone by content/links.yaml"
            yield report(guide, place.fact, "dead-link", message, fix, "warning")


def _check_examples(guide: Curated) -> Iterator[Problem]:
    fix = "put there what the service itself says, or remove it"
    for key, url in find_example_links(guide):
        yield report(guide, key, "left-example", f"the link {url} is one of the examples", fix)
    for key in find_example_texts(guide):
        yield report(guide, key, "left-example", f"{key} is still the example", fix, "warning")


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
                fix = "make one item of the sentence; inside [ ] every comma begins a new one"
                yield report(guide, key, "split-item", message, fix, "warning")


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
