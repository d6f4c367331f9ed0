"""Assessments made by hypothesis: every field filled with what it may hold, names with what an attacker may write."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from assay.model.assessment import Assessment, Coverage, CoverageLine, Factor, RuleSheet, Run, Score
from assay.model.catalog import Catalog, ControlResult, ControlState, WeaknessResult
from assay.model.endpoint import Attribute, Authorization, Demand, Endpoint, Guard, Level, Parameter, Schema
from assay.model.place import Place, Skipped, Step
from assay.model.program import Api, FileCount, Inventory, Setting
from assay.model.verdict import Confidence, Finding, Outcome, Severity, Subject, Suppression, Verdict, fingerprint

HOSTILE = (
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
    "</script><script>alert(1)</script>",
    "'\"><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "a`b``c|d",
    "[x](https://evil.example) ![y](z) <b>z</b>",
    "@everyone #12 https://evil.example www.evil.example",
    "=HYPERLINK(\"https://evil.example\")",
    "{{ 7 * 7 }}{% raw %}{0}",
    "\r\nline\ttab\x00nul\u202eabc\u2028\ud800",
    "]]>&amp;<!--",
    "[bold red]rich[/bold red]",
    "/" + "a" * 300,
    "",
)  # fmt: skip
bounded = settings(
    max_examples=60,
    deadline=None,
    # Shrinking a whole assessment takes minutes, and the first one that fails says enough.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
few = 3
text = st.sampled_from(HOSTILE) | st.text(st.characters(), max_size=12)
prints = st.text("0123456789abcdef", min_size=32, max_size=32)
rule_ids = st.sampled_from(["AP001", "AP004", "AP999"])
numbers = st.integers(0, 10**6)
shares = st.floats(0, 1, allow_nan=False)
marks = st.floats(0, 100, allow_nan=False)
severity_words = st.sampled_from([str(each) for each in Severity])
places = st.builds(Place, text.map(lambda path: path or "a"), numbers)
maybe_places = st.none() | places


def several(of: st.SearchStrategy[object], most: int = few) -> st.SearchStrategy[tuple[object, ...]]:
    """A short tuple."""
    return st.lists(of, max_size=most).map(tuple)


def pairs() -> st.SearchStrategy[tuple[object, ...]]:
    """Sorted pairs with different keys."""
    return st.dictionaries(text, text, max_size=few).map(lambda found: tuple(sorted(found.items())))


steps = several(st.builds(Step, text, maybe_places))
guards = st.builds(
    Guard,
    text,
    text,
    st.sampled_from(Demand),
    st.sampled_from(Level),
    maybe_places,
    several(text),
    st.booleans(),
    text,
    steps,
)
schemas = st.none() | st.builds(Schema, text, several(st.builds(Attribute, text, text, st.none() | st.booleans())))
sources = st.sampled_from(
    ["path", "query", "body", "form", "header", "cookie", "file", "service", "request", "unknown"]
)
parameters = st.builds(Parameter, text, text, sources, st.none() | st.booleans())
apis = st.builds(Api, text, text, text, text, text, maybe_places)
endpoints = st.builds(
    Endpoint, text, text, text, text, places, text, st.sampled_from(Authorization), several(guards), several(parameters),
    schemas, schemas, maybe_places, steps, text, several(text), several(text),
)  # fmt: skip
subjects = st.builds(Subject, text, st.sampled_from(["endpoint", "setting", "api"]), text, text, text)
verdicts = st.builds(
    Verdict, rule_ids, text, subjects, st.sampled_from(Outcome), text, st.sampled_from(Severity), st.sampled_from(Confidence),
    maybe_places, steps, text, text,
)  # fmt: skip
dates = st.dates().map(str)
suppressions = st.none() | st.builds(Suppression, text, text, dates, text, st.booleans())
findings = st.builds(
    Finding,
    verdicts.map(lambda verdict: replace(verdict, outcome=Outcome.FAIL)),
    st.text().map(lambda word: fingerprint((("path", word),))),
    pairs(),
    st.sampled_from(["detected", "excepted"]),
    st.none() | st.booleans(),
    suppressions,
)
rules = st.builds(
    RuleSheet, rule_ids, text, text, text, severity_words, text, several(st.tuples(text, text)), text, text, text
)
runs = st.builds(Run, text, text, text, text, dates, pairs(), several(text), several(text), is_complete=st.booleans())
factors = st.builds(
    Factor,
    prints,
    rule_ids,
    text,
    severity_words,
    st.sampled_from([str(each) for each in Confidence]),
    numbers,
    shares,
    marks,
)
scores = st.none() | st.builds(
    Score, text, marks, st.sampled_from(["A", "B", "C", "D", "F", ""]), shares, several(factors), several(text), marks
)
coverages = st.builds(
    Coverage, shares, several(st.builds(CoverageLine, text, numbers, numbers, text)), several(st.tuples(text, numbers))
)
results = st.builds(WeaknessResult, text, text, text, text, numbers, numbers, numbers, text)
controls = st.builds(
    ControlResult, text, text, text, text, st.sampled_from(ControlState), text, text, several(results), several(prints)
)
inventories = st.builds(
    Inventory,
    several(apis),
    several(endpoints),
    several(st.builds(Setting, text, text, text, text, maybe_places, pairs(), steps)),
    several(
        st.builds(
            Skipped, text, text, st.sampled_from(["file", "route", "guard", "rule", "left-out", "suppression"]), numbers
        )
    ),
    st.builds(FileCount, numbers, numbers, numbers, numbers, numbers),
)
assessments = st.builds(
    Assessment, runs, inventories, several(verdicts), several(findings), coverages, scores, several(controls),
    several(st.builds(Catalog, text, text, text, text, text, st.just(()))), st.just(()), several(rules),
)  # fmt: skip
