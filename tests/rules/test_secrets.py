"""AP201: what it says of secrets, and of a tree without any."""

from tests.rules.builders import API, rule

from assay.assessment.findings import identity
from assay.model.place import Place
from assay.model.program import Inventory
from assay.model.secret import Proof, Search, Secret, Standing
from assay.model.verdict import Confidence, Outcome, Severity, Verdict


def secret(
    line: int = 1, path: str = "shop/a.py", standing: Standing = Standing.PRODUCT, proof: Proof = Proof.FORMAT
) -> Secret:
    return Secret(
        "sendgrid-key", "SendGrid API key", "KEY", Place(path, line), "SG… (69 characters)", "a1b2c3", proof, standing
    )


def said(*secrets: Secret, files: int = 3, unread: int = 0) -> list[Verdict]:
    inventory = Inventory(apis=(API,), secrets=secrets, search=Search(files=files, unread=unread))
    return list(rule("AP201").judge(inventory))


def test_a_tree_without_secrets_passes_and_says_how_many_files_were_searched() -> None:
    (verdict,) = said()
    assert (verdict.outcome, verdict.subject.api) == (Outcome.PASS, "shop")
    assert "3 files were searched" in verdict.message


def test_nothing_passes_where_files_could_not_be_read_or_none_were_searched() -> None:
    assert [verdict.outcome for verdict in said(unread=1)] == [Outcome.NOT_TESTED]
    assert [verdict.outcome for verdict in said(files=0)] == [Outcome.NOT_TESTED]


def test_a_secret_fails_at_its_place_with_a_fix() -> None:
    (verdict,) = said(secret(7))
    assert (verdict.outcome, verdict.severity, verdict.confidence) == (Outcome.FAIL, Severity.CRITICAL, Confidence.FIRM)
    assert str(verdict.place) == "shop/a.py:7"
    assert "environment" in verdict.fix


def test_the_same_secret_at_two_places_is_one_failure_that_shows_both() -> None:
    (verdict,) = said(secret(7), secret(9, "shop/b.py"))
    assert [str(step.place) for step in verdict.steps] == ["shop/a.py:7", "shop/b.py:9"]


def test_identity_stays_when_a_secret_moves() -> None:
    before, after = said(secret(7))[0], said(secret(90, "shop/other.py"))[0]
    assert identity("secrets", "hardcoded-secret", before.subject) == identity(
        "secrets", "hardcoded-secret", after.subject
    )


def test_what_stands_in_tests_and_examples_is_for_review_only() -> None:
    for standing in (Standing.TEST, Standing.EXAMPLE):
        (verdict,) = said(secret(standing=standing))
        assert (verdict.severity, verdict.confidence) == (Severity.INFO, Confidence.TENTATIVE)


def test_a_suspicion_never_counts() -> None:
    (verdict,) = said(secret(proof=Proof.WEAK))
    assert verdict.confidence is Confidence.TENTATIVE


def test_a_file_outside_of_every_api_belongs_to_the_tree() -> None:
    two = Inventory(
        apis=(API, API.__class__(id="other", name="other", framework="flask", language="python", root="other")),
        secrets=(secret(path="deploy/run.sh"),),
        search=Search(files=3),
    )
    outcomes = {verdict.subject.api: verdict.outcome for verdict in rule("AP201").judge(two)}
    assert outcomes == {".": Outcome.FAIL, "other": Outcome.PASS, "shop": Outcome.PASS}
