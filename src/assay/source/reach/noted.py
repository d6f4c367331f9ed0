"""The names of what logs, records and announces."""

from __future__ import annotations

import re
from functools import cache

from assay.source import facts
from assay.source.reach.marks import written_as
from assay.source.vocabulary import parts_of

LOGGERS = frozenset({"log", "logger", "logging", "loggers", "logs"})
"""The last word of the name of what logs."""
RECORDING = frozenset(
    {"log", "record", "register", "write", "track", "create", "add", "save", "insert", "append", "store", "push"}
)
TRACES = frozenset({"activity", "activities", "history", "timeline", "trail", "audit", "audits"})
"""What is recorded, whatever the verb is."""
HAPPENINGS = frozenset(
    {"event", "events", "action", "actions", "operation", "change", "changes", "deletion", "addition"}
)
"""What is recorded, where the verb says that it is."""
SURELY_RECORDING = frozenset({"log", "record", "track"})
HANDING = frozenset({"delay", "apply_async", "enqueue", "send_with_options", "defer"})
"""Methods of a task that have it done later."""
ANNOUNCING = frozenset({"publish", "emit", "raise", "dispatch", "fire"})


def records(call: facts.Call | facts.New, levels: frozenset[str]) -> bool:
    """Whether a call logs, is named so that it records, or makes an object that is a record."""
    written = written_as(call.type if isinstance(call, facts.New) else call.function)
    holder, _, last = written.rpartition(".")
    if not last:
        return False
    is_log = last in levels and (ends_like_logger(holder) or (last.startswith("Log") and len(last) > 3))
    return is_log or kind_of(written) == "audit" or (last[:1].isupper() and is_trail(last))


@cache
def ends_like_logger(name: str) -> bool:
    """Whether a name ends as that of a logger: `_logger`, `app.logger`, `audit_log`."""
    parts = parts_of(name.rpartition(".")[2])
    return bool(parts) and parts[-1] in LOGGERS


@cache
def wraps_logger(name: str) -> bool:
    """Whether a function of the project's own is one that writes a log line: `LogHelper.Log`, `LoggerExtensions.SystemLog`."""
    holder, _, last = name.rpartition(".")
    return WRAPPER.search(holder) is not None and "log" in parts_of(last)


@cache
def is_of_own_log(name: str) -> bool:
    """Whether a function belongs to a type of the project's own that is called a log: `AccessLog.Info`, `FileLogger.Write`."""
    holder = name.rpartition(".")[0]
    return WRAPPER.search(holder) is not None or ends_like_logger(holder)


WRAPPER = re.compile(r"(^|\.)_?Log(s|ger|gers|ging)?(Helper|Extension|Util|Utility|Ext|Service)s?$")
"""Types that hold such functions."""


@cache
def kind_of(name: str, own: frozenset[str] = frozenset()) -> str:
    """Whether the name of a function says that it records (`audit`) or announces (`event`) something; "" otherwise."""
    holder, _, last = name.rpartition(".")
    if last in HANDING and holder:
        return kind_of(holder, own)
    if last in own or name in own:
        return "audit"
    parts = set(parts_of(last))
    if "audit" in parts or {"audit", "auditor"} & set(parts_of(holder)):
        return "audit"
    if (parts & RECORDING and parts & TRACES) or (parts & SURELY_RECORDING and parts & HAPPENINGS):
        return "audit"
    return "event" if parts & ANNOUNCING and parts & {"event", "events"} else ""


@cache
def is_trail(entity: str) -> bool:
    """Whether a stored type is a record of what happened."""
    parts = parts_of(entity)
    said = set(parts)
    return bool(said & {"audit", "audits", "history", "histories"}) or (
        bool(parts)
        and (
            parts[-1] in {"log", "logs"} or {"log", "entry"} <= said or {"activity"} <= said or {"event", "log"} <= said
        )
    )
