"""A page as the build sees it, and what all pages share (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape
from msgspec import Struct
from msgspec.structs import asdict

from generator.catalogue.decisions.text import Text, isolate
from generator.pages import addresses
from generator.pages.digest import encode
from generator.pages.markup import render_inline

if TYPE_CHECKING:
    from generator.catalogue.inputs import Baseline
    from generator.config import Settings, Source


class Page(Struct, frozen=True, kw_only=True):
    """One page or feed, planned: its address, its template, and how its view is built when it is needed.

    A view is a frozen value whose fields the template sees as names. ``identity`` returns what stands for everything
    that ``build`` sees, where that can be told without building the view. ``lastmod`` is the ISO date of the page's
    newest fact, if it has one; ``listed`` says whether search engines are sent here. Pages of one ``kin`` have parts
    in common, which makes them cheaper one after the other.
    """

    path: str
    template: str
    build: Callable[[], Any]
    identity: Callable[[], bytes] | None = None
    lastmod: str | None = None
    listed: bool = True
    kin: str = ""

    def identify(self, view: Any = None) -> bytes:
        """Return what stands for all that the page shows, templates and site view apart; ``view`` if it is built."""
        return self.identity() if self.identity else encode(view or self.build())


def find_lastmods(pages: Iterable[Page]) -> dict[str, str | None]:
    """Return path → date of the newest fact of every page that search engines are sent to."""
    return {page.path: page.lastmod for page in pages if page.listed}


class Link(Struct, frozen=True, kw_only=True):
    """A link inside the site; ``label`` is text or HTML."""

    label: Text | str
    href: str


class Credit(Struct, frozen=True, kw_only=True):
    """A source as readers are told of it; ``licence`` is empty where the credit itself names it."""

    name: str
    credit: Markup
    licence: str
    licence_url: str | None


class SiteView(Struct, frozen=True, kw_only=True):
    """What every page shows of the site as a whole; kept small, because a change here renders every page anew.

    ``credits`` maps the identifier of each source that the site uses to its credit.
    """

    title: str
    base_url: str
    base_path: str
    publisher: str
    publisher_url: str | None
    sample: bool
    credits: Mapping[str, Credit]
    assets: Mapping[str, str]

    def href(self, path: str) -> str:
        """Return a path of the site as a link: below the path of the base URL."""
        return self.base_path + path

    def canonical(self, path: str) -> str:
        """Return the full address of a page."""
        return self.base_url + path


def build_site(settings: Settings, baseline: Baseline, assets: Mapping[str, str]) -> SiteView:
    """Return the site view. ``assets`` maps the name of a static file to its address with the hash of its content."""
    return SiteView(
        title=settings.title,
        base_url=settings.base_url,
        base_path=settings.base_path,
        publisher=settings.publisher.name,
        publisher_url=settings.publisher.url,
        sample=baseline.sample,
        credits={source.id: _build_credit(source, settings.base_path) for source in find_sources(settings, baseline)},
        assets={name: settings.base_path + path for name, path in assets.items()},
    )


def find_sources(settings: Settings, baseline: Baseline) -> list[Source]:
    """Return the sources that the site uses: the sample alone, or the directories that were fetched."""
    if baseline.sample:
        names = ["sample"]
    else:
        names = ["2fa-directory", "passkeys"] if baseline.has_passkeys else ["2fa-directory"]
    return [settings.sources[name] for name in names]


def _build_credit(source: Source, base_path: str) -> Credit:
    licence = source.licence
    return Credit(
        name=source.name,
        credit=render_inline(source.credit, base_path),
        licence="" if licence.name in source.credit else licence.name,
        licence_url=licence.url,
    )


def fields_of(view: Any) -> dict[str, Any]:
    """Return the fields of a view by name, as a template gets them."""
    return asdict(view)


@lru_cache(maxsize=8192)
def link_service(base_path: str, slug: str, name: str) -> Text:
    """Return the link to a service's page."""
    href = escape(base_path + addresses.service(slug))
    return Text(name, f'<a href="{href}">{isolate(name).html}</a>')
