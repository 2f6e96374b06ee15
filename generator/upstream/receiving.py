"""From the pieces of an answer, as they arrive, to its body: whole, unpacked, and never larger than allowed (pure).

No library unpacks here. What they do with several codings, with a packed body that is cut off, or with a piece that
unpacks to a thousand times its size changes from release to release.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from generator.upstream.failures import UnfitAnswerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

#: The codings that :func:`read_body` unpacks, for the header Accept-Encoding.
CODINGS = "gzip, deflate"

_PIECE = 64 * 1024
_BROKEN = "sent an answer that can't be unpacked"


def read_body(headers: Mapping[str, str], pieces: Iterable[bytes], *, limit: int) -> bytes:
    """Return the body of an answer, at most ``limit`` bytes as sent and as unpacked.

    ``headers`` are looked up without case. Raises :class:`UnfitAnswerError`, and what ``pieces`` raises.
    """
    length = _find_length(headers)
    if length is not None and length > limit:
        message = f"announces {length:,} bytes; at most {limit:,} are taken"
        raise UnfitAnswerError(message)
    body = bytearray()
    for piece in _unpack(_count(pieces, length, limit), headers.get("Content-Encoding", "")):
        body += piece
        if len(body) > limit:
            raise _too_long(limit)
    return bytes(body)


def _find_length(headers: Mapping[str, str]) -> int | None:
    """Return how many bytes are announced."""
    length = headers.get("Content-Length")
    coding = headers.get("Transfer-Encoding")
    if coding is not None and (length is not None or coding.strip().lower() != "chunked"):
        raise UnfitAnswerError("leaves open how long its answer is")
    if length is None:
        return None
    values = {value.strip() for value in length.split(",")}
    value = values.pop()
    if values or not (value.isascii() and value.isdecimal() and len(value) <= 18):
        raise UnfitAnswerError("announces a length that is no number")
    return int(value)


def _count(pieces: Iterable[bytes], length: int | None, limit: int) -> Iterator[bytes]:
    """Hand on the pieces as they are sent, as many bytes as are announced and allowed."""
    count = 0
    for piece in pieces:
        count += len(piece)
        if count > limit:
            raise _too_long(limit)
        yield piece
    if length is not None and count != length:
        message = f"announced {length:,} bytes and sent {count:,}"
        raise UnfitAnswerError(message)


def _too_long(limit: int) -> UnfitAnswerError:
    return UnfitAnswerError(f"sent more than {limit:,} bytes")


# --- Codings ----------------------------------------------------------------------------------------------------------


def _unpack(pieces: Iterator[bytes], coding: str) -> Iterator[bytes]:
    """Unpack pieces; each that comes out is small, however much the next one has in it."""
    coding = coding.strip().lower()
    if coding in {"", "identity"}:
        yield from pieces
        return
    if coding not in {"gzip", "x-gzip", "deflate"}:
        raise UnfitAnswerError("sent a coding (Content-Encoding) that it was not asked for")
    unpacker: zlib._Decompress | None = None
    streams = 0
    for piece in pieces:
        data, is_full = piece, False
        while data or is_full:
            if unpacker is None:
                streams += 1
                # A gzip file may be several, one after the other.
                if streams > 1 and coding == "deflate":
                    raise UnfitAnswerError(_BROKEN)
                unpacker = _begin(data, coding)
            try:
                unpacked = unpacker.decompress(data, _PIECE)
            except zlib.error as error:
                raise UnfitAnswerError(_BROKEN) from error
            yield unpacked
            data, is_full = unpacker.unconsumed_tail, len(unpacked) == _PIECE
            if unpacker.eof:
                data, is_full, unpacker = unpacker.unused_data, False, None
    if unpacker is not None:
        raise UnfitAnswerError(_BROKEN)


def _begin(data: bytes, coding: str) -> zlib._Decompress:
    if coding != "deflate":
        return zlib.decompressobj(16 + zlib.MAX_WBITS)
    # By the standard there is a zlib header, which some servers leave out; no packer begins like it without one.
    has_header = data[0] & 0x8F == 8
    return zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)
