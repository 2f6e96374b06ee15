"""Whatever may happen to a project between two builds, as functions that do it, at random but the same each time."""

from __future__ import annotations

import copy
import json
import os
import random
import shutil
from typing import TYPE_CHECKING, Any

from generator.build.manifest import MANIFEST
from generator.build.trees import SIGN
from tests.helpers import ENTRIES, PASSKEYS, SITE, make_entry, make_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.helpers import Project

SLUGS = [domain.split(".", maxsplit=1)[0] for domain in ENTRIES]
METHODS = ["totp", "sms", "u2f", "email", "call", "matrix"]
TEMPLATES = [
    "layouts/base.html",
    "pages/service.html",
    "pages/list.html",
    "partials/footer.html",
    "partials/methods.html",
]


class World:
    """A project, what upstream says of it now, and the day; every change draws on ``chance``."""

    def __init__(self, project: Project, chance: random.Random) -> None:
        self.project, self.chance = project, chance
        self.today = "2026-03-01"
        self.options: tuple[str, ...] = ()
        self.entries: dict[str, Any] = copy.deepcopy(ENTRIES)
        self.passkeys: dict[str, Any] = copy.deepcopy(PASSKEYS)
        self.domains = set(ENTRIES)

    def pick_file(self, folder: Path) -> Path | None:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return self.chance.choice(files) if files else None

    def write_data(self) -> None:
        self.domains |= set(self.entries)
        self.project.write_snapshot(list(self.entries.values()), self.passkeys or None)
        self.project.write_ledger(make_rows(self.domains), ["/", "/faq/", "/2fa-directory/"])


# --- Content ----------------------------------------------------------------------------------------------------------


def make_guide(world: World, slug: str) -> str:
    """Return a guide with some of what a guide can say."""
    chance = world.chance
    parts = [
        (
            f"setup: {{source: https://{slug}.example/help, steps: ['Open **menu {chance.randrange(5)}**.', 'Done.'],"
            f" methods: {{totp: ['Scan {chance.randrange(5)}.']}}}}"
        ),
        (
            f"verified: {{date: 202{chance.randrange(4, 6)}-0{chance.randrange(1, 10)}-01, by: mk,"
            f" source: https://{slug}.example/help, methods: [totp]}}"
        ),
        (
            f"sharing: {{verdict: {chance.choice(['permitted', 'tolerated', 'forbidden'])},"
            f" source: https://{slug}.example/terms, checked: 2026-0{chance.randrange(1, 3)}-01}}"
        ),
        f"aliases: [Old name {chance.randrange(5)}]",
        f"account: {chance.choice(sorted(world.entries))}",
        "disputed: Nobody knows.",
        f"override: {{methods: {{add: [{chance.choice(METHODS[:5])}], reason: Seen., source: https://x.example/}}}}",
        f"faq: [{{question: 'Why {chance.randrange(5)}?', answer: 'See [that](/methodology/#setup).'}}]",
        f"recovery: {{codes: true, notes: 'Print *{chance.randrange(5)}*.'}}",
    ]
    chosen = chance.sample(parts, chance.randrange(1, 4))
    return "\n".join([f"domain: {slug}.example", *chosen, ""])


def write_guide(world: World) -> None:
    slug = world.chance.choice(SLUGS)
    world.project.write_curated(slug, make_guide(world, slug))


def edit_guide(world: World) -> None:
    path = world.pick_file(world.project.content / "services")
    if path is None:
        write_guide(world)
    else:
        world.project.write(path.relative_to(world.project.root).as_posix(), make_guide(world, path.stem.split("-")[0]))


def break_guide(world: World) -> None:
    path = world.pick_file(world.project.content / "services")
    if path:
        path.write_text(
            path.read_text() + world.chance.choice(["unknown: x\n", "verified: {date: 2099-01-01}\n", "\t"])
        )


def delete_guide(world: World) -> None:
    if path := world.pick_file(world.project.content / "services"):
        path.unlink()


