"""What a context manager of Python gives when it is entered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.model.place import Place
from assay.source.evaluate.attributes import class_attribute
from assay.source.evaluate.values import Const, FunctionValue, Instance, Items, Unknown, Value, options, undecorated

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator


def entered(run: Evaluator, value: Value, place: Place) -> Value:
    """What a context manager gives when it is entered."""
    for option in options(value):
        match option:
            case Items(items=[first, *_]):
                return first
            case Instance(cls=cls):
                for name in ("__aenter__", "__enter__"):
                    method = class_attribute(run, cls, name, option)
                    if isinstance(undecorated(method), FunctionValue):
                        found = run.call(method, (), {}, place=place)
                        return option if isinstance(found, Const | Unknown) else found
    return value
