"""A made-up 2FA Directory in the shape of its API v3, with the proportions of the real one (pure).

Beside the file of the day there is one of some time before, so that a project has a history: services added, removed,
renamed, moved, that gained or lost methods.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from scripts.benching.words import Namer, write_address, write_note

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

#: A record as upstream has it: the name, and its fields.
Entry = tuple[str, dict[str, Any]]

_WITH_2FA = 0.733

# Weights in what follows: how many of some 2,600 services have it.
_METHODS = {
    "totp": 660,
    "sms totp": 201,
    "sms": 106,
    "sms email": 93,
    "email": 60,
    "totp u2f": 53,
    "custom-software": 49,
    "email totp": 63,
    "sms email totp": 56,
    "sms call": 46,
    "sms custom-software": 47,
    "custom-software custom-hardware": 41,
    "sms call totp": 33,
    "sms call email": 30,
    "sms totp u2f": 24,
    "totp custom-hardware": 18,
    "totp custom-software": 16,
    "sms email custom-software": 15,
    "sms custom-software custom-hardware": 12,
    "sms call email totp": 10,
    "custom-hardware": 10,
    "sms call totp custom-software": 14,
    "sms call totp custom-software u2f": 16,
    "sms call u2f custom-software": 14,
    "email totp u2f": 11,
    "totp u2f custom-hardware": 20,
    "sms call totp u2f": 12,
    "u2f custom-hardware custom-software": 12,
    "sms call email totp u2f custom-software custom-hardware": 8,
}
_CATEGORIES = {
    "banking": 270, "developer": 158, "retail": 156, "other": 155, "cryptocurrencies": 133, "utilities": 111,
    "universities": 108, "hosting": 107, "finance": 105, "gaming": 92, "domains": 86, "investing": 83, "marketing": 83,
    "communication": 74, "social": 74, "education": 68, "payments": 67, "entertainment": 65, "security": 64,
    "backup": 55, "health": 52, "cloud": 52, "travel": 49, "email": 49, "transport": 43, "government": 42,
    "insurance": 37, "creativity": 34, "iot": 32, "task": 30, "identity": 29, "food": 26, "remote": 24, "postal": 21,
    "vpn": 20, "tickets": 19, "legal": 18, "crowdfunding": 15, "betting": 12,
}  # fmt: skip
_REGIONS = {
    "us": 428, "gb": 165, "au": 164, "de": 147, "ca": 127, "fr": 75, "se": 74, "nl": 64, "it": 64, "jp": 55, "es": 54,
    "dk": 45, "fi": 45, "ie": 43, "nz": 41, "pl": 41, "ch": 41, "at": 41, "be": 39, "ar": 37, "cz": 36, "no": 35,
    "pt": 34, "mx": 30, "hr": 26, "sg": 26, "br": 25, "sk": 24, "lu": 23, "hu": 21, "ro": 20, "si": 20, "in": 20,
    "gr": 19, "cn": 18, "bg": 17, "hk": 16, "ee": 16, "kr": 16, "lt": 15, "cl": 15, "ec": 14, "lv": 14, "tw": 14,
    "cr": 13, "cy": 13, "pe": 13, "co": 12, "mt": 12, "is": 11, "li": 11, "do": 10, "ph": 10, "il": 9,
}  # fmt: skip
_EXCLUDED = ("-kp", "-ir", "-sy", "-cu", "-ru")
_LANGUAGES = {"de": 26, "es": 24, "ja": 13, "fi": 10, "fr": 9, "it": 8, "he": 5, "sv": 5, "hr": 2, "pt": 2, "pl": 1}
_CONTACTS = {
    "twitter facebook": 370,
    "twitter facebook email": 129,
    "twitter": 73,
    "twitter facebook form": 32,
    "twitter email": 33,
    "twitter form": 13,
    "email": 12,
    "facebook email": 13,
    "facebook": 11,
    "form": 5,
}
_APPS = ("Keyva", "Sentrigo Verify", "Passolo Mobile", "Tokenia", "Bankora ID", "Prompta", "Verisima VIP")
_DEVICES = ("Zylokey OTP", "Cardano-3 reader", "TAN generator", "Kodex token", "Chip card reader", "Signature card")


def build_directory(random: Random, services: int) -> list[Entry]:
    """Return so many records, sorted by name."""
    namer = Namer(random)
    return sort_entries([_build_entry(random, namer) for _ in range(services)])


def sort_entries(entries: Sequence[Entry]) -> list[Entry]:
    """Return the records A to Z, as upstream lists them."""
    return sorted(entries, key=lambda entry: (entry[0].casefold(), entry[1]["domain"]))


def _pick(random: Random, weights: dict[str, int]) -> str:
    return random.choices(tuple(weights), tuple(weights.values()))[0]


def _build_entry(random: Random, namer: Namer) -> Entry:
    name, domain = namer.coin_service()
    fields: dict[str, Any] = {"domain": domain}
    if random.random() < 0.096:
        count = random.choices((1, 2, 3, 4, 6, 13, 18, 29), (154, 32, 14, 10, 15, 8, 8, 5))[0]
        fields["additional-domains"] = [f"{namer.coin_stem()}.example" for _ in range(count)]
    has_2fa = random.random() < _WITH_2FA
    if has_2fa:
        fields |= _build_methods(random, domain)
    else:
        fields["contact"] = build_contact(random, domain)
    if random.random() < (0.205 if has_2fa else 0.346):
        fields["url"] = f"https://www.{domain}/{random.choice(('', 'login', 'en/account/sign-in'))}"
    if random.random() < 0.063:
        fields["img"] = f"{domain.split('.', maxsplit=1)[0]}.png"
    if random.random() < (0.394 if has_2fa else 0.539):
        fields["regions"] = _build_regions(random)
    several = random.choices((1, 2, 3, 4), (2443, 102, 16, 5))[0]
    fields["keywords"] = list(dict.fromkeys(_pick(random, _CATEGORIES) for _ in range(several)))
    return name, fields


def _build_methods(random: Random, domain: str) -> dict[str, Any]:
    methods = _pick(random, _METHODS).split()
    fields: dict[str, Any] = {"tfa": methods}
    if "custom-software" in methods:
        fields["custom-software"] = random.sample(_APPS, random.choices((1, 2), (93, 7))[0])
    if "custom-hardware" in methods:
        fields["custom-hardware"] = random.sample(_DEVICES, random.choices((1, 2), (85, 15))[0])
    if random.random() < 0.866:
        fields["documentation"] = write_address(random, domain, "two-factor-authentication")
    if random.random() < 0.066:
        fields["recovery"] = write_address(random, domain, "lost-device")
    if random.random() < 0.116:
        fields["notes"] = write_note(random)
    return fields


def build_contact(random: Random, domain: str) -> dict[str, str]:
    """Return how to ask a service for 2FA."""
    stem = domain.split(".")[-2]
    ways = {
        "twitter": stem[:15],
        "facebook": f"{stem}.official",
        "email": f"hello@{domain}",
        "form": f"https://{domain}/contact",
    }
    contact = {way: ways[way] for way in _pick(random, _CONTACTS).split()}
    return contact | ({"language": _pick(random, _LANGUAGES)} if random.random() < 0.162 else {})


def _build_regions(random: Random) -> list[str]:
    if random.random() < 0.015:
        return list(_EXCLUDED[: random.randint(1, len(_EXCLUDED))])
    count = random.choices((1, 2, 3, 4, 6, 10, 17, 27, 34), (903, 54, 20, 21, 40, 24, 18, 20, 10))[0]
    return list(dict.fromkeys(_pick(random, _REGIONS) for _ in range(count)))


# --- Some time before -------------------------------------------------------------------------------------------------


def build_earlier(random: Random, entries: Sequence[Entry]) -> tuple[list[Entry], set[str]]:
    """Return the records as they were some time before, and the domains of today's whose past differs.

    About one service in sixty has changed since, each kind of change in turn.
    """
    changed = random.sample(range(len(entries)), max(len(_CHANGES), len(entries) // 60))
    earlier = dict(enumerate(entries))
    gone: list[Entry] = []
    namer = Namer(random)
    for position, change in zip(changed, itertools.cycle(_CHANGES)):
        name, fields = entries[position]
        fields = dict(fields)
        if change == "added":
            del earlier[position]
        elif change == "removed":
            stem = f"{namer.coin_stem()}-{position}"
            gone.append((stem.capitalize(), {**fields, "domain": f"{stem}.example"} | {"additional-domains": []}))
        elif change == "renamed":
            earlier[position] = (f"{name} Classic", fields)
        elif change == "moved":
            stem = fields["domain"].split(".", maxsplit=1)[0]
            earlier[position] = (name, {**fields, "domain": f"{stem}-{position}.example", "additional-domains": []})
        elif change == "gained":
            kept = {key: value for key, value in fields.items() if key in {"domain", "keywords", "regions", "url"}}
            earlier[position] = (name, {**kept, "contact": build_contact(random, fields["domain"])})
        elif "tfa" in fields:
            fields["tfa"] = [*fields["tfa"][1:], "call" if "call" not in fields["tfa"] else "u2f"]
            earlier[position] = (name, fields)
    return sort_entries([*earlier.values(), *gone]), {entries[position][1]["domain"] for position in changed}


_CHANGES = ("methods", "added", "removed", "renamed", "moved", "gained")
