"""Every format of the file finds a value drawn from it, and tells it from a placeholder."""

import string
import zlib

import pytest
from tests.source.secrets.samples import drawn, token

from assay.model.secret import Proof
from assay.source.secrets.formats import BASE62, Named, Prefixed, named, prefixed, verify
from assay.source.secrets.search import secrets

PREFIXED = [each for each in prefixed() if not each.check]
CHECKED = [each for each in prefixed() if each.check]


def signed(prefix: str, seed: int) -> str:
    """A token with the right checksum."""
    body = token(string.ascii_letters + string.digits, 30, seed)
    number, digits = zlib.crc32(body.encode()), ""
    while number:
        number, rest = divmod(number, 62)
        digits = BASE62[rest] + digits
    return f"{prefix}{body}{digits.rjust(6, '0')}"


def test_there_are_at_least_150_formats_and_each_id_names_one() -> None:
    ids = [*(each.id for each in prefixed()), *(each.id for each in named())]
    assert len(ids) >= 150
    assert len(set(ids)) == len(ids)


def test_a_literal_of_one_character_gates_nothing() -> None:
    assert [each.id for each in prefixed() if any(len(literal) < 2 for literal in each.anchor)] == []


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("each", PREFIXED, ids=[each.id for each in PREFIXED])
def test_a_value_of_a_format_is_found_at_its_line(each: Prefixed, seed: int) -> None:
    value = drawn(each.text.decode(), seed)
    found = secrets("shop/settings.py", f'import os\n\nclient(value="{value}")\n'.encode())
    assert [(one.place.line, f"({len(value)} characters)" in one.masked) for one in found] == [(3, True)], (
        value,
        found,
    )


@pytest.mark.parametrize("each", CHECKED, ids=[each.id for each in CHECKED])
def test_a_right_checksum_proves_a_token_and_a_wrong_one_makes_it_a_suspicion(each: Prefixed) -> None:
    right = signed(each.anchor[0].decode(), 7)
    wrong = right[:-1] + ("A" if right[-1] != "A" else "B")
    assert verify(right)
    assert [one.proof for one in secrets("a.py", f'x = "{right}"'.encode())] == [Proof.CHECKSUM]
    assert [one.proof for one in secrets("a.py", f'x = "{wrong}"'.encode())] == [Proof.WEAK]


@pytest.mark.parametrize("each", named(), ids=[each.id for each in named()])
def test_a_value_whose_name_tells_its_service_is_found(each: Named) -> None:
    word = each.words[0].rstrip("_-")
    value = next(value for seed in range(40) if (value := drawn(each.text, seed)) and sum(map(str.isdigit, value)) > 2)
    name = word if word.endswith("key") else f"{word}_secret_key"
    found = secrets("shop/settings.py", f'{name} = "{value}"\n'.encode())
    assert len(found) == 1, value
    assert found[0].place.line == 1


@pytest.mark.parametrize(
    "text",
    [
        'key = "AKIAIOSFODNN7EXAMPLE"',
        'token = "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"',
        'token = "glpat-00000000000000000000"',
        'url = "https://hooks.slack.com/services/YOUR/WEBHOOK/PLACEHOLDERPLACEHOLDER"',
    ],
)
def test_an_example_of_a_format_is_none(text: str) -> None:
    assert secrets("shop/settings.py", text.encode()) == []
