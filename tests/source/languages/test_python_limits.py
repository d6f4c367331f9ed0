"""What a Python file may hold that is broken, very deep, very long or hostile: the rest is read, nothing crashes."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.source.languages.python_reading import ONE, A, B, D, F, Y, read

from assay.source.facts import Argument, Assign, Attr, Call, Declare, Define, Do, File, Opaque, Sequence, Unread
from assay.source.languages.parse import UNTIMED, Unreadable
from assay.source.languages.python import extract

ENCODER = msgspec.msgpack.Encoder()
DECODER = msgspec.msgpack.Decoder(File)
AFTER = Assign(Y, Call(F, (), 2), 2)

PROGRAM = '''import os
from .a import (b as c, d)
@app.get("/{id}", tags=["x"])
async def read(id: int, *rest, user: User = Depends(get_user), **more) -> list[Item]:
    """What it does."""
    try:
        found = [f"{i!r:>{width}}" async for i in query(id).filter(a=1, **more) if i not in rest]
    except (ValueError, KeyError) as error:
        raise HTTPException(404, detail=f"no {id}") from error
    finally:
        lock.release()
    with open("a") as file, lock: print(file.read(), end="")
    match found:
        case [First(x=1), *_] | {"a": -1, **rest} if rest: yield found
        case _: return None
class Item(Base[T], metaclass=Meta):
    name: str = field(default="été")
    total = property(lambda self: sum(x for x in self.lines) if self.lines else -1)
'''


def round_trip(source: bytes) -> File:
    """The facts of any bytes that are text, after storing and loading them."""
    file = extract("a.py", source)
    assert isinstance(file, File)
    loaded = DECODER.decode(ENCODER.encode(file))
    assert loaded == file
    return loaded


N = 20_000


@pytest.mark.parametrize(
    "deep",
    [
        "(" * N + "1" + ")" * N,
        "[" * N + "1" + "]" * N,
        "f(" * N + "1" + ")" * N,
        "f(a=" * N + "1" + ")" * N,
        "(f)(" * N + "1" + ")" * N,
        "{1:" * N + "1" + "}" * N,
        "(a:=" * N + "1" + ")" * N,
        "(yield " * N + "1" + ")" * N,
        "(a for a in " * 2000 + "1" + ")" * 2000,
        "lambda a=" * 2000 + "1" + ": 0" * 2000,
        "lambda: " * N + "1",
        "not " * N + "1",
        "-" * N + "1",
        "a if b else " * N + "1",
        "a ** " * N + "1",
        "a + " * N + "1",
        "a + b - " * N + "1",
        "a and b or " * N + "1",
        "a < " * N + "1",
        "a" + ".b" * N,
        "a" + "[0]" * N,
        "a" + ".b(1)" * N,
        "f'{a:" + "{b:" * 2000 + "1" + "}" * 2000 + "}'",
        "'a' " * N,
        "[" + "1," * N + "]",
    ],
    ids=lambda source: source[:12],
)
def test_however_deep_an_expression_is_the_next_statement_is_read(deep: str) -> None:
    file = round_trip(f"_ = {deep}\ny = f()\n".encode())
    assert file.body[1:] == (AFTER,)
    assert file.unread == ()


@pytest.mark.parametrize("head", ["if a:", "def f(x=1):", "class A:", "while a:", "with a:", "for a in b:"])
def test_however_deep_a_statement_is_the_calls_in_it_are_known(head: str) -> None:
    depth = 500
    lines = [" " * i + head for i in range(depth)]
    file = round_trip("\n".join([*lines, " " * depth + "f()", "y = f()"]).encode())
    assert file.body[-1] == Assign(Y, Call(F, (), depth + 2), depth + 2)
    assert f"Call(function=Name(id='f'), arguments=(), line={depth + 1}" in repr(file.body[0])


def test_calls_that_lie_too_deep_are_kept_without_arguments() -> None:
    (statement,) = read("_ = " + "[" * 100 + "a.b(f(1)), x[0].d()" + "]" * 100).body
    assert isinstance(statement, Assign)
    inner = statement.value
    while isinstance(inner, Sequence):
        (inner,) = inner.items
    assert inner == Opaque("list", (Call(Attr(A, "b"), (), 1), Call(F, (), 1), Call(Attr(Opaque("call"), "d"), (), 1)))


def test_a_chain_of_calls_keeps_its_end() -> None:
    (statement,) = read("a" + ".b(1)" * 3000).body
    assert isinstance(statement, Do)
    assert isinstance(statement.value, Call)
    assert isinstance(statement.value.function, Attr)
    assert statement.value.arguments == (Argument(ONE),)
    assert repr(statement).count("Call(") >= 2900


def test_a_broken_line_leaves_the_lines_around_it() -> None:
    file = round_trip(b"a = f()\nclass A:\n def g(self):\n  x = = 3\n  return 1\n def h(self): pass\nb = f()\n")
    first, declared, last = file.body
    assert first == Assign(A, Call(F, (), 1), 1)
    assert last == Assign(B, Call(F, (), 7), 7)
    assert isinstance(declared, Declare)
    assert [one.function.name for one in declared.type.body if isinstance(one, Define)] == ["g", "h"]
    assert file.unread == (Unread(4, 4),)


def test_calls_in_broken_code_are_kept() -> None:
    file = round_trip(b"def f():\n return (1,\na()\nclass B:\n pass\n")
    assert Do(Call(A, (), 3), 3) in file.body
    assert file.unread != ()


def test_a_missing_token_is_a_stretch_that_could_not_be_read() -> None:
    file = round_trip(b"f(a\n\nd = 1\n")
    assert file.unread == (Unread(1, 3),)


def test_stretches_do_not_overlap_and_are_in_order() -> None:
    file = round_trip(b"a = = 1\nb = 2\nc = 3\nd = = 4\ne = = 5\n")
    assert file.unread == (Unread(1, 1), Unread(4, 5))


def test_bytes_that_are_no_utf_8_are_replaced() -> None:
    (assigned,) = round_trip(b"a = 'x\xff'\n").body
    assert isinstance(assigned, Assign)
    assert assigned.value == read("a = 'x\ufffd'").body[0].value  # type: ignore[union-attr]


def test_a_binary_file_is_unreadable() -> None:
    assert extract("a.py", b"a\0b") == Unreadable("a.py", "it holds NUL bytes, so it is not source text")


def test_a_file_that_takes_too_long_is_unreadable_and_the_next_is_not() -> None:
    slow = b"a = 1\n" * (UNTIMED // 6 + 1)
    assert extract("a.py", slow, seconds=0.0) == Unreadable("a.py", "the parser gave up after 0 s")
    assert read("d = 1").body == (Assign(D, ONE, 1),)


def test_an_empty_file_has_no_facts() -> None:
    assert round_trip(b"") == File("a.py", "python", ())


@given(st.binary(max_size=400).filter(lambda source: b"\0" not in source))
def test_any_bytes_give_facts_that_can_be_stored(source: bytes) -> None:
    round_trip(source)


@given(st.text(alphabet="abf01 \n\t\"'\\()[]{}:,.=+-*@#|<>!~%é😀;", max_size=200))
def test_any_characters_of_python_give_facts_that_can_be_stored(source: str) -> None:
    round_trip(source.encode())


@given(st.integers(0, len(PROGRAM)), st.integers(0, 30), st.text(alphabet="()[]{}:'\"\n @=.", max_size=4))
@settings(max_examples=300)
def test_a_damaged_program_gives_facts_that_can_be_stored(at: int, length: int, instead: str) -> None:
    round_trip((PROGRAM[:at] + instead + PROGRAM[at + length :]).encode())


@given(st.lists(st.sampled_from(PROGRAM.splitlines()), max_size=20))
def test_facts_do_not_depend_on_what_was_read_before(lines: list[str]) -> None:
    source = "\n".join(lines)
    first = read(source)
    read(PROGRAM)
    assert read(source) == first


def test_a_long_file_with_names_that_are_global_is_read() -> None:
    long = "def f():\n    global made\n    made = 1\n" + "x = 1\n" * (UNTIMED // 6 + 1)
    assert isinstance(read(long).body[0], Define)
