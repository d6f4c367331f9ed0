"""Static proposes, live proves: verdicts of the code are confirmed or refuted by live ones on the same endpoint."""

import pytest
from msgspec.structs import replace
from tests.assessment.scene import verdict

from assay.assessment.settle import settle
from assay.model.exchange import Transcript
from assay.model.place import Step
from assay.model.verdict import Confidence, Outcome, Severity, Subject, Verdict

OPEN, READ = "missing-authentication", "GET /orders/{id}"


def static(rule: str = "AP001", weakness: str = OPEN, name: str = READ, outcome: Outcome = Outcome.FAIL) -> Verdict:
    said = verdict(rule, name, outcome, Severity.MEDIUM)
    return replace(said, weakness=weakness, steps=(Step("no guard", said.place),), fix="guard it")


def live(
    outcome: Outcome, rule: str = "AP501", weakness: str = OPEN, name: str = "GET /orders/{order_id}", sure: bool = True
) -> Verdict:
    confidence = Confidence.CONFIRMED if sure else Confidence.TENTATIVE
    said = verdict(rule, name, outcome, Severity.HIGH, confidence)
    return replace(said, weakness=weakness, place=None, steps=(Step("GET /orders/7 gave 401"),))


def settled(*verdicts: Verdict) -> Verdict:
    """The first of them, settled by the others."""
    return settle(verdicts)[0]


@pytest.mark.parametrize("rule", ["AP001", "AP002", "AP004", "AP007", "AP314"])
def test_a_live_refusal_refutes_that_an_endpoint_is_open(rule: str) -> None:
    found = settled(static(rule), live(Outcome.PASS))
    assert (found.outcome, found.confidence, found.rule) == (Outcome.PASS, Confidence.CONFIRMED, rule)
    assert found.message == (
        f"GET /orders/{{id}} looks open in the code ({rule}), but a live call without credentials was refused (AP501)."
    )


def test_a_refuted_verdict_keeps_both_evidences() -> None:
    found = settled(static(), live(Outcome.PASS))
    assert [step.text for step in found.steps] == [
        "AP001 said: GET /orders/{id} is judged by AP001.",
        "no guard",
        "AP501 says live: GET /orders/{order_id} is judged by AP501.",
        "GET /orders/7 gave 401",
    ]
    assert found.fix == ""


def test_a_live_failure_confirms_an_object_of_another() -> None:
    found = settled(static("AP101", "bola"), live(Outcome.FAIL, "AP520", "bola"))
    assert (found.outcome, found.confidence, found.severity) == (Outcome.FAIL, Confidence.CONFIRMED, Severity.HIGH)
    assert found.message == "GET /orders/{id} is judged by AP101. A live call shows it (AP520)."
    assert [step.text for step in found.steps][-2:] == [
        "AP520 says live: GET /orders/{order_id} is judged by AP520.",
        "GET /orders/7 gave 401",
    ]
    assert found.fix == "guard it"


def test_a_live_failure_confirms_that_an_endpoint_is_open() -> None:
    assert settled(static(), live(Outcome.FAIL)).confidence is Confidence.CONFIRMED


ANSWERED = Transcript("GET /orders/7", "200 OK", status=200, method="GET", url="https://api.example/orders/7")


def test_an_answered_stranger_shows_that_an_endpoint_is_open_as_the_code_says() -> None:
    found = settled(static(), replace(live(Outcome.NOT_APPLICABLE), exchanges=(ANSWERED,)))
    assert (found.outcome, found.confidence, found.severity) == (Outcome.FAIL, Confidence.CONFIRMED, Severity.MEDIUM)
    assert found.message.endswith("A live call without credentials was answered (AP501).")
    assert found.exchanges == (ANSWERED,)


def test_an_answered_stranger_leaves_a_suspicion_a_suspicion() -> None:
    doubt = replace(static(), confidence=Confidence.TENTATIVE)
    found = settled(doubt, replace(live(Outcome.NOT_APPLICABLE), exchanges=(ANSWERED,)))
    assert (found.confidence, found.exchanges) == (Confidence.TENTATIVE, (ANSWERED,))


@pytest.mark.parametrize("exchange", [replace(ANSWERED, identity="ada"), replace(ANSWERED, status=302)])
def test_only_an_answer_to_a_stranger_shows_that_an_endpoint_is_open(exchange: Transcript) -> None:
    given = static()
    assert settled(given, replace(live(Outcome.NOT_APPLICABLE), exchanges=(exchange,))) == given


