"""Which fields of an account lift whoever may set them above others, by the values that their declaration allows."""

from __future__ import annotations

from collections.abc import Iterator

from assay.source.evaluate import attributes
from assay.source.evaluate.evaluator import Evaluator
from assay.source.evaluate.values import ClassValue, Const, Made, Value, options
from assay.source.mentions import walk
from assay.source.vocabulary import parts_of

SWITCHES = frozenset({"is_staff", "is_superuser", "is_admin", "is_superadmin", "is_administrator"})
NAMED = frozenset({"role", "user_role", "user_type", "role_name"})
"""Fields that hold what somebody may do in one word."""
LOFTY = frozenset(
    """
    admin administrator superadmin superuser super staff moderator manager root
    """.split()
)
"""Words of values that not everybody is meant to have."""
TEXTS = frozenset({"CharField", "TextField", "SlugField"})
PARTS = 80
"""Parts of a list of choices that are looked at."""


def elevating(run: Evaluator, model: ClassValue, name: str) -> bool:
    """Whether a field says who administers: a switch, or a word that may be `admin` because that is a choice, or because every word is."""
    if name in SWITCHES:
        return True
    held = _declared(run, model, name) if name in NAMED else None
    if held is None:
        return False
    choices = held.named.get("choices")
    if choices is None:
        return held.name in TEXTS
    return any(set(parts_of(word)) & LOFTY for word in _words(run, choices))


def _declared(run: Evaluator, model: ClassValue, name: str) -> Made | None:
    """The column of a model."""
    for base in attributes.mro(run, model):
        if isinstance(base, ClassValue):
            for option in options(attributes.class_names(run, base).get(name)):
                if isinstance(option, Made):
                    return option
    return None


def _words(run: Evaluator, choices: Value) -> Iterator[str]:
    """The words of choices: `[("admin", "Admin")]`, `Role.choices`."""
    for place, part in enumerate(walk(choices)):
        if place > PARTS:
            return
        match part:
            case Const(value=str() as said):
                yield said
            case ClassValue():
                yield from attributes.class_names(run, part)
