"""The questions of a service page, in order, each with one answer (pure)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.catalogue.decisions.methods import SECURE_QUESTION, write_most_secure
from generator.catalogue.decisions.sharing import SHARE_QUESTION, find_enrolment, write_share_answer
from generator.catalogue.decisions.text import OPEN, Text, plain, say
from generator.catalogue.decisions.verdict import QUESTION, decide_verdict, write_answer
from generator.model import Service, Verdict

if TYPE_CHECKING:
    from generator.catalogue.decisions.rules import Rules

_ENROLMENT_QUESTION = "How long does it take to set up {name} 2FA for a team in {product}?"


class Answered(Struct, frozen=True, kw_only=True, eq=False):
    """A question with its answer: a text, or an editor's Markdown. The service's name is left open.

    Many services have the same one, so it is told apart by its identity.
    """

    question: Text
    answer: Text | None = None
    markdown: str | None = None


def list_questions(service: Service, rules: Rules) -> tuple[Answered, ...]:
    """Return what readers ask, as far as it applies: a page without 2FA has no question on methods or sharing."""
    answer = write_answer(service, rules)
    if decide_verdict(service) is Verdict.YES:
        secure, share = write_most_secure(service), write_share_answer(service, rules)
        questions = _list_common(rules, answer, secure, share, find_enrolment(service, rules))
    else:
        questions = _list_single(answer)
    if not service.faq:
        return questions
    own = [Answered(question=plain(question.question), markdown=question.answer) for question in service.faq]
    return (*questions, *own)


@lru_cache(maxsize=4096)
def _list_single(answer: Text) -> tuple[Answered, ...]:
    return (Answered(question=QUESTION, answer=answer),)


@lru_cache(maxsize=4096)
def _list_common(rules: Rules, answer: Text, secure: Text, share: Text, enrolment: str | None) -> tuple[Answered, ...]:
    questions = [
        Answered(question=QUESTION, answer=answer),
        Answered(question=SECURE_QUESTION, answer=secure),
        Answered(question=SHARE_QUESTION, answer=share),
    ]
    if rules.product and enrolment:
        question = say(_ENROLMENT_QUESTION, name=OPEN, product=rules.product.name)
        questions.append(Answered(question=question, answer=plain(enrolment)))
    return tuple(questions)
