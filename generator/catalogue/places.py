"""Every place where an outside link stands: in records, in guides, in the other texts and in the settings (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from generator.catalogue.links import find_markdown_links, is_curated, list_links
from generator.formats.links import address_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.catalogue.inputs import Editorial, Passage
    from generator.catalogue.merge import Catalogue
    from generator.config import Settings
    from generator.model import Curated, Service

#: Facts that a guide states under another name.
_KEYS = {"recovery_link": "recovery.link"}


class Place(Struct, frozen=True, kw_only=True):
    """Where a link stands: on whose page (None for a page of the site as a whole), as which fact, in which file.

    ``path`` is None where upstream states it; ``line`` is 0 where it is not known.
    """

    slug: str | None
    fact: str
    path: str | None
    line: int = 0


def list_places(
    catalogue: Catalogue, guides: Iterable[Curated], editorial: Editorial, settings: Settings
) -> dict[str, tuple[Place, ...]]:
    """Return address → every place of it, over services, guides, the other texts and the settings."""
    found: dict[str, list[Place]] = {}
    by_path = {guide.path: guide for guide in guides}
    pairs = [
        pair for service in catalogue.services for pair in place_links(service, by_path.get(service.curated_path or ""))
    ]
    for url, place in [*pairs, *_place_editorial(editorial), *_place_settings(settings)]:
        if url.startswith(("http://", "https://")):
            places = found.setdefault(address_of(url), [])
            if place not in places:
                places.append(place)
    return {url: tuple(places) for url, places in found.items()}


def place_links(service: Service, guide: Curated | None) -> Iterator[tuple[str, Place]]:
    """Return every link of a service and its guide with its place."""
    for fact, url in list_links(service):
        if guide and is_curated(service, fact):
            yield url, _place_in_guide(service, guide, _KEYS.get(fact, fact))
        else:
            yield url, Place(slug=service.slug, fact=fact, path=None)
    if guide and guide.override:
        yield guide.override.source, _place_in_guide(service, guide, "override.methods.source")


def _place_in_guide(service: Service, guide: Curated, key: str) -> Place:
    line, _ = guide.lines.get(key, (0, 0))
    return Place(slug=service.slug, fact=key, path=guide.path, line=line)


def _place_editorial(editorial: Editorial) -> Iterator[tuple[str, Place]]:
    passages = [("content/faq.yaml", passage.question or "", passage) for passage in editorial.faq]
    passages += [("content/methods.yaml", method, passage) for method, passage in editorial.methods.items()]
    for path, fact, passage in passages:
        yield from ((url, Place(slug=None, fact=fact, path=path)) for url in _list_passage(passage))
    for name, text in editorial.pages.items():
        place = Place(slug=None, fact=name, path=f"content/pages/{name}.md")
        yield from ((url, place) for url in find_markdown_links(text))


def _list_passage(passage: Passage) -> list[str]:
    return [*(source.url for source in passage.sources), *find_markdown_links(passage.markdown)]


def _place_settings(settings: Settings) -> Iterator[tuple[str, Place]]:
    for source in settings.sources.values():
        links = {
            "homepage": source.homepage,
            "project": source.project,
            "report": source.report,
            "licence.url": source.licence.url,
        }
        for key, url in links.items():
            if url:
                yield url, Place(slug=None, fact=f"{source.id}.{key}", path="content/sources.yaml")
        for url in find_markdown_links(source.credit):
            yield url, Place(slug=None, fact=f"{source.id}.credit", path="content/sources.yaml")
    product = settings.product
    named = {"publisher.url": settings.publisher.url, "product.url": product.url if product else None}
    for key, url in named.items():
        if url:
            yield url, Place(slug=None, fact=key, path="content/site.yaml")
