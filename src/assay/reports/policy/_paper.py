"""The policy on paper: a tagged PDF/A made by typst from JSON alone, without a network or the machine's own fonts."""

import json
from datetime import date
from importlib.resources import files
from typing import Literal

import typst

from assay.model.policy import PolicyText

STANDARD: Literal["a-2a"] = "a-2a"


def paper(policy: PolicyText, digest: str, day: date) -> bytes:
    """The policy as PDF; the same policy gives the same bytes."""
    told = {
        "title": policy.title,
        "company": policy.company,
        "digest": digest,
        "day": [day.year, day.month, day.day],
        "facts": [list(fact) for fact in policy.facts],
        "sections": [
            {
                "heading": each.heading,
                "lines": list(each.lines),
                "columns": list(each.columns),
                "rows": [list(row) for row in each.rows],
            }
            for each in policy.sections
        ],
    }
    try:
        return _compiled(json.dumps(told))
    except typst.TypstError:
        # PDF/A refuses a character that its fonts do not have.
        return _compiled(json.dumps(told).replace("\\u", "\\\\u"))


def _compiled(told: str) -> bytes:
    template = files("assay.reports.policy").joinpath("policy.typ").read_bytes()
    return typst.compile(
        template, format="pdf", sys_inputs={"told": told}, pdf_standards=STANDARD, ignore_system_fonts=True
    )
