"""``scripts/bench``: what it makes up, what it measures, what it notices, and that nothing of it stays behind."""

from __future__ import annotations

import http.server
import json
import signal
import subprocess
import sys
import threading
import time
from random import Random
from typing import TYPE_CHECKING

import pytest

from scripts.benching.directory import build_directory, build_earlier
from scripts.benching.edits import Edit, Editor
from scripts.benching.figures import FIGURES, FLOOR, FLOOR_PROCESS, Measured
from scripts.benching.measuring import Bench, find_difference
from scripts.benching.memory import PeakMemory, is_measurable
from scripts.benching.passkeys import build_passkeys
from scripts.benching.processes import BenchError, Twofa, start_process
from scripts.benching.project import Project, make_project
from scripts.benching.serving import Visitor, measure_save
from scripts.benching.tables import write_markdown, write_text
from tests.helpers import CHECKOUT, read_tree, run_cli

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TWOFA = Twofa(command=(sys.executable, "-m", "generator"))
BENCH = [sys.executable, "-m", "scripts.benching"]

# --- What is made up --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Project:
    return make_project(tmp_path_factory.mktemp("made") / "project", 60, TWOFA)


@pytest.mark.thorough
def test_a_made_up_project_is_valid_and_has_every_part_of_a_guide(made: Project) -> None:
    checked = run_cli("--root", made.root, "check", "--json")
    assert (checked.code, checked.json) == (0, {"problems": []})
    schema = json.loads((CHECKOUT / "generator/schemas/service.schema.json").read_text("utf-8"))
    guides = "\n".join(path.read_text("utf-8") for path in made.guides.iterdir())
    assert [key for key in schema["properties"] if f"\n{key}:" not in guides] == []
    assert len((made.root / "data/events.jsonl").read_text("utf-8").splitlines()) >= 4


@pytest.mark.thorough
def test_a_project_is_made_up_the_same_every_time(made: Project, tmp_path: Path) -> None:
    again = make_project(tmp_path / "project", 60, TWOFA)
    for folder in ("content", "templates"):
        assert read_tree(again.root / folder) == read_tree(made.root / folder)
    for name in ("2fa-directory.json", "passkeys.json", "ledger.json", "events.jsonl"):
        assert (again.root / "data" / name).read_bytes() == (made.root / "data" / name).read_bytes()


def test_the_made_up_directory_has_the_proportions_of_the_real_one() -> None:
    entries = build_directory(Random(1), 3000)
    fields = [entry[1] for entry in entries]
    assert len({each["domain"] for each in fields}) == 3000
    assert all(each["domain"].endswith((".example", ".test")) for each in fields)
    assert 0.70 < sum("tfa" in each for each in fields) / 3000 < 0.77
    assert 0.40 < sum("regions" in each for each in fields) / 3000 < 0.47
    assert 0.48 < sum("totp" in each.get("tfa", ()) for each in fields) / 3000 < 0.55
    assert 8 < sum(len(name) for name, _ in entries) / 3000 < 14
    earlier, changed = build_earlier(Random(1), entries)
    assert len(changed) == 50
    assert len({each["domain"] for _, each in earlier} - {each["domain"] for each in fields}) > 10
    assert 0.03 < sum("passwordless" in each for each in build_passkeys(Random(1), entries).values()) / 3000 < 0.12


