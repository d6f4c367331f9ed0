"""What is printed of nouns that hold secrets."""

import pytest
from msgspec import Struct

from assay.assessment.live_settings import IdentityText
from assay.live.identity import Identity
from assay.live.masking import Mask
from assay.model.target import Caller, Listener

SECRET = "hunter2"


@pytest.mark.parametrize(
    "noun",
    [
        Caller("ada", "bearer", token=SECRET, expired=SECRET),
        Listener("http://127.0.0.1:4444", SECRET.encode()),
        Identity("ada", "bearer", secret=SECRET, expired=SECRET),
        IdentityText("ada", "bearer", secret=SECRET, expired=SECRET),
        Mask(SECRET.encode(), (SECRET,)),
    ],
    ids=lambda noun: type(noun).__name__,
)
def test_no_secret_is_printed(noun: Struct) -> None:
    assert SECRET not in repr(noun)
    assert repr(noun).startswith(f"{type(noun).__name__}(")


def test_the_rest_is_printed() -> None:
    assert repr(Listener("http://127.0.0.1:4444", b"x")) == "Listener(url='http://127.0.0.1:4444')"
