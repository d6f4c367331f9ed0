"""Knows what objects of Django set of themselves whenever they are saved: `is_staff` of a superuser, which no request asked for."""

from assay.source import facts
from assay.source.evaluate import attributes
from assay.source.evaluate.evaluator import Evaluator
from assay.source.evaluate.values import Assigned, ClassValue, Const

HOOKS = frozenset({"save", "asave", "clean", "full_clean", "save_base"})


def sets_itself(run: Evaluator, assigned: Assigned, cls: ClassValue | None) -> bool:
    """Whether a constant is put into a field by the saving method of the object's own class, or of a base of that."""
    if cls is None or not isinstance(assigned.value, Const):
        return False
    for base in attributes.mro(run, cls):
        if isinstance(base, ClassValue) and base.module.path == assigned.place.path:
            for member in base.type.body:
                function = member.function if isinstance(member, facts.Define) else None
                is_hook = function is not None and function.name in HOOKS
                if is_hook and function is not None and function.line <= assigned.place.line <= function.end_line:
                    return True
    return False
