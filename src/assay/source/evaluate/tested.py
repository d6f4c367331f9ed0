"""What tells the test of one condition from that of another."""

from assay.source.evaluate.values import Condition

TestKey = tuple[int, int, str]
"""The fact of a test, and the line and file where it stands."""


def key_of(condition: Condition) -> TestKey:
    """The key of a condition's test. Equal texts may share a fact while a file is read anew, and do not when its facts were kept, so that
    the fact alone says nothing.
    """
    return (id(condition.test), condition.place.line, condition.place.path)
