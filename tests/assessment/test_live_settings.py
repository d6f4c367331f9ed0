"""The tables [live] and [identities.NAME] of assay.toml."""

import pytest

from assay.assessment.live_settings import IdentityText
from assay.assessment.settings import settings
from assay.errors import ConfigurationError

WHOLE = """
[live]
url = "https://api.example.com"
mode = "passive"
requests = 50
[identities.ada]
token = "env:ADA"
role = "user"
marks = ["7", "ada@example.com"]
[identities.grace]
kind = "login"
path = "/login"
user = "grace"
password = "env:GRACE"
user-field = "email"
"""


def test_address_budget_and_identities_are_read() -> None:
    live = settings(WHOLE).live
    assert (live.url, live.mode, live.requests, live.seconds) == ("https://api.example.com", "passive", 50, 60)
    assert live.identities == (
        IdentityText("ada", "bearer", secret="env:ADA", role="user", marks=("7", "ada@example.com")),
        IdentityText("grace", "login", secret="env:GRACE", user="grace", path="/login", user_field="email"),
    )


def test_without_the_tables_there_are_defaults_and_nobody() -> None:
    live = settings("").live
    assert (live.url, live.requests, live.rate, live.identities) == ("", 400, 20, ())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[identities.ada]\nkind = "magic"', "identities.ada.kind is 'magic'"),
        ('[identities.ada]\nkind = "login"\npath = "/l"\nuser = "a"', "identities.ada.password is missing"),
        ('[identities.ada]\ntoken = "env:A"\nrole_ = "x"', "identities.ada.role-"),
        ('[identities]\nada = "token"', "identities.ada is"),
        ("[live]\nrequests = 0", "live.requests is not a number"),
        ('[live]\nmode = "wild"', "live.mode is 'wild'"),
    ],
)
def test_a_mistake_is_told_with_file_and_key(text: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match="Mend") as caught:
        settings(text)
    assert told in str(caught.value)


def test_no_secret_is_shown_when_an_identity_is_printed() -> None:
    assert "s3cret" not in repr(settings('[identities.ada]\ntoken = "s3cret-token"').live)
