"""Moves that editors know of, and upstream does not say: ``content/moves.yaml`` (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from generator.formats.ledger import confirm_moves
from generator.problems import Problem, Severity
from generator.validation.wording import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.catalogue.inputs import Baseline, Move
    from generator.formats.ownership import LostClaim

FILE = "content/moves.yaml"

#: The rule, and the queue of ``todo``, of addresses that two services have had.
CLAIM = "shared-address"


def confirm(baseline: Baseline, moves: Iterable[Move]) -> Baseline:
    """Return the baseline with the moves in its ledger, as the next fetch writes them there."""
    successors = {move.old: move.new for move in moves}
    if not successors:
        return baseline
    ledger = confirm_moves(baseline.ledger, successors, baseline.directory)
    return replace(baseline, ledger=ledger, settled=frozenset(successors))


def check_moves(moves: Iterable[Move], baseline: Baseline) -> list[Problem]:
    """Return what is wrong with the moves. The sample lists a few services only, so it says nothing of them."""
    return [] if baseline.sample else [problem for move in moves for problem in _check(move, baseline)]


def report_claims(claims: Iterable[LostClaim], path: str) -> list[Problem]:
    """Return a warning for each row of the ledger that another one has overruled; ``path`` names its file."""
    fix = f"see that this is right, then settle it with a line in {FILE}: "
    return [
        Problem(path=path, rule=CLAIM, message=claim.as_text(), fix=fix + claim.line, severity="warning")
        for claim in claims
    ]


def _check(move: Move, baseline: Baseline) -> Iterator[Problem]:
    listed, known = baseline.directory, baseline.ledger.services
    if move.old in listed:
        yield _report(move, "listed-upstream", f"{move.old} is listed upstream", "remove the line", "warning")
    elif move.old not in known:
        yield _report_unknown(move, move.old, baseline)
    elif (successor := baseline.ledger.find_owner(move.old)) != move.old and _contradicts(move, baseline):
        message = f"{move.old} has become {successor}, as upstream says itself"
        yield _report(move, "overtaken-move", message, f"write {move.old}: {successor}", "warning")
    if move.new is None or move.new in listed:
        return
    if move.new == move.old or move.new not in known:
        yield _report_unknown(move, move.new, baseline)
    elif move.old in known and (gone := known[move.old].gone) and gone.how == "removed":
        message = f"{move.new} is no longer listed, so nothing leads there"
        yield _report(move, "unlisted-domain", message, "name a listed service, or write null", "warning")


def _contradicts(move: Move, baseline: Baseline) -> bool:
    """Tell whether a move leads to a service that is known, but none of those which have followed."""
    ledger = baseline.ledger
    return move.new in ledger.services and move.new not in ledger.list_successors(move.old)


def _report_unknown(move: Move, domain: str, baseline: Baseline) -> Problem:
    near = suggest(domain, baseline.directory if domain == move.new else baseline.ledger.services)
    fix = f"did you mean {near}?" if near else "write the domain as the 2FA Directory has or had it"
    return _report(move, "unlisted-domain", f"{domain} is no service that is or was listed", fix, "error")


def _report(move: Move, rule: str, message: str, fix: str, severity: Severity) -> Problem:
    return Problem(
        path=FILE, line=move.line, column=move.column, rule=rule, message=message, fix=fix, severity=severity
    )
