"""The pages of one service (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.pages.service import plan_service_page
from generator.pages.share import plan_share_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.pages.context import Frame, Subject
    from generator.pages.page import Page


def plan_subject(subject: Subject, frame: Frame) -> Iterator[Page]:
    """Return the pages of one service: its own, and the one on sharing where it applies."""
    yield plan_service_page(subject, frame)
    if share := plan_share_page(subject, frame):
        yield share
