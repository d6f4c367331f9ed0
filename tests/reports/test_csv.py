"""The CSV report is a table that no spreadsheet runs."""

import csv
import io

from hypothesis import given
from msgspec.structs import replace
from tests.reports.made import assessments, bounded
from tests.reports.shop import SHOP

from assay.model.assessment import Assessment
from assay.reports.csv_report import COLUMNS, REPORT


def rows(assessment: Assessment = SHOP) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(REPORT.write(assessment), newline="")))


def test_a_finding_is_a_row() -> None:
    found = rows()
    assert len(found) == len(SHOP.findings)
    assert found[0]["rule"] == "AP004"
    assert found[0]["cwe"] == "CWE-306"
    assert found[0]["endpoint"] == "/orders/{id}"
    assert (found[0]["file"], found[0]["line"]) == ("services/orders/routes/orders.py", "41")
    assert [each["state"] for each in found] == ["new", "known", "suppressed", "known", "new", "review"]
    assert found[2]["owner"] == "ops@shop.example"


def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe() -> None:
    for text in ("=1+1", "+1", "-1", "@sum", "\t=1", "\r\n@x"):
        verdict = replace(SHOP.findings[0].verdict, message=text)
        message = rows(replace(SHOP, findings=(replace(SHOP.findings[0], verdict=verdict),)))[0]["message"]
        assert message == "'" + text.strip()


@bounded
@given(assessments)
def test_any_table_has_every_row_and_no_formula(assessment: Assessment) -> None:
    table = list(csv.reader(io.StringIO(REPORT.write(assessment), newline="")))
    assert tuple(table[0]) == COLUMNS
    assert len(table) == len(assessment.findings) + 1
    for row in table:
        assert len(row) == len(COLUMNS)
        assert not any(cell[:1] in {"=", "+", "-", "@", "\t", "\r"} for cell in row)
