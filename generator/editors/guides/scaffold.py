"""A new curated file: what is known of the service as comments, and every block that an editor may fill (pure).

Only the keys that a file must have count; all else is commented out, so that a fresh file claims nothing. ``##`` begins
what is for reading, ``#`` what becomes YAML once the sign is taken away.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from generator.catalogue.belonging import OWN_KEYS
from generator.editors.guides.blocks import WIDTH, describe, list_keys, write_block
from generator.editors.guides.scalars import squash, write_value
from generator.editors.guides.splicing import write_stamp
from generator.model import METHODS
from generator.validation.addresses import is_public_url
from generator.yamlfile import PlainDate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from generator.model import DirectoryRecord, PasskeyRecord

MODELINE = "# yaml-language-server: $schema=../../generator/schemas/service.schema.json"

#: The keys that the file has, and the one that only ``twofa verify`` writes.
_NOT_OFFERED = ("domain", "name", "categories", "methods", "verified")


class Known(Struct, frozen=True, kw_only=True):
    """What is known of a service without a file: both directories' records, with the names of these.

    ``methods`` are those that both come to; ``day`` is the ISO date on which the contents last changed.
    """

    record: DirectoryRecord
    passkeys: PasskeyRecord | None
    slug: str
    methods: tuple[str, ...]
    directory_name: str
    passkeys_name: str
    day: str | None = None


def write_guide(known: Known, *, today: str) -> str:
    """Return the file of a service that upstream lists."""
    keys = [key for key in list_keys() if key not in (*_NOT_OFFERED, *OWN_KEYS)]
    fitted = fit_examples(known.methods, known.record.documentation, today)
    head = [MODELINE, f"domain: {known.record.domain}"]
    return _join(head, _write_known(known), _explain(known.slug), *_write_offers(keys, fitted))


def write_own_guide(
    fields: Mapping[str, Any], slug: str, passkeys: PasskeyRecord | None, passkeys_name: str, *, today: str
) -> str:
    """Return the file of a service that no upstream lists: ``fields`` are the keys that it must have."""
    # Without an upstream there is nothing to override.
    left_out = _NOT_OFFERED if passkeys else (*_NOT_OFFERED, "override")
    keys = [key for key in list_keys() if key not in left_out]
    head = [MODELINE]
    for key, value in fields.items():
        note = "" if key in {"domain", "name"} else f"  # {describe(key)}"
        head.append(f"{key}: {write_value(value)}{note}")
    methods = _list_passkey_methods(passkeys) if passkeys else []
    known = [_write_passkeys("Counts as well,", passkeys_name, passkeys)] if passkeys else []
    return _join(head, *known, _explain(slug), *_write_offers(keys, fit_examples(methods, None, today)))


def write_stamped_guide(domain: str, stamp: Mapping[str, Any]) -> str:
    """Return the file of a service that was verified and has no guide."""
    return _join([MODELINE, f"domain: {domain}", *write_stamp(stamp)])


def fit_examples(methods: Iterable[str], documentation: str | None, today: str) -> dict[str, Any]:
    """Return what stands in place of the schema's examples, so that they fit a service with these methods.

    No verdict on sharing is suggested, and no correction that upstream has made already.
    """
    listed = [method for method in METHODS if method in set(methods)]
    missing = [method for method in METHODS if method not in listed]
    fitted: dict[str, Any] = {f"setup.methods.{method}": None for method in missing}
    if not listed:
        fitted["setup.methods"] = None
    if documentation and is_public_url(documentation):
        fitted["setup.source"] = documentation
    fitted["sharing.verdict"] = "unknown"
    fitted["sharing.checked"] = PlainDate(today)
    fitted["override.methods.add"] = missing[:1] or None
    fitted["override.methods.remove"] = listed[-1:] or None
    return fitted


def _join(*paragraphs: Iterable[str]) -> str:
    return "\n\n".join("\n".join(lines) for lines in paragraphs) + "\n"


def _write_offers(keys: Iterable[str], fitted: Mapping[str, Any]) -> list[list[str]]:
    return [[*_say(describe(key)), *(f"# {line}" for line in write_block(key, fitted))] for key in keys]


# --- For reading ------------------------------------------------------------------------------------------------------


def _say(text: str, start: str = "") -> list[str]:
    """Return a text as lines for reading; those after the first begin below the end of ``start``."""
    return wrap(
        text, WIDTH, initial_indent=f"## {start}", subsequent_indent=f"## {' ' * len(start)}",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _explain(slug: str) -> list[str]:
    return _say(
        'The rest are suggestions, with examples. Take "# " away from the lines that you need, put what the service '
        "itself says in place of the example, name the page that says so, and delete what is left. When you have "
        f"signed in and compared, stamp it: twofa verify {slug} --by WHO --source URL"
    )


def _write_known(known: Known) -> list[str]:
    record, passkeys = known.record, known.passkeys
    since = f", as of {known.day}" if known.day else ""
    lines = _say(f"On the page without this file, from {known.directory_name}{since}:")
    lines += _write_facts(record, _list_methods(record), name=record.name)
    if passkeys:
        lines += _write_passkeys("And", known.passkeys_name, passkeys, beside=record)
    return lines


def _write_passkeys(
    start: str, source: str, passkeys: PasskeyRecord, beside: DirectoryRecord | None = None
) -> list[str]:
    return _say(f"{start} from {source}:") + _write_facts(passkeys, _list_passkey_methods(passkeys), beside=beside)


def _write_facts(
    record: DirectoryRecord | PasskeyRecord,
    methods: Sequence[str],
    *,
    name: str | None = None,
    beside: DirectoryRecord | None = None,
) -> list[str]:
    """Return what a record says, without what is the same in the one that it stands ``beside``."""
    facts = {"name": name, "methods": ", ".join(methods) or "none"}
    for key in ("note", "documentation", "recovery"):
        value = getattr(record, key)
        facts[key] = value if beside is None or value != getattr(beside, key) else None
    return [line for key, text in facts.items() if text for line in _say(squash(text), f"  {key:<15}")]


def _list_methods(record: DirectoryRecord) -> list[str]:
    """Return the methods of a record, custom ones with their names."""
    named = {"custom-software": record.custom_software, "custom-hardware": record.custom_hardware}
    return [f"{method} ({', '.join(named[method])})" if named.get(method) else method for method in record.methods]


def _list_passkey_methods(record: PasskeyRecord) -> list[str]:
    return [method for method, has in (("passkey", record.passwordless), ("u2f", record.mfa)) if has]
