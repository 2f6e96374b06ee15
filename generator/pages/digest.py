"""Frozen values → their identity (pure): what has one digest shows the same."""

from __future__ import annotations

import hashlib

from msgspec import msgpack

# Records of HTML are text of a kind that the encoder does not know.
_encoder = msgpack.Encoder(enc_hook=str)


def encode(value: object) -> bytes:
    """Return bytes that stand for a value: all fields of all records in it, by name.

    A value must hold nothing that prints its place in memory, nor sets, whose order differs from process to process.
    """
    return _encoder.encode(value)


def hash_value(value: object) -> str:
    """Return 24 hexadecimal digits that stand for a value."""
    return hash_bytes(encode(value))


def hash_bytes(data: bytes) -> str:
    """Return 24 hexadecimal digits that stand for the content of a file."""
    return hashlib.blake2b(data, digest_size=12).hexdigest()
