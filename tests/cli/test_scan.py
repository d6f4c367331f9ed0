"""`assay scan` in a process of its own: exit codes, pure standard output, files, odd folders."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.command import GUARDED, OPEN, assay, git, project

EXCEPTED = OPEN.replace(
    "@app.delete", '# assay: ignore[AP004] reason="Behind the gateway." owner="shop" until=2027-01-31\n@app.delete'
)


def test_a_finding_fails_and_standard_output_is_one_json_document(tmp_path: Path) -> None:
    done = assay("scan", project(tmp_path), "--format", "json")
    report = json.loads(done.out)
    assert done.code == 1
    assert [finding["endpoint"] for finding in report["findings"]] == [{"method": "DELETE", "path": "/orders/{id}"}]
    assert "of severity high or worse" in done.err


def test_a_guarded_project_is_clean(tmp_path: Path) -> None:
    done = assay("scan", project(tmp_path, GUARDED), "--format", "json")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out)["findings"] == []


def test_a_threshold_above_the_finding_lets_it_pass(tmp_path: Path) -> None:
    assert assay("scan", project(tmp_path), "--fail-on", "never").code == 0


def test_a_folder_without_an_endpoint_is_not_clean(tmp_path: Path) -> None:
    done = assay("scan", tmp_path, "--format", "json")
    assert done.code == 3
    assert "Nothing to assess: no C# or Python source file was found." in done.err
    report = json.loads(done.out)
    assert (report["endpoints"], report["score"]) == ([], None)


def test_code_without_an_endpoint_is_told_with_what_was_found(tmp_path: Path) -> None:
    done = assay("scan", project(tmp_path, "print(1)\n"))
    assert done.code == 3
    assert "0 endpoints in 1 source file" in done.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nosuch"], "nosuch does not exist"),
        (["main.py"], "main.py is a file"),
        ([".", "--format", "sarrif"], "did you mean sarif?"),
        ([".", "--fail-on", "severe"], "'severe' is not one of"),
        ([".", "--as-of", "soon"], "this is no date"),
        ([".", "--framework", "sox"], "choose from"),
        ([".", "--config", "nosuch.toml"], "cannot be read"),
        ([".", "--baseline", "nosuch.json"], "there is no such file"),
        ([".", "--since", "HEAD"], "no git repository"),
        ([".", "--new-only"], "nothing says what is known"),
        ([".", "--min-coverage", "101"], "101"),
        ([".", "-o", "report.xyz"], "the extension does not say"),
        ([".", "-o", "main.py/x.json"], "cannot be written"),
    ],
)
def test_a_mistake_is_told_on_standard_error_alone(tmp_path: Path, words: list[str], told: str) -> None:
    done = assay("scan", *words, at=project(tmp_path))
    assert (done.code, done.out) == (2, "")
    assert told in done.err


def test_a_mistake_in_the_settings_is_told(tmp_path: Path) -> None:
    (project(tmp_path) / "assay.toml").write_text("nmae = 'x'", encoding="utf-8")
    done = assay("scan", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "assay.toml: nmae is not known" in done.err


def test_one_run_writes_every_report(tmp_path: Path) -> None:
    names = ["r.json", "r.sarif", "r.xml", "r.md", "r.csv", "r.html"]
    words = [word for name in names for word in ("-o", str(tmp_path / "out" / name))]
    done = assay("scan", project(tmp_path / "shop"), *words, "--quiet")
    assert (done.code, done.out) == (1, "")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(names)
    assert json.loads((tmp_path / "out/r.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"


def test_two_runs_give_the_same_bytes_with_and_without_facts_of_an_earlier_one(tmp_path: Path) -> None:
    root = project(tmp_path / "shop")
    cache = str(tmp_path / "cache")
    runs = [assay("scan", root, "--format", "json", ASSAY_CACHE=cache) for _ in range(2)]
    runs.append(assay("scan", root, "--format", "json", "--no-cache"))
    assert len({run.out for run in runs}) == 1
    assert str(tmp_path) not in runs[0].out


def test_what_a_baseline_knows_does_not_fail(tmp_path: Path) -> None:
    root, known = project(tmp_path / "shop"), tmp_path / "known.json"
    assert assay("scan", root, "--write-baseline", known).code == 1
    assert assay("scan", root, "--baseline", known, "--new-only").code == 0
    (root / "main.py").write_text(OPEN + "\n\n@app.post('/orders')\ndef add() -> None: ...\n", encoding="utf-8")
    assert assay("scan", root, "--baseline", known, "--new-only").code == 1


def test_a_json_report_serves_as_a_baseline(tmp_path: Path) -> None:
    root, known = project(tmp_path / "shop"), tmp_path / "known.json"
    assay("scan", root, "-o", known)
    assert assay("scan", root, "--baseline", known, "--new-only").code == 0


@pytest.mark.parametrize("flag", ["--since", "--baseline"])
def test_what_a_revision_had_does_not_fail(tmp_path: Path, flag: str) -> None:
    root = project(tmp_path)
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "first")
    done = assay("scan", root, flag, "HEAD", "--new-only", "--format", "json")
    assert done.code == 0
    assert [finding["is_new"] for finding in json.loads(done.out)["findings"]] == [False]


def test_a_suppressed_finding_passes_until_its_day(tmp_path: Path) -> None:
    root = project(tmp_path, EXCEPTED)
    before = assay("scan", root, "--as-of", "2027-01-30", "--format", "json")
    assert (before.code, json.loads(before.out)["findings"][0]["state"]) == (0, "excepted")
    assert assay("scan", root, "--as-of", "2027-01-31").code == 1


def test_an_exemption_states_that_an_endpoint_is_public_on_purpose(tmp_path: Path) -> None:
    text = '[[exemptions]]\nendpoint = "DELETE /orders/{id}"\nreason = "A demo."\n'
    (project(tmp_path) / "assay.toml").write_text(text, encoding="utf-8")
    done = assay("scan", tmp_path, "--format", "json")
    assert done.code == 0
    assert json.loads(done.out)["findings"] == []


def test_coverage_below_what_is_demanded_is_not_clean(tmp_path: Path) -> None:
    root = project(tmp_path, GUARDED)
    (root / "broken.py").write_bytes(b"from fastapi import FastAPI\0")
    done = assay("scan", root, "--min-coverage", "100")
    assert done.code == 3
    assert "below the 100 %" in done.err


def test_paths_that_match_are_left_out(tmp_path: Path) -> None:
    assert assay("scan", project(tmp_path / "shop").parent, "--exclude", "shop/**").code == 3


def test_a_reader_that_leaves_early_changes_no_exit_code(tmp_path: Path) -> None:
    root = project(tmp_path, GUARDED)
    command = (
        f"{sys.executable} -m assay.cli.entry scan {root} --format json --no-record | true; echo ${{PIPESTATUS[0]}}"
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=True)
    assert (done.stdout, done.stderr) == ("0\n", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_no_room_for_standard_output_is_told(tmp_path: Path) -> None:
    command = f"{sys.executable} -m assay.cli.entry scan {project(tmp_path)} --format json > /dev/full"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "standard output cannot be written" in done.stderr


def test_a_closed_standard_output_changes_no_exit_code(tmp_path: Path) -> None:
    command = f"exec >&-; {sys.executable} -m assay.cli.entry scan {project(tmp_path, GUARDED)} --no-record"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_scan_writes_nothing_into_the_tree(tmp_path: Path) -> None:
    root = project(tmp_path / "shop")
    before = sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))
    assay("scan", root)
    assert sorted(path.relative_to(root).as_posix() for path in root.rglob("*")) == before


def test_a_cache_that_cannot_be_made_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert assay("scan", project(tmp_path / "shop"), ASSAY_CACHE=str(tmp_path / "file/cache")).code == 1


def test_odd_names_and_a_latin_locale_break_no_report(tmp_path: Path) -> None:
    root = project(tmp_path / "shop")
    (root / os.fsdecode(b"caf\xe9.py")).write_text(OPEN.replace("/orders", "/\N{SNOWMAN}"), encoding="utf-8")
    for form in ("terminal", "json", "csv", "html"):
        assert assay("scan", root, "--format", form, PYTHONIOENCODING="latin-1", LC_ALL="C").code == 1


CONTRACT = "openapi: 3.0.3\ninfo: {title: Shop, version: 1}\npaths: {/orders: {get: {}}}\n"


def test_a_contract_that_is_named_is_read_instead_of_those_found(tmp_path: Path) -> None:
    tree = project(tmp_path / "tree")
    (tree / "openapi.yaml").write_text(CONTRACT, encoding="utf-8")
    (tmp_path / "other.yaml").write_text(CONTRACT.replace("{get: {}}", "{put: {}}"), encoding="utf-8")
    done = assay("scan", "tree", "--contract", "other.yaml", "--format", "json", at=tmp_path)
    report = json.loads(done.out)
    assert report["run"]["options"]["contract"] == "other.yaml"
    assert {v["subject"]["path"] for v in report["verdicts"] if v["rule"] == "AP313"} >= {"/orders"}
    assert str(tmp_path) not in done.out


def test_a_contract_that_is_not_there_is_told_with_the_mend(tmp_path: Path) -> None:
    done = assay("scan", project(tmp_path), "--contract", "nosuch.yaml")
    assert done.code == 2
    assert "there is no file" in done.err
    assert "Mend: name an OpenAPI document" in done.err


def test_a_contract_alone_is_not_clean(tmp_path: Path) -> None:
    (tmp_path / "openapi.yaml").write_text(CONTRACT, encoding="utf-8")
    done = assay("scan", tmp_path, "--format", "json")
    assert done.code == 3
    assert "Only a contract was read, with 1 operation" in done.err
    report = json.loads(done.out)
    assert report["score"] is None
    assert "AP301" in {verdict["rule"] for verdict in report["verdicts"]}


def test_a_contract_that_an_older_revision_lacks_does_not_end_a_comparison(tmp_path: Path) -> None:
    tree = project(tmp_path)
    git(tree, "init", "--quiet")
    git(tree, "add", "--all")
    git(tree, "commit", "--quiet", "--message", "first")
    (tree / "openapi.yaml").write_text(CONTRACT, encoding="utf-8")
    (tree / "assay.toml").write_text('contract = ["openapi.yaml"]\n', encoding="utf-8")
    done = assay("scan", tree, "--since", "HEAD", "--format", "json")
    assert done.code == 1, done.err
    found = [each for each in json.loads(done.out)["findings"] if not each["rule"].startswith("AP3")]
    assert {each["is_new"] for each in found} == {False}
