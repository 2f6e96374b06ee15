"""How findings are printed: for a person at a terminal, and for a GitHub workflow."""

from __future__ import annotations

import pytest

from generator.editors.checking.findings import as_github, point_at
from generator.problems import Problem
from tests.helpers import TODAY

D = "domain: alpha.example\n"


@pytest.mark.parametrize(
    ("line", "column", "shown", "caret"),
    [
        ("disputed: NO", 11, "disputed: NO", 10),
        ("a\tb", 3, "a b", 2),
        ("name: 日本 x", 10, "name: 日本 x", 11),  # each of the two takes two columns
        ("cafe\u0301: x", 8, "cafe\u0301: x", 6),  # an accent of its own takes none
        ("x" * 300, 200, f"… {'x' * 110} …", 62),
        ("x" * 300, 5, f"{'x' * 110} …", 4),
        ("short", 6, "short", 5),
    ],
)
def test_the_caret_stands_below_the_place(line, column, shown, caret):
    assert point_at(line, column) == (shown, f"{' ' * caret}^")


def test_annotation_names_the_place_and_the_fix():
    problem = Problem(
        path="content/services/a,b:c.yaml", line=3, column=5, rule="not-text", message="100 % of\nit", fix="quote: it"
    )
    assert as_github([problem]) == (
        "::error file=content/services/a%2Cb%3Ac.yaml,line=3,col=5,title=not-text::100 %25 of\ufffdit%0A→ quote: it"
    )


def test_annotation_of_a_whole_file():
    warning = Problem(path="content/services/a.yaml", rule="file-name", message="Wrong.", severity="warning")
    assert as_github([warning]) == "::warning file=content/services/a.yaml,title=file-name::Wrong."


def test_nobody_can_give_orders_to_the_workflow(tiny):
    """A command of GitHub's is a line that begins with two colons."""
    tiny.write_curated("alpha", D + 'disputed: NO\n"::warning::x": 1\n"a\\n::stop-commands::x": 1\n')
    outcome = tiny.run("check", "--github", "--date", TODAY)
    assert outcome.code == 5
    lines = outcome.out.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("::error file=content/services/alpha.yaml,line=") for line in lines)


def test_annotations_of_a_project_without_problems_are_none(tiny):
    assert tiny.run("check", "--github", "--date", TODAY).out.strip() == ""


def test_two_forms_at_once_are_a_usage_error(tiny):
    assert tiny.run("check", "--github", "--json").code == 2
