"""Reads the outlines of policies and fills in a company's values.

The wording stands in `policies/<id>.md`, one heading for each section.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from assay.errors import CatalogError
from assay.model.policy import Outline, PolicySection, PolicyText

FOLDER = Path(__file__).with_name("policies")
BLANK = re.compile(r"\{\{\s*(\w+)\s*\}\}")
COVER = ("company_name", "system_name", "policy_owner", "approver", "effective_date", "review_interval_months")
EVERY = (
    "company_name", "system_name", "system_scope", "trust_categories", "policy_owner", "approver", "effective_date",
    "review_interval_months", "exception_contact", "audience", "framework_set", "evidence_location", "retention_years",
)  # fmt: skip
"""Values that every policy needs."""


@cache
def outlines() -> tuple[Outline, ...]:
    """The outlines that this version ships, in their order."""
    raw = yaml.safe_load((FOLDER / "policies.yaml").read_text(encoding="utf-8"))
    return tuple(_outline(each) for each in raw["policies"])


def outline(id_: str) -> Outline:
    """The outline of an id. Raises `CatalogError` for another."""
    found = next((each for each in outlines() if each.id == id_), None)
    if found is None:
        raise CatalogError(f"{id_}: there is no such policy. Mend: one of {', '.join(each.id for each in outlines())}.")
    return found


def variables() -> frozenset[str]:
    """Every value that some policy takes."""
    return frozenset((*EVERY, *(name for each in outlines() for name in each.variables)))


def written(plan: Outline, stated: Mapping[str, str]) -> PolicyText:
    """The policy with these values. The same values give the same text."""
    pen = _Pen({**dict(plan.defaults), **{key: value for key, value in stated.items() if value}})
    rules = tuple(
        PolicySection(heading, tuple(pen.filled(line) for line in lines)) for heading, lines in _wording(plan)
    )
    facts = tuple((name.replace("_", " ").capitalize(), pen.value(name)) for name in COVER)
    sections = (*_first(plan, pen), *rules, *_last(plan, pen))
    return PolicyText(plan.id, plan.title, pen.value("company_name"), facts, sections, tuple(sorted(pen.missing)))


class _Pen:
    """Fills in values, and keeps in mind those that nobody stated."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.missing: set[str] = set()

    def value(self, name: str) -> str:
        if name not in self._values:
            self.missing.add(name)
            return f"[{name} is not stated]"
        return self._values[name]

    def filled(self, line: str) -> str:
        return BLANK.sub(lambda found: self.value(found[1]), line)


def _first(plan: Outline, pen: _Pen) -> tuple[PolicySection, ...]:
    scope = "This policy holds for {{system_name}}: {{system_scope}}. Trust categories in scope: {{trust_categories}}."
    duties = (
        "{{policy_owner}} owns this text. {{approver}} approves it and is never its author. "
        "It is read and acknowledged by {{audience}}."
    )
    return (
        PolicySection("Purpose and scope", (plan.purpose, pen.filled(scope))),
        PolicySection("Roles and responsibilities", (pen.filled(duties),)),
    )


def _last(plan: Outline, pen: _Pen) -> tuple[PolicySection, ...]:
    exceptions = (
        "Exceptions are asked for at {{exception_contact}}. Each is approved by somebody other than its requester, "
        "with a reason, what lowers the risk meanwhile, and a day on which it ends."
    )
    enforcement = (
        "What is not as this policy says is recorded as a deviation, "
        "with its cause, extent, correction and the response of management."
    )
    records = (
        "Approvals, reviews, acknowledgements and the results of tests are kept at {{evidence_location}} "
        "for {{retention_years}} years."
    )
    review = (
        "This text is reviewed at least every {{review_interval_months}} months. "
        "A change voids its approval; each version is known by the SHA-256 of its text."
    )
    tests = "Rules that test what this policy says look for these weaknesses:"
    return (
        PolicySection("Exceptions and how they are approved", (pen.filled(exceptions),)),
        PolicySection("Enforcement", (enforcement,)),
        PolicySection(
            "Records this policy produces", (pen.filled(records), tests, *(f"- {each}" for each in plan.tested_by))
        ),
        PolicySection("Review and version history", (pen.filled(review),)),
        PolicySection(
            "Control mapping",
            ("Controls that this policy carries:",),
            ("Catalog", "Controls"),
            tuple((catalog, ", ".join(controls)) for catalog, controls in plan.supports),
        ),
    )


def _wording(plan: Outline) -> list[tuple[str, list[str]]]:
    """The lines below each heading. Raises `CatalogError` where they are not those of the outline."""
    found: list[tuple[str, list[str]]] = []
    for line in (FOLDER / f"{plan.id}.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            found.append((line[3:].strip(), []))
        elif line.strip() and found:
            found[-1][1].append(line.strip())
    if [heading for heading, _ in found] != list(plan.sections):
        raise CatalogError(
            f"{plan.id}.md: its headings are not those of policies.yaml. Mend: write one for each section."
        )
    return found


def _outline(raw: Mapping[str, object]) -> Outline:
    defaults, supports = raw["defaults"], raw["supports"]
    assert isinstance(defaults, Mapping)
    assert isinstance(supports, Mapping)
    return Outline(
        id=str(raw["id"]),
        title=str(raw["title"]),
        purpose=str(raw["purpose"]),
        sections=_texts(raw["sections"]),
        variables=_texts(raw["variables"]),
        defaults=tuple((str(key), _shown(value)) for key, value in defaults.items()),
        tested_by=_texts(raw["tested_by"]),
        supports=tuple((str(catalog), _texts(controls)) for catalog, controls in supports.items()),
    )


def _texts(value: object) -> tuple[str, ...]:
    assert isinstance(value, list)
    return tuple(str(each) for each in value)


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {each}" for key, each in value.items())
    return str(value)
