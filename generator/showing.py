"""Text as it may be shown: names of files may hold line breaks, and what a terminal or a workflow obeys (pure)."""

from __future__ import annotations


def show(text: str) -> str:
    """Return a text as one line without anything invisible in it."""
    return text if text.isprintable() else "".join(char if char.isprintable() else "\ufffd" for char in text)