# --- What is measured -------------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_a_bench_reports_every_figure_and_leaves_nothing(tmp_path: Path) -> None:
    folder, report = tmp_path / "work", tmp_path / "bench.json"
    folder.mkdir()
    options = ["--services", "60", "--rounds", "1", "--saves", "2", "--folder", str(folder), "--json", str(report)]
    done = subprocess.run([*BENCH, *options], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list(folder.iterdir()) == []
    written = json.loads(report.read_text("utf-8"))
    (project,) = written["projects"]
    assert project["services"] == 60
    assert project["files"] > project["pages"] > 100
    assert set(project["figures"]) == set(FIGURES)
    offered = {key: figure for key, figure in project["figures"].items() if figure is not None}
    assert {FLOOR, FLOOR_PROCESS, "first", "unchanged", "sentence", "verified", "layout"} <= set(offered)
    assert all(min(figure["values"]) > 0 for figure in offered.values())
    assert offered[FLOOR_PROCESS]["median"] > offered[FLOOR]["median"]
    assert all(figure.title in done.stdout for figure in FIGURES.values())


@pytest.mark.thorough
def test_an_interrupted_bench_leaves_nothing(tmp_path: Path) -> None:
    command = [*BENCH, "--services", "60", "--folder", str(tmp_path)]
    with subprocess.Popen(command, cwd=CHECKOUT, stderr=subprocess.PIPE, text=True) as bench:
        deadline = time.monotonic() + 30
        while not list(tmp_path.glob("*/project/data")) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert list(tmp_path.iterdir()) != []
        bench.send_signal(signal.SIGINT)
        _, errors = bench.communicate(timeout=30)
    assert bench.returncode == 130
    assert errors.splitlines()[-1] == "bench: interrupted"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.thorough
def test_a_command_that_fails_ends_in_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    fake = write_fake(tmp_path, "print('broken on purpose', file=sys.stderr)\nsys.exit(5)\n")
    folder = tmp_path / "work"
    folder.mkdir()
    options = ["--services", "60", "--folder", str(folder), "--twofa", f"{sys.executable} {fake}"]
    done = subprocess.run([*BENCH, *options], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("bench: ")
    assert done.stderr.splitlines()[-1].endswith("failed (exit code 5): broken on purpose")
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(not is_measurable(), reason="this system does not say how much memory a process takes")
def test_memory_is_that_of_all_processes_together() -> None:
    hold = "import time; held = b'x' * 50_000_000; time.sleep(0.5)"
    parent = f"import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', {hold!r}]); {hold}; child.wait()"
    command = [sys.executable, "-c", parent]
    with start_process(command, subprocess.DEVNULL) as process, PeakMemory(process.pid) as memory:
        assert process.wait() == 0
    assert memory.bytes > 100_000_000


# --- What is noticed --------------------------------------------------------------------------------------------------


def write_fake(folder: Path, body: str) -> Path:
    fake = folder / "fake.py"
    fake.write_text(f"import sys, time\nfrom pathlib import Path\n{body}", "utf-8")
    return fake


@pytest.mark.thorough
def test_a_site_that_differs_from_a_clean_build_is_an_error(made: Project, tmp_path: Path) -> None:
    body = (
        "given = dict(zip(sys.argv, sys.argv[1:]))\n"
        "out = Path(given.get('--out') or given['--root'] + '/site')\n"
        "out.mkdir(exist_ok=True)\n"
        "(out / 'index.html').write_text(str(time.time_ns()))\n"
    )
    project = Project(root=tmp_path / "project", services=60)
    project.layout.parent.mkdir(parents=True)
    project.layout.write_bytes(made.layout.read_bytes())
    bench = Bench(project, Twofa(command=(sys.executable, str(write_fake(tmp_path, body)))))
    with pytest.raises(BenchError, match=r"^the site differs from a clean build: index\.html$"):
        bench.check_site()


@pytest.mark.thorough
def test_a_page_that_does_not_show_an_edit_is_an_error(made: Project) -> None:
    editor = Editor(made)
    for edit in (editor.write_sentence(), editor.write_verified(), editor.write_layout()):
        assert edit.proof in edit.text
        assert edit.text != edit.file.read_text("utf-8")
        page = made.site / edit.address.strip("/") / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text("<p>As before.</p>", "utf-8")
        with pytest.raises(BenchError, match=rf"does not show the change of {edit.file.name}"):
            editor.check_built(edit)
        page.write_text(f"<p>{edit.proof}</p>", "utf-8")
        editor.check_built(edit)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"a/b": "1", "c": "2"}, {"a/b": "1", "c": "2"}, None),
        ({"a/b": "1"}, {"a/b": "2"}, "a/b"),
        ({"a": "1", "c": "1"}, {"a": "1"}, "c"),
        ({"a": "1"}, {"a/b": "1"}, "a"),
        ({"a": "1", "empty/": ""}, {"a": "1"}, "empty"),
    ],
)
def test_find_difference(tmp_path: Path, one: dict[str, str], other: dict[str, str], expected: str | None) -> None:
    for top, names in ((tmp_path / "one", one), (tmp_path / "other", other)):
        for name, text in names.items():
            (top / name).parent.mkdir(parents=True, exist_ok=True)
            if name.endswith("/"):
                (top / name).mkdir()
            else:
                (top / name).write_text(text)
    assert find_difference(tmp_path / "one", tmp_path / "other") == expected


