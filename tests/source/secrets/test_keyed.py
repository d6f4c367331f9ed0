"""Values beside names: which are secrets, and which only look like one."""

import string
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.source.secrets.samples import token

from assay.model.secret import Proof, Standing
from assay.source.secrets.candidates import NAMES, SIGN, TAILS, WORDS, Sign, signs
from assay.source.secrets.search import secrets

RANDOM = token(string.ascii_letters + string.digits, 32)
HEX = token("0123456789abcdef", 40)
SIGNS = (b"=", b":", b",", b"??", b" ", b"\n", b'"', b"]", b"_", b"1", b"str", b"value", b"x" * 30)
PIECES = (*NAMES, *map(bytes.upper, NAMES), *TAILS, *SIGNS)


def proofs(path: str, text: str) -> list[str]:
    """How each secret of a text is known."""
    return [each.proof.value for each in secrets(path, text.encode())]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("shop/a.py", f'API_TOKEN = "{RANDOM}"'),
        ("shop/a.py", f"client_secret: str = '{HEX}'"),
        ("shop/a.py", f'app.config["SECRET_KEY"] = "{RANDOM}"'),
        ("shop/a.py", f'SECRET_KEY = os.environ.get("SECRET_KEY", "{RANDOM}")'),
        ("shop/a.py", f'SECRET_KEY = config("SECRET_KEY", default="{RANDOM}")'),
        ("shop/a.py", 'db_password = SecretStr("Tr0ub4dor&3x")'),
        ("Shop/A.cs", f'private const string ApiKey = "{RANDOM}";'),
        ("Shop/A.cs", f'var key = configuration["Jwt:SigningKey"] ?? "{RANDOM}";'),
        ("Shop/A.cs", 'await users.CreateAsync(user, "Passw0rd!23");'),
        ("Shop/appsettings.json", f'{{"Jwt": {{"SigningKey": "{RANDOM}"}}}}'),
        ("Shop/appsettings.json", '{"Db": "Server=db.shop.net;User Id=shop;Password=Tr0ub4dor3x;"}'),
        ("Shop/web.config", f'<add key="ApiSecret" value="{RANDOM}" />'),
        ("shop/settings.yaml", f"auth:\n  client_secret: {RANDOM}\n"),
        ("shop/settings.ini", f"[api]\naccess_token = {RANDOM}\n"),
        ("shop/compose.yml", f"SECRET_KEY: ${{SECRET_KEY:-{RANDOM}}}"),
        ("shop/settings.py", 'SECRET_KEY = "aw3+t2r(8(0kkrhg8)gx6i96v5^kv%6cfep9wxfom0%7dy0m9e"'),
        ("shop/.env", f"export API_KEY={RANDOM}\n"),
        ("shop/a.py", 'URL = "postgresql://shop:Tr0ub4dor3x@db.shop.net/shop"'),
        ("shop/a.py", 'if password == "Tr0ub4dor3x":'),
        ("shop/a.js", 'if (body.password === "Tr0ub4dor3x") {'),
        ("shop/a.py", 'KEY = os.getenv(\n    "CLIENT_SECRET",\n    "' + RANDOM + '",\n)'),
        ("shop/a.py", 'app.config["MAIL_PASSWORD"] = "tfjl qgmo ybrq kyuz"'),
        ("shop/.env", "MAIL_PASSWORD=tfjl qgmo ybrq kyuz\n"),
        ("shop/.env", "SMTP_PASSWORD=eexnecqmmsmmlopo\n"),
        ("Shop/appsettings.json", '{"PassPhrase": "423697398281937231412306093064"}'),
        ("shop/standby.yaml", "primary_conninfo = host=db port=5432 user=replica password=061d8f3b5a7c sslmode=off"),
        ("shop/a.properties", "url=jdbc:mysql://db.shop.net/shop?user=shop&password=Tr0ub4dor3x&useSSL=true"),
        ("shop/deploy.yaml", 'env:\n  - name: DB_PASSWORD\n    value: "Tr0ub4dor3x"\n'),
        ("k8s/secret.yaml", "kind: Secret\ndata:\n  db-password: VHIwdWI0ZG9yM3g=\n"),
        ("shop/a.py", 'if request.headers.get("X-API-Key") != "f3a9c1d27be8":'),
        ("shop/task.json", '{"environment": [{"name": "DB_PASSWORD", "value": "Tr0ub4dor3x"}]}'),
    ],
)
def test_a_secret_beside_its_name_is_found(path: str, text: str) -> None:
    assert proofs(path, text) == ["entropy"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("shop/a.py", 'SECRET_KEY = "super-secret-key"'),
        ("shop/a.py", 'SECRET_KEY = "changeme"'),
        ("shop/a.py", 'SECRET_KEY = "replace-this-please"'),
        ("Shop/A.cs", 'ClientSecrets = { new Secret("secret".Sha256()) }'),
        ("shop/a.py", 'SECRET_KEY = os.getenv("SECRET_KEY", "secret")'),
        ("shop/a.py", 'token = jwt.encode(payload, "secret", algorithm="HS256")'),
        ("Shop/A.cs", 'new SymmetricSecurityKey(Encoding.UTF8.GetBytes("my key for tokens"))'),
        ("shop/a.py", 'app.secret_key = "dev"'),
        ("shop/a.py", 'if api_key != "12345":'),
        ("Shop/A.cs", 'public const string Secret = "THIS IS USED TO SIGN AND VERIFY TOKENS";'),
        ("Shop/launchSettings.json", '{"Jwt__Key": "this is the key that signs 12345"}'),
        ("Shop/A.cs", 'var key = Encoding.UTF8.GetBytes("squeezy-lemon-of-ankara");'),
        ("Shop/A.cs", 'byte[] secretKey = Encoding.ASCII.GetBytes("PUT_YOUR_SECRET_KEY_HERE");'),
        ("shop/a.py", 'if username == "admin" and password == "admin":'),
        ("Shop/A.cs", 'if (request.ClientSecret != "pix-s3cret-77")'),
    ],
)
def test_a_key_that_can_be_guessed_is_found(path: str, text: str) -> None:
    assert proofs(path, text) == ["guessable"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("shop/a.py", 'SECRET_KEY = os.environ["SECRET_KEY"]'),
        ("shop/a.py", "password = request.form['password']"),
        ("shop/a.py", 'password = f"{user}-{RANDOM_PART}9x"'),
        ("shop/a.py", 'ACCESS_TOKEN_KEY = "access_token"'),
        ("shop/a.py", 'PASSWORD = "password"'),
        ("shop/a.py", 'token = "<your-token-here>"'),
        ("shop/a.py", 'api_key = "your-api-key-123456789"'),
        ("shop/a.py", f'password_hash = "{HEX}"'),
        ("shop/a.py", f'cache_key = "{RANDOM}"'),
        ("shop/a.py", f'public_key = "{RANDOM}"'),
        ("shop/a.py", 'token = "550e8400-e29b-41d4-a716-446655440000"'),
        ("shop/a.py", 'secret_path = "/run/secrets/db_password_1"'),
        ("shop/a.py", 'first_pass = "scale_2160p_then_vpp1"'),
        ("Shop/A.cs", 'public const string DeviceAuthKey = "pm-27581-device-auth-key";'),
        ("Shop/A.cs", 'private const string KEY_PASSWORD = "s3-password";'),
        ("shop/a.py", '"""Set it first::\n\n    export SECRET_KEY="your-secret-key"\n"""'),
        ("shop/a.py", "app.config['LDAP_PASSWORD'] = base64.b64decode(\"\")"),
        ("shop/values.yaml", "secretKey: redis_password"),
        ("shop/a.ts", "export const REFRESH_TOKEN_KEY = 'session_refresh_token1'"),
        ("Shop/A.cs", "CancellationToken token = default;"),
        ("Shop/a.json", '{"integrity": "sha512-' + RANDOM * 2 + '"}'),
        ("Shop/a.yaml", "password: ${DB_PASSWORD}"),
        ("Shop/a.yaml", "password: '{{ vault_password }}'"),
        ("shop/.env.example", "SECRET_KEY=changeme\nAPI_KEY=your-key\nDB_PASSWORD=\n"),
        ("shop/.env", "DB_PASSWORD=$OTHER\nTOKEN=xxxxxxxxxxxxxxxxxxxx\n"),
        ("shop/a.py", 'URL = "postgresql://user:${PASSWORD}@db/shop"'),
        ("shop/a.py", 'header = "-----BEGIN RSA PRIVATE KEY-----"'),
        ("shop/a.txt", "the secret of good bread = time"),
        ("shop/a.py", 'SECRET = "client_secret"'),
        ("shop/a.py", 'if kind == "password" or token == "access_token":'),
        ("shop/a.py", 'if settings.SECRET_KEY == "pLain1234567890":'),
        ("shop/a.py", 'if os.environ.get("API_KEY") == "Abc123def456ghi7":'),
        ("shop/a.ps1", 'Write-Host "git clone https://builds:`$AccessToken1@dev.shop.net/x"'),
    ],
)
def test_what_is_no_secret_is_not_found(path: str, text: str) -> None:
    assert proofs(path, text) == []


