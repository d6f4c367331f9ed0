"""Files of every kind in which secrets stand: notebooks, dumps, key stores, and what is beside the product."""

import json
import string
from pathlib import Path

import pytest
from tests.source.planting import plant
from tests.source.secrets.samples import token

from assay.model.secret import Standing
from assay.source.files import discover
from assay.source.secrets.search import search, secrets

RANDOM = token(string.ascii_letters + string.digits, 32)


def said(path: str, text: str) -> list[str]:
    """What each secret of a text is, and how it is known."""
    return [f"{each.kind}: {each.proof.value}" for each in secrets(path, text.encode())]


def test_a_secret_in_a_cell_of_a_notebook_is_found_at_its_line() -> None:
    lines = ["import os\n", f'CLIENT_SECRET = "{RANDOM}"\n']
    text = json.dumps({"cells": [{"cell_type": "code", "source": lines, "outputs": []}]}, indent=1)
    found = secrets("shop/a.ipynb", text.encode())
    assert [(each.name, each.place.line) for each in found] == [
        ("CLIENT_SECRET", text[: text.index(RANDOM)].count("\n") + 1)
    ]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "shop/init.sql",
            "INSERT INTO `users` (`id`, `name`, `password`) VALUES (1, 'root', 'Tr0ub4dor3x');",
            "entropy",
        ),
        (
            "shop/init.sql",
            "INSERT INTO public.app_user (name, password) VALUES ('a', now()), ('b', 'sunshine');",
            "weak",
        ),
        ("shop/a.py", "db.execute(\"INSERT INTO users (username, password) VALUES ('admin', 'admin')\")", "guessable"),
        (
            "shop/init.sql",
            "insert into accounts (mail, pwd, bio) values ('it''s', 'Tr0ub4dor3x', 'a, b (c)');",
            "entropy",
        ),
    ],
)
def test_a_password_that_a_statement_gives_to_somebody_is_found(path: str, text: str, expected: str) -> None:
    assert said(path, text) == [f"password: {expected}"]


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO users (name, password) VALUES ('root', '$2b$12$Ki6nPpYlZ0B3cT7bq0J5uO8b8hYw1Cw2vQy3n4m5o6p7q8r9s0t1u');",
        "INSERT INTO users (name, password) VALUES (?, ?)",
        "INSERT INTO users (name, password) VALUES (%s, %s)",
        "INSERT INTO settings (name, password_policy) VALUES ('min', 'Tr0ub4dor3x');",
        "INSERT INTO translations (name, password) VALUES ('en', 'Password1');",
        "INSERT INTO users (name) VALUES ('password');",
    ],
)
def test_statements_without_a_readable_password_are_left_alone(text: str) -> None:
    assert said("shop/init.sql", text) == []


def test_a_key_store_is_a_private_key_and_a_certificate_is_none(tmp_path: Path) -> None:
    store = b"\x30\x82\x0a\x00" + bytes(range(256)) * 10
    root = plant(tmp_path, {"main.py": "app = 1\n"})
    for name in ("certs/shop.pfx", "dev/shop.p12", "shop.cer"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(store)
    (root / "certs" / "empty.pfx").write_bytes(b"not a store")
    found, _ = search(discover(root))
    assert [(each.place.path, each.kind, each.standing) for each in found] == [
        ("certs/shop.pfx", "private-key", Standing.PRODUCT),
        ("dev/shop.p12", "private-key", Standing.DEVELOPMENT),
    ]


@pytest.mark.parametrize(
    ("path", "text", "standing"),
    [
        ("setup.cfg", f"[metadata]\nname = shop\n\n[tool:pytest]\nenv =\n  SECRET_KEY={RANDOM}\n", Standing.TEST),
        ("tox.ini", f"[base]\nSECRET_KEY={RANDOM}\n", Standing.TEST),
        ("setup.cfg", f"[tool:pytest]\nenv =\n\n[shop]\nSECRET_KEY={RANDOM}\n", Standing.PRODUCT),
        ("shop/settings.yaml", f"help: |\n  ```python\n  CLIENT_SECRET = '{RANDOM}'\n  ```\n", Standing.EXAMPLE),
        ("shop/settings.yaml", f"help: |\n  ```python\n  a = 1\n  ```\nclient_secret: '{RANDOM}'\n", Standing.PRODUCT),
        ("shop/a.py", f"responses={{\n  'example': {{\n    'client_secret': '{RANDOM}',\n}}}}\n", Standing.EXAMPLE),
        ("appveyor.yml", f"client_secret: {RANDOM}\n", Standing.DEVELOPMENT),
        ("docker-compose.pool.yml", f"client_secret: {RANDOM}\n", Standing.DEVELOPMENT),
        ("docker-compose.prod.yml", f"client_secret: {RANDOM}\n", Standing.PRODUCT),
        ("sandbox/Shop.Client/Startup.cs", f'var clientSecret = "{RANDOM}";', Standing.EXAMPLE),
        ("Shop/Seeds/Admin.cs", f'var clientSecret = "{RANDOM}";', Standing.PRODUCT),
        ("shop/seeds/admin.py", f'client_secret = "{RANDOM}"', Standing.DEVELOPMENT),
    ],
)
def test_what_stands_around_a_secret_says_what_it_is_for(path: str, text: str, standing: Standing) -> None:
    assert [each.standing for each in secrets(path, text.encode())] == [standing]


def test_an_assignment_of_names_is_no_key_of_a_service() -> None:
    assert said("shop/a.py", "run(live_command_runner=WizardNestedCommandSupport.resolve)\n") == []


def test_the_name_of_a_type_is_no_secret() -> None:
    assert said("graph.json", '{"ref_token": "V1UserRegisteredDomainEvent"}') == []


def test_the_key_that_every_emulator_has_is_no_secret() -> None:
    key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
    assert said("shop/run.sh", f"export ACCOUNT_KEY={key}\n") == []


@pytest.mark.parametrize(
    "value",
    ["SUA_SENHA_AQUI_123", "votre-mot-de-passe1", "tu_clave_secreta_1", "troque-esta-senha1", "请修改密码123456a"],
)
def test_placeholders_of_other_tongues_are_no_secrets(value: str) -> None:
    assert said("shop/.env", f"DB_PASSWORD={value}\n") == []
