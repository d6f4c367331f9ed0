"""The probe of logouts against sessions in cookies: which of them end, and what the run's own session has of it."""

import pytest
from tests.live.scanning import only, scan
from tests.live.servers import sessions
from tests.live.serving import served

from assay.live.identity import Identity
from assay.model.verdict import Outcome
from assay.plugins.probe import Mode

RULES = only("AP411", "AP501", "AP513")
ALICE = Identity("alice", "login", "alice-password", user="alice", path="/login")
SAID = {
    "forgets-cookie": Outcome.FAIL,
    "ends-one": Outcome.PASS,
    "ends-all": Outcome.PASS,
    "same-session": Outcome.NOT_TESTED,
    "refuses": Outcome.NOT_TESTED,
    "leads-to-login": Outcome.PASS,
}


@pytest.mark.parametrize("logout", sessions.LOGOUTS)
def test_a_logout_is_judged_by_what_the_old_session_may_afterwards(logout: str) -> None:
    with served(sessions.make_app(logout)) as origin:
        live = scan(origin, chosen=RULES, mode=Mode.ACTIVE, identities=(ALICE,))
    (said,) = [each for each in live.verdicts if each.rule == "AP513"]
    assert said.outcome is SAID[logout], said.message
    assert [each.what for each in live.ledger].count("GET /logout") == (0 if logout == "same-session" else 1)
    assert not [each for each in live.verdicts if "no longer taken" in each.message]
    assert "session-0" not in repr(live.verdicts)
