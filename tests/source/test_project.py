"""A project gives the same facts in whatever order, however often, from the cache or not, and by any number of processes."""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from tests.source.planting import plant, visitors

from assay.model.place import Skipped
from assay.model.program import FileCount
from assay.source import facts, project, workers
from assay.source.files import Entry
from assay.source.languages.parse import Unreadable
from assay.source.project import Project

PYTHON = """from fastapi import FastAPI
app = FastAPI()
# assay: ignore AP001 until 2030-01-01, owner: a, reason: b


@app.get("/{number}/{item_id}")
def read(item_id: int) -> dict[str, int]:
    return {"item": item_id, "number": {number}}
"""
CSHARP = """namespace Shop.Number{number};
public static class Endpoints{number} {
    public static void MapNumber{number}(this IEndpointRouteBuilder app) => app.MapGet("/{number}", () => "x");
}
public class Thing{number} : Base<int> { [HttpGet("{number}")] public int Get() => 1; }
"""


def _tree(root: Path, count: int = 12) -> Path:
    python = {f"api/routes/part{number}.py": PYTHON.replace("{number}", str(number)) for number in range(count)}
    csharp = {f"src/Part{number}.cs": CSHARP.replace("{number}", str(number)) for number in range(count)}
    plain = {f"lib/plain{number}.py": f"def f():\n    return {number}\n" for number in range(count)}
    return plant(root, {**python, **csharp, **plain})


def _everything(opened: Project, order: Sequence[str] | None = None) -> bytes:
    """All facts of a project as bytes, by path."""
    paths = [*opened.paths("python"), *opened.paths("csharp")]
    found = {path: opened.file(path) for path in (order or paths)}
    rest = (opened.skipped, opened.left_out, opened.comments(), opened.counts())
    return msgspec.msgpack.encode([(path, found[path]) for path in sorted(found)]) + repr(rest).encode()


def test_cold_and_warm_one_process_and_two_and_any_order_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project, "WORTH_A_POOL", 1)
    root = _tree(tmp_path / "tree")
    first = _everything(Project.open(root))
    paths = [*Project.open(root).paths("python"), *Project.open(root).paths("csharp")]
    for seed in range(3):
        shuffled = list(paths)
        Random(seed).shuffle(shuffled)
        assert _everything(Project.open(root), shuffled) == first
    for jobs in (1, 2):
        for _warm in range(2):
            opened = Project.open(root, jobs=jobs, cache=tmp_path / f"cache{jobs}")
            opened.prefetch(paths)
            assert _everything(opened) == first
            opened.close()


def test_what_is_kept_is_not_read_again_and_what_changed_is(tmp_path: Path) -> None:
    root = _tree(tmp_path / "tree", 3)
    cold, warm, changed = visitors(), visitors(), visitors()
    for own in (cold, warm):
        opened = Project.open(root, cache=tmp_path / "cache", extractors=own)
        _everything(opened)
        opened.close()
    assert len(cold["python"].asked) == 6
    assert warm["python"].asked == []
    plant(root, {"lib/plain1.py": "changed = True\n"})
    opened = Project.open(root, cache=tmp_path / "cache", extractors=changed)
    found = opened.file("lib/plain1.py")
    _everything(opened)
    assert changed["python"].asked == ["lib/plain1.py"]
    assert found is not None
    assert found.body == (facts.Do(facts.Text("15"), 1),)


def test_a_moved_file_has_its_facts_under_its_new_path(tmp_path: Path) -> None:
    root = plant(tmp_path / "tree", {"a.py": "x = 1\n", "c.py": "x = 1\n"})
    opened = Project.open(root, cache=tmp_path / "cache")
    _everything(opened)
    opened.close()
    (root / "a.py").rename(root / "b.py")
    again = Project.open(root, cache=tmp_path / "cache", extractors=visitors())
    files = [again.file("b.py"), again.file("c.py")]
    assert [file.path for file in files if file] == ["b.py", "c.py"]
    assert again.file("a.py") is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(
    words=some.lists(some.sampled_from([b"FastAPI", b"app", b"return", b"nowhere"]), max_size=3), seen=some.booleans()
)
def test_the_gate_changes_which_files_are_read_and_never_their_facts(
    tmp_path: Path, words: list[bytes], *, seen: bool
) -> None:
    root = tmp_path / "tree"
    if not root.exists():
        _tree(root, 3)
    literals = tuple(words)
    known = {"python": (b"FastAPI", b"app", b"return")} if seen else None
    gated, open_to_all = Project.open(root, words=known), Project.open(root)
    passed = gated.gated("python", literals)
    texts = {path: open_to_all.text(path) or "" for path in open_to_all.paths("python")}
    assert list(passed) == [path for path, text in texts.items() if any(word.decode() in text for word in words)]
    open_to_all.prefetch(open_to_all.paths("python"))
    assert [gated.file(path) for path in passed] == [open_to_all.file(path) for path in passed]


