"""Links into the repository: where a file is edited or begun, where a mistake is reported (pure).

The forms are those of GitHub, which Gitea and Forgejo understand as well. Source: docs.github.com, "Creating an issue
from a URL query"; the fields of a form are filled by their identifiers.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from generator.catalogue.decisions.text import Text, link, plain, say
from generator.model import CURATED, PASSKEYS, SAMPLE
from generator.pages import addresses

if TYPE_CHECKING:
    from generator.config import Settings
    from generator.model import Service
    from generator.pages.context import Frame

#: What a new file begins with where it is made in the browser: enough for completion and to pass a check.
_BEGINNING = """\
# yaml-language-server: $schema=../../generator/schemas/service.schema.json
# Every key with its meaning and an example: docs/curated-file.md
domain: {domain}
"""


def link_file(frame: Frame, path: str) -> str | None:
    """Return where a file of the repository is read; None where its address is not set."""
    return f"{frame.repository}/blob/{frame.branch}/{quote(path)}" if frame.repository else None


def link_edit(frame: Frame | Settings, path: str) -> str | None:
    """Return where an editor changes a file of the repository; None where its address is not set."""
    return f"{frame.repository}/edit/{frame.branch}/{quote(path)}" if frame.repository else None


def link_new_guide(frame: Frame | Settings, path: str, domain: str) -> str | None:
    """Return where an editor begins the guide of a service, with the first lines written."""
    if not frame.repository:
        return None
    given = urlencode({"filename": path, "value": _BEGINNING.format(domain=domain)}, quote_via=quote)
    return f"{frame.repository}/new/{frame.branch}?{given}"


def link_guide(frame: Frame, service: Service) -> str | None:
    """Return where an editor changes or begins the guide of a service."""
    if service.curated_path:
        return link_edit(frame, service.curated_path)
    return link_new_guide(frame, f"content/services/{service.slug}.yaml", service.domain)


#: What is reported where: what upstream says to it, all else to us.
_RECORD = "Report a mistake in the record of {source}"
_OURS = plain("Report any other mistake on this page")
_ALL_OURS = plain("Report a mistake on this page")


def list_reports(frame: Frame, service: Service, *, uses_passkeys: bool) -> tuple[Text, ...]:
    """Return the links by which a reader reports a mistake."""
    found = find_reports(frame, service, uses_passkeys=uses_passkeys)
    ours = _OURS if len(found) > 1 else _ALL_OURS
    return tuple([link(url, _name_record(frame.sources[name].in_text) if name else ours) for name, url in found])


def find_reports(frame: Frame, service: Service, *, uses_passkeys: bool) -> list[tuple[str | None, str]]:
    """Return where mistakes are reported, by the layer that they stand in: source (None for ourselves) and address."""
    upstream = [service.source] if service.source not in {CURATED, SAMPLE} else []
    if uses_passkeys:
        upstream.append(PASSKEYS)
    found: list[tuple[str | None, str]] = []
    for name in upstream:
        if pattern := frame.sources[name].report:
            found.append((name, _fill(pattern, frame, service)))  # noqa: PERF401 (not plainer in brackets)
    if frame.repository:
        found.append((None, _begin_issue(frame, service)))
    return found


@lru_cache(maxsize=64)
def _name_record(source: str) -> Text:
    return say(_RECORD, source=source)


def _begin_issue(frame: Frame, service: Service) -> str:
    form = {
        "template": "correction.yml",
        "title": f"Correction: {service.name}",
        "page": frame.site.canonical(addresses.service(service.slug)),
        "service": service.domain,
    }
    return f"{frame.repository}/issues/new?{urlencode(form, quote_via=quote)}"


def _fill(pattern: str, frame: Frame, service: Service) -> str:
    """Return an address with what it names of the service put in."""
    pieces = list(_split(pattern))
    for place, key in enumerate(pieces):
        if key == "{name}":
            pieces[place] = quote(service.name, safe="")
        elif key == "{domain}":
            pieces[place] = service.domain  # Nothing in a domain needs to be quoted.
        elif key == "{category}":
            pieces[place] = _quote_titles(tuple([frame.name_category(name) for name in service.categories]))
    return "".join(pieces)


@lru_cache(maxsize=64)
def _split(pattern: str) -> tuple[str, ...]:
    return tuple(re.split(r"(\{[a-z]+\})", pattern))


@lru_cache(maxsize=1024)
def _quote_titles(titles: tuple[str, ...]) -> str:
    return quote(", ".join(titles), safe="")
