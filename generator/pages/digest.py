"""Frozen values → their identity (pure): two values with one digest are equal, field by field."""

from __future__ import annotations

import hashlib


def hash_value(value: object) -> str:
    """Return 24 hexadecimal digits that stand for a value.

    A dataclass prints its name and all of its fields, and strings in quotes: what prints the same is the same. Values
    must hold nothing that prints its place in memory, nor sets, whose order differs from one process to the next.
    """
    return hash_text(repr(value))


def hash_text(text: str) -> str:
    """Return 24 hexadecimal digits that stand for a text."""
    return hash_bytes(text.encode("utf-8", "surrogatepass"))


def hash_bytes(data: bytes) -> str:
    """Return 24 hexadecimal digits that stand for the content of a file."""
    return hashlib.blake2b(data, digest_size=12).hexdigest()
