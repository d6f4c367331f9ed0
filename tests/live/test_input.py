"""Values of GET routes against a real database and a real template engine: what is planted is found, and nothing is changed."""

from tests.live.scanning import failing, only, scan, told
from tests.live.servers import injectable
from tests.live.serving import served

from assay.model.verdict import Outcome

RULES = only("AP540", "AP541", "AP542", "AP543", "AP544", "AP448")


def test_every_planted_weakness_of_input_is_found_and_no_other_and_nothing_is_changed() -> None:
    before = injectable.base.execute(injectable.STATE).fetchall()
    with served(injectable.app) as origin:
        live = scan(origin, chosen=RULES)
    assert {(each.rule, each.subject.name) for each in failing(live)} == injectable.PLANTED, told(failing(live))
    assert injectable.base.execute(injectable.STATE).fetchall() == before
    passed = {(each.rule, each.subject.name) for each in live.verdicts if each.outcome is Outcome.PASS}
    assert {
        ("AP540", "GET /safe-search"),
        ("AP540", "GET /touchy"),
        ("AP541", "GET /safe-search"),
        ("AP541", "GET /echo"),
        ("AP541", "GET /lenient"),
        ("AP543", "GET /safe-page"),
        ("AP544", "GET /safe-go"),
    } <= passed
