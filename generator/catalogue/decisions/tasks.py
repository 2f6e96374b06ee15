"""What a service waits for from an editor: the reasons for which it stands in the queues of ``twofa todo`` (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.catalogue.decisions.readiness import decide_verification
from generator.catalogue.decisions.verdict import decide_verdict
from generator.catalogue.links import is_curated, list_links
from generator.model import SharingVerdict, Verdict, VerificationState, find_method

if TYPE_CHECKING:
    from generator.model import Service

#: A reason, which is the name of a queue, and what an editor has to know besides.
Task = tuple[str, str]

NEEDS_REVIEW = "needs-review"
STALE = "stale"
DEAD_LINK = "dead-link"
DISPUTED = "disputed"
SHARING_UNKNOWN = "sharing-unknown"
UNVERIFIED = "unverified"
NO_GUIDE = "no-guide"

_ONLY_NO_GUIDE: tuple[Task, ...] = ((NO_GUIDE, ""),)


def decide_tasks(service: Service) -> tuple[Task, ...]:
    """Return everything that a service waits for, the most useful first; nothing for one that upstream removed."""
    if service.curated_path is None and not service.dead_links:
        # Nine services in ten.
        return _ONLY_NO_GUIDE if decide_verdict(service) is Verdict.YES else ()
    return () if service.removal else (*_find_dead_links(service), *_find_tasks(service))


def _find_dead_links(service: Service) -> list[Task]:
    """Return the links that upstream's record has and that may be dead; those of the guide are findings of a check."""
    return [
        (DEAD_LINK, f"{url}, in the record of the source, since {service.dead_links[url]}: report it there")
        for fact, url in list_links(service)
        if url in service.dead_links and not is_curated(service, fact)
    ]


def _find_tasks(service: Service) -> list[Task]:
    tasks: list[Task] = []
    state = decide_verification(service)
    if service.verified and state is VerificationState.NEEDS_REVIEW:
        now, then = _name(service.upstream_methods), _name(service.verified.methods)
        tasks.append((NEEDS_REVIEW, f"upstream lists {now}; verified on {service.verified.date} with {then}"))
    elif service.verified and state is VerificationState.STALE:
        tasks.append((STALE, f"last verified on {service.verified.date}"))
    if service.disputed:
        tasks.append((DISPUTED, service.disputed))
    if service.setup:
        if not service.verified:
            tasks.append((UNVERIFIED, f"twofa verify {service.slug} --by … --source …"))
        if service.sharing.verdict is SharingVerdict.UNKNOWN:
            tasks.append((SHARING_UNKNOWN, "no verdict on sharing yet"))
    elif not service.account and decide_verdict(service) is Verdict.YES:
        tasks.append((NO_GUIDE, ""))
    return tasks


def _name(methods: tuple[str, ...]) -> str:
    return ", ".join(find_method(method).label for method in methods) or "no method"
