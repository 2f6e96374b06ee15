"""Links into the repository: where a file is edited or begun, where a mistake is reported (pure).

The forms are those of GitHub, which Gitea and Forgejo understand as well. Source: docs.github.com, "Creating an issue
from a URL query"; the fields of a form are filled by their identifiers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from generator.model import CURATED, PASSKEYS, SAMPLE
from generator.pages import addresses
from generator.pages.page import Link

if TYPE_CHECKING:
    from collections.abc import Iterator

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
_OURS = "Report any other mistake on this page"
_ALL_OURS = "Report a mistake on this page"


def list_reports(frame: Frame, service: Service, *, uses_passkeys: bool) -> tuple[Link, ...]:
    """Return where a reader reports a mistake, by the layer that it stands in: upstream's facts upstream, ours here."""
    return tuple(_list_reports(frame, service, uses_passkeys=uses_passkeys))


def _list_reports(frame: Frame, service: Service, *, uses_passkeys: bool) -> Iterator[Link]:
    upstream = [service.source] if service.source not in {CURATED, SAMPLE} else []
    upstream += [PASSKEYS] if uses_passkeys else []
    sources = [source for name in upstream if (source := frame.sources[name]).report]
    for source in sources:
        href = _fill(source.report or "", frame, service)
        yield Link(label=_RECORD.format(source=source.in_text), href=href)
    if frame.repository:
        form = {
            "template": "correction.yml",
            "title": f"Correction: {service.name}",
            "page": frame.site.canonical(addresses.service(service.slug)),
            "service": service.domain,
        }
        href = f"{frame.repository}/issues/new?{urlencode(form, quote_via=quote)}"
        yield Link(label=_OURS if sources else _ALL_OURS, href=href)


def _fill(pattern: str, frame: Frame, service: Service) -> str:
    """Return an address with what it names of the service put in."""
    categories = ", ".join(map(frame.name_category, service.categories))
    values = {"name": service.name, "domain": service.domain, "category": categories}
    for key, value in values.items():
        pattern = pattern.replace(f"{{{key}}}", quote(value, safe=""))
    return pattern
