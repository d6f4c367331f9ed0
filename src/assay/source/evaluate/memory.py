"""Collections of C# that outlive a request and hold what elsewhere a table would: `static List<Order> Orders`, the list of a repository.

What is in them when the program starts says nothing of what is in them when a request comes, so such a field is not worked out: it is
`Given`, of a type that readers of data know as one that keeps objects.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assay.model.place import Place
from assay.source import facts
from assay.source.evaluate import attributes
from assay.source.evaluate.values import (
    ClassValue,
    External,
    Generic,
    Given,
    Instance,
    Items,
    Made,
    Member,
    Table,
    Value,
    options,
)
from assay.source.inside import inside

if TYPE_CHECKING:
    from assay.source.evaluate.evaluator import Evaluator
    from assay.source.evaluate.scope import Scope

STORE = "MemoryStore"
"""The type of such collections, whatever they are declared as."""
COLLECTIONS = frozenset(
    """
    List IList ICollection IEnumerable Collection ObservableCollection HashSet ISet LinkedList SortedSet ConcurrentBag BlockingCollection
    SynchronizedCollection Dictionary IDictionary ConcurrentDictionary SortedDictionary SortedList
    """.split()
)
KEEPERS = re.compile(
    r"(Repository|Repo|Store|Storage|Services?|Db|Database|DataBase|Context|DataAccess|Dao|Data|Manager|Controller|Api|Provider|Server|Bank)$"
)
"""Endings of the names of types whose own lists are what they keep."""
PASSING = re.compile(
    r"cache|pool|lock|regist|track|connect|buffer|queue|metric|handler|subscri|instance|descriptor|convert|factor|pending|running|worker|timer"
    r"|default|option|setting|config|allowed|supported|valid|error|route|seed|sample|hub|filter|parser|format",
    re.IGNORECASE,
)
"""Parts of the names of collections, and of the types that have them, that hold what a program works with, and not what it is about."""
KEYS = re.compile(r"^(id|\w*Id|guid|uuid|key|code|number|slug|isbn|user_?name|e?mail|sku|\w+number)$", re.IGNORECASE)
PERSONAL = re.compile(r"pass(word|wd)?|pwd|owner|user_?id|balance|role|ssn|secret|e?mail", re.IGNORECASE)
CHANGING = frozenset(
    """
    Add AddRange Remove RemoveAt RemoveAll Insert Clear TryAdd TryRemove AddOrUpdate GetOrAdd TryUpdate Push Enqueue AddFirst AddLast
    """.split()
)
LEAST_FIELDS = 2
"""Properties that a type has at least whose objects are kept."""


def may_be_store(cls: ClassValue, member: facts.Assign, name: str) -> bool:
    """Whether a field or property may be a store, going by how it is written."""
    is_collection = element_of(member.annotation) is not None and outlives(cls, member)
    return is_collection and not PASSING.search(name) and not PASSING.search(cls.type.name)


def store(run: Evaluator, cls: ClassValue, member: facts.Assign, scope: Scope) -> Value | None:
    """The store that a field or property is; None for all others."""
    element = element_of(member.annotation)
    name = member.target.id if isinstance(member.target, facts.Name) else ""
    if element is None:
        return None
    kept = run.apart(cls.place, lambda: run.csharp.type_value(element, scope))
    if not isinstance(kept, ClassValue) or kept.type.kind not in {"class", "record", "struct"}:
        return None
    fields = properties(run, kept)
    if len(fields) < LEAST_FIELDS or not any(map(KEYS.match, fields)):
        return None
    is_fixed = "readonly" in member.modifiers or {"property", "setter"} & set(member.modifiers) == {"property"}
    if is_fixed and not is_changed(cls, name) and not any(map(PERSONAL.search, fields)):
        return None
    return Given(name, type=Generic(External(STORE), (kept,)))


def element_of(annotation: facts.Expr | None) -> facts.Expr | None:
    """The type of the items of a collection, going by how it is declared."""
    while isinstance(annotation, facts.Unary):
        annotation = annotation.value
    if not isinstance(annotation, facts.Index) or not annotation.keys:
        return None
    holder = annotation.value
    called = holder.id if isinstance(holder, facts.Name) else holder.name if isinstance(holder, facts.Attr) else ""
    if called not in COLLECTIONS:
        return None
    inner = annotation.keys[-1]
    return element_of(inner) or inner


def outlives(cls: ClassValue, member: facts.Assign) -> bool:
    """Whether a collection outlives the request: a static one, one that a repository or service keeps for itself."""
    modifiers = set(member.modifiers)
    if "const" in modifiers or "getter" in modifiers:
        return False
    if "static" in modifiers or "static" in cls.type.modifiers:
        return True
    is_own = "property" not in modifiers and not modifiers & {"public", "internal"}
    return is_own and cls.type.kind == "class" and is_service(cls)


def is_service(cls: ClassValue) -> bool:
    """Whether a type does something with objects, and is none itself: `class NoteService`, `class Notes : INotes`."""
    own = facts.Name(f"I{cls.type.name}")
    return KEEPERS.search(cls.type.name) is not None or any(own in part.bases for part, _ in cls.parts)


def properties(run: Evaluator, cls: ClassValue) -> list[str]:
    """The names of what objects of a class hold."""
    found: dict[str, None] = {}
    for base in attributes.mro(run, cls):
        for part, _ in base.parts if isinstance(base, ClassValue) else ():
            for member in part.body:
                if isinstance(member, facts.Assign) and isinstance(member.target, facts.Name):
                    found[member.target.id] = None
    return list(found)


def is_changed(cls: ClassValue, name: str) -> bool:
    """Whether the type itself changes a collection of its own."""
    own: tuple[facts.Expr, ...] = (facts.Name(name), facts.Attr(facts.Name("this"), name))
    for part, _ in cls.parts:
        for member in part.body:
            body = member.function.body if isinstance(member, facts.Define) else None
            for piece in inside(body or ()):
                match piece:
                    case facts.Call(function=facts.Attr(value=owner, name=called)) if (
                        called in CHANGING and owner in own
                    ):
                        return True
                    case facts.Assign(target=facts.Index(value=owner)) if owner in own:
                        return True
    return False


# --- what is done with them


def is_store(value: Value) -> bool:
    """Whether a value is such a collection."""
    match value:
        case Given(type=Generic(value=External(name=name))):
            return name == STORE
    return False


def is_kept(run: Evaluator, receiver: Value, name: str, value: Value) -> bool:
    """Whether what is assigned only makes such a collection: `_orders = new List<Order>()` in a constructor."""
    if not isinstance(receiver, Instance | ClassValue) or not isinstance(value, Items | Table | Made):
        return False
    cls = receiver.cls if isinstance(receiver, Instance) else receiver
    held = attributes.class_names(run, cls).get(name) if cls.module.file.language == "csharp" else None
    return any(map(is_store, options(held)))


def item(run: Evaluator, store_: Value, keys: tuple[Value, ...], scope: Scope) -> Value:
    """`orders[id]`: a look-up by key."""
    return called(run, store_, "Find", keys, scope)


def put(run: Evaluator, store_: Value, value: Value, scope: Scope) -> None:
    """`orders[id] = order`: a write."""
    called(run, store_, "Update", (value,), scope)


def called(run: Evaluator, store_: Value, name: str, given: tuple[Value, ...], scope: Scope) -> Value:
    """A call that says the same."""
    line = run.stack[-1].function.line if run.stack else 0
    return run.call(Member(store_, name), given, {}, place=Place(scope.module.path, line))
