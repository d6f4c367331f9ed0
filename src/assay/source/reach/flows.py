"""Request data that reaches a dangerous place in a trace, and what makes it harmless on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from assay.model.endpoint import Endpoint
from assay.model.entity import PASSWORDS
from assay.model.reach import OF_REQUEST, Flow, Origin, Reach
from assay.source.evaluate.values import Made, Member, Value, options
from assay.source.reach.accesses import steps_of, symbol_of
from assay.source.reach.examination import Examination
from assay.source.reach.harm import Harm, Harms
from assay.source.reach.logged import whole_objects
from assay.source.reach.notes import files_own_log
from assay.source.reach.screening import Screening
from assay.source.reach.secrecy import secrets_in
from assay.source.reach.sinks import Sink, chain, dangerous, matching, sinks
from assay.source.reach.spelled import spelled
from assay.source.reach.taint import PLAIN, Taints
from assay.source.vocabulary import parts_of

MOST = 80
"""Flows of one handler that are kept."""
WHOLE = frozenset({"request", "Request", "context", "HttpContext", "http_request"})
"""The request object: handed to a call of which nothing is known, it is no text."""
BODIES = frozenset({"get_json", "json", "data", "form", "body", "Body", "payload", "get_data"})
"""Names of the whole of what was sent."""
HEADERS = frozenset({"headers", "Headers", "environ"})
"""Names of all headers, among them the caller's credentials."""
SENT = frozenset({Origin.BODY, Origin.FORM})
KEEPING = frozenset(
    """
    str repr format dumps dict copy to_dict decode join StreamReader ReadToEnd ReadToEndAsync Serialize SerializeObject ToString GetString
    """.split()
)
"""Calls that leave all of it in a text."""
UNPACKING = frozenset({"code", "deserialization"})
"""Kinds of places that run whatever they are given."""
OF_FOLDER = "it names the folder, and only what is asked for below it is kept inside"
"""How request data gets into the folder of a call that guards what it serves from there."""
OWN_LOG = Sink("log", (), (), (), takes_all=True)
"""A line that the project writes into a log of its own."""
PLAIN_PATHS = frozenset(name.lower() for name in PLAIN) | {"integer", "guid", "uuid", "slug"}


def flows(seen: Examination) -> tuple[Flow, ...]:
    """Every flow of one trace, once, in order of execution."""
    words = sinks(seen.program.language)
    taints = Taints(seen.program, seen.origins, words)
    taints.see(seen.trace.made)
    finder = Flows(taints, Screening(seen.trace, taints), seen.program.project.text, seen)
    found: dict[tuple[object, ...], Flow] = {}
    for made in seen.trace.made:
        sink = OWN_LOG if files_own_log(made) else matching(made, words)
        for flow in finder.at(made, sink) if sink is not None else ():
            held = found.setdefault((flow.kind, flow.origin, flow.name, flow.symbol, flow.place), flow)
            if held.is_safe and not flow.is_safe:
                found[(flow.kind, flow.origin, flow.name, flow.symbol, flow.place)] = flow
    return tuple(found.values())[:MOST]


