"""Where a source's file comes from: its address, or the path, ``file:`` or http address that ``--from`` names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from generator.errors import RefusedError, UnreachableError, UsageError
from generator.upstream.http import Patience, Response, download

if TYPE_CHECKING:
    from generator.config import Settings

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://|(file):")


class Origin(Struct, frozen=True, kw_only=True):
    """A place to get a file from: an http address, or a file of this machine."""

    address: str | None = None
    path: Path | None = None

    @property
    def label(self) -> str:
        """Return what metadata says about it; of a file only its name, for its folder means nothing elsewhere."""
        return self.address or f"file:{self.path.name if self.path else ''}"


def find_origin(settings: Settings, source: str, given: str | None) -> Origin:
    """Return where to get a source: from ``given``, else from its address in the settings."""
    if given is not None:
        return parse_origin(given)
    known = settings.sources.get(source)
    if known is None or known.address is None:
        message = f"content/sources.yaml names no address for {source}"
        raise UnreachableError(message, fix=f"add it there, or use --from: twofa fetch {source} --from FILE_OR_URL")
    return Origin(address=known.address)


def parse_origin(given: str) -> Origin:
    """Return the origin that a text on the command line means."""
    match = _SCHEME.match(given)
    scheme = (match[1] or match[2]).lower() if match else None
    if scheme in {"http", "https"}:
        return Origin(address=given)
    if scheme is None:
        return Origin(path=Path(given))
    parts = urlsplit(given)
    if scheme != "file" or parts.netloc not in {"", "localhost"}:
        message = f"{given} is neither a file nor an http or https address"
        raise UsageError(message, fix="name a path, or an address that begins with https://")
    return Origin(path=Path(unquote(parts.path)))


def read_origin(
    origin: Origin, *, etag: str | None = None, last_modified: str | None = None, patience: Patience | None = None
) -> Response:
    """Return what the origin gives; raises :class:`UnreachableError` or :class:`RefusedError`."""
    patience = patience or Patience()
    if origin.address is not None:
        return download(origin.address, etag=etag, last_modified=last_modified, patience=patience)
    return Response(address=origin.label, body=_read_file(origin.path or Path(), patience.max_bytes))


def _read_file(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            body = file.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"{path} can't be read ({reason})"
        raise UnreachableError(message, fix="name a file that exists and that you may read") from error
    if len(body) > limit:
        message = f"{path} is larger than {limit:,} bytes"
        raise RefusedError(message)
    return body
