"""Lists of services: A to Z, category, method, region, everywhere, without 2FA, weak methods, passkeys (pure)."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.catalogue.decisions.summary import Summary
from generator.identity import initial
from generator.model import Strength, Verdict, find_method
from generator.pages import addresses
from generator.pages.groups import group_categories, group_methods, group_regions
from generator.pages.list_view import (
    NO_INTRO,
    Group,
    Row,
    build_list_page,
    build_rows,
    split_by_verdict,
)
from generator.pages.markup import render_markdown
from generator.pages.page import Link, Page

if TYPE_CHECKING:
    from generator.pages.context import Context
    from generator.pages.list_view import Rows


def build_lists(context: Context) -> list[Page]:
    """Return every list; one that the ledger knows stays, even when it has become empty."""
    rows = build_rows(context)
    return [
        _build_directory(context, rows),
        *_build_categories(context, rows),
        *_build_methods(context, rows),
        *_build_regions(context, rows),
        *_build_selections(context, rows),
    ]


def _build_directory(context: Context, rows: Rows) -> Page:
    groups = []
    for heading, members in groupby(context.summaries, key=lambda summary: initial(summary.name)):
        anchor = {"0–9": "digits", "Other": "other"}.get(heading, heading.lower())
        found = (_add_words(rows[summary.domain], summary) for summary in members)
        groups.append(Group(id=anchor, heading=heading, rows=tuple(found)))
    return build_list_page(
        context,
        path=addresses.DIRECTORY,
        heading="All services, A to Z",
        description="Every service of the directory in alphabetical order, with the 2FA methods listed for it.",
        groups=groups,
        indexes=_build_indexes(context),
        search=True,
    )


def _add_words(row: Row, summary: Summary) -> Row:
    return replace(row, words=" ".join(summary.other_names)) if summary.other_names else row


def _build_indexes(context: Context) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    """Return the links to all other lists, by kind."""
    site = context.site
    methods = tuple(
        Link(label=find_method(group.name).label, href=site.href(addresses.method(slug)))
        for slug, group in group_methods(context).items()
    )
    regions = tuple(
        Link(label=context.rules.name_region(code), href=site.href(addresses.region(code)))
        for code in sorted(group_regions(context), key=context.rules.name_region)
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
    links = [context.frame.link_category(group.name) for group in group_categories(context).values()]
    return tuple(sorted(links, key=lambda link: str(link.label).casefold()))


def _build_categories(context: Context, rows: Rows) -> list[Page]:
    pages = []
    for slug, group in sorted(group_categories(context).items()):
        title = context.frame.name_category(group.name)
        pages.append(
            build_list_page(
                context,
                path=addresses.category(slug),
                heading=f"2FA in the category {title}",
                description=f"Which services of the category {title} support 2FA, and by which methods.",
                groups=split_by_verdict(group.services, rows),
            )
        )
    return pages


def _build_methods(context: Context, rows: Rows) -> list[Page]:
    pages = []
    for slug, group in group_methods(context).items():
        label = find_method(group.name).label
        passage = context.editorial.methods.get(group.name)
        members = tuple(rows[summary.domain] for summary in group.services)
        pages.append(
            build_list_page(
                context,
                path=addresses.method(slug),
                heading=f"Services with 2FA method: {label}",
                description=f"What the method is, and which services list it: {label}.",
                intro=render_markdown(passage.markdown, context.site.base_path) if passage else NO_INTRO,
                references=passage.sources if passage else (),
                groups=[Group(id="services", heading="Services", rows=members)],
            )
        )
    return pages


def _build_regions(context: Context, rows: Rows) -> list[Page]:
    everywhere = Link(label="Services available everywhere", href=context.site.href(addresses.EVERYWHERE))
    pages = []
    for code, group in sorted(group_regions(context).items()):
        name = context.rules.name_region(code)
        pages.append(
            build_list_page(
                context,
                path=addresses.region(code),
                heading=f"2FA by region: {name}",
                description=f"Which services listed for this region support 2FA, and by which methods: {name}.",
                groups=split_by_verdict(group.services, rows),
                more=everywhere,
            )
        )
    return [*pages, _build_everywhere(context, rows)]


def _build_everywhere(context: Context, rows: Rows) -> Page:
    """Return the list of services without a region of their own, those with exclusions marked."""
    members = [
        replace(rows[summary.domain], remark=context.rules.name_regions(summary.regions))
        for summary in context.summaries
        if not summary.own_regions
    ]
    return build_list_page(
        context,
        path=addresses.EVERYWHERE,
        heading="2FA everywhere",
        description="Services that are available everywhere, some with exceptions, and their 2FA methods.",
        groups=[Group(id="services", heading="Services", rows=tuple(members))],
    )


def _is_without(summary: Summary) -> bool:
    return summary.verdict is Verdict.NO


def _is_weak(summary: Summary) -> bool:
    return summary.strength is Strength.WEAK


def _has_passkey(summary: Summary) -> bool:
    return summary.has_method("passkey")


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
        _has_passkey,
    ),
)


def _build_selections(context: Context, rows: Rows) -> list[Page]:
    return [
        build_list_page(
            context,
            path=path,
            heading=heading,
            description=description,
            intro=Markup("<p>{}</p>").format(description),
            groups=[
                Group(
                    id="services",
                    heading="Services",
                    rows=tuple(rows[summary.domain] for summary in context.summaries if chosen(summary)),
                )
            ],
        )
        for path, heading, description, chosen in _SELECTIONS
    ]
