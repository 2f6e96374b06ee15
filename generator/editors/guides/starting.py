"""``twofa new``: start a curated file, and refuse where one must not be started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from generator.catalogue.checks import check_guides
from generator.catalogue.curated import build_curated
from generator.catalogue.gather import gather
from generator.catalogue.load import SERVICES, load_baseline
from generator.catalogue.merge import find_passkeys, merge
from generator.editors.guides.filing import create_guide
from generator.editors.guides.finding import find_files
from generator.editors.guides.scaffold import Known, write_guide, write_own_guide
from generator.editors.naming import build_names, find_domain, suggest_domain
from generator.errors import UsageError
from generator.model import DIRECTORY, PASSKEYS, SAMPLE
from generator.validation.schema import check_schema
from generator.yamlfile import build_document
from generator.yamlparse import parse_yaml

if TYPE_CHECKING:
    from generator.catalogue.gather import Gathered
    from generator.catalogue.inputs import Baseline
    from generator.config import Settings
    from generator.editors.naming import Names
    from generator.model import Curated, Service
    from generator.problems import Problem


class Started(Struct, frozen=True, kw_only=True):
    """A file that was started, the service that it is for, and what became wrong with that."""

    path: str
    service: Service
    problems: tuple[Problem, ...]


def start_guide(settings: Settings, word: str, name: str | None, *, today: str) -> Started:
    """Write a curated file that is valid as it stands.

    ``name`` is that of a service which no upstream lists. Raises :class:`UsageError` where no file can be started.
    """
    baseline = load_baseline(settings.paths)
    gathered = gather(settings, today, today, baseline=baseline)
    names = build_names(gathered.catalogue)
    domain = find_domain(word, names)
    files = find_files(gathered.content)
    if domain in files:
        message = f"{domain} already has a file: {files[domain][0]}"
        raise UsageError(message, fix="edit that one")
    _refuse_other(domain, names)
    if domain in names.services:
        if name is not None:
            message = f"upstream lists {domain} as {names.services[domain].name}"
            raise UsageError(message, fix="leave out --name")
        service = names.services[domain]
        text = write_guide(_find_known(service, baseline, settings), today=today)
        guide = _read(text, service.slug)
    else:
        if name is None:
            raise _report_unlisted(word, domain, names, baseline)
        service, text, guide = _start_own(domain, name, gathered, baseline, settings, today)
    _create(settings, guide.path, text)
    return Started(path=guide.path, service=service, problems=_find_new_problems(guide, gathered, baseline, today))


# --- Refusals ---------------------------------------------------------------------------------------------------------


def _refuse_other(domain: str, names: Names) -> None:
    """Raise :class:`UsageError` for a domain that is, or has become, one of another service."""
    if owner := names.owners.get(domain):
        message = f"{domain} is an additional domain of {owner}"
        raise UsageError(message, fix=f"start the file for {owner}")
    successor = names.ledger.find_owner(domain)
    if domain not in names.services and successor != domain:
        message = f"{domain} has become {successor}"
        raise UsageError(message, fix=f"start the file for {successor}")


def _report_unlisted(word: str, domain: str, names: Names, baseline: Baseline) -> UsageError:
    start = 'to start a file for a service that no upstream lists, add --name "NAME"'
    if domain in names.ledger.services:
        return UsageError(f"{domain} is no longer listed", fix=start)
    if domain in baseline.passkeys:
        message = f"of the directories upstream only that of passkeys lists {domain}, without a name"
        return UsageError(message, fix='add its name: --name "NAME"')
    near = suggest_domain(word, names)
    if baseline.sample:
        start = f"fetch the real data first: twofa fetch; or {start}"
    fix = f"did you mean {near}? Else, {start}" if near else start
    where = "by the sample data" if baseline.sample else "upstream"
    return UsageError(f"{domain} is not listed {where}", fix=fix)


# --- Text and file ----------------------------------------------------------------------------------------------------


def _find_known(service: Service, baseline: Baseline, settings: Settings) -> Known:
    directory_name, passkeys_name = _name_sources(baseline, settings)
    return Known(
        record=baseline.directory[service.domain],
        passkeys=find_passkeys(baseline, service.domain, service.additional_domains),
        slug=service.slug,
        methods=service.upstream_methods,
        directory_name=directory_name,
        passkeys_name=passkeys_name,
        day=baseline.changed,
    )


def _name_sources(baseline: Baseline, settings: Settings) -> tuple[str, str]:
    source_ids = (SAMPLE, SAMPLE) if baseline.sample else (DIRECTORY, PASSKEYS)
    first, second = (settings.sources[source_id].in_text for source_id in source_ids)
    return first, second


def _start_own(
    domain: str, name: str, gathered: Gathered, baseline: Baseline, settings: Settings, today: str
) -> tuple[Service, str, Curated]:
    """Return a service that no upstream lists, the text of its file, and what that says."""
    categories = gathered.content.editorial.categories
    category = "other" if "other" in categories or not categories else next(iter(categories))
    fields: dict[str, Any] = {"domain": domain, "name": name, "categories": [category], "methods": []}
    passkeys = baseline.passkeys.get(domain)
    source = _name_sources(baseline, settings)[1]
    trial = _read(write_own_guide(fields, domain, passkeys, source, today=today), domain)
    # Its slug is the one that a build would give it.
    service = merge(baseline, [*gathered.usable, trial]).by_domain()[domain]
    text = write_own_guide(fields, service.slug, passkeys, source, today=today)
    return service, text, _read(text, service.slug)


def _read(text: str, slug: str) -> Curated:
    """Return what a new file says; raises :class:`UsageError` where that is not valid, which only a name can cause."""
    file = parse_yaml(text.encode(), f"{SERVICES}/{slug}.yaml")
    problems = [*file.problems, *check_schema(file, "service")]
    if problems:
        raise UsageError(f"--name: {problems[0].message}", fix=problems[0].fix)
    return build_curated(build_document(file, ()))


def _create(settings: Settings, name: str, text: str) -> None:
    """Write a file that does not exist yet; raises :class:`UsageError` where one has that name."""
    try:
        create_guide(settings.paths, name, text)
    except FileExistsError as error:
        message = f"{name} already exists"
        raise UsageError(message, fix=f"see twofa check {name}, and mend or rename it") from error


def _find_new_problems(guide: Curated, gathered: Gathered, baseline: Baseline, today: str) -> tuple[Problem, ...]:
    """Return what is wrong only since the file is there: a new service may take the short slug of another one."""
    usable = (*gathered.usable, guide)
    services = merge(baseline, usable).by_domain()
    editorial = gathered.content.editorial
    found = check_guides(usable, baseline, services, services.keys(), editorial, today)
    return tuple(sorted(set(found) - set(gathered.problems)))
