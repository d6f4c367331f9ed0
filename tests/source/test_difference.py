"""Which functions of a file changed, and where everything else now stands."""

import pytest

from assay.source import facts
from assay.source.difference import Difference, difference
from assay.source.languages.csharp import extract as csharp
from assay.source.languages.parse import Extract
from assay.source.languages.python import extract as python

OLD = """\
import os

def first(a):
    return a + 1

class Shop:
    limit = 3

    def second(self):
        if self.limit:
            return first(2)
        return None

    def third(self):
        def inner():
            return 1
        return inner()
"""


def facts_of(text: str, read: Extract = python) -> facts.File:
    found = read("a", text.encode())
    assert isinstance(found, facts.File)
    return found


def compared(new: str, old: str = OLD) -> Difference | None:
    return difference(facts_of(old), facts_of(new))


def changed(new: str, old: str = OLD) -> set[str]:
    found = compared(new, old)
    assert found is not None
    return {name for name, _, _ in found.before}


def test_a_comment_changes_nothing_and_moves_what_is_below() -> None:
    found = compared(OLD.replace("class Shop", "# a shop\n\nclass Shop"))
    assert found is not None
    assert not found.before
    assert (found.lines[3], found.lines[6], found.lines[11]) == (3, 8, 13)


def test_a_changed_body_is_that_of_its_function_alone() -> None:
    assert changed(OLD.replace("a + 1", "a + 2")) == {"first"}
    assert changed(OLD.replace("return None", "return 5\n        print(1)")) == {"second"}


def test_a_function_inside_another_changes_by_itself() -> None:
    assert changed(OLD.replace("return 1", "return 2")) == {"inner"}


def test_lines_within_a_changed_body_are_not_told() -> None:
    found = compared(OLD.replace("return None", "return 5"))
    assert found is not None
    assert 10 not in found.lines
    assert found.lines[14] == 14


@pytest.mark.parametrize(
    "new",
    [
        OLD.replace("limit = 3", "limit = 4"),
        OLD.replace("def first(a)", "def first(a, b=1)"),
        OLD.replace("import os", "import sys"),
        OLD.replace("def second", "@cached\n    def second"),
        OLD.replace("def second", "def other"),
        OLD + "\nprint(1)\n",
        OLD.replace("class Shop:", "class Shop(Base):"),
    ],
    ids=["field", "parameter", "import", "decorator", "name", "statement", "base"],
)
def test_what_a_file_declares_or_runs_is_not_within_a_function(new: str) -> None:
    assert compared(new) is None


def test_lambdas_in_statements_are_functions_too() -> None:
    old = 'var app = A.Build();\napp.MapGet("/a", (int id) => id);\napp.MapGet("/b", (int id) =>\n{\n    return id;\n});\n'
    new = old.replace("return id;", "return id + 1;")
    found = difference(facts_of(old, csharp), facts_of(new, csharp))
    assert found is not None
    assert found.before == {("", 3, 6)}
