"""Lists of services: A to Z, category, method, region, everywhere, without 2FA, weak methods, passkeys (pure)."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.identity import initial
from generator.model import Strength, Verdict, find_method
from generator.pages import addresses
from generator.pages.list_view import NO_INTRO, Group, ListView, Rows, build_list
from generator.pages.markup import render_markdown
from generator.pages.page import Link, Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.catalogue.decisions.summary import Summary
    from generator.pages.context import Context
    from generator.pages.groups import Members


def plan_lists(context: Context) -> list[Page]:
    """Return every list; one that the ledger knows stays, even when it has become empty."""
    rows, groups = Rows(context), context.groups
    pages = [
        _plan(addresses.DIRECTORY, partial(_build_directory, context, rows)),
        _plan(addresses.EVERYWHERE, partial(_build_everywhere, context, rows)),
    ]
    for slug, group in sorted(groups.categories.items()):
        path = addresses.category(slug)
        pages.append(_plan(path, partial(_build_category, context, rows, group, path)))
    for slug, group in groups.methods.items():
        path = addresses.method(slug)
        pages.append(_plan(path, partial(_build_method, context, rows, group, path)))
    for code, group in sorted(groups.regions.items()):
        path = addresses.region(code)
        pages.append(_plan(path, partial(_build_region, context, rows, group, path)))
    pages.extend(_plan(path, partial(_build_selection, context, rows, path)) for path in _SELECTIONS)
    return pages


def _plan(path: str, build: Callable[[], ListView]) -> Page:
    return Page(path=path, template="pages/list.html", build=build)


def _build_directory(context: Context, rows: Rows) -> ListView:
    groups = []
    for heading, members in groupby(context.summaries, key=lambda summary: initial(summary.name)):
        anchor = {"0–9": "digits", "Other": "other"}.get(heading, heading.lower())
        groups.append(Group(id=anchor, heading=heading, rows=rows.list_with_words(members)))
    return build_list(
        canonical=context.site.canonical(addresses.DIRECTORY),
        heading="All services, A to Z",
        description="Every service of the directory in alphabetical order, with the 2FA methods listed for it.",
        groups=groups,
        indexes=_build_indexes(context),
        search=True,
    )


def _build_indexes(context: Context) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    """Return the links to all other lists, by kind."""
    site = context.site
    methods = tuple(
        Link(label=find_method(group.name).label, href=site.href(addresses.method(slug)))
        for slug, group in context.groups.methods.items()
    )
    regions = tuple(
        Link(label=context.rules.name_region(code), href=site.href(addresses.region(code)))
        for code in sorted(context.groups.regions, key=context.rules.name_region)
    )
    selections = tuple(Link(label=heading, href=site.href(path)) for path, (heading, _, _) in _SELECTIONS.items())
    everywhere = (Link(label="Everywhere", href=site.href(addresses.EVERYWHERE)),)
    return (
        ("Categories", link_categories(context)),
        ("Methods", methods),
        ("Selections", selections),
        ("Regions", everywhere + regions),
    )


def link_categories(context: Context) -> tuple[Link, ...]:
    """Return links to all categories in the order of their titles."""
    links = [context.frame.link_category(group.name) for group in context.groups.categories.values()]
    return tuple(sorted(links, key=lambda link: str(link.label).casefold()))


def _build_category(context: Context, rows: Rows, group: Members, path: str) -> ListView:
    title = context.frame.name_category(group.name)
    return build_list(
        canonical=context.site.canonical(path),
        heading=f"2FA in the category {title}",
        description=f"Which services of the category {title} support 2FA, and by which methods.",
        groups=rows.split_by_verdict(group.services),
        feed=Link(
            label=f"Changes in the category {title}", href=context.site.href(addresses.category_feed(group.name))
        ),
    )


def _build_method(context: Context, rows: Rows, group: Members, path: str) -> ListView:
    label = find_method(group.name).label
    passage = context.editorial.methods.get(group.name)
    return build_list(
        canonical=context.site.canonical(path),
        heading=f"Services with 2FA method: {label}",
        description=f"What the method is, and which services list it: {label}.",
        intro=render_markdown(passage.markdown, context.site.base_path) if passage else NO_INTRO,
        references=passage.sources if passage else (),
        groups=[Group(id="services", heading="Services", rows=rows.list_all(group.services))],
    )


def _build_region(context: Context, rows: Rows, group: Members, path: str) -> ListView:
    name = context.rules.name_region(group.name)
    return build_list(
        canonical=context.site.canonical(path),
        heading=f"2FA by region: {name}",
        description=f"Which services listed for this region support 2FA, and by which methods: {name}.",
        groups=rows.split_by_verdict(group.services),
        more=Link(label="Services available everywhere", href=context.site.href(addresses.EVERYWHERE)),
    )


def _build_everywhere(context: Context, rows: Rows) -> ListView:
    """Return the list of services without a region of their own, those with exclusions marked."""
    members = [summary for summary in context.summaries if not summary.own_regions]
    return build_list(
        canonical=context.site.canonical(addresses.EVERYWHERE),
        heading="2FA everywhere",
        description="Services that are available everywhere, some with exceptions, and their 2FA methods.",
        groups=[Group(id="services", heading="Services", rows=rows.list_with_exceptions(members))],
    )


def _is_without(summary: Summary) -> bool:
    return summary.verdict is Verdict.NO


def _is_weak(summary: Summary) -> bool:
    return summary.strength is Strength.WEAK


def _has_passkey(summary: Summary) -> bool:
    return summary.has_method("passkey")


#: Path → heading, description, and which services the list holds.
_SELECTIONS: dict[str, tuple[str, str, Callable[[Summary], bool]]] = {
    addresses.NO_2FA: (
        "Services without 2FA",
        "Services for which no 2FA method is listed. Each page says how to ask for it.",
        _is_without,
    ),
    addresses.WEAK_2FA: (
        "Services with weak 2FA methods alone",
        "Services for which nothing better than email, SMS or phone call is listed.",
        _is_weak,
    ),
    addresses.PASSKEYS: (
        "Services with passkeys",
        "Services that let you sign in with a passkey instead of a password.",
        _has_passkey,
    ),
}


def _build_selection(context: Context, rows: Rows, path: str) -> ListView:
    heading, description, is_chosen = _SELECTIONS[path]
    members = filter(is_chosen, context.summaries)
    return build_list(
        canonical=context.site.canonical(path),
        heading=heading,
        description=description,
        intro=Markup("<p>{}</p>").format(description),
        groups=[Group(id="services", heading="Services", rows=rows.list_all(members))],
    )
