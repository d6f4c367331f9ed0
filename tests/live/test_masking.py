"""Evidence shows what happened, and nothing that is secret or personal."""

import shlex
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.live.masking import Mask, transcript
from assay.live.personal import Sighting, in_document, is_card, is_iban
from assay.model.exchange import Exchange, Failure, Request, Response

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJlLXRoYXQtaXMtbG9uZw"
CARD = "4539578763621486"
API = "https://api.example.com"
MASK = Mask(b"k" * 32)


def shown(exchange: Exchange, *secrets: str) -> str:
    return repr(transcript(exchange, API, Mask(MASK.key, secrets)))


@pytest.mark.parametrize(
    "secret",
    [
        TOKEN,
        CARD,
        "4539 5787 6362 1486",
        "ada.lovelace@example.org",
        "DE89370400440532013000",
        "536-22-1234",
        "ghp_" + "a1B2" * 10,
    ],
)
def test_what_is_personal_by_its_shape_is_masked_in_every_part(secret: str) -> None:
    body = f'{{"note": "call {secret} now"}}'.encode()
    answer = Response(200, (("content-type", "application/json"), ("x-note", f"a {secret} b")), body)
    text = shown(Exchange(Request("GET", f"/x?note={secret}", body=f"note={secret}"), answer))
    assert secret not in text


@pytest.mark.parametrize("header", ["authorization", "cookie", "x-api-key"])
def test_credentials_in_headers_are_masked(header: str) -> None:
    text = shown(Exchange(Request("GET", "/", headers=((header, "Bearer s3cr3t-v4lue-9"),)), Response(200)))
    assert "s3cr3t-v4lue-9" not in text


def test_a_cookie_keeps_its_name_and_marks() -> None:
    answer = Response(200, (("set-cookie", "sid=abcdef0123456789; Path=/; HttpOnly"),))
    text = transcript(Exchange(Request("GET", "/"), answer), API, MASK).response
    assert "sid=" in text
    assert "; Path=/; HttpOnly" in text
    assert "abcdef0123456789" not in text


def test_a_secret_that_the_run_knows_is_masked_wherever_it_comes_back() -> None:
    answer = Response(200, (), b"you said correct-horse-battery, did you not")
    assert "correct-horse-battery" not in shown(Exchange(Request("GET", "/"), answer), "correct-horse-battery")


@pytest.mark.parametrize("name", ["password", "passwordHash", "client_secret", "api-key", "otp", "cvv", "refreshToken"])
def test_a_field_that_names_a_secret_is_masked(name: str) -> None:
    assert "hunter2" not in MASK.body(f'{{"{name}": "hunter2", "id": 7}}')
    assert '"id": 7' in MASK.body(f'{{"{name}": "hunter2", "id": 7}}')


def test_a_line_of_settings_is_masked_by_its_name() -> None:
    assert "hunter2" not in MASK.body("APP=shop\nDB_PASSWORD=hunter2\n")
    assert "APP=shop" in MASK.body("APP=shop\nDB_PASSWORD=hunter2\n")


def test_a_query_is_masked_by_its_names() -> None:
    assert "abc123" not in MASK.query("/x?api_key=abc123&page=2")
    assert "page=2" in MASK.query("/x?api_key=abc123&page=2")


def test_a_mask_tells_values_apart() -> None:
    assert MASK.value("first-secret") != MASK.value("other-secre1")
    assert MASK.value("first-secret") == MASK.value("first-secret")


def test_a_short_secret_cannot_be_guessed_from_its_mask_without_the_key() -> None:
    other = Mask(b"l" * 32)
    assert MASK.value("4711").startswith("…[4 characters, ")
    assert MASK.value("4711") != other.value("4711"), "a mark says something to the holder of the key alone"
    assert sha256(b"4711").hexdigest()[:8] not in MASK.value("4711")
    assert Mask().value("4711") == Mask().value("1234") == "…[4 characters]"
    assert "k" * 32 not in repr(MASK)


def test_the_curl_line_has_a_variable_for_credentials_and_can_be_read_by_a_shell() -> None:
    request = Request("POST", "/orders?x='1'", "alice", (("content-type", "application/json"),), '{"a": "it\'s"}')
    line = transcript(Exchange(request, Response(200)), API, MASK).curl
    words = shlex.split(line)
    assert "${CREDENTIALS_OF_ALICE}" in words
    assert words[-1] == "https://api.example.com/orders?x='1'"
    assert words[words.index("--data") + 1] == '{"a": "it\'s"}'


def test_an_exchange_without_answer_says_why() -> None:
    assert transcript(
        Exchange(Request("GET", "/"), failure=Failure("timeout", "no answer within 10 s")), API, MASK
    ).response == ("no answer within 10 s")


@given(st.text(max_size=300))
def test_masking_again_changes_nothing_that_matters(text: str) -> None:
    assert MASK.text(MASK.text(text)) == MASK.text(text)


@pytest.mark.parametrize(
    ("digits", "is_one"),
    [
        (CARD, True),
        ("4539578763621487", False),
        ("4111111111111111", False),
        ("0000000000000000", False),
        ("1234567812345670", False),
    ],
)
def test_a_card_has_prefix_checksum_and_is_no_test_number(digits: str, is_one: bool) -> None:
    assert is_card(digits) is is_one


def test_an_iban_has_its_checksum() -> None:
    assert is_iban("DE89 3704 0044 0532 0130 00")
    assert not is_iban("DE88 3704 0044 0532 0130 00")


def test_a_document_is_searched_by_names_and_shapes() -> None:
    document = {"user": {"email": "a@example.com", "passwordHash": "x9$k2", "token": None}, "cards": [{"number": CARD}]}
    assert sorted(in_document(document)) == [
        Sighting("card", "cards[].number", CARD),
        Sighting("email", "user.email", "a@example.com"),
        Sighting("named", "user.passwordHash", "x9$k2"),
    ]


@pytest.mark.parametrize(
    "document",
    [
        {"password": "********"},
        {"token_type": "bearer", "expires_in": 3600},
        {"id": "00000000-0000-4000-8000-000000000000", "at": "2026-11-25T12:00:00Z", "phone": "4539578763621487"},
        {"secret": "", "apiKey": None, "otp": "[redacted]"},
        {"password_reset_url": "https://x/y", "pinned": True, "tokens_used": 12},
    ],
)
def test_what_only_looks_secret_is_left_alone(document: dict[str, object]) -> None:
    assert [each for each in in_document(document) if each.kind != "email"] == []