def test_files_are_found_by_what_they_declare(tmp_path: Path) -> None:
    opened = Project.open(_tree(tmp_path), extractors=visitors())
    assert opened.declaring("csharp", "Thing3") == ("src/Part3.cs",)
    assert opened.declaring("csharp", "Nobody") == ()
    assert opened.declaring("python", "app") == ()
    assert opened.extending("MapNumber11") == ("src/Part11.cs",)
    assert opened.namespaces("src/Part2.cs") == ("Shop.Number2",)
    assert opened.namespaces("api/routes/part1.py") == ()


def test_whatever_the_visitor_finds_declared_is_in_the_index(tmp_path: Path) -> None:
    source = """
        namespace A.B { public partial class One<T> where T : class { struct Two { } enum Three { X } } }
        namespace C {
            readonly record struct Four(int X); public record Five; interface ISix { class Seven { } }
            static class Eight {
                public static void Nine(this int x) { }
                internal static T Ten<[Kept(typeof(List<int>))] T>( this T x) => x;
                private static void Eleven([NotNull] this string x) { }
            }
        }
    """
    opened = Project.open(plant(tmp_path, {"a.cs": source}))
    file = opened.file("a.cs")
    assert file is not None
    types = [each for each in _declared(file.body) if isinstance(each, facts.Type)]
    methods = [each for each in _declared(file.body) if isinstance(each, facts.Function) and each.parameters]
    assert {each.name for each in types} == {"One", "Two", "Three", "Four", "Five", "ISix", "Seven", "Eight"}
    assert all(opened.declaring("csharp", each.name) == ("a.cs",) for each in types)
    assert {each.namespace for each in types} == set(opened.namespaces("a.cs"))
    extensions = {each.name for each in methods if each.parameters[0].kind == "this"}
    assert extensions == {"Nine", "Ten", "Eleven"}
    assert all(opened.extending(name) == ("a.cs",) for name in extensions)


def _declared(body: facts.Block) -> Iterator[facts.Type | facts.Function]:
    for each in body:
        if isinstance(each, facts.Declare):
            yield each.type
            yield from _declared(each.type.body)
        elif isinstance(each, facts.Define):
            yield each.function


def test_a_type_declared_in_several_files_is_given_in_order(tmp_path: Path) -> None:
    parts = {f"{name}.cs": "partial class Shop {}" for name in ("c", "a", "b")}
    assert Project.open(plant(tmp_path, parts)).declaring("csharp", "Shop") == ("a.cs", "b.cs", "c.cs")


def test_comments_that_speak_to_assay_are_found_in_files_that_nothing_else_asked_for(tmp_path: Path) -> None:
    files = {"a.py": "# assay: one\nx = 1\n# other\n", "b.cs": "// assay: two\n", "c.py": "x = 'assay: none'\n"}
    opened = Project.open(plant(tmp_path, files), extractors=visitors())
    assert opened.comments() == (("a.py", 1, "assay: one"), ("b.cs", 1, "assay: two"))


def test_texts_are_given_as_far_as_they_are_of_the_project(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "app.json": "\ufeff{}",
        "wide.yaml": "\ufeffa: ü".encode("utf-16-le"),
        "bad.toml": b"a = \xff",
        "main.py": "x",
        "tests/t.json": "{}",
        "tests/test_a.py": "import pytest",
    }
    opened = Project.open(plant(tmp_path, files), extractors=visitors())
    assert [opened.text(path) for path in ("app.json", "wide.yaml", "bad.toml")] == ["{}", "a: ü", "a = \ufffd"]
    assert [opened.text(path) for path in ("main.py", "tests/t.json", "none.py")] == ["x", None, None]
    assert opened.other_paths(".json") == ("app.json",)
    assert [opened.has(path) for path in ("main.py", "app.json", "tests/test_a.py", "none.py", "")] == [True, True] + [
        False
    ] * 3


