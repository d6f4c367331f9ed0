"""Decoding and limits, which all languages share, and the table of languages."""

import gc
import sys
import tracemalloc

import pytest
import tree_sitter_python
from tree_sitter import Language, Parser

from assay.source.facts import File
from assay.source.languages.parse import CHUNK, UNTIMED, GiveUp, decoded, parsed
from assay.source.languages.registry import LANGUAGES

PYTHON = Language(tree_sitter_python.language())
LARGE = b"a = f(1)\n" * (UNTIMED // 9 + 1)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (b"a", "a"),
        ("é".encode(), "é"),
        (b"\xef\xbb\xbfa", "a"),
        ("\ufeffé".encode("utf-16-le"), "é"),
        ("\ufeffé".encode("utf-16-be"), "é"),
        (b"# coding: latin-1\n\xe9", "# coding: latin-1\né"),
        (b"#!x\n# -*- coding: cp1252 -*-\n\x80", "#!x\n# -*- coding: cp1252 -*-\n€"),
        (b"\n\n# coding: latin-1\n\xc3\xa9", "\n\n# coding: latin-1\né"),
        (b"# coding: no-such-thing\n\xc3\xa9", "# coding: no-such-thing\né"),
        (b"# coding: rot13\n\xc3\xa9", "# coding: rot13\né"),
        (b"\xff\xe9", "\ufffd\ufffd"),
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
    ],
)
def test_bytes_become_utf_8_with_line_ends_of_one_kind(source: bytes, text: str) -> None:
    assert decoded(source).decode() == text


def test_nul_bytes_are_no_text() -> None:
    with pytest.raises(GiveUp, match="NUL"):
        decoded(b"\0")


def test_a_large_file_gives_the_same_tree_as_a_small_one() -> None:
    assert str(parsed(Parser(PYTHON), LARGE).root_node) == str(Parser(PYTHON).parse(LARGE).root_node)


def test_a_large_file_is_let_go_of_after_parsing() -> None:
    parser, references = Parser(PYTHON), sys.getrefcount(LARGE)
    # The first time fills what the parser keeps for the next.
    parsed(parser, LARGE)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    parsed(parser, LARGE)
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < CHUNK
    assert sys.getrefcount(LARGE) == references


def test_a_parser_that_gave_up_starts_afresh() -> None:
    parser = Parser(PYTHON)
    with pytest.raises(GiveUp, match="after 0 s"):
        parsed(parser, LARGE, 0.0)
    assert str(parsed(parser, b"a").root_node) == "(module (expression_statement (identifier)))"


def test_languages_are_sorted_and_no_ending_has_two() -> None:
    names = [language.name for language in LANGUAGES]
    endings = [ending for language in LANGUAGES for ending in language.extensions]
    assert names == sorted(names)
    assert len(endings) == len(set(endings))
    assert all(ending.startswith(".") and ending == ending.lower() for ending in endings)


def test_each_language_reads_a_file_of_its_own() -> None:
    for language in LANGUAGES:
        file = language.load()("a/b", b"")
        assert isinstance(file, File)
        assert (file.path, file.language, file.body) == ("a/b", language.name, ())
