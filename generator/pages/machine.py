"""Files for machines: sitemap, robots, the index of the search box, the schemas of content (pure)."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING

from generator.formats.status import build_status
from generator.pages import addresses
from generator.pages.page import find_sources
from generator.schemas import CONTENT, load_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from generator.pages.context import Context

#: A sitemap may name 50,000 addresses (sitemaps.org/protocol.html); more need an index of several.
SITEMAP_LIMIT = 50_000

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def build_sitemaps(lastmods: Mapping[str, str | None], base_url: str) -> dict[str, bytes]:
    """Return path → bytes: one sitemap, or an index with its parts where there are too many addresses for one.

    ``lastmods`` holds the paths that search engines are sent to, with the ISO date of the newest fact of each.
    """
    entries = [_write_entry(base_url + path, lastmod) for path, lastmod in sorted(lastmods.items())]
    if len(entries) <= SITEMAP_LIMIT:
        return {addresses.SITEMAP: _write_sitemap(entries)}
    parts = [entries[start : start + SITEMAP_LIMIT] for start in range(0, len(entries), SITEMAP_LIMIT)]
    files = {f"/sitemap-{number}.xml": _write_sitemap(part) for number, part in enumerate(parts, start=1)}
    index = "".join(f"<sitemap><loc>{escape(base_url + path)}</loc></sitemap>\n" for path in files)
    files[addresses.SITEMAP] = f"{_HEAD}<sitemapindex {_NAMESPACE}>\n{index}</sitemapindex>\n".encode()
    return files


def _write_entry(url: str, lastmod: str | None) -> str:
    dated = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<url><loc>{escape(url)}</loc>{dated}</url>\n"


def _write_sitemap(entries: Iterable[str]) -> bytes:
    return f"{_HEAD}<urlset {_NAMESPACE}>\n{''.join(entries)}</urlset>\n".encode()


def build_robots(base_url: str) -> bytes:
    """Return the file that lets every robot in and names the sitemap."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {base_url}{addresses.SITEMAP}\n".encode()


def build_schemas(base_url: str) -> dict[str, bytes]:
    """Return path → bytes of the schema of each kind of content file; each names its own address.

    A program that edits a file somewhere else than in a checkout finds the rules there.
    """
    return {addresses.schema(name): _write_schema(name, base_url) for name in sorted(set(CONTENT.values()))}


def _write_schema(name: str, base_url: str) -> bytes:
    schema = dict(load_schema(name))
    head = {"$schema": schema.pop("$schema"), "$id": base_url + addresses.schema(name)}
    return (json.dumps(head | schema, ensure_ascii=False, indent=2) + "\n").encode()


def build_site_status(context: Context) -> bytes:
    """Return when the sources of the site were last fetched and last changed."""
    settings, catalogue = context.settings, context.catalogue
    names = {source.id: source.name for source in find_sources(settings, catalogue.baseline)}
    return build_status(names, dict(catalogue.baseline.times), settings.limits.source_max_age_hours)


def build_search_index(context: Context) -> bytes:
    """Return what the search box looks through: ``[[name, path, domain and other names], …]`` in A to Z order."""
    rows = [
        [
            summary.name,
            context.site.href(addresses.service(summary.slug)),
            " ".join((summary.domain, *summary.other_names)),
        ]
        for summary in context.summaries
    ]
    return (json.dumps(rows, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
