"""Lists of services: A to Z, category, method, region, everywhere, without 2FA, weak methods, passkeys (pure)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.catalogue.decisions.text import Text, isolate
from generator.catalogue.decisions.verdict import decide_strength, decide_verdict
from generator.identity import initial, slugify
from generator.model import METHODS, Service, Strength, Verdict, find_method, sort_methods
from generator.pages import addresses
from generator.pages.markup import render_markdown
from generator.pages.page import Link, Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.catalogue.inputs import Reference
    from generator.pages.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A service in a list: its name with a link, its domain, the answer in a few words, a remark.

    ``words`` is what else a search finds it by, without being shown.
    """

    href: str
    name: Text
    domain: str
    answer: str
    remark: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows under one heading, with an anchor."""

    id: str
    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """Everything that a list prints. ``search`` says whether the script may filter it by the words of a search."""

    title: str
    description: str
    canonical: str
    heading: str
    intro: Markup
    references: tuple[Reference, ...]
    groups: tuple[Group, ...]
    indexes: tuple[tuple[str, tuple[Link, ...]], ...]
    more: Link | None
    search: bool


def build_lists(context: Context) -> list[Page]:
    """Return every list; one that the ledger knows stays, even when it has become empty."""
    rows = _build_rows(context)
    return [
        _build_directory(context, rows),
        *_build_categories(context, rows),
        *_build_methods(context, rows),
        *_build_regions(context, rows),
        *_build_selections(context, rows),
    ]


Rows = dict[str, Row]
NO_INTRO = Markup()


def _build_rows(context: Context) -> Rows:
    site = context.site
    return {
        service.domain: Row(
            href=site.href(addresses.service(service.slug)),
            name=isolate(service.name),
            domain=service.domain,
            answer=_answer(service),
        )
        for service in context.catalogue.services
    }


def _answer(service: Service) -> str:
    match decide_verdict(service):
        case Verdict.YES:
            return ", ".join(find_method(method).label for method in service.method_ids)
        case Verdict.NO:
            return "No 2FA listed"
        case _:
            return "Unknown"


def _build_directory(context: Context, rows: Rows) -> Page:
    services = context.catalogue.services
    groups = []
    for heading, members in groupby(services, key=lambda service: initial(service.name)):
        anchor = {"0–9": "digits", "Other": "other"}.get(heading, heading.lower())
        found = (replace(rows[service.domain], words=" ".join(find_other_names(service))) for service in members)
        groups.append(Group(id=anchor, heading=heading, rows=tuple(found)))
    return _build_page(
        context,
        path=addresses.DIRECTORY,
        heading="All services, A to Z",
        description="Every service of the directory in alphabetical order, with the 2FA methods listed for it.",
        groups=groups,
        indexes=_build_indexes(context),
        search=True,
    )


def find_other_names(service: Service) -> tuple[str, ...]:
    """Return what a service can be found by besides its name and domain, each once."""
    return tuple(dict.fromkeys((*service.additional_domains, *service.aliases)))


def _build_indexes(context: Context) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    """Return the links to all other lists, by kind."""
    site = context.site
    methods = tuple(
        Link(label=find_method(method).label, href=site.href(addresses.method(method)))
        for method in _find_methods(context)
    )
    regions = tuple(
        Link(label=context.name_region(code), href=site.href(addresses.region(code)))
        for code in sorted(_group_regions(context), key=context.name_region)
    )
    selections = tuple(Link(label=heading, href=site.href(path)) for path, heading, _, _ in _SELECTIONS)
    everywhere = (Link(label="Everywhere", href=site.href(addresses.EVERYWHERE)),)
    return (
        ("Categories", link_categories(context)),
        ("Methods", methods),
        ("Selections", selections),
        ("Regions", everywhere + regions),
    )


def link_categories(context: Context) -> tuple[Link, ...]:
    """Return links to all categories in the order of their titles."""
    links = [context.link_category(name) for name in _group_categories(context)]
    return tuple(sorted(links, key=lambda link: str(link.label).casefold()))


def _group_categories(context: Context) -> dict[str, list[Service]]:
    grouped: dict[str, list[Service]] = {name: [] for name in context.editorial.categories}
    for service in context.catalogue.services:
        for name in service.categories:
            grouped.setdefault(name, []).append(service)
    # A category that was published stays, even when its name has left both upstream and the content.
    known = {addresses.category(name) for name in grouped}
    for path in context.catalogue.ledger.addresses:
        if path.startswith("/2fa-directory/category/") and path not in known:
            grouped[path.rstrip("/").rsplit("/", 1)[-1]] = []
    return grouped


def _build_categories(context: Context, rows: Rows) -> list[Page]:
    pages = []
    for name, services in sorted(_group_categories(context).items()):
        title = context.name_category(name)
        pages.append(
            _build_page(
                context,
                path=addresses.category(name),
                heading=f"2FA in the category {title}",
                description=f"Which services of the category {title} support 2FA, and by which methods.",
                groups=_split_by_verdict(services, rows),
            )
        )
    return pages


def _split_by_verdict(services: Iterable[Service], rows: Rows) -> list[Group]:
    by_verdict: dict[Verdict, list[Row]] = defaultdict(list)
    for service in services:
        by_verdict[decide_verdict(service)].append(rows[service.domain])
    headings = (
        (Verdict.YES, "with-2fa", "With 2FA"),
        (Verdict.NO, "without-2fa", "Without 2FA"),
        (Verdict.UNKNOWN, "unknown", "Unknown"),
    )
    return [
        Group(id=anchor, heading=heading, rows=tuple(by_verdict[verdict]))
        for verdict, anchor, heading in headings
        if by_verdict[verdict]
    ]


def _find_methods(context: Context) -> tuple[str, ...]:
    unknown = {method for service in context.catalogue.services for method in service.method_ids} - METHODS.keys()
    published = {
        path.rstrip("/").rsplit("/", 1)[-1]
        for path in context.catalogue.ledger.addresses
        if path.startswith("/2fa-directory/method/")
    }
    published -= {slugify(method) for method in (*METHODS, *unknown)}
    return sort_methods((*METHODS, *unknown, *published))


def _build_methods(context: Context, rows: Rows) -> list[Page]:
    pages = []
    for method in _find_methods(context):
        label = find_method(method).label
        passage = context.editorial.methods.get(method)
        members = [rows[service.domain] for service in context.catalogue.services if _has(service, method)]
        pages.append(
            _build_page(
                context,
                path=addresses.method(method),
                heading=f"Services with 2FA method: {label}",
                description=f"What the method is, and which services list it: {label}.",
                intro=render_markdown(passage.markdown, context.site.base_path) if passage else NO_INTRO,
                references=passage.sources if passage else (),
                groups=[Group(id="services", heading="Services", rows=tuple(members))],
            )
        )
    return pages


def _has(service: Service, method: str) -> bool:
    return decide_verdict(service) is Verdict.YES and method in service.method_ids


def _group_regions(context: Context) -> dict[str, list[Service]]:
    grouped: dict[str, list[Service]] = defaultdict(list)
    for service in context.catalogue.services:
        for code in service.regions:
            if not code.startswith("-"):
                grouped[code].append(service)
    for path in context.catalogue.ledger.addresses:
        if path.startswith("/2fa-directory/region/"):
            grouped.setdefault(path.rstrip("/").rsplit("/", 1)[-1], [])
    return grouped


def _build_regions(context: Context, rows: Rows) -> list[Page]:
    everywhere = Link(label="Services available everywhere", href=context.site.href(addresses.EVERYWHERE))
    pages = []
    for code, services in sorted(_group_regions(context).items()):
        name = context.name_region(code)
        pages.append(
            _build_page(
                context,
                path=addresses.region(code),
                heading=f"2FA by region: {name}",
                description=f"Which services listed for this region support 2FA, and by which methods: {name}.",
                groups=_split_by_verdict(services, rows),
                more=everywhere,
            )
        )
    return [*pages, _build_everywhere(context, rows)]


def _build_everywhere(context: Context, rows: Rows) -> Page:
    """Return the list of services without a region of their own, those with exclusions marked."""
    members = [
        Row(
            href=rows[service.domain].href,
            name=rows[service.domain].name,
            domain=service.domain,
            answer=rows[service.domain].answer,
            remark=context.name_regions(service.regions),
        )
        for service in context.catalogue.services
        if all(code.startswith("-") for code in service.regions)
    ]
    return _build_page(
        context,
        path=addresses.EVERYWHERE,
        heading="2FA everywhere",
        description="Services that are available everywhere, some with exceptions, and their 2FA methods.",
        groups=[Group(id="services", heading="Services", rows=tuple(members))],
    )


def _is_without(service: Service) -> bool:
    return decide_verdict(service) is Verdict.NO


def _is_weak(service: Service) -> bool:
    return decide_strength(service) is Strength.WEAK


def has_passkey(service: Service) -> bool:
    """Tell whether a service is in the list of those with passkeys."""
    return _has(service, "passkey")


_SELECTIONS = (
    (
        addresses.NO_2FA,
        "Services without 2FA",
        "Services for which no 2FA method is listed. Each page says how to ask for it.",
        _is_without,
    ),
    (
        addresses.WEAK_2FA,
        "Services with weak 2FA methods alone",
        "Services for which nothing better than email, SMS or phone call is listed.",
        _is_weak,
    ),
    (
        addresses.PASSKEYS,
        "Services with passkeys",
        "Services that let you sign in with a passkey instead of a password.",
        has_passkey,
    ),
)


def _build_selections(context: Context, rows: Rows) -> list[Page]:
    return [
        _build_page(
            context,
            path=path,
            heading=heading,
            description=description,
            intro=Markup("<p>{}</p>").format(description),
            groups=[
                Group(
                    id="services",
                    heading="Services",
                    rows=tuple(rows[service.domain] for service in context.catalogue.services if chosen(service)),
                )
            ],
        )
        for path, heading, description, chosen in _SELECTIONS
    ]


def _build_page(  # noqa: PLR0913 (the parts of a list, all named)
    context: Context,
    *,
    path: str,
    heading: str,
    description: str,
    groups: Sequence[Group],
    intro: Markup = NO_INTRO,
    references: tuple[Reference, ...] = (),
    indexes: tuple[tuple[str, tuple[Link, ...]], ...] = (),
    more: Link | None = None,
    search: bool = False,
) -> Page:
    view = ListView(
        title=heading,
        description=description,
        canonical=context.site.canonical(path),
        heading=heading,
        intro=intro,
        references=references,
        groups=tuple(group for group in groups if group.rows),
        indexes=indexes,
        more=more,
        search=search,
    )
    return Page(path=path, template="pages/list.html", view=view)
