"""What the Passkeys Directory says beside its methods, with its name on every sentence (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.catalogue.decisions.text import Text, capitalise, link, say
from generator.model import PASSKEYS, SAMPLE, Service

if TYPE_CHECKING:
    from generator.catalogue.decisions.rules import Rules

_NOTE = "{source} adds: “{note}”"
_LINK = "{source} links to {page}."
_LINKS = "{source} links to {documentation} and to {recovery}."
_REGIONS = "{source} lists these regions: {regions}."


def write_side_notes(service: Service, rules: Rules) -> tuple[Text, ...]:
    """Return a sentence for each thing that the Passkeys Directory says otherwise than the main record."""
    side = service.passkeys
    if side is None:
        return ()
    source = rules.name_source(SAMPLE if service.source == SAMPLE else PASSKEYS)
    said = []
    if side.note:
        said.append(say(_NOTE, source=source, note=side.note))
    documentation = link(side.documentation, "the service's documentation") if side.documentation else None
    recovery = link(side.recovery, "the service's recovery page") if side.recovery else None
    if documentation and recovery:
        said.append(say(_LINKS, source=source, documentation=documentation, recovery=recovery))
    elif page := documentation or recovery:
        said.append(say(_LINK, source=source, page=page))
    if side.regions:
        said.append(say(_REGIONS, source=source, regions=rules.name_regions(side.regions)))
    return tuple(capitalise(sentence) for sentence in said)