def test_a_private_key_is_found_and_a_public_one_is_not() -> None:
    body = "\n".join(token(string.ascii_letters + string.digits + "+/", 64, line) for line in range(6))
    private = f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----\n"
    public = f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"
    assert [each.kind for each in secrets("shop/key.pem", private.encode())] == ["private-key"]
    assert secrets("shop/key.pem", public.encode()) == []


def test_a_private_key_in_a_file_of_json_is_one_secret() -> None:
    body = "\\n".join(token(string.ascii_letters + string.digits + "+/", 64, line) for line in range(6))
    text = f'{{"private_key": "-----BEGIN PRIVATE KEY-----\\n{body}\\n-----END PRIVATE KEY-----\\n"}}'
    assert [each.kind for each in secrets("shop/service.json", text.encode())] == ["private-key"]


def test_a_literal_that_stands_in_for_a_setting_is_said_to_be_a_fallback() -> None:
    found = secrets("shop/a.py", f'SECRET_KEY = os.environ.get("SECRET_KEY", "{RANDOM}")'.encode())
    assert [each.is_fallback for each in found] == [True]


@pytest.mark.parametrize(
    ("path", "standing"),
    [
        ("shop/settings.py", Standing.PRODUCT),
        ("shop/appsettings.Development.json", Standing.DEVELOPMENT),
        ("docs/setup.yaml", Standing.EXAMPLE),
        ("shop/.env.example", Standing.EXAMPLE),
        ("tests/settings.py", Standing.TEST),
        ("src/Shop.Tests/Data.cs", Standing.TEST),
    ],
)
def test_a_secret_says_what_its_file_is(path: str, standing: Standing) -> None:
    assert [each.standing for each in secrets(path, f'client_secret = "{RANDOM}"'.encode())] == [standing]


