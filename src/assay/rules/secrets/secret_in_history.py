"""A secret was taken out of the tree and stays in the history of its repository.

## What it finds

Keys, tokens, passwords and private keys, as AP201 knows them, in the files of every commit that a branch, a tag or a stash reaches and
that no longer stand in the tree, each with the oldest commit that holds it. It looks only when it is asked to: `assay scan --history`, or
`history = true` below `[secrets]` in assay.toml. Without that, in a shallow clone or outside of a repository, it says that the history was
not tested.

## Why it matters

Whoever can clone the repository can read every commit of it. Deleting the line hides a secret from the next reader of the file and from
nobody else.

## Bad

A commit takes the key out of the settings, and the key is still honoured by the service. Everybody with a clone still has it.

## Good

The key was revoked when it was found. Then it was replaced, and the finding is suppressed with that reason, or the history was rewritten.

## How to fix

Revoke the secret at the service that honours it; that alone ends the danger. Rewriting the history (`git filter-repo`) helps against later
readers only, since clones and forks keep the old one. If it is revoked already, suppress the finding by its fingerprint and say so.

## What it cannot see

Commits that nothing reaches any more, files larger than a scan reads, binary files, and what stands in forks, in other repositories and in
the tickets around them. Nothing is tried out: whether a service still honours a secret is not known.

## References

- CWE-798 Use of Hard-coded Credentials, CWE-540 Inclusion of Sensitive Information in Source Code
- OWASP ASVS 5.0, V13.3 Secret Management
"""

from collections import defaultdict
from collections.abc import Iterator

from assay.model.place import Step
from assay.model.program import Inventory
from assay.model.secret import History, Past
from assay.model.verdict import Confidence, Outcome, Severity, Subject, Verdict
from assay.plugins.rule import Rule
from assay.rules.leak import ASIDE, TREE, confidence, severity, symbol

SHOWN = 20
"""So many places are named as steps."""
COMMIT = 12
"""Digits of a commit that are shown."""


def verdicts(inventory: Inventory) -> Iterator[Verdict]:
    """A verdict for every secret that only the history holds, and one on the history itself."""
    history = inventory.history
    groups: dict[str, list[Past]] = defaultdict(list)
    for past in history.secrets:
        if not past.is_in_tree:
            groups[symbol(past.secret)].append(past)
    for name, own in sorted(groups.items()):
        yield _failure(name, sorted(own, key=_gravity))
    if history.gap or history.unread:
        yield _of_history(Outcome.NOT_TESTED, _missing(history))
    elif not groups:
        still = sum(past.is_in_tree for past in history.secrets)
        rest = f"; {still} of the values in it still stand in the tree" if still else ""
        yield _of_history(Outcome.PASS, f"No secret was taken out and left in the history: {_searched(history)}{rest}.")


def _gravity(past: Past) -> tuple[bool, int, str, int]:
    secret = past.secret
    return confidence(secret) is Confidence.TENTATIVE, severity(secret).rank, secret.place.path, secret.place.line


def _failure(name: str, own: list[Past]) -> Verdict:
    worst = own[0].secret
    steps = [
        Step(f"{past.secret.title}: {past.secret.masked}, in {past.secret.place}, since commit {past.commit[:COMMIT]}")
        for past in own[:SHOWN]
    ]
    if len(own) > SHOWN:
        steps.append(Step(f"and at {len(own) - SHOWN} further places"))
    return Verdict(
        rule=RULE.id,
        weakness=RULE.weakness,
        subject=Subject(TREE, "secret", symbol=f"history: {name}"),
        outcome=Outcome.FAIL,
        message=_message(own),
        severity=severity(worst),
        confidence=confidence(worst),
        steps=tuple(steps),
        fix="Revoke it: whoever has a clone has it. Then rewrite the history, or suppress this finding with the day of the revocation.",
    )


def _message(own: list[Past]) -> str:
    worst, count = own[0].secret, len(own)
    title = worst.title[:1].upper() + worst.title[1:]
    if worst.standing in ASIDE:
        values = "1 value" if count == 1 else f"{count} values"
        return (
            f"{title}: {values} of this kind in {ASIDE[worst.standing]} of past commits; make sure that none is in use."
        )
    named = f" `{worst.name}`" if worst.name else ""
    return f"{title}{named} was taken out of {worst.place.path} and stays in the history since commit {own[0].commit[:COMMIT]}."


def _missing(history: History) -> str:
    if history.gap:
        return f"The history was not searched for secrets, or not to its end: {history.gap}."
    return (
        f"{history.unread} past files are too large or missing and were not searched for secrets; {_searched(history)}."
    )


def _searched(history: History) -> str:
    return f"{history.files} past files of {history.commits} commits were searched"


def _of_history(outcome: Outcome, message: str) -> Verdict:
    subject = Subject(TREE, "history", symbol="secrets")
    return Verdict(rule=RULE.id, weakness=RULE.weakness, subject=subject, outcome=outcome, message=message)


RULE = Rule(
    id="AP202",
    name="secret-in-history",
    title="Secret stays in the history of the repository",
    weakness="hardcoded-secret",
    severity=Severity.CRITICAL,
    family="history",
    specificity=10,
    judge=verdicts,
)
