"""Made-up guides: what editors add to one service in twenty, every key of their schema among them (pure)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import yaml

from scripts.benching.words import BUTTONS, MENUS, write_address, write_step

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from random import Random

    from scripts.benching.directory import Entry

#: One service in so many has a guide.
ONE_IN = 20
#: One guide in so many is on a service that editors added themselves.
_OWN_ONE_IN = 40

_FIRST_DAY, _DAYS = date(2024, 6, 1), 480
_HEAD = "# yaml-language-server: $schema=../../generator/schemas/service.schema.json\n"


def build_guides(random: Random, entries: Sequence[Entry], slugs: Mapping[str, str]) -> dict[str, str]:
    """Return file name → YAML text; ``slugs`` has domain → slug for the services that a guide may be on.

    However few the guides are, each part of a guide stands in one of them.
    """
    with_2fa = [entry for entry in entries if "tfa" in entry[1] and entry[1]["domain"] in slugs]
    count = max(len(_PARTS), len(entries) // ONE_IN)
    chosen = random.sample(with_2fa, min(count, len(with_2fa)))
    guides: dict[str, str] = {}
    for position, (name, fields) in enumerate(chosen):
        guide: dict[str, Any] = {"domain": fields["domain"]}
        forced = position % len(_PARTS) if position < len(_PARTS) else -1
        for index, (build, chance) in enumerate(_PARTS):
            if index == forced or random.random() < chance:
                guide |= build(random, name, fields)
        guides[f"{slugs[fields['domain']]}.yaml"] = dump_guide(guide)
    # Those that sign in with the account of another service show the guide of that one.
    holders = random.sample(with_2fa, 2)
    rest = [entry for entry in with_2fa if f"{slugs[entry[1]['domain']]}.yaml" not in guides and entry not in holders]
    for name, fields in rest[: 1 + len(entries) // 500]:
        guide = {"domain": fields["domain"], "account": random.choice(holders)[1]["domain"], "aliases": [f"Old {name}"]}
        guides[f"{slugs[fields['domain']]}.yaml"] = dump_guide(guide)
    for position in range(1 + count // _OWN_ONE_IN):
        guides[f"editors-own-{position}.yaml"] = dump_guide(_build_own(random, position))
    return guides


def dump_guide(guide: Mapping[str, Any]) -> str:
    """Return a guide as the text of its file, each step on one line."""
    return _HEAD + yaml.safe_dump(guide, sort_keys=False, allow_unicode=True, width=10_000)


def _write_day(random: Random) -> date:
    return _FIRST_DAY + timedelta(days=random.randrange(_DAYS))


def _build_setup(random: Random, name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    setup: dict[str, Any] = {"source": write_address(random, fields["domain"], "set-up-2fa")}
    if random.random() < 0.6:
        setup["requires"] = random.sample(["an authenticator app", "a mobile phone number", "a confirmed address"], 2)
    if random.random() < 0.2:
        setup["plans"] = f"{name} has it in every plan, and requires it of whole teams in paid ones."
    setup["steps"] = [write_step(random, name) for _ in range(random.randint(2, 6))]
    if random.random() < 0.5:
        # Never for the last method, which an override may remove, unless it is the only one.
        some = fields["tfa"][: random.randint(1, max(1, len(fields["tfa"]) - 1))]
        setup["methods"] = {method: [write_step(random, name) for _ in range(random.randint(1, 4))] for method in some}
    return {"setup": setup}


def _build_verified(random: Random, _: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    # Some saw other methods than upstream lists today, so that their page asks for a review.
    methods = fields["tfa"] if random.random() < 0.85 else ["email"]
    source = write_address(random, fields["domain"], "two-step-login")
    by = random.choice(("mk", "jo", "aw"))
    return {"verified": {"date": _write_day(random), "by": by, "source": source, "methods": list(methods)}}


def _build_recovery(random: Random, name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    recovery: dict[str, Any] = {"codes": random.random() < 0.8}
    if random.random() < 0.5:
        recovery["link"] = write_address(random, fields["domain"], "lost-phone")
    if random.random() < 0.7:
        recovery["notes"] = f"Each code of {name} works once. New ones stand under **{random.choice(MENUS)}**."
    return {"recovery": recovery}


def _sharing(verdict: str) -> Callable[[Random, str, Mapping[str, Any]], dict[str, Any]]:
    def build(random: Random, name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        sharing: dict[str, Any] = {"verdict": verdict}
        if verdict != "unknown":
            sharing["source"] = write_address(random, fields["domain"], "terms")
            sharing["quote"] = f"An account of {name} belongs to the {random.choice(('person', 'team'))} who opened it"
            sharing["checked"] = _write_day(random)
        sharing["instead"] = f"Invite colleagues under **{random.choice(MENUS)}**; each has a sign-in of their own."
        return {"sharing": sharing}

    return build


def _build_teams(random: Random, _: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    offers = {key: random.random() < 0.7 for key in ("enforce", "sso", "delegated_access")}
    return {"teams": {**offers, "source": write_address(random, fields["domain"], "teams")}}


def _build_override(random: Random, _: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    missing = next(method for method in ("u2f", "biometric") if method not in fields["tfa"])
    change: dict[str, Any] = {"add": [missing]}
    if len(fields["tfa"]) > 1:
        change["remove"] = [fields["tfa"][-1]]
    reason = f"Changed in {_write_day(random):%B %Y}."
    source = write_address(random, fields["domain"], "news")
    return {"override": {"methods": {**change, "reason": reason, "source": source}}}


def _build_faq(random: Random, name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    menu, button = random.choice(MENUS), random.choice(BUTTONS)
    answer = f"Yes. Open **{menu}** on the new phone and press **{button}**; see [its help](https://{fields['domain']}/help)."
    return {"faq": [{"question": f"Can I move {name} to a new phone?", "answer": answer}]}


def _build_aliases(_random: Random, name: str, _: Mapping[str, Any]) -> dict[str, Any]:
    return {"aliases": [f"{name} Online", f"My {name}"]}


def _build_disputed(_random: Random, _: str, _fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"disputed": "Two readers were shown other methods."}


#: Each part of a guide, and how likely a guide has it. Of two verdicts on sharing the later one counts.
_PARTS: tuple[tuple[Callable[[Random, str, Mapping[str, Any]], dict[str, Any]], float], ...] = (
    (_build_setup, 0.95),
    (_build_verified, 0.4),
    (_build_recovery, 0.7),
    (_sharing("unknown"), 0.1),
    (_sharing("permitted"), 0.15),
    (_sharing("tolerated"), 0.1),
    (_sharing("forbidden"), 0.25),
    (_build_teams, 0.4),
    (_build_faq, 0.4),
    (_build_aliases, 0.3),
    (_build_override, 0.04),
    (_build_disputed, 0.02),
)


def _build_own(random: Random, position: int) -> dict[str, Any]:
    domain = f"editors-own-{position}.example"
    return {
        "domain": domain,
        "name": f"Editors' Own {position}",
        "categories": ["other"],
        "methods": ["passkey", "totp"],
        "documentation": write_address(random, domain, "passkeys"),
        "url": f"https://{domain}/login",
        "regions": ["de", "fr"],
        "additional_domains": [f"editors-own-{position}.test"],
    }