# --- Saving while a server runs ---------------------------------------------------------------------------------------


class _Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    connections = 0

    def setup(self) -> None:
        type(self).connections += 1
        super().setup()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    _Handler.connections = 0
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), lambda *given: _Handler(*given, directory=str(tmp_path))
    ) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("save", [Edit.save, Edit.save_by_rename])
def test_a_save_lasts_until_the_page_shows_it_over_one_connection(port: int, tmp_path: Path, save) -> None:
    page, source = tmp_path / "page", tmp_path / "guide.yaml"
    page.write_text("before")
    source.write_text("before")
    edit = Edit(file=source, text="after", address="/page", proof="after")
    visitor = Visitor(port)
    timer = threading.Timer(0.2, page.write_text, ["after"])
    timer.start()
    assert 0.15 < measure_save(visitor, edit, save) < 5
    timer.join()
    assert source.read_text() == "after"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["guide.yaml", "page"]
    assert _Handler.connections == 1
    visitor.close()


def test_a_server_that_lost_a_page_is_an_error(port: int, tmp_path: Path) -> None:
    edit = Edit(file=tmp_path / "guide.yaml", text="after", address="/nowhere", proof="after")
    visitor = Visitor(port)
    with pytest.raises(BenchError, match="twofa serve stopped answering: /nowhere is answered with 404"):
        measure_save(visitor, edit, Edit.save)
    visitor.close()


# --- What is written down ---------------------------------------------------------------------------------------------


def test_tables_hold_medians_spans_ratios_and_targets() -> None:
    values = {
        FLOOR: [0.2, 0.1, 0.4],
        FLOOR_PROCESS: [0.3, 0.3, 0.2],
        "first": [0.5, 0.8, 0.6],
        "saved_in_place": [0.030, 0.040, 0.050],
        "memory_build": [150e6],
    }
    measured = Measured(services=2566, pages=4430, files=4436, bytes=32_500_000, values=values)
    lines = write_text(measured).splitlines()
    assert lines[0] == "2,566 services: 4,430 pages, 4,436 files, 32.5 MB"
    rows = {
        figure.title: " ".join(line.split()) for figure in FIGURES.values() for line in lines if figure.title in line
    }
    assert rows["cold: first build, no site and no caches"].endswith("0.600 s 0.500–0.800 s 2.00 3.00 ≤ 4.5")
    assert rows["serve: saved in place → fresh page"].endswith("40 ms 30–50 ms 48 ms ≤ 50 ms")
    assert rows["peak memory: first build"].endswith("150 MB 150–150 MB ≤ 200 MB")
    assert rows["nothing changed"].endswith("not available ≤ 0.6")
    described = measured.as_json()["figures"]
    assert (described["first"]["ratio"], described["first"]["ratio_to_process"]) == pytest.approx((3.0, 2.0))
    assert described["unchanged"] is None
    machine: dict[str, str | int] = {
        "cpu": "A CPU", "cores": 2, "memory_bytes": 2**34, "kernel": "K 1", "python": "P 3", "file_system": "tmpfs",
    }  # fmt: skip
    table = write_markdown(measured, machine, "2026-03-01", "3 rounds")
    assert "2026-03-01, 3 rounds. A CPU, 2 cores, 16 GiB of memory; K 1, P 3, tmpfs." in table
    assert "| cold: first build, no site and no caches | 0.600 s | 0.500–0.800 s |  | 2.00 | 3.00 | ≤ 4.5 |" in table
