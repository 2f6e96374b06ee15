"""Made-up words: names of services, domains reserved for examples, menus, sentences (pure).

Nothing here names anything real. Everything depends on the random generator alone that a caller brings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_STARTS = (
    "al an ar ba be bor bra ca cel cor da del dor el em fa fen flo ga gal gor ha hel hol im in ja jor ka kel kor la "
    "lem lor ma mel mor na nel nor ol or pa pel por qua ra rel ros sa sel sol ta tel tor ul va vel vor wa wel xa yor "
    "za zel"
).split()
_MIDDLES = "ba di da fi go ka la li lo ma mi na ni no po ra ri ro sa si ta ti to va vi zo".split()
_ENDS = "bit da dex don fy go ka ler lia lo lux ma mo na nex nia no ra rio ro sa ta tec ton va via vo x za zo".split()
_SECOND = (
    "Bank Cloud Mail Pay Games Health Travel Energy Insurance Shop Hosting Credit Studio Labs Online Direct Market "
    "Mobile Systems University Broadband Tickets Post Invest"
).split()
_THIRD = "Group International Services Federation Network Cooperative".split()
_ACCENTS = str.maketrans({"a": "á", "e": "é", "o": "ö", "u": "ü", "i": "í"})
_CYRILLIC = "Яровита Мелория Сольвенга Кортанио Вельмира Ладония".split()
_HOSTS = ("mail", "app", "my", "id", "cloud", "web", "accounts", "login", "play", "home")

MENUS = (
    "Settings Account Security Profile Preferences Sign-in Password Devices Privacy Team Administration Overview "
    "Identity Protection Access"
).split()
BUTTONS = "Enable Continue Confirm Save Activate Next Add Register Verify Done".split()


class Namer:
    """Gives names and domains that it never gave before."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._stems: set[str] = set()

    def coin_stem(self) -> str:
        """Return a new made-up word of four letters or more, in lower case."""
        while True:
            middles = self._random.choices((0, 1, 2), (35, 50, 15))[0]
            parts = [self._random.choice(_MIDDLES) for _ in range(middles)]
            stem = self._random.choice(_STARTS) + "".join(parts) + self._random.choice(_ENDS)
            if len(stem) >= 4 and stem not in self._stems:
                self._stems.add(stem)
                return stem

    def coin_service(self) -> tuple[str, str]:
        """Return name and domain of a new service; names have one word or a few, some of them odd letters."""
        random, stem = self._random, self.coin_stem()
        domain = f"{stem}.{random.choices(('example', 'test'), (9, 1))[0]}"
        name = stem.capitalize()
        words = random.choices((1, 2, 3), (64, 26, 10))[0]
        name = " ".join([name, *random.sample(_SECOND, min(words - 1, 1)), *random.sample(_THIRD, max(words - 2, 0))])
        odd = random.random()
        if odd < 0.03:
            name = f"{name} [{random.choice(('UK', 'US', 'DE', 'FR'))}]"
        elif odd < 0.07:
            name = domain
        elif odd < 0.08:
            name = name.translate(_ACCENTS)
        elif odd < 0.082:
            name = f"{random.choice(_CYRILLIC)} {stem}"
        elif odd < 0.088:
            name = f"{name} & Co"
        if random.random() < 0.05:
            domain = f"{random.choice(_HOSTS)}.{domain}"
        return name, domain


def write_address(random: Random, domain: str, topic: str) -> str:
    """Return a link into a service's help of the length that such links have."""
    host = random.choice((domain, f"help.{domain}", f"support.{domain}", f"www.{domain}"))
    number = random.randrange(10**6, 10**9)
    path = random.choice(
        (
            f"articles/{number}-{topic}",
            f"hc/en-us/articles/{number}-how-to-set-up-{topic}",
            f"docs/account/security/{topic}.html",
            f"kb/{topic}?article={number}",
            f"faq/{topic}/",
        )
    )
    return f"https://{host}/{path}"


def write_note(random: Random) -> str:
    """Return one of upstream's remarks, which qualify what a record says."""
    who = random.choice(("customers", "merchants", "administrators", "business accounts", "members of paid plans"))
    what = random.choice(("2FA", "the authenticator app", "the security key", "SMS-based 2FA", "two-step login"))
    return random.choice(
        (
            f"{what[0].upper()}{what[1:]} is only available to {who}.",
            f"{what[0].upper()}{what[1:]} has to be requested from support by {who}.",
            f"Enabling {what} requires a phone number that {who} have confirmed before.",
            f"Only {who} that don't sign in through another provider can use {what}.",
            f"{what[0].upper()}{what[1:]} is required for payments, and optional for {who} otherwise.",
        )
    )


def write_step(random: Random, name: str) -> str:
    """Return a sentence or two on what to do, in Markdown; no two services share many of them."""
    menu, other = random.sample(MENUS, 2)
    button, next_button = random.sample(BUTTONS, 2)
    return random.choice(
        (
            f"Sign in to {name} and open **{menu}**, then **{other}**.",
            f"In **{menu} → {other}** press **{button}**. {name} asks for the password once more.",
            f"Scan the QR code that {name} shows with your authenticator app and press **{button}**.",
            f"Enter the six digits within {random.randrange(20, 90)} seconds, then select **{next_button}**.",
            f"Keep the {random.randrange(5, 17)} codes of {name} away from your phone, then press **{button}**.",
            f"Select **{button}** beside *{menu}*; a second window with **{other}** opens.",
        )
    )
