"""How fast it must be. Source: shared/performance.md section 6."""

from msgspec import Struct

SLACK = 1.2
"""A target is missed beyond this: machines differ, and neighbours are noisy."""


class Target(Struct, frozen=True):
    """One limit."""

    id: str
    title: str
    limit: float
    unit: str
    """`P` is the time for parsing the same files alone."""
    note: str = ""


TARGETS = (
    Target("T1", "facts of every file", 1.8, "P"),
    Target("T3", "inventory", 0.5, "P", "where at most 20 % of the bytes pass the gate"),
    Target("gate", "the reading of every file before any is parsed", 0.25, "P"),
    Target("T8", "facts by two processes, wall, against one", 1 / 1.6, "x", "where there are 5 MB"),
    Target("T9", "scan again with nothing changed, against the first", 0.05, "x", "or 100 ms, whichever is more"),
    Target("T12", "most memory of a scan, beside 10 KB for each file", 150.0, "MB"),
    Target("T14", "--version", 0.030, "s"),
)
PEER_TARGETS = (
    Target("T2", "cold scan with all rules, report and start", 1.5, "P", "never above 2"),
    Target("T5a", "cold scan, against semgrep with 5 rules", 1 / 4, "x"),
    Target("T5b", "cold scan, against semgrep with its language's pack", 1 / 25, "x"),
    Target("T7", "cold scan, against ApiPosture", 1 / 2.5, "x", "on Python"),
    Target("T8", "whole scan by two processes, wall, against one", 1 / 1.6, "x", "where there are 5 MB"),
    Target("T9", "scan again with nothing changed, against the first", 0.05, "x", "or 100 ms, whichever is more"),
    Target("T10", "scan again with one file changed, against the first", 0.15, "x", "or 250 ms, whichever is more"),
    Target("T12", "most memory of a scan, beside 10 KB for each file", 150.0, "MB"),
    Target("T13", "search for secrets, reading included: 40 MB/s", 25.0, "ms", "a megabyte, where there are 5 MB"),
    Target("T14", "--version", 0.030, "s"),
)
"""What `benchmarks.peers` holds Assay against: whole programs, their start included."""
PASSING = 0.20
"""T3 holds where at most this share of bytes passes the gate."""
LARGE = 5_000_000
"""Bytes: T8 holds from here on."""
UNNOTICED = 0.100
"""Seconds: T9 holds below this whatever the first scan took."""
UNNOTICED_CHANGE = 0.250
"""Seconds: T10 holds below this whatever the first scan took."""
