"""What holds for every rule about contracts and every document."""

import pytest
from hypothesis import given as suppose
from hypothesis import settings
from hypothesis import strategies as st
from tests.rules.builders import ANONYMOUS, SIGNED_IN, UNKNOWN, endpoint
from tests.rules.contracts import ALL, SECURE, judged, operations

from assay.model.verdict import Outcome, Severity

SECURITIES = st.sampled_from(["", "security: []", SECURE, "security: [{nowhere: []}]", "security: 5"])
LINES = st.lists(
    st.tuples(st.sampled_from(["/a", "/b/{id}", "/login"]), st.sampled_from(["get", "put"]), SECURITIES),
    max_size=5,
    unique_by=lambda each: each[0],
)
CODE = st.lists(
    st.builds(
        lambda name, guards: endpoint(name, *guards),
        st.sampled_from(["GET /a", "PUT /a", "GET /b/{key}", "ANY /login", "GET /c"]),
        st.lists(st.sampled_from([SIGNED_IN, ANONYMOUS, UNKNOWN]), max_size=1),
    ),
    max_size=4,
    unique_by=lambda each: each.name,
)


@pytest.mark.parametrize("identifier", ALL)
@suppose(lines=LINES, code=CODE)
@settings(max_examples=40, deadline=None)
def test_every_verdict_is_a_sentence_and_every_failure_has_a_mend(
    identifier: str, lines: list[tuple[str, str, str]], code: list[object]
) -> None:
    text = operations(*(f"{path}: {{{method}: {{{said}}}}}" for path, method, said in lines)) if lines else "paths: {}"
    found = judged(identifier, text, *code)  # type: ignore[arg-type]  # endpoints
    for each in found:
        assert each.message.endswith("."), each.message
        assert each.rule == identifier
        if each.outcome is Outcome.FAIL:
            assert each.fix
            assert each.severity is not Severity.CRITICAL


@pytest.mark.parametrize("identifier", ALL)
@suppose(lines=LINES, code=CODE)
@settings(max_examples=40, deadline=None)
def test_the_order_of_operations_and_endpoints_does_not_matter(
    identifier: str, lines: list[tuple[str, str, str]], code: list[object]
) -> None:
    def said(order: int) -> list[str]:
        text = operations(*(f"{path}: {{{method}: {{{said}}}}}" for path, method, said in sorted(lines)[::order]))
        found = judged(identifier, text if lines else "paths: {}", *code[::order])  # type: ignore[arg-type]  # endpoints
        return sorted(f"{each.subject} {each.outcome} {each.message}" for each in found)

    assert said(1) == said(-1)