class Flows:
    """Finds the flows into one call."""

    def __init__(
        self, taints: Taints, screening: Screening, text: Callable[[str], str | None], seen: Examination
    ) -> None:
        self.taints = taints
        self.seen = seen
        self.calls = seen.trace.made
        self.screening = screening
        self.harms = Harms(taints, text)

    def at(self, made: Made, sink: Sink) -> Iterator[Flow]:
        """The flows into a call."""
        if sink.kind == "log":
            yield from self.logged(made, sink)
            return
        if sink.kind in UNPACKING and (signed := self.signed(made, sink)) is not None:
            yield signed
        for harm in self.harms.of(made, sink):
            source, is_certain = harm.taint.source, harm.taint.is_certain
            if is_certain or source.origin is not Origin.REQUEST or source.name not in WHOLE:
                yield self.flow(made, sink, harm)
        if sink.folder:
            for taint in self.taints.of(made.argument(0, sink.folder)):
                yield self.flow(made, sink, Harm(taint, OF_FOLDER, is_certain=taint.is_certain))

    def flow(self, made: Made, sink: Sink, harm: Harm) -> Flow:
        """One flow."""
        taint = harm.taint
        safe = (
            harm.safe
            or taint.harmless
            or self.cleaned(harm, sink.kind)
            or in_sandbox(made, sink)
            or self.screening.of(taint.source, sink.kind, made)
        )
        is_certain = harm.is_certain and taint.is_certain and not self.screening.is_checked(taint.source, made)
        symbol = symbol_of(made)
        return Flow(
            sink.kind,
            taint.source.origin,
            taint.source.name,
            symbol,
            made.place,
            steps_of(made.way, made.place, symbol),
            bool(safe),
            safe or harm.how,
            is_certain,
        )

    def signed(self, made: Made, sink: Sink) -> Flow | None:
        """What the server once signed for a caller is run: whoever gets hold of the key, or is signed what it asks for, runs code."""
        for value in dangerous(made, sink):
            sources = self.taints.origins.of(value)
            known = next((each for each in sources if each.origin is Origin.PRINCIPAL), None)
            if known is not None and not self.taints.of(value) and not any(map(self.is_loaded, options(value))):
                symbol, how = symbol_of(made), "the server signed it before, or keeps it for the caller"
                steps = steps_of(made.way, made.place, symbol)
                return Flow(
                    sink.kind, Origin.PRINCIPAL, known.name, symbol, made.place, steps, how=how, is_certain=False
                )
        return None

    def is_loaded(self, value: Value) -> bool:
        """Whether a value is, or is a member of, something stored."""
        return self.taints.origins.queries.behind(value.value if isinstance(value, Member) else value) is not None

    def cleaned(self, harm: Harm, kind: str) -> str:
        """The call on the way that makes it harmless for this purpose."""
        known = self.taints.words.harmless.get(kind, frozenset())
        call = next((name for name in harm.taint.through if name in known), "")
        return f"{call}() makes it harmless" if call else ""

    def logged(self, made: Made, sink: Sink) -> Iterator[Flow]:
        """Secrets that are written into the log."""
        known = self.taints.words.harmless
        cleaning = known.get("log", frozenset()) | known.get("any", frozenset())
        written = dangerous(made, sink)
        found = list(secrets_in(written, self.taints, cleaning))
        if not found and self.whole(written, HEADERS, frozenset({Origin.HEADER})) is not None:
            found = [(Origin.HEADER, "every header")]
        if not found and (body := self.whole(written, BODIES, SENT)) is not None and (secret := self.sent_in(body)):
            found = [(body, secret)]
        inside = [] if found else list(whole_objects(self.seen, self.taints, made, written))
        inside += [] if found else [(Origin.FIXED, name) for name in spelled(made.positional)]
        for origin, name in (*found, *inside):
            symbol = symbol_of(made)
            steps = steps_of(made.way, made.place, symbol)
            is_certain = origin in OF_REQUEST or bool(inside)
            how = "it is written into the log"
            yield Flow("log", origin, name, symbol, made.place, steps, how=how, is_certain=is_certain)

    def whole(self, values: Sequence[Value], names: frozenset[str], parts: frozenset[Origin]) -> Origin | None:
        """The part of the request that is among some values as a whole: `request.get_json()`, `request.headers`."""
        for value in values:
            for taint in self.taints.of(value):
                is_whole = taint.source.name in names and taint.source.origin in parts
                if is_whole and not taint.harmless and taint.is_certain and not set(taint.through) - KEEPING:
                    return taint.source.origin
        return None

    def sent_in(self, origin: Origin) -> str:
        """The name of a password that the handler reads from a part of the request."""
        for made in self.calls:
            for value in (*made.positional, *made.named.values()):
                for taint in self.taints.of(value):
                    if taint.source.origin is origin and PASSWORDS & set(parts_of(taint.source.name)):
                        return taint.source.name
        return ""


def in_sandbox(made: Made, sink: Sink) -> str:
    """Why a template does no harm: `SandboxedEnvironment().from_string(text)` keeps it from everything but what it is given."""
    is_boxed = sink.kind == "template" and any("sandbox" in name.lower() for name in chain(made.callee))
    return "the sandbox keeps it from everything that it is not given" if is_boxed else ""


def narrowed(reach: Reach, endpoint: Endpoint, text: Callable[[str], str | None]) -> Reach:
    """The flows as the route of one endpoint lets them be: what a path parameter can hold is said by its converter."""
    if not any(flow.origin is Origin.PATH and not flow.is_safe for flow in reach.flows):
        return reach
    types = {parameter.name: parameter.type for parameter in endpoint.parameters if parameter.source == "path"}
    return replace(reach, flows=tuple(narrow(flow, types, endpoint, text) for flow in reach.flows))


def narrow(flow: Flow, types: dict[str, str], endpoint: Endpoint, text: Callable[[str], str | None]) -> Flow:
    """One flow."""
    if flow.origin is not Origin.PATH or flow.is_safe:
        return flow
    type_ = types.get(flow.name, "")
    if type_.lower().rstrip("?") in PLAIN_PATHS:
        return replace(flow, is_safe=True, how=f"the route takes only {type_} there")
    if flow.how == OF_FOLDER and type_ != "path":  # `..` is a segment, and the folder above is another one
        return replace(flow, is_certain=False)
    if flow.kind in {"path", "url", "redirect"} and type_ != "path" and not is_wildcard(flow.name, endpoint, text):
        return replace(flow, is_safe=True, how="one segment of the route holds no slash")
    return flow


def is_wildcard(name: str, endpoint: Endpoint, text: Callable[[str], str | None]) -> bool:
    """Whether a path parameter takes the rest of the path."""
    wanted = re.compile(
        r"\{\*{1,2}"
        + re.escape(name)
        + r"\b|\{"
        + re.escape(name)
        + r":path\}|<path:"
        + re.escape(name)
        + ">|\\(\\?P<"
        + re.escape(name)
        + r">(\.|\[\^?[^\]]*/)"
    )
    places = {place.path for place in (endpoint.place, endpoint.route_place) if place is not None}
    return any(wanted.search(text(path) or "") for path in sorted(places))
