"""What the schemas call formats: domains, links, days, Markdown that can be part of a page (pure)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping

from generator.validation.addresses import (
    is_base_url,
    is_domain,
    is_https_url,
    is_public_url,
    is_source_url,
    is_web_url,
)
from generator.validation.markdown import is_markdown


def is_date(value: object) -> bool:
    """Tell whether a text is a day as YYYY-MM-DD that exists, from 2000 on."""
    if not isinstance(value, str):
        return True
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return False
    try:
        return datetime.date.fromisoformat(value).year >= 2000
    except ValueError:
        return False


#: What a schema calls each format.
FORMATS: Mapping[str, Callable[[object], bool]] = {
    "domain": is_domain,
    "web-url": is_web_url,
    "https-url": is_https_url,
    "public-url": is_public_url,
    "source-url": is_source_url,
    "base-url": is_base_url,
    "date": is_date,
    "markdown": is_markdown,
}
