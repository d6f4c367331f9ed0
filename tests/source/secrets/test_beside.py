"""Passwords that everybody knows: when the text around one says that it is in use."""

import pytest

from assay.model.secret import Proof, Standing
from assay.source.secrets.search import secrets

DJANGO = 'DATABASES = {"default": {"ENGINE": "django.db.backends.mysql", "USER": "root", "PASSWORD": "shop"}}'
COMPOSE = "services:\n  web:\n    build: .\n  db:\n    image: postgres\n    environment:\n      POSTGRES_PASSWORD: Tr0ub4dor3x\n"


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("shop/config.py", 'DB_PASSWORD = "123456"', [Proof.GUESSABLE]),
        ("shop/config.py", 'ADMIN_PASSWORD: str = "admin123"', [Proof.GUESSABLE]),
        ("Shop/A.cs", 'string userName = "root";\nstring password = "admin";', [Proof.GUESSABLE]),
        ("Shop/A.cs", 'string password = "admin";', [Proof.WEAK]),
        ("shop/config.py", 'MQ_USER: str = "guest"\nMQ_PASSWORD: str = "guest"', [Proof.WEAK]),
        ("shop/form.json", '{"password": "admin123"}', [Proof.WEAK]),
        ("Shop/A.cs", 'Use("Server=27.75.93.31;User ID=shop;Password=master;Database=shop");', [Proof.GUESSABLE]),
        ("shop/settings.py", DJANGO.replace('"shop"', '"root"'), [Proof.GUESSABLE]),
        ("shop/settings.py", 'labels = {"USER": "root", "PASSWORD": "root"}', [Proof.WEAK]),
        ("shop/config.py", 'url: str = "postgresql+asyncpg://shop_user:shop_pass@localhost:5432/shop"', [Proof.WEAK]),
        ("shop/.env", "POSTGRES_PASSWORD=shop_pass", [Proof.WEAK]),
    ],
)
def test_a_password_that_everybody_knows_is_sure_where_code_sets_it(path: str, text: str, said: list[Proof]) -> None:
    assert [each.proof for each in secrets(path, text.encode())] == said


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("docker-compose.yml", COMPOSE, Standing.PRODUCT),
        ("docker-compose.yml", COMPOSE.replace("build: .", "image: shop"), Standing.DEVELOPMENT),
        (
            "docker-compose.yml",
            COMPOSE.replace("build: .", "build: .\n    volumes:\n      - ./src:/app"),
            Standing.DEVELOPMENT,
        ),
        (
            "docker-compose.yml",
            COMPOSE.replace("build: .", "build: .\n    command: uvicorn a:b --reload"),
            Standing.DEVELOPMENT,
        ),
        ("docker-compose.dev.yml", COMPOSE, Standing.DEVELOPMENT),
        ("dev/docker-compose.yml", COMPOSE, Standing.DEVELOPMENT),
    ],
)
def test_a_compose_file_that_builds_the_service_and_runs_it_as_it_is_deploys_it(
    path: str, text: str, said: Standing
) -> None:
    assert [each.standing for each in secrets(path, text.encode())] == [said]


def test_a_key_that_django_drew_is_one_however_it_begins() -> None:
    text = "SECRET_KEY='$i(1h9=v2k&x8@z!q4m+w7r#t5y^u3p-o6l_s0d%f(g)j2b*'\n"
    assert [each.proof for each in secrets("shop/.env", text.encode())] == [Proof.ENTROPY]