def test_a_secret_in_a_list_of_examples_is_an_example() -> None:
    text = "pattern: x\nexamples:\n  - postgres://shop:Tr0ub4dor3x@db.shop.net/shop\n"
    assert [each.standing for each in secrets("shop/rules.yaml", text.encode())] == [Standing.EXAMPLE]


def test_a_secret_in_a_comment_is_a_suspicion() -> None:
    assert proofs("shop/a.py", f'# client_secret = "{RANDOM}"') == [Proof.WEAK.value]


def test_the_same_value_has_the_same_mark_everywhere_and_another_value_another() -> None:
    one = secrets("a.py", f'\n\nclient_secret = "{RANDOM}"'.encode())[0]
    two = secrets("b/c.py", f'client_secret = "{RANDOM}"'.encode())[0]
    other = secrets("a.py", f'client_secret = "{HEX}"'.encode())[0]
    assert one.mark == two.mark != other.mark


@given(text=some.lists(some.sampled_from(PIECES), max_size=60).map(b"".join))
def test_signs_are_those_that_the_expression_finds_in_the_whole_text(text: bytes) -> None:
    whole = [Sign(len(text) - hit.start(), len(text) - hit.end()) for hit in SIGN.finditer(text.lower()[::-1])]
    assert list(signs(text)) == whole


def test_every_name_of_a_secret_holds_a_word_that_is_searched_for() -> None:
    assert [name for name in NAMES if not name.startswith(WORDS)] == []


def test_a_write_key_of_analytics_is_a_suspicion_only() -> None:
    assert proofs("a.py", f'RUDDER_WRITE_KEY = "{RANDOM}"\n') == [Proof.WEAK]


@pytest.mark.parametrize("path", ["tools/TestSuite/compose.yml", "tools/create_fake_admin.py", "test-suites/a.py"])
def test_suites_of_tests_and_what_makes_fakes_are_tests(path: str) -> None:
    text = f'client_secret = "{RANDOM}"\n' if path.endswith(".py") else f'client_secret: "{RANDOM}"\n'
    assert [each.standing for each in secrets(path, text.encode())] == [Standing.TEST]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("shop/a.py", 'SECRET_KEY = os.environ.get("SECRET_KEY", "please-change-me")'),
        ("shop/a.py", 'SECRET_KEY: str = "changeme"'),
        ("Shop/appsettings.json", '{"Identity": {"SigningKey": "CHANGE_ME_TO_A_LONG_VALUE"}}'),
        ("shop/a.py", 'SECRET_KEY = config("SECRET_KEY", default="dev-secret-key-change-in-production")'),
    ],
)
def test_a_default_that_says_that_it_is_to_be_changed_is_a_suspicion(path: str, text: str) -> None:
    assert proofs(path, text) == ["weak"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Shop/appsettings.json", f'{{"EncryptionKey": "{b64encode(b"CHANGE_ME_TO_32_RANDOM_BYTES_PLS").decode()}"}}'),
        ("shop/a.py", 'ADMIN_PASSWORD = config("ADMIN_PASSWORD", default="!Ch4ng3Th1sP4ssW0rd!")'),
        ("shop/a.js", '<span class="md-inline-list-icon-label">'),
    ],
)
def test_a_placeholder_in_disguise_and_a_class_of_a_style_sheet_are_no_secrets(path: str, text: str) -> None:
    assert proofs(path, text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{ "Jwt": {\n "Key": "this is what signs our tokens" } }', ["guessable"]),
        ('{ "JwtSettings": {\n "Secret": "WhateverSignsTheTokensOfTheShop" } }', ["guessable"]),
        ('{ "Jwt": {\n "Key": "short" } }', []),
        ('{ "Colours": {\n "Key": "WhateverSignsTheTokensOfTheShop" } }', []),
        ('{ "Main": "Host=db.shop.example.com;Username=shop;Password=bolajikunade;Port=1" }', ["entropy"]),
        ('{ "Main": "Host=localhost;Username=shop;Password=1593;Port=1" }', ["guessable"]),
        ('{ "Main": "Host=db.shop.example.com;Username=shop;Password=postgres;Port=1" }', ["weak"]),
    ],
)
def test_where_a_value_stands_tells_what_it_is(text: str, said: list[str]) -> None:
    assert proofs("appsettings.json", text) == said
