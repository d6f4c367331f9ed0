"""The evaluator: one object that holds the state of a run over a project and ties its parts together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from assay.model.place import Place, Skipped
from assay.source import facts
from assay.source.evaluate import attributes, calls, expressions, shared, statements
from assay.source.evaluate.csharp import CSharp
from assay.source.evaluate.python import Python
from assay.source.evaluate.scope import Module, Scope
from assay.source.evaluate.tracing import Tracing
from assay.source.evaluate.values import (
    Assigned,
    ClassValue,
    Condition,
    Const,
    Decorated,
    Exit,
    FunctionValue,
    Given,
    Instance,
    Made,
    Unknown,
    Value,
)
from assay.source.looks import LOOKS

if TYPE_CHECKING:
    from assay.source.project import Project

Result = TypeVar("Result")
STEPS = 4_000_000
"""Statements and expressions that one run may evaluate; beyond, everything is `Unknown` and the program says so."""
MODULE_STEPS = 400_000
"""The same for the top level of one file and for one function that nothing calls."""
OBSERVED_STEPS = 40_000
"""The same for one guard that is observed."""
OBSERVED_TOTAL = 4_000_000
"""The same for all guards together."""
DEPTH = 40
"""Calls inside calls."""
ASIDE: dict[str, Callable[[], object]] = {
    **dict.fromkeys(("assume", "asked", "exits", "handler", "typing", "undo", "watched"), lambda: None),
    **dict.fromkeys(("conditions", "stack", "ways"), list),
    **dict.fromkeys(("told", "outs"), dict),
    **dict.fromkeys(("is_tracing", "has_raised"), bool),
    "closed": frozenset,
}
"""What belongs to whoever runs something, with what it is when nobody does."""


class Evaluator(Tracing):
    """Runs the facts of a project abstractly. Everything that it gives depends on the project alone, not on the order of questions
    as long as `run` is called with sorted paths.
    """

    def __init__(self, project: Project, *, steps: int = STEPS) -> None:
        super().__init__()
        self.project = project
        self.steps_left = steps
        self.modules_left = steps
        self.observed_left = OBSERVED_TOTAL
        self.made: list[Made] = []
        """Every call to something outside, in order."""
        self.instances: list[Instance] = []
        self.assigned: list[Assigned] = []
        self.modules: dict[str, Module | None] = {}
        self.entered: set[int] = set()
        """Ids of the facts of functions whose bodies were run (ids are stable: the project keeps its facts)."""
        self.tables: dict[int, Value] = {}
        """By the ids of functions that only write out a table: what they give."""
        self.kept: list[facts.Function] = []
        """Functions that were made while running, kept so that their ids stay theirs."""
        self.conditions: list[Condition] = []
        self._stack: list[FunctionValue] = []
        self.names: tuple[str, ...] = ()
        """Qualified names of the functions on the stack; `calls.enter` keeps them in step with it."""
        self.count = 0
        self.exits: list[Exit] | None = None
        """Returns and raises, kept only while someone observes."""
        self.assume: Callable[[Value], bool | None] | None = None
        """How tests that nothing decides turn out, while someone supposes something about the caller."""
        self.asked: list[Value] | None = None
        """Every value whose truth was asked for, while someone wants to know what tests depend on."""
        self.through: list[tuple[Decorated, tuple[Condition, ...]]] = []
        """Functions under decorators from outside that were called while someone observed, with the tests around the call."""
        self.caught: list[tuple[int, int]] = []
        """While someone observes: from which to which serial number things happened whose failure changes nothing of what follows."""
        self.unawaited: list[tuple[FunctionValue, Place]] = []
        """Coroutine functions that were called and not awaited, with the place of the call."""
        self.has_raised = False
        """Whether the call that was just run ended by an exception on every way."""
        self.supposed: list[Value] = []
        """The tests that were decided so since it was last cleared."""
        self.watched: Value | None = None
        """A receiver of which someone wants to know what is asked."""
        self.noticed: dict[str, ClassValue | None] = {}
        """The names that were looked up on it, with the class behind which `super()` looked."""
        self.settling = 0
        """Classes whose bases are being worked out."""
        self.overrides: dict[str, Value] = {}
        """Outside names that are taken to have a value: `flask.request.path`."""
        self.skipped: list[Skipped] = []
        self.python = Python(self)
        self.csharp = CSharp(self)

    @property
    def stack(self) -> list[FunctionValue]:
        """The project functions that are being run, outermost first."""
        return self._stack

    @stack.setter
    def stack(self, stack: list[FunctionValue]) -> None:
        self._stack = stack
        self.names = tuple(function.name for function in stack)

    # --- modules

    def module(self, path: str) -> Module | None:
        """The module of a file, its top level run; None when it cannot be read. A module that is being run is given as it is."""
        if path not in self.modules:
            file = self.project.file(path)
            self.modules[path] = Module(path, file) if file else None
        module = self.modules[path]
        if module is not None and module.state == "new":
            self._run(module)
        return module

    def _run(self, module: Module) -> None:
        module.state = "running"
        if module.file.language == "python":
            self.python.begin(module)
        self.apart(Place(module.path, 1), lambda: self.execute(module.file.body, module.scope))
        module.state = "done"
        if module.file.language == "python":
            shared.settle(self, module)

    def again(self, path: str) -> Module | None:
        """A module run once more under what outside names are now taken to be; nothing that it does stays recorded."""
        held = self.modules.get(path)
        file = self.project.file(path)
        if file is None:
            return None
        module = self.modules[path] = Module(path, file)
        start, starts, instances = len(self.made), len(self.assigned), len(self.instances)
        self._run(module)
        del self.made[start:], self.assigned[starts:], self.instances[instances:]
        self.modules[path] = held
        return module

    # --- the parts

    def evaluate(self, expression: facts.Expr, scope: Scope) -> Value:
        """The value of an expression; `Unknown` says why there is none."""
        self.steps_left -= 1
        if self.steps_left <= 0:
            return Unknown("the evaluation budget is used up", expression)
        return expressions.EVALUATORS[type(expression)](self, expression, scope)

    def execute(self, block: facts.Block, scope: Scope) -> int:
        """Run statements; see `scope.FALLS`, `JUMPS`, `RETURNS`, `RAISES`."""
        return statements.execute(self, block, scope)

    def attribute(self, value: Value, name: str) -> Value:
        """`value.name`."""
        return attributes.attribute(self, value, name)

    def call(
        self,
        callee: Value,
        positional: Sequence[Value] = (),
        named: dict[str, Value] | None = None,
        *,
        place: Place,
    ) -> Value:
        """What calling gives."""
        return calls.call(self, calls.Request(callee, tuple(positional), named or {}, place))

    def enter(self, function: FunctionValue, place: Place | None = None) -> Value:
        """Run a function that nothing in the project calls, its parameters `Given`."""
        given = [
            Given(parameter.name, None, position, self.type_of(parameter, function), function)
            for position, parameter in enumerate(function.function.parameters)
            if parameter.kind not in {"*", "**", "params"}
        ]
        skip = 1 if function.receiver is not None and function.module.file.language == "python" else 0
        named = {value.name: value for value in given[skip:]}
        return self.bounded(
            MODULE_STEPS, function.place, lambda: self.call(function, (), dict(named), place=place or function.place)
        )

    def apart(self, place: Place, work: Callable[[], Result], steps: int = 0) -> Result:
        """Work that belongs to the program and not to whoever asks for it first: it costs that one nothing, what that one supposes or
        does shows neither in what it gives nor in its records, and the records of a handler that is traced do not show it.
        """
        aside = {name: getattr(self, name) for name in ASIDE}
        for name, fresh in ASIDE.items():
            setattr(self, name, fresh())
        held, self.steps_left = self.steps_left, self.modules_left
        is_type, self.csharp.is_type = self.csharp.is_type, False
        starts = len(self.made), len(self.assigned), len(self.instances)
        try:
            with LOOKS.into(LOOKS.shared):
                found = self.bounded(steps or MODULE_STEPS, place, work, is_told=not steps)
        finally:
            self.modules_left, self.steps_left = self.steps_left, held
            self.csharp.is_type = is_type
            for name, value in aside.items():
                setattr(self, name, value)
        if self.is_tracing:
            del self.made[starts[0] :], self.assigned[starts[1] :], self.instances[starts[2] :]
        return found

    def bounded(self, steps: int, place: Place, work: Callable[[], Result], *, is_told: bool = True) -> Result:
        """Work that may take so many steps; if they do not suffice, the program says so and what follows has its own."""
        held = self.steps_left
        own = self.steps_left = min(steps, held)
        found = work()
        if is_told and self.steps_left <= 0 < held:
            reason = "this is too much to evaluate; what it does further on is unknown"
            self.skipped.append(Skipped(place.path, reason, "route", place.line))
        self.steps_left = held - min(own, own - self.steps_left)
        return found

    def type_of(self, parameter: facts.Parameter, function: FunctionValue) -> Value | None:
        """The declared type of a parameter, evaluated where the function stands."""
        if parameter.annotation is None:
            return None
        if function.module.file.language == "csharp":
            return self.csharp.type_value(parameter.annotation, function.scope)
        return self.evaluate(parameter.annotation, function.scope)

    # --- records

    def lookup(self, name: str, scope: Scope) -> Value:
        """What a name means in a scope."""
        if scope.module.file.language == "csharp":
            return self.csharp.lookup(name, scope)
        return self.python.lookup(name, scope)

    def next_index(self) -> int:
        """A new serial number."""
        self.count += 1
        return self.count

    def record(self, request: calls.Request) -> Made:
        """Make and keep the record of an outside call."""
        made = Made(
            request.positional,
            request.named,
            request.place,
            self.next_index(),
            tuple(self.conditions),
            self.names,
            {},
            request.callee,
            request.type_arguments,
            tuple(self.ways) if self.is_tracing else (),
        )
        self.made.append(made)
        return made

    def record_assigned(self, receiver: Value, name: str, value: Value, place: Place) -> None:
        """Keep the record of an assignment to a member."""
        self.assigned.append(Assigned(receiver, name, value, place, tuple(self.conditions), self.next_index()))

    def record_exit(self, kind: str, value: Value, place: Place) -> None:
        """Keep the record of a return or raise, if someone observes."""
        if self.exits is not None:
            self.exits.append(Exit(kind, value, place, tuple(self.conditions), len(self.stack), self.next_index()))

    def unheard(self, call: Callable[[], object]) -> None:
        """A call whose answer nobody looks at: what is returned inside of it goes to nobody."""
        first = len(self.exits or ())
        call()
        found = self.exits or []
        for at in range(first, len(found)):
            if found[at].kind == "return" and not found[at].until:
                found[at] = replace(found[at], until=self.next_index())

    def unknown(self, reason: str, expression: facts.Expr | None = None) -> Unknown:
        """A value that says why it is not known."""
        return Unknown(reason, expression)

    def run(self, paths: Iterable[str]) -> None:
        """Run the top level of files."""
        for path in paths:
            self.module(path)

    def class_of(self, value: Value) -> ClassValue | None:
        """The project class that a value is an instance of, if that is known."""
        match value:
            case Instance(cls=cls):
                return cls
            case Given(type=ClassValue() as cls):
                return cls
        return None

    def truth(self, value: Value) -> bool | None:
        """Whether a value counts as true; None when undecided (a default from the environment is undecided)."""
        if isinstance(value, Const) and not value.is_default:
            return bool(value.value)
        if self.asked is not None:
            self.asked.append(value)
        if self.assume is None:
            return None
        supposed = self.assume(value)
        if supposed is not None:
            self.supposed.append(value)
        return supposed