@pytest.mark.parametrize(
    "other",
    [
        live(Outcome.PASS, sure=False),
        live(Outcome.NOT_TESTED),
        live(Outcome.PASS, name="POST /orders/{id}"),
        live(Outcome.PASS, name="GET /orders"),
        live(Outcome.PASS, weakness="bola"),
        static("AP004", outcome=Outcome.PASS),
        replace(live(Outcome.PASS), subject=replace(live(Outcome.PASS).subject, api="another")),
        replace(live(Outcome.PASS), subject=replace(live(Outcome.PASS).subject, symbol="token")),
    ],
)
def test_what_is_no_proof_settles_nothing(other: Verdict) -> None:
    assert settled(static(), other) == static()


def test_a_live_pass_does_not_refute_an_object_of_another() -> None:
    assert settled(static("AP101", "bola"), live(Outcome.PASS, "AP520", "bola")) == static("AP101", "bola")


def test_where_live_calls_differ_the_failure_stands() -> None:
    found = settled(static(), live(Outcome.PASS), live(Outcome.FAIL, "AP502"))
    assert (found.outcome, found.confidence) == (Outcome.FAIL, Confidence.CONFIRMED)


def test_every_method_of_a_path_is_settled_by_no_single_call() -> None:
    anywhere = static(name="ANY /orders/{id}")
    assert settled(anywhere, live(Outcome.PASS)) == anywhere


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.NOT_TESTED, Outcome.NOT_APPLICABLE])
def test_only_failures_are_settled(outcome: Outcome) -> None:
    assert settled(static(outcome=outcome), live(Outcome.FAIL)) == static(outcome=outcome)


def test_live_verdicts_stay_as_they_are_and_the_order_too() -> None:
    given = (live(Outcome.PASS), static(), live(Outcome.FAIL, "AP520", "bola"))
    found = settle(given)
    assert (found[0], found[2]) == (given[0], given[2])
    assert [each.rule for each in found] == [each.rule for each in given]


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.FAIL])
def test_a_settled_verdict_shows_what_was_asked_and_answered(outcome: Outcome) -> None:
    shown = Transcript("GET /orders/7", "HTTP/1.1 401 Unauthorized", status=401)
    assert settled(static(), replace(live(outcome), exchanges=(shown,))).exchanges == (shown,)


CORS = "permissive-cors"


def policy(
    name: str = "cors", confidence: Confidence = Confidence.FIRM, severity: Severity = Severity.MEDIUM
) -> Verdict:
    said = verdict("AP105", READ, Outcome.FAIL, severity, confidence)
    return replace(said, weakness=CORS, subject=Subject(said.subject.api, "setting", symbol=name))


def call(
    rule: str = "AP420", outcome: Outcome = Outcome.FAIL, severity: Severity = Severity.HIGH, sure: bool = True
) -> Verdict:
    said = live(outcome, rule, CORS, sure=sure)
    return replace(said, severity=severity, exchanges=(ANSWERED,), subject=Subject(said.subject.api, "api"))


def test_a_cross_origin_policy_is_told_once_where_the_code_sets_it_with_every_call_that_shows_it() -> None:
    cause, *calls = settle((policy(), call("AP424", severity=Severity.LOW), call("AP420")))
    assert (cause.outcome, cause.confidence, cause.severity) == (Outcome.FAIL, Confidence.CONFIRMED, Severity.HIGH)
    assert cause.exchanges == (ANSWERED, ANSWERED)
    assert cause.message == f"{policy().message} Live calls show it (AP420, AP424)."
    assert [each.outcome for each in calls] == [Outcome.NOT_APPLICABLE] * 2
    assert "AP105" in calls[0].message


def test_a_suspected_policy_is_as_bad_as_the_calls_show() -> None:
    cause, _ = settle((policy(confidence=Confidence.TENTATIVE, severity=Severity.HIGH), call(severity=Severity.LOW)))
    assert (cause.severity, cause.confidence) == (Severity.LOW, Confidence.CONFIRMED)


@pytest.mark.parametrize(
    "given",
    [
        (policy(), policy("cors other"), call()),
        (policy(), call(outcome=Outcome.PASS)),
        (policy(), call(sure=False)),
        (replace(policy(), outcome=Outcome.PASS), call()),
        (policy(), replace(call(), subject=Subject("another", "api"))),
    ],
    ids=["two policies", "a live pass", "a suspicion", "a policy that is right", "another API"],
)
def test_what_does_not_show_one_policy_is_left_as_it_was(given: tuple[Verdict, ...]) -> None:
    assert settle(given) == given
