"""Facts keep the laws: frozen, ordered, told apart by their tags, and the same after a journey through bytes."""

import inspect
import typing
from collections.abc import Iterator

import msgspec
import pytest

from assay.source import facts
from assay.source.languages.registry import LANGUAGES

SOURCES = {
    "csharp": b'[ApiController, Route("a")]\nclass A<T> : B { [HttpGet("{id:int}")] int Get(int id) => id > 0 ? id : x?.Y[1]; }\n',
    "python": b'@app.get(f"/{a}", deps=[*b])\nasync def get(id: int = 1, **kw) -> dict[str, int]:\n    return {"a": not id}\n',
}


def _kinds() -> Iterator[type[msgspec.Struct]]:
    for _, value in sorted(vars(facts).items()):
        if inspect.isclass(value) and issubclass(value, msgspec.Struct) and value.__module__.startswith("assay."):
            yield value


def test_facts_are_frozen_and_ordered() -> None:
    kinds = list(_kinds())
    assert len(kinds) > 20
    for kind in kinds:
        assert kind.__struct_config__.frozen, f"{kind.__name__}: a fact never changes"
        loose = [name for name, type_ in typing.get_type_hints(kind).items() if _is_loose(type_)]
        assert not loose, f"{kind.__name__}.{loose}: take a tuple; other containers change or have no order"


def test_no_two_facts_share_a_tag() -> None:
    tags = [kind.__struct_config__.tag for kind in _kinds() if kind.__struct_config__.tag is not None]
    assert len(tags) == len(set(tags))


@pytest.mark.parametrize(("language", "source"), SOURCES.items())
def test_the_facts_of_a_file_survive_the_journey_through_bytes(language: str, source: bytes) -> None:
    (entry,) = (entry for entry in LANGUAGES if entry.name == language)
    read = entry.load()("main", source)
    assert isinstance(read, facts.File)
    assert read.body
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(read), type=facts.File) == read


def _is_loose(type_: object) -> bool:
    if typing.get_origin(type_) in {dict, list, set, frozenset} or type_ in {dict, list, set, frozenset, object}:
        return True
    return any(_is_loose(part) for part in typing.get_args(type_) if not isinstance(part, str))