def rename_guide(world: World) -> None:
    if path := world.pick_file(world.project.content / "services"):
        path.rename(path.with_stem(f"{path.stem}-{world.chance.randrange(3)}"))


def save_by_rename(world: World) -> None:
    if path := world.pick_file(world.project.content):
        other = path.with_name(f".{path.name}.tmp")
        other.write_bytes(path.read_bytes())
        other.rename(path)


def add_own_service(world: World) -> None:
    name = f"own{world.chance.randrange(2)}"
    guide = f"domain: {name}.example\nname: Own {world.chance.randrange(3)}\ncategories: [cloud]\nmethods: [totp]\n"
    world.project.write_curated(name, guide)


def edit_settings(world: World) -> None:
    chance = world.chance
    text = SITE.replace("Tiny directory", f"Title {chance.randrange(4)}")
    text = text.replace("tiny.example", chance.choice(["tiny.example", "tiny.example/base", "other.example"]))
    if chance.random() < 0.3:
        text = text[: text.index("product:")] + text[text.index("repository:") :]
    world.project.write("content/site.yaml", text + f"limits: {{stale_after_days: {chance.choice([100, 365])}}}\n")


def edit_words(world: World) -> None:
    name, old, new = world.chance.choice(
        [
            ("categories.yaml", "Cloud", "Clouds"),
            ("regions.yaml", "Norway", "Noreg"),
            ("methods.yaml", "an app", "an application"),
            ("faq.yaml", "A second proof", "Another proof"),
            ("requests.yaml", "Please", "Do"),
            ("sources.yaml", "First", "1st"),
            ("pages/attribution.md", "Where", "Here is where"),
            ("pages/methodology.md", "By rules", "By our rules"),
        ]
    )
    path = world.project.content / name
    text = path.read_text()
    path.write_text(text.replace(old, new) if old in text else text.replace(new, old))


# --- Data -------------------------------------------------------------------------------------------------------------


def edit_record(world: World) -> None:
    domain = world.chance.choice(sorted(world.entries))
    name, fields = world.entries[domain]
    fields = dict(fields)
    match world.chance.randrange(5):
        case 0:
            fields["tfa"] = sorted(world.chance.sample(METHODS, world.chance.randrange(1, 4)))
        case 1:
            name = f"{name}{world.chance.randrange(3)}"
        case 2:
            fields["keywords"] = [world.chance.choice(["cloud", "banking", "travel", "new"])]
        case 3:
            fields["notes"] = f"Note {world.chance.randrange(3)}"
        case 4:
            fields["regions"] = [world.chance.choice(["us", "-us", "de"])]
    world.entries[domain] = (name, fields)
    world.write_data()


def add_record(world: World) -> None:
    domain = f"new{world.chance.randrange(4)}.example"
    world.entries[domain] = make_entry(domain, "totp", "sms", keywords=["cloud"])
    world.write_data()


def remove_record(world: World) -> None:
    if len(world.entries) > 2:
        del world.entries[world.chance.choice(sorted(world.entries))]
        world.write_data()


def change_passkeys(world: World) -> None:
    if world.passkeys and world.chance.random() < 0.5:
        world.passkeys.popitem()
    else:
        world.passkeys[world.chance.choice(sorted(world.entries))] = {"passwordless": "allowed"}
    world.write_data()


def change_links(world: World) -> None:
    pages = ("help", "terms", "2fa", "recover")
    urls = [f"https://{domain}/{page}" for domain in sorted(world.entries) for page in pages]
    chosen = world.chance.sample([*urls, "https://login.example.com/", "https://echo.example/form"], 12)
    world.project.write_dead_links({url: f"2026-02-0{world.chance.randrange(1, 4)}" for url in chosen})
    left = [f"- {{url: {url}, reason: Seen., until: 2026-0{world.chance.randrange(1, 9)}-01}}\n" for url in chosen[:4]]
    world.project.write("content/links.yaml", "".join(left))


