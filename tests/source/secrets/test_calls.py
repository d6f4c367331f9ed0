"""Secrets that code hands to a call."""

import pytest

from assay.source.secrets.search import secrets


def said(path: str, text: str) -> list[str]:
    """What each secret of a text is, and how it is known."""
    return [f"{each.kind}: {each.proof.value}" for each in secrets(path, text.encode())]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Shop/A.cs", 'smtp.Credentials = new NetworkCredential("shop@mail.net", "eexnecqmmsmmlopo");'),
        ("Shop/A.cs", 'client.Credentials = new NetworkCredential(options.User, "Tr0ub4dor3x");'),
        ("Shop/A.cs", 'await client.AuthenticateAsync(settings.Name, "Tr0ub4dor3x");'),
        ("Shop/A.cs", 'var c = new X509Certificate2(Path.Combine(root, "a.pfx"), "Tr0ub4dor3x");'),
        ("Shop/A.cs", 'u.PasswordHash = hasher.HashPassword(u, "Adm1nOfTheShop");'),
        ("Shop/A.cs", 'Password = BCrypt.Net.BCrypt.HashPassword("Adm1nOfTheShop"),'),
        ("Shop/A.cs", 'await users.CreateAsync(user, "Passw0rd!23");'),
        ("shop/a.py", 'server.login("shop@mail.net", "Tr0ub4dor3x")'),
        ("shop/a.py", 'requests.get(url, auth=HTTPBasicAuth("shop", "Tr0ub4dor3x"))'),
        ("shop/a.py", 'admin = User(name="admin", hashed=get_password_hash("Adm1nOfTheShop"))'),
        ("shop/a.py", 'db.users.insert_one({"hash": bcrypt.hashpw(b"Adm1nOfTheShop", bcrypt.gensalt())})'),
        ("shop/a.py", 'User.objects.create_superuser("root", "root@shop.net", "Adm1nOfTheShop")'),
        ("shop/a.py", 'db = pymysql.connect("db.shop.net", "shop", "Tr0ub4dor3x", "orders")'),
        ("shop/a.py", 'ok = secrets.compare_digest(credentials.password, "Tr0ub4dor3x")'),
    ],
)
def test_a_password_in_a_call_is_found(path: str, text: str) -> None:
    assert said(path, text) == ["password: entropy"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Shop/A.cs", 'var result = _userManager.CreateAsync(user, "0123456789").Result;'),
        ("Shop/A.cs", 'await userManager.AddPasswordAsync(admin, "adminadmin");'),
        ("Shop/A.cs", 'PasswordHash = BCrypt.HashPassword("admin")'),
        ("shop/a.py", 'user = User(name="admin", hashed=generate_password_hash("admin"))'),
        ("shop/a.py", 'user.set_password("admin")'),
    ],
)
def test_an_account_with_a_word_for_a_password_is_found(path: str, text: str) -> None:
    assert said(path, text) == ["password: guessable"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Shop/A.cs", 'new SymmetricSecurityKey(Encoding.UTF8.GetBytes("PUT YOUR KEY HERE"))'),
        ("Shop/A.cs", 'using var hmac = new HMACSHA256(Encoding.UTF8.GetBytes("what signs our links"));'),
        ("Shop/A.cs", 'var token = JwtBuilder.Create().WithSecret("what signs our links").Encode();'),
        ("shop/a.py", 'token = jwt.encode({"sub": user.id, "exp": end}, "what signs", algorithm="HS256")'),
        ("shop/a.py", 'claims = jwt.decode(token, key="secret", algorithms=["HS256"])'),
        ("shop/a.py", 'mac = hmac.new(b"what signs our links", body, hashlib.sha256)'),
        ("shop/a.py", 'cipher = AES.new("sixteen bytes it", AES.MODE_ECB)'),
    ],
)
def test_a_key_in_a_call_is_found(path: str, text: str) -> None:
    assert said(path, text) == ["signing-key: guessable"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Shop/A.cs", 'await _roles.CreateAsync(role, "en-US");'),
        ("Shop/A.cs", 'await context.AuthenticateAsync(HttpContext, "Bearer");'),
        ("Shop/A.cs", "PasswordHash = BCrypt.HashPassword(model.Password)"),
        ("Shop/A.cs", '// new SymmetricSecurityKey(Encoding.UTF8.GetBytes("what signs"))'),
        ("Shop/A.cs", 'new SymmetricSecurityKey(Encoding.UTF8.GetBytes(configuration["Jwt:Key"]))'),
        ("Shop/A.cs", 'new NetworkCredential(configuration["Mail:User"], configuration["Mail:Password"])'),
        ("shop/a.py", 'DUMMY = get_password_hash("so that strangers wait as long")'),
        ("shop/a.py", 'key = get_hash("the text")'),
        ("shop/a.py", "user.set_password(password)"),
        ("shop/a.py", 'jwt.decode(token, "secret", options={"verify_signature": False})'),
        ("shop/a.js", 'user.set_password("admin")'),
    ],
)
def test_calls_that_hold_no_secret_are_left_alone(path: str, text: str) -> None:
    assert said(path, text) == []


def test_the_default_of_a_variable_of_terraform_is_found() -> None:
    text = 'variable "db_password" {\n  type    = string\n  default = "Tr0ub4dor3x"\n}\n'
    assert said("infra/variables.tf", text) == ["keyed: entropy"]
    assert said("infra/variables.tf", text.replace("db_password", "db_name")) == []
