"""The questions of a service page, in order, each with one answer (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from generator.catalogue.decisions.methods import write_most_secure, write_secure_question
from generator.catalogue.decisions.sharing import find_enrolment, write_share_answer, write_share_question
from generator.catalogue.decisions.text import Text, isolate, plain, say
from generator.catalogue.decisions.verdict import decide_verdict, write_answer, write_question
from generator.model import Service, Verdict

if TYPE_CHECKING:
    from generator.catalogue.decisions.rules import Rules

_ENROLMENT_QUESTION = "How long does it take to set up {name} 2FA for a team in {product}?"


class Answered(Struct, frozen=True, kw_only=True):
    """A question with its answer: a finished text, or an editor's Markdown."""

    question: Text
    answer: Text | None = None
    markdown: str | None = None


def list_questions(service: Service, rules: Rules) -> tuple[Answered, ...]:
    """Return what readers ask, as far as it applies: a page without 2FA has no question on methods or sharing."""
    questions = [Answered(question=write_question(service), answer=write_answer(service, rules))]
    if decide_verdict(service) is Verdict.YES:
        questions.append(Answered(question=write_secure_question(service), answer=write_most_secure(service)))
        questions.append(Answered(question=write_share_question(service), answer=write_share_answer(service, rules)))
        enrolment = find_enrolment(service, rules)
        if rules.product and enrolment:
            question = say(_ENROLMENT_QUESTION, name=isolate(service.name), product=rules.product.name)
            questions.append(Answered(question=question, answer=plain(enrolment)))
    questions.extend(Answered(question=plain(question.question), markdown=question.answer) for question in service.faq)
    return tuple(questions)