def test_every_file_is_counted_once(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "read.py": "x = 1",
        "passed.py": "y = 1",
        "tests/test_a.py": "import pytest",
        "gen.py": "# @generated\nx",
        "binary.py": b"\x00\x01",
        "unread.py": "unreadable",
        "deep.py": "deep",
        "huge.py": "x" * 1_000_001,
        "page.html": "",
    }
    opened = Project.open(plant(tmp_path, files), extractors=visitors())
    for path in ("read.py", "unread.py", "deep.py", "gen.py", "binary.py", "page.html"):
        assert (opened.file(path) is not None) == (path == "read.py")
    assert opened.counts() == FileCount(found=8, read=1, passed_over=1, left_out=2, skipped=4)
    assert opened.skipped == (
        Skipped("binary.py", "it was not read: it holds NUL bytes, so it is not source text"),
        Skipped("deep.py", "it was not read: it is nested too deeply"),
        Skipped("huge.py", "it is larger than 1 MB (1.0 MB)"),
        Skipped("unread.py", "it was not read: it says so"),
    )
    assert [(each.path, each.reason) for each in opened.left_out] == [
        (".", "generated: 1 source file"),
        ("tests", "tests: 1 source file"),
    ]


class _Torn:
    """A visitor that meets stretches which it cannot read: as many lines as the file says, of so many in all."""

    def __call__(
        self, path: str, source: bytes, *, seconds: float = 5.0, bodies: bool = True
    ) -> facts.File | Unreadable:
        lost, whole = map(int, source.split())
        body = (facts.Jump("break", 1), facts.Jump("break", whole)) if whole else ()
        return facts.File(path, "python", body, unread=tuple(facts.Unread(line, line) for line in range(2, lost + 2)))


def test_stretches_that_could_not_be_parsed_are_said(tmp_path: Path) -> None:
    files = {"none.py": "1 0", "most.py": "60 100", "two.py": "2 100", "many.py": "50 200"}
    opened = Project.open(plant(tmp_path, files), extractors={"python": _Torn()})
    assert all(opened.file(path) for path in opened.paths("python"))
    assert opened.skipped == (
        Skipped("many.py", "more than 10 stretches of it could not be parsed", line=2),
        Skipped("most.py", "most of it could not be parsed"),
        Skipped("none.py", "nothing in it could be parsed"),
        Skipped("two.py", "a stretch of it could not be parsed", line=2),
        Skipped("two.py", "a stretch of it could not be parsed", line=3),
    )
    assert opened.counts() == FileCount(found=4, read=2, skipped=2)


def test_facts_beyond_what_is_held_come_back_the_same_and_are_not_made_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = _tree(tmp_path)
    first = _everything(Project.open(root))
    monkeypatch.setattr(project, "HELD", 100)
    own = visitors()
    opened = Project.open(root, extractors=own)
    for _ in range(3):
        for path in opened.paths("python"):
            assert opened.file(path) is not None
    assert len(own["python"].asked) == len(opened.paths("python"))
    assert sum((root / path).stat().st_size for path in opened._files) <= 100
    assert _everything(Project.open(root)) == first


def test_batches_hold_every_file_once_and_are_about_equal() -> None:
    entries = [Entry(f"{number}.py", "python", number * 100, (0, 0, 0)) for number in range(100)]
    found = workers.batches(entries, 8)
    assert sorted(entry for batch in found for entry in batch) == sorted(entries)
    sizes = [sum(entry.size for entry in batch) for batch in found]
    assert len(found) <= 8
    assert max(sizes) < 2 * min(sizes)
    assert workers.batches([], 8) == []


class _Deadly:
    """A visitor that takes its process down with it."""

    def __call__(
        self, path: str, source: bytes, *, seconds: float = 5.0, bodies: bool = True
    ) -> facts.File | Unreadable:
        if source.startswith(b"kill"):
            os._exit(9)
        return facts.File(path, "python", (facts.Jump("break", 1),))


@pytest.mark.slow
def test_a_file_that_kills_its_worker_is_skipped_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project, "WORTH_A_POOL", 1)
    monkeypatch.setattr(workers, "_context", lambda: multiprocessing.get_context("fork"))
    monkeypatch.setattr(workers, "BATCHES", 2)
    files = {f"a{number}.py": "x" for number in range(8)} | {"k1.py": "kill", "k2.py": "kill"}
    opened = Project.open(plant(tmp_path, files), jobs=2, extractors={"python": _Deadly()})
    opened.prefetch(opened.paths("python"))
    assert [path for path in opened.paths("python") if opened.file(path) is None] == ["k1.py", "k2.py"]
    assert {each.reason for each in opened.skipped} == {"it was not read: the parser died of it"}
    assert opened.counts().read == 8
