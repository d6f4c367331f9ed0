"""AP201: what it says of secrets, and of a tree without any."""

from msgspec.structs import replace
from tests.rules.builders import API, rule

from assay.assessment.findings import identity
from assay.model.place import Place
from assay.model.program import Inventory
from assay.model.secret import History, Past, Proof, Search, Secret, Standing
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


COMMIT = "89a9150e3441" + "0" * 28


def past(*secrets: Secret, is_in_tree: bool = False, gap: str = "", unread: int = 0) -> list[Verdict]:
    own = tuple(Past(each, COMMIT, is_in_tree) for each in secrets)
    history = History(own, commits=2, files=3, unread=unread, gap=gap)
    return list(rule("AP202").judge(Inventory(apis=(API,), history=history)))


def test_a_file_that_is_too_large_to_be_searched_is_no_pass() -> None:
    inventory = Inventory(apis=(API,), search=Search(files=3, too_large=1))
    assert [verdict.outcome for verdict in rule("AP201").judge(inventory)] == [Outcome.NOT_TESTED]


def test_a_history_that_nobody_asked_for_was_not_searched_or_not_whole_is_not_tested() -> None:
    assert [verdict.outcome for verdict in rule("AP202").judge(Inventory(apis=(API,)))] == [Outcome.NOT_TESTED]
    assert [verdict.outcome for verdict in past(gap="the clone is shallow")] == [Outcome.NOT_TESTED]
    assert [verdict.outcome for verdict in past(unread=1)] == [Outcome.NOT_TESTED]


def test_a_history_without_secrets_passes_and_says_what_was_searched() -> None:
    (verdict,) = past()
    assert verdict.outcome is Outcome.PASS
    assert "3 past files of 2 commits" in verdict.message


def test_a_past_secret_fails_with_its_commit_and_its_place_in_words() -> None:
    verdict = past(secret(7))[0]
    assert (verdict.outcome, verdict.severity, verdict.confidence) == (Outcome.FAIL, Severity.CRITICAL, Confidence.FIRM)
    assert "since commit 89a9150e3441" in verdict.message
    assert "shop/a.py:7" in verdict.steps[0].text
    assert verdict.place is None


def test_a_past_secret_that_still_stands_is_left_to_the_rule_on_the_tree() -> None:
    (verdict,) = past(secret(7), is_in_tree=True)
    assert verdict.outcome is Outcome.PASS
    assert "1 of the values in it still stand" in verdict.message


def test_what_was_found_before_the_search_was_cut_is_told_and_the_rest_is_not_tested() -> None:
    assert {verdict.outcome for verdict in past(secret(7), gap="cut")} == {Outcome.FAIL, Outcome.NOT_TESTED}


def test_identity_of_a_past_secret_is_neither_its_file_nor_its_line() -> None:
    one, other = past(secret(7))[0], past(secret(90, "shop/other.py"))[0]
    assert identity("history", one.weakness, one.subject) == identity("history", other.weakness, other.subject)


def test_a_private_key_for_development_is_a_suspicion_and_a_token_is_none() -> None:
    for kind, confidence in (("private-key", Confidence.TENTATIVE), ("github-token", Confidence.FIRM)):
        assert said(replace(secret(standing=Standing.DEVELOPMENT), kind=kind))[0].confidence is confidence
