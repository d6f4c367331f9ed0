"""Names of settings that mean something only by the object around them."""

import string
from pathlib import Path

import pytest
from tests.source.secrets.samples import token

from assay.source.scan import scan

RANDOM = token(string.ascii_letters + string.digits, 32)


def proofs(root: Path, text: str) -> list[str]:
    """How each secret of a file of settings is known, after a scan of its project."""
    (root / "Shop.csproj").write_text('<Project Sdk="Microsoft.NET.Sdk.Web"></Project>')
    (root / "appsettings.json").write_text(text)
    return [each.proof.value for each in scan(root).inventory.secrets]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f'{{"Jwt": {{"Issuer": "shop", "Key": "{RANDOM}"}}}}', ["entropy"]),
        (f'{{"AppSettings": {{"Times": {{"Short": 1}}, "Token": "{RANDOM}"}}}}', ["entropy"]),
        ('{"JwtSettings": {"Secret": "this is my secret key for tokens"}}', ["guessable"]),
        ('{"Jwt": {"Key": "supersecretkey"}}', ["guessable"]),
    ],
)
def test_a_short_name_in_settings_of_tokens_is_that_of_a_key(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert proofs(tmp_path, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        '{"Jwt": {"Issuer": "shop"}, "Key": "supersecretkey"}',
        '{"Jwt": {"Claims": {"Key": "supersecretkey"}}}',
        '{"Menu": {"Key": "supersecretkey"}}',
        '{"Jwt": {"Key": ""}}',
        '{"Jwt": {"Key": "<your key>"}}',
    ],
)
def test_a_short_name_anywhere_else_and_a_placeholder_are_none(tmp_path: Path, text: str) -> None:
    assert proofs(tmp_path, text) == []
