"""Whatever upstream does over night, content stays as it is, and what was right stays right.

Random histories: services go and come back, move, merge, take and lose methods, names, categories and regions. After
each night the real fetch, check and build run on guides that use everything a guide can hold.
"""

from __future__ import annotations

import copy
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers import ENTRIES, Project, make_project, read_tree

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://alpha.example/help"
METHODS = ["totp", "u2f", "sms", "call", "email", "custom-software", "custom-hardware"]


def write_rich_guides(project: Project) -> None:
    """Write a guide for every service, with links to all kinds of pages and places of the site."""
    for domain in ENTRIES:
        slug = domain.split(".", maxsplit=1)[0]
        steps = ", ".join(f"{method}: [Go.]" for method in [*METHODS, "passkey"])
        project.write_curated(
            slug,
            f"domain: {domain}\n"
            f"verified: {{date: 2026-01-06, by: mk, source: {URL}, methods: [totp, sms]}}\n"
            f"setup: {{source: {URL}, steps: [See **Menu**.], methods: {{{steps}}}}}\n"
            f"recovery: {{codes: true, notes: 'As [Delta](/2fa-directory/delta/#recovery) does.'}}\n"
            f"sharing: {{verdict: tolerated, source: {URL}, checked: 2026-01-06,\n"
            f"  instead: 'As for [Alpha](/share-2fa-for/alpha/), [travel](/2fa-directory/category/travel/).'}}\n"
            f"teams: {{enforce: true, delegated_access: true, source: {URL}}}\n"
            f"override: {{methods: {{add: [biometric], remove: [call], reason: So., source: {URL}}}}}\n"
            "faq:\n"
            "  - question: Where?\n"
            "    answer: In [Norway](/2fa-directory/region/no/), by [SMS](/2fa-directory/method/sms/),\n"
            "      like [Foxtrot](/2fa-directory/foxtrot/#hardware) and [Bravo](/2fa-directory/bravo/#sharing).\n"
            f"account: {'alpha' if slug != 'alpha' else 'foxtrot'}.example\n"
            f"aliases: [Old {slug}]\n",
        )
    project.write_curated(
        "own",
        "domain: own.example\nname: Own\ncategories: [cloud]\nmethods: [totp]\nregions: [de]\n"
        "additional_domains: [own.example.org]\naccount: charlie.example\n",
    )


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with such guides, built once, as every history begins."""
    project = make_project(tmp_path_factory.mktemp("nights") / "project")
    write_rich_guides(project)
    built = project.build(today="2026-01-07")
    assert built.code == 0, built.err
    return project.root


domains = st.sampled_from(sorted(ENTRIES))
#: What may happen to one service in one night.
changes = st.one_of(
    st.tuples(st.just("remove"), domains),
    st.tuples(st.just("return"), domains),
    st.tuples(st.just("move"), st.integers(0, 9), st.booleans(), st.booleans(), st.booleans()),
    st.tuples(st.just("merge"), domains, domains),
    st.tuples(st.just("methods"), domains, st.lists(st.sampled_from([*METHODS, "telepathy"]), unique=True)),
    st.tuples(st.just("rename"), domains, st.sampled_from(["Own", "Alpha", "Zulu <b>", "delta"])),
    st.tuples(st.just("take"), st.sampled_from(["own.example", "own.example.org", "delta.example.org"])),
    st.tuples(st.just("categories"), domains, st.sampled_from([["travel"], ["space"], ["banking", "other"]])),
    st.tuples(st.just("regions"), domains, st.sampled_from([[], ["us"], ["-no"], ["zz"]])),
)


def apply(entries: dict[str, Any], change: tuple[Any, ...]) -> None:
    """Change the list of a night; what is not there can't change."""
    match change:
        case "remove", domain:
            entries.pop(domain, None)
        case "return", domain:
            entries[domain] = copy.deepcopy(ENTRIES[domain])
        case "move", place, keeps_name, keeps_domain, keeps_label if entries:
            # Also one that has moved before, and under the same first label, which keeps its address.
            domain = sorted(entries)[place % len(entries)]
            label, _, rest = domain.partition(".")
            name, fields = entries.pop(domain)
            moved = {**fields, "domain": f"{label}.new.{rest}" if keeps_label else f"new-{domain}"}
            if keeps_domain:
                moved["additional-domains"] = [domain]
            entries[moved["domain"]] = (name if keeps_name else f"{name} Two", moved)
        case "merge", domain, other if domain in entries and other in entries and domain != other:
            del entries[domain]
            entries[other][1].setdefault("additional-domains", []).append(domain)
        case "methods", domain, methods if domain in entries:
            fields = {key: value for key, value in entries[domain][1].items() if key not in {"tfa", "contact"}}
            fields |= {"tfa": methods} if methods else {"contact": {"twitter": "example"}}
            entries[domain] = (entries[domain][0], fields)
        case "rename", domain, name if domain in entries:
            entries[domain] = (name, entries[domain][1])
        case "take", domain:
            entries[domain] = ("Taken", {"domain": domain, "keywords": ["other"], "tfa": ["sms"]})
        case ("categories" | "regions") as kind, domain, values if domain in entries:
            entries[domain][1]["keywords" if kind == "categories" else "regions"] = values


@pytest.mark.thorough
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(nights=st.lists(st.lists(changes, min_size=1, max_size=6), min_size=1, max_size=4))
def test_no_night_changes_content_or_makes_an_error_of_it(pattern, tmp_path_factory, nights):
    project = Project(root=tmp_path_factory.mktemp("night") / "project")
    shutil.copytree(pattern, project.root, symlinks=True)
    content = read_tree(project.content)
    entries = copy.deepcopy(dict(ENTRIES))
    try:
        for number, night in enumerate(nights):
            today = f"2026-02-{number + 1:02}"
            for change in night:
                apply(entries, change)
            if not entries:
                break
            listed = [[name, fields] for name, fields in entries.values()]
            served = project.write("served.json", json.dumps(listed))
            fetched = project.run("fetch", "2fa-directory", "--from", served, "--date", today)
            assert fetched.code == 0, fetched.err + fetched.out
            problems = project.check(today=today)
            assert [problem for problem in problems if problem["severity"] == "error"] == []
            built = project.build(today=today)
            assert built.code == 0, built.err
            assert project.run("todo", "--date", today).code == 0
            assert read_tree(project.content) == content
    finally:
        shutil.rmtree(project.root)
