"""Tables of labels: how many are right, what is missed, and what is said of each."""

from collections.abc import Iterator, Sequence

from tools.labels import Group, Labelled

AIMS = "Aims: 70 % of replay cases, 70 % of the flaws of vulnerable apps, findings on at most 2 % of clean endpoints and traps."


BOTH = (Group.BEFORE, Group.AFTER)
ROWS = (
    ("replay cases: fail before and pass after", BOTH),
    ("- fail before", (Group.BEFORE,)),
    ("- no finding after", (Group.AFTER,)),
)
"""What is counted of replay cases, with the labels that are all to be right."""


def page(labels: Sequence[Labelled], absent: Sequence[str]) -> Iterator[str]:
    """All tables, Markdown."""
    if not labels:
        return
    yield "## Labelled flaws, real fixes and clean endpoints"
    yield ""
    yield "A flaw is right when a finding of its class stands on it; a mended, clean or trap endpoint when none does. Firm: only findings"
    yield "that count at a gate. Any: suspicions for review as well, on both sides. A replay case is right when every endpoint of it fails"
    yield "before the fix and none after."
    yield ""
    yield from _summary(labels)
    yield AIMS
    yield ""
    if absent:
        yield f"Not laid out, so not measured: {', '.join(absent)}."
        yield ""
    yield from _missed(labels)
    yield from _right(labels)


def _summary(labels: Sequence[Labelled]) -> Iterator[str]:
    yield "| what | of | firm | any |"
    yield "| --- | ---: | ---: | ---: |"
    yield from _case_rows(labels)
    for group in (Group.BEFORE, Group.AFTER):
        yield from _row(f"replay endpoints: {group}", [each for each in labels if each.group is group])
    flaws = [each for each in labels if each.group is Group.FLAW]
    yield from _row("flaws of vulnerable apps", flaws)
    for kind in sorted({each.kind for each in flaws}):
        yield from _row(f"- {kind}", [each for each in flaws if each.kind == kind])
    yield from _clean_rows([each for each in labels if each.group in {Group.CLEAN, Group.TRAP}])
    yield ""


def _case_rows(labels: Sequence[Labelled]) -> Iterator[str]:
    cases: dict[str, list[Labelled]] = {}
    for each in labels:
        if each.group in BOTH:
            cases.setdefault(each.project, []).append(each)
    if not cases:
        return
    for name, groups in ROWS:
        firm, found = (
            sum(
                all(each.is_right(with_suspicions=soft) for each in case if each.group in groups)
                for case in cases.values()
            )
            for soft in (False, True)
        )
        yield _line(name, len(cases), firm, found)
    firm, found = (
        sum(_is_partly_right(case, with_suspicions=soft) for case in cases.values()) for soft in (False, True)
    )
    yield _line("- one endpoint at least fails before, none after", len(cases), firm, found)
    stated = sum(all(each.state == "pass" for each in case if each.group is Group.AFTER) for case in cases.values())
    yield _line("- a rule states the pass after", len(cases), stated, stated)


def _is_partly_right(case: Sequence[Labelled], *, with_suspicions: bool) -> bool:
    before = any(each.is_right(with_suspicions=with_suspicions) for each in case if each.group is Group.BEFORE)
    return before and all(each.is_right(with_suspicions=with_suspicions) for each in case if each.group is Group.AFTER)


def _clean_rows(clean: Sequence[Labelled]) -> Iterator[str]:
    """An endpoint stands once for each class that it is free of: counted so, and by endpoint, which is stricter."""
    if not clean:
        return
    for name, key in (("endpoints", _place), ("endpoints, by class", _place_and_kind)):
        total = len({key(each) for each in clean})
        firm, found = (
            len({key(each) for each in clean if not each.is_right(with_suspicions=soft)}) for soft in (False, True)
        )
        yield _line(f"findings on clean {name}, and traps", total, firm, found)


def _place(label: Labelled) -> tuple[str, ...]:
    return (label.project, label.name)


def _place_and_kind(label: Labelled) -> tuple[str, ...]:
    return (label.project, label.name, label.kind)


def _row(name: str, labels: Sequence[Labelled]) -> Iterator[str]:
    if labels:
        firm, found = (sum(each.is_right(with_suspicions=soft) for each in labels) for soft in (False, True))
        yield _line(name, len(labels), firm, found)


def _line(name: str, total: int, firm: int, found: int) -> str:
    shares = " | ".join(f"{count} ({count / total * 100:.1f} %)" for count in (firm, found))
    return f"| {name} | {total} | {shares} |"


def _missed(labels: Sequence[Labelled]) -> Iterator[str]:
    wrong = [each for each in labels if not _is_settled(each)]
    yield "### What is wrong there"
    yield ""
    if not wrong:
        yield "Nothing."
        yield ""
        return
    yield from _table(wrong)


def _right(labels: Sequence[Labelled]) -> Iterator[str]:
    """What is right of flaws and fixes; of clean endpoints the number is enough."""
    groups = (*BOTH, Group.FLAW)
    right = [each for each in labels if each.group in groups and _is_settled(each)]
    if right:
        yield "### What is right there"
        yield ""
        yield from _table(right)


def _is_settled(label: Labelled) -> bool:
    return all(label.is_right(with_suspicions=soft) for soft in (False, True))


def _table(labels: Sequence[Labelled]) -> Iterator[str]:
    yield "| project | class | label | endpoint or place | said | firm | any |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for each in labels:
        firm, found = ("yes" if each.is_right(with_suspicions=soft) else "**no**" for soft in (False, True))
        yield f"| {each.project} | {each.kind} | {each.group} | `{each.name}` | {each.said} | {firm} | {found} |"
    yield ""
