"""What stands around a value says whether it is in use."""

import pytest

from assay.model.secret import Standing
from assay.source.secrets.search import secrets

SECRET = "t0p-Kw93xq"
CONFIGURED = (
    f'import os\n\n\nclass Config:\n    A = 1\n\n\nclass %s(Config):\n    DB_PASSWORD = "{SECRET}"\n\n    B = 2\n'
)
PRODUCTION = '\n\nclass ProductionConfig(Config):\n    DB_PASSWORD = os.environ["DB_PASSWORD"]\n'


def standings(path: str, text: str) -> list[Standing]:
    return [each.standing for each in secrets(path, text.encode())]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (CONFIGURED % "TestingConfig", Standing.TEST),
        (CONFIGURED % "DevelopmentConfig" + PRODUCTION, Standing.DEVELOPMENT),
        (CONFIGURED % "DevelopmentConfig", Standing.PRODUCT),  # there is no other: it counts everywhere
        (CONFIGURED % "ProductionConfig", Standing.PRODUCT),
        (CONFIGURED % "TestingConfig" + f'\n\nDB_PASSWORD = "{SECRET}"\n', Standing.PRODUCT),
        (f'def a():\n    """Makes one.\n\n    a(password="{SECRET}")\n    """\n', Standing.EXAMPLE),
        (f'def a():\n    """Makes one."""\n    b(password="{SECRET}")\n', Standing.PRODUCT),
        (f'TEXT = """\npassword="{SECRET}"\n"""\n', Standing.PRODUCT),
        (f'"""An example of a client."""\n\npassword = "{SECRET}"\n', Standing.EXAMPLE),
        (
            f'if __name__ == "__main__":\n    password = "{SECRET}"\n    assert read(write(password)) == password\n',
            Standing.TEST,
        ),
        (f'if __name__ == "__main__":\n    run(password="{SECRET}")\n', Standing.PRODUCT),
        (
            f'DEFAULT_PASSWORD = "{SECRET}"\nif not DEBUG and PASSWORD == DEFAULT_PASSWORD:\n    raise E()\n',
            Standing.DEVELOPMENT,
        ),
        (f'DEFAULT_PASSWORD = "{SECRET}"\nif PASSWORD == DEFAULT_PASSWORD:\n    warn()\n', Standing.PRODUCT),
    ],
)
def test_a_value_is_what_the_code_around_it_is(text: str, where: Standing) -> None:
    assert standings("shop/a.py", text)[-1] is where


def test_data_of_a_demonstration_is_for_development() -> None:
    text = f'public const string ADMIN_PASSWORD = "{SECRET}";'
    assert standings("Shop/SampleDataService.cs", text) == [Standing.DEVELOPMENT]
    assert standings("Shop/DemoController.cs", text) == [Standing.PRODUCT]


@pytest.mark.parametrize(
    "text",
    [
        'class Kind(StrEnum):\n    one = "one"\n    onepassword = "1password"\n',
        'class Kind(models.TextChoices):\n    a_token = "token-1"\n',
        'LIMITS = {"change_password": "1/m/user", "reset_password": "1/m/ip,1/m/key"}',
        'FORMS = {"reset_password": "cookbook.forms2.CustomPasswordResetForm"}',
        'POSTHOG_API_KEY = "phc_bVT2ugnZhMHRWqMvSRHPdeTjaPxQqT3QSsI3r5FlQR5"',
    ],
)
def test_members_of_an_enumeration_limits_and_published_keys_are_no_secrets(text: str) -> None:
    assert standings("shop/a.py", text) == []


def test_a_password_in_an_enumeration_is_one() -> None:
    assert standings("shop/a.py", f'class Config(Enum):\n    DB_PASSWORD = "{SECRET}"\n') == [Standing.PRODUCT]
