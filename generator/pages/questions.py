"""Questions with their answers, for readers and, as JSON-LD, for machines: one text for both (pure)."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from msgspec import Struct

from generator.catalogue.decisions.text import PLACE, Text
from generator.pages.markup import render_markdown, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.catalogue.decisions.faq import Answered


class Question(Struct, frozen=True, kw_only=True):
    """A question with its answer."""

    question: Text
    answer: Text


class Faq(Struct, frozen=True, kw_only=True):
    """The questions of a page and the JSON-LD that says the same; the name of the service is left open in both."""

    questions: tuple[Question, ...]
    json_ld: str


@lru_cache(maxsize=4096)
def answer_questions(questions: tuple[Answered, ...], base_path: str) -> Faq:
    """Return the questions with their Markdown rendered; the same object for the same questions."""
    answered = tuple(
        Question(question=item.question, answer=item.answer or answer_in_markdown(item.markdown or "", base_path))
        for item in questions
    )
    return Faq(questions=answered, json_ld=str(dump_faq(answered)))


def answer_in_markdown(text: str, base_path: str) -> Text:
    """Return an editor's answer as what a reader sees."""
    rendered = render_markdown(text, base_path)
    return Text(text_of(rendered), rendered)


def dump_faq(questions: Iterable[Question]) -> Markup:
    """Return the questions as JSON-LD: the same text that a reader sees, character for character."""
    return dump_json_ld(
        {
            "@context": "https://schema.org",
            "@type": "FAQPage",
            "mainEntity": [
                {
                    "@type": "Question",
                    "name": item.question.text,
                    "acceptedAnswer": {"@type": "Answer", "text": item.answer.text},
                }
                for item in questions
            ],
        }
    )


def name_in_json_ld(json_ld: str, name: str) -> Markup:
    """Return JSON-LD with a name in the places that were left open for it."""
    return Markup(json_ld.replace(PLACE, _dump(name)[1:-1]))  # noqa: S704 (escaped for its place)


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_SCRIPT_ESCAPES = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def dump_json_ld(value: Any) -> Markup:
    """Return JSON that may stand inside a script element: nothing in it can end that."""
    return Markup(_dump(value))  # noqa: S704 (escaped for its place)


def _dump(value: Any) -> str:
    return _JSON.encode(value).translate(_SCRIPT_ESCAPES)
