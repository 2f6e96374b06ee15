"""Pages of text: FAQ, methodology, attribution, 404 (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup
from msgspec import Struct

from generator.catalogue.decisions.text import plain
from generator.pages import addresses
from generator.pages.markup import render_inline, render_markdown
from generator.pages.page import Page, find_sources
from generator.pages.questions import Question, answer_in_markdown, dump_faq

if TYPE_CHECKING:
    from generator.catalogue.inputs import Reference
    from generator.config import Source
    from generator.pages.context import Context


class FaqEntry(Struct, frozen=True, kw_only=True):
    """A question of the general FAQ with its answer and the sources of that."""

    question: Question
    references: tuple[Reference, ...]


class FaqView(Struct, frozen=True, kw_only=True):
    """The general FAQ."""

    title: str
    description: str
    canonical: str
    json_ld: Markup
    entries: tuple[FaqEntry, ...]


def plan_faq(context: Context) -> Page:
    """Return the general FAQ."""
    return Page(path=addresses.FAQ, template="pages/faq.html", build=lambda: build_faq(context))


def build_faq(context: Context) -> FaqView:
    """Return what the general FAQ prints."""
    base = context.site.base_path
    entries = tuple(
        FaqEntry(
            question=Question(
                question=plain(passage.question or ""), answer=answer_in_markdown(passage.markdown, base)
            ),
            references=passage.sources,
        )
        for passage in context.editorial.faq
    )
    return FaqView(
        title="Frequently asked questions on 2FA",
        description="What 2FA is, which methods are safe, what to do when a phone is lost, where this data comes from.",
        canonical=context.site.canonical(addresses.FAQ),
        json_ld=dump_faq([entry.question for entry in entries]),
        entries=entries,
    )


class TextView(Struct, frozen=True, kw_only=True):
    """A page of Markdown."""

    title: str
    description: str
    canonical: str
    body: Markup


def plan_methodology(context: Context) -> Page:
    """Return the page on how everything is decided."""
    return Page(path=addresses.METHODOLOGY, template="pages/text.html", build=lambda: build_methodology(context))


def build_methodology(context: Context) -> TextView:
    """Return how everything is decided."""
    title, body = _split_heading(context.editorial.pages["methodology"])
    return TextView(
        title=title,
        description="How this directory decides what a page says: sources, verdict, strength, sharing, readiness.",
        canonical=context.site.canonical(addresses.METHODOLOGY),
        body=render_markdown(body, context.site.base_path),
    )


def _split_heading(text: str) -> tuple[str, str]:
    heading, _, body = text.partition("\n")
    return heading.removeprefix("# ").split(" {#")[0].strip(), body


class SourceView(Struct, frozen=True, kw_only=True):
    """A source on the attribution page."""

    source: Source
    credit: Markup


class AttributionView(Struct, frozen=True, kw_only=True):
    """Sources, licences and notices."""

    title: str
    description: str
    canonical: str
    body: Markup
    sources: tuple[SourceView, ...]
    data_day: str | None


def plan_attribution(context: Context) -> Page:
    """Return the page that credits every source that the site uses."""
    return Page(
        path=addresses.ATTRIBUTION,
        template="pages/attribution.html",
        build=lambda: build_attribution(context),
        lastmod=context.catalogue.baseline.changed,
    )


def build_attribution(context: Context) -> AttributionView:
    """Return what that page prints."""
    title, body = _split_heading(context.editorial.pages["attribution"])
    base = context.site.base_path
    return AttributionView(
        title=title,
        description="Where the data comes from, under which licences, and how it may be used.",
        canonical=context.site.canonical(addresses.ATTRIBUTION),
        body=render_markdown(body, base),
        sources=tuple(
            SourceView(source=source, credit=render_inline(source.credit, base))
            for source in find_sources(context.settings, context.catalogue.baseline)
        ),
        data_day=context.catalogue.baseline.changed,
    )


class NotFoundView(Struct, frozen=True, kw_only=True):
    """The page for addresses that don't exist."""

    title: str
    description: str
    canonical: None
    search_action: str
    search_index: str


def plan_not_found(context: Context) -> Page:
    """Return the page that a web server sends with status 404; it helps to search."""
    view = NotFoundView(
        title="Page not found",
        description="This address does not exist.",
        canonical=None,
        search_action=context.site.href(addresses.DIRECTORY),
        search_index=context.site.href(addresses.SEARCH_INDEX),
    )
    return Page(path=addresses.NOT_FOUND, template="pages/not-found.html", build=lambda: view, listed=False)
