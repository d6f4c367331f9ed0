"""One idea, one word: the words that style.md bars do not stand in names that others use."""

import re
import tomllib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

import pytest
from tests.house.tree import ROOT, SOURCE, Module, modules

BARRED = {
    "alert": "finding",
    "common": "the noun that it is about",
    "helper": "the noun that it is about",
    "helpers": "the noun that it is about",
    "issue": "finding",
    "manager": "what it does",
    "misc": "the noun that it is about",
    "requirement": "control",
    "scanner": "rule, or source",
    "transaction": "exchange",
    "util": "the noun that it is about",
    "utils": "the noun that it is about",
    "warning": "skipped",
}
"""Barred anywhere in a name; the value is the word to use."""
BARRED_ALONE = {
    "check": "rule",
    "data": "what it holds",
    "info": "what it holds",
    "plugin": "rule, framework or report",
}
"""Barred as a whole name."""
FOREIGN = {"requirement"}
"""Barred but in a web framework's folder, because the framework itself has the word."""
BARRED_FIRST = {"handle": "what it does", "process": "what it does"}
"""Barred as the first word of a name."""
FRAMEWORK_WORDS = re.compile(
    r"aspnet|fastapi|starlette|flask|django|\bdrf\b|HttpGet|ApiController|urlpatterns", re.IGNORECASE
)
"""Words that a visitor of a language, which knows syntax only, has no use for, but in a comment that shows source."""


def test_public_names_use_the_words_of_the_house() -> None:
    wrong = [
        f"{file.place}:{line} {name}: say {instead}"
        for file in modules("src")
        for name, line in (*file.public_names(), (file.path.stem, 1))
        for instead in _mends(name, FOREIGN if file.name.startswith("assay.source.frameworks.") else frozenset())
    ]
    assert not wrong, "\n".join(wrong)


def test_a_set_of_controls_is_a_catalog_and_never_a_framework() -> None:
    assert not _with_word("framework", "assay.compliance"), "say catalog; people read framework only on screens"


def test_a_web_framework_is_never_a_catalog() -> None:
    assert not _with_word("catalog", "assay.source"), "say framework"


def test_visitors_of_languages_name_no_web_framework() -> None:
    naming = [
        f"{file.place}:{number}"
        for file in modules("src")
        if file.name.startswith(("assay.source.languages", "assay.source.facts"))
        for number, line in enumerate(file.text.splitlines(), 1)
        if not line.lstrip().startswith("#") and FRAMEWORK_WORDS.search(line)
    ]
    assert not naming, f"a visitor knows syntax and nothing else: {naming}"


def test_vocabularies_state_each_word_once() -> None:
    twice = [
        f"{path.relative_to(ROOT)} {key}: {word}"
        for path in sorted(SOURCE.rglob("vocabulary.toml"))
        for key, words in _lists(tomllib.loads(path.read_text(encoding="utf-8")))
        for word in sorted({word for word in words if words.count(word) > 1})
    ]
    assert not twice


@pytest.mark.parametrize("name", ["http_utils", "RuleManager", "data", "handle_route", "WARNING_LEVEL"])
def test_the_lint_sees_a_barred_name(name: str) -> None:
    assert list(_mends(name))


@pytest.mark.parametrize("name", ["datagram", "handler", "has_data", "Verdict", "processes"])
def test_the_lint_lets_a_good_name_pass(name: str) -> None:
    assert not list(_mends(name))


def _mends(name: str, allowed: AbstractSet[str] = frozenset()) -> Iterator[str]:
    words = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]
    yield from (BARRED[word] for word in words if word in BARRED and word not in allowed)
    if name.lower() in BARRED_ALONE:
        yield BARRED_ALONE[name.lower()]
    if len(words) > 1 and words[0] in BARRED_FIRST:
        yield BARRED_FIRST[words[0]]


def _with_word(word: str, package: str) -> list[str]:
    def has(file: Module) -> bool:
        return file.name == package or file.name.startswith(package + ".")

    return [
        f"{file.place}:{line} {name}"
        for file in modules("src")
        if has(file)
        for name, line in (*file.public_names(), (file.path.stem, 1))
        if word in name.lower()
    ]


def _lists(value: object, key: str = "") -> Iterator[tuple[str, list[str]]]:
    match value:
        case dict():
            for name, inner in value.items():
                yield from _lists(inner, f"{key}.{name}".strip("."))
        case list() if all(isinstance(item, str) for item in value):
            yield key, value
        case list():
            for item in value:
                yield from _lists(item, key)