def add_event(world: World) -> None:
    """Let something have happened: to a service that is listed, or to one that nobody knows; or take all of it back."""
    chance, path = world.chance, world.project.data / "events.jsonl"
    domain = chance.choice([*sorted(world.entries), "unknown.example"])
    day = f"202{chance.randrange(5, 7)}-0{chance.randrange(1, 3)}-0{chance.randrange(1, 9)}"
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("gained_2fa", {"methods": ["totp"]}),
        ("methods_lost", {"methods": ["sms", "matrix"]}),
        ("moved", {"old_domain": "echo.example", "old_name": "Echo"}),
        ("merged", {"into": "alpha.example"}),
        ("field_changed", {"field": chance.choice(["notes", "url"]), "change": "added", "old": None, "new": "x"}),
    ]
    kind, details = chance.choice(kinds)
    event = {"type": kind, "domain": domain, "name": f"Name {chance.randrange(3)}", **details, "date": day}
    if path.exists() and chance.random() < 0.2:
        path.unlink()
    else:
        lines = path.read_text().splitlines() if path.exists() else []
        world.project.write("data/events.jsonl", "\n".join([*lines, json.dumps(event)]) + "\n")


def fetch_again(world: World) -> None:
    hour = world.chance.randrange(10)
    sources = {"2fa-directory": {"fetched": f"2026-03-01T0{hour}:00:00+00:00", "changed": "2026-01-05"}}
    world.project.write("data/status.json", json.dumps({"sources": sources}))


# --- Templates, output, caches, time ----------------------------------------------------------------------------------


def edit_template(world: World) -> None:
    path = world.project.root / "templates" / world.chance.choice(TEMPLATES)
    path.write_text(path.read_text() + f"<!-- {world.chance.randrange(4)} -->\n")


def edit_style(world: World) -> None:
    path = world.project.root / "templates/static/style.css"
    path.write_text(path.read_text() + f"/* {world.chance.randrange(4)} */\n")


def touch(world: World) -> None:
    if path := world.pick_file(world.project.root / world.chance.choice(["content", "templates", "data"])):
        os.utime(path)


def spoil_output(world: World) -> None:
    path = world.pick_file(world.project.site)
    if path is None or path == world.project.site / SIGN:
        return  # without its sign, a folder is refused as one that no build made
    match world.chance.randrange(5):
        case 0:
            path.write_bytes(path.read_bytes() + b"x")
        case 1:
            path.unlink()
        case 2:
            shutil.rmtree(path.parent if path.parent != world.project.site else world.project.site / "faq")
        case 3:
            (path.parent / "stranger.html").write_text("not ours")
        case 4:
            path.write_bytes(bytes(len(path.read_bytes())))


def spoil_caches(world: World) -> None:
    path = world.pick_file(world.project.root / ".twofa")
    if path is None:
        return
    match world.chance.randrange(4):
        case 0:
            path.unlink()
        case 1:
            path.write_bytes(path.read_bytes()[: world.chance.randrange(200)])
        case 2:
            path.write_bytes(b"something else")
        case 3:
            others = sorted((world.project.root / ".twofa").rglob(f"*.{MANIFEST}"))
            path.write_bytes(world.chance.choice(others or [path]).read_bytes())


def roll_back(world: World) -> None:
    world.project.run("build", "--rollback")


def ask_for_another_address(world: World) -> None:
    world.options = ("--base-url", f"https://h.example/{world.chance.randrange(3)}") if not world.options else ()
    edit_guide(world)


def wait(world: World) -> None:
    year, month = world.today.split("-")[:2]
    later = (int(year) * 12 + int(month) - 1) + world.chance.choice([-2, 1, 5, 11])
    world.today = f"{later // 12}-{later % 12 + 1:02}-01"


EDITS: dict[str, Callable[[World], None]] = {
    edit.__name__: edit
    for edit in (
        *(write_guide, edit_guide, break_guide, delete_guide, rename_guide, save_by_rename, add_own_service),
        *(edit_settings, edit_words, edit_record, add_record, remove_record, change_passkeys, change_links),
        *(add_event, fetch_again),
        *(edit_template, edit_style, touch, spoil_output, spoil_caches, roll_back, ask_for_another_address, wait),
    )
}
