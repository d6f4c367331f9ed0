"""Every probe's page: each Bad script fails it, each Good one passes it, with evidence; unanswered is never a pass."""

import pytest
from tests.live.playback import Script, rulings, script

from assay.model.exchange import (
    Ask,
    CertificateAsk,
    Chain,
    Exchange,
    Failure,
    Greeting,
    Handshake,
    Heard,
    Listen,
    Reply,
    Request,
)
from assay.model.verdict import Outcome
from assay.plugins.page import Page, page
from assay.plugins.probe import Probe, Ruling
from assay.plugins.registry import modules

PROBES = [
    (probe, page(module.__doc__ or ""))
    for module, probe in modules("assay.live.probes", "PROBE")
    if isinstance(probe, Probe)
]
HEADINGS = ("What it finds", "Why it matters", "Bad", "Good", "How to fix", "What it cannot see", "References")


def _examples(heading: str) -> list[object]:
    return [
        pytest.param(probe, example.text, id=f"{probe.id}-{probe.name}-{number}")
        for probe, text in PROBES
        for number, project in enumerate(text.projects(heading), start=1)
        for example in project
    ]


@pytest.mark.parametrize(("probe", "text"), PROBES, ids=[probe.id for probe, _ in PROBES])
def test_a_page_has_its_sections_and_both_kinds_of_examples(probe: Probe, text: Page) -> None:
    assert [heading for heading, _ in text.sections] == list(HEADINGS)
    for heading in ("Bad", "Good"):
        assert text.projects(heading)
        assert {example.framework for project in text.projects(heading) for example in project} == {"http"}
    assert probe.statement


@pytest.mark.parametrize(("probe", "text"), _examples("Bad"))
def test_a_bad_script_fails_and_shows_its_exchanges(probe: Probe, text: str) -> None:
    played = script(text)
    said = rulings(probe, played)
    failing = [ruling for ruling in said if ruling.outcome is Outcome.FAIL]
    assert failing, [ruling.message for ruling in said]
    assert all(ruling.fix and ruling.message.endswith(".") for ruling in failing)
    assert all(ruling.exchanges for ruling in failing) or not any(isinstance(ask, Request) for ask in played.asked)
    assert not [play for play in played.plays if not play.used], "an exchange of the page was never asked for"


@pytest.mark.parametrize(("probe", "text"), _examples("Good"))
def test_a_good_script_gives_no_finding_and_something_that_passes(probe: Probe, text: str) -> None:
    said = rulings(probe, script(text))
    assert not [ruling.message for ruling in said if ruling.outcome is Outcome.FAIL]
    assert [ruling for ruling in said if ruling.outcome is Outcome.PASS], [ruling.message for ruling in said]


@pytest.mark.parametrize(("probe", "text"), [*_examples("Bad"), *_examples("Good")])
@pytest.mark.parametrize("word", ["timeout", "budget"])
def test_a_target_that_does_not_answer_is_never_passed_nor_failed(probe: Probe, text: str, word: str) -> None:
    asked: list[Ask] = []
    for ruling in _deaf(probe, script(text), word, asked):
        is_offline = not asked
        assert ruling.outcome in {Outcome.NOT_TESTED, Outcome.NOT_APPLICABLE} or is_offline, ruling.message


def _deaf(probe: Probe, played: Script, word: str, asked: list[Ask]) -> list[Ruling]:
    said: list[Ruling] = []
    for subject in probe.subjects(played.target):
        play = probe.run(played.target, subject)
        replies: tuple[Reply, ...] | None = None
        while True:
            try:
                asks = next(play) if replies is None else play.send(replies)
            except StopIteration as end:
                said += end.value if isinstance(end.value, list | tuple) else [end.value]
                break
            asked += asks
            replies = tuple(_silence(ask, word) for ask in asks)
    return said


def _silence(ask: Ask, word: str) -> Reply:
    failure = Failure(word, "nothing came back")
    match ask:
        case Request():
            return Exchange(ask, failure=failure)
        case Handshake():
            return Greeting(ask, failure=failure)
        case CertificateAsk():
            return Chain(ask, failure=failure)
        case Listen():
            return Heard(ask)
