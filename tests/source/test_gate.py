"""The gate lets every file pass that holds a word, however it is written, and names every file that may declare a name."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from assay.source import gate
from assay.source.gate import as_utf8, declarations, essential, passing

WORDS = some.lists(some.binary(min_size=1, max_size=6), max_size=6).map(tuple)


@given(WORDS, some.binary(max_size=200), some.integers(0, 200))
def test_a_file_passes_if_and_only_if_it_holds_a_word(words: tuple[bytes, ...], noise: bytes, place: int) -> None:
    planted = noise[:place] + (words[0] if words else b"") + noise[place:]
    assert gate.matcher(words)(planted) == bool(words)
    assert gate.matcher(words)(noise) == any(word in noise for word in words)


@given(WORDS, some.binary(max_size=60))
def test_words_that_hold_another_add_nothing(words: tuple[bytes, ...], source: bytes) -> None:
    assert any(word in source for word in essential(words)) == any(word in source for word in words)


def test_no_word_lets_nothing_pass() -> None:
    assert not passing(b"anything", ())


@pytest.mark.parametrize(
    ("head", "is_passed"),
    [
        (b"# -*- coding: utf-7 -*-\n", True),
        (b"#!/usr/bin/python\n# vim: set fileencoding=rot13 :\n", True),
        (b"# coding: utf-8\n", False),
        (b"# coding=latin-1\n", False),
        (b"# -*- coding: cp1252 -*-\n", False),
        (b'encoding = "utf-7"\n', False),
    ],
)
def test_a_file_in_an_encoding_that_hides_words_passes(head: bytes, *, is_passed: bool) -> None:
    assert passing(head + b"x = 1\n", (b"fastapi",)) == is_passed


def test_utf_16_is_read_as_text() -> None:
    text = "using Microsoft.AspNetCore.Mvc; class Ünï : ControllerBase {}"
    for encoding in ("utf-16-le", "utf-16-be"):
        source = as_utf8(("\ufeff" + text).encode(encoding))
        assert passing(source, (b"ControllerBase",))
        assert declarations(source).types == ("Ünï",)
    assert as_utf8(b"\xff\xfe\x00\xd8") == b"\xef\xbf\xbd"


def test_every_way_to_declare_a_type_is_indexed() -> None:
    source = b"""
        namespace Shop.Api;
        namespace Shop.Web { }
        public sealed partial class A<T> : B { }
        interface IA {} struct S { } readonly record struct RS(int X); record R; record class RC;
        enum E { X } class
            Split { } class @event { } class Gr\xc3\xb6\xc3\x9fe { }
    """
    assert declarations(source).types == (
        "A",
        "E",
        "Größe",
        "IA",
        "R",
        "RC",
        "RS",
        "S",
        "Split",
        "class",
        "event",
        "struct",
    )
    assert declarations(source).namespaces == ("Shop.Api", "Shop.Web")


def test_every_way_to_declare_an_extension_method_is_indexed() -> None:
    source = b"""
        static class X {
            public static void Map(this IApp app) { }
            static T Use<T, TKey>( this T app ) where T : IApp => app;
            static void Wide(
                this IApp app, int x) { }
            static T Kept<[Members(All, typeof(List<int>))] T, TH>(this T app) where T : IApp => app;
            static void Marked([NotNull] this IApp app) { }
            static void No(IApp app) { lock (this) { } }
        }
    """
    assert declarations(source).extensions == ("Kept", "Map", "Marked", "Use", "Wide")


def test_every_method_of_a_file_with_an_extension_block_may_be_one() -> None:
    source = (
        b"static class X { extension<T>(IApp app) where T : A { public void Map() { } public T Use<T>(int x) => x; } }"
    )
    assert {"Map", "Use"} <= set(declarations(source).extensions)
    assert declarations(b"static class X { void Extension() { } }").extensions == ()


def test_a_file_made_to_be_slow_is_indexed_in_time() -> None:
    started = time.monotonic()
    for piece in (b"(this ", b"([", b"( [] [] ", b"class ", b"aaaaaaaaaaaaaaa(this ", b"a<", b">(this ", b"(\n"):
        declarations(b"static this class extension(" + piece * (1_000_000 // len(piece)))
    assert time.monotonic() - started < 60


KINDS = some.sampled_from(["class", "interface", "struct", "record", "enum"])


@given(some.from_regex(re.compile(r"[A-Z]\w{0,8}", re.ASCII), fullmatch=True), KINDS)
def test_a_declared_type_is_always_found(name: str, kind: str) -> None:
    assert name in declarations(f"x{{}} public {kind}  {name}<T> : Base {{}}".encode()).types
