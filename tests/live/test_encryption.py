"""TLS as real servers speak it: versions, ciphers and certificates, against uvicorn and OpenSSL on loopback."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from tests.live.scanning import NOW, bearer, only, scan
from tests.live.servers import strong
from tests.live.serving import free_port, served

from assay.live.certificate import is_for
from assay.live.session import Live
from assay.model.verdict import Outcome

TLS = only("AP402", "AP403", "AP404", "AP405", "AP406", "AP407", "AP408", "AP409")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return ca, path


def files(leaf: trustme.LeafCert, folder: Path) -> dict[str, str]:
    leaf.private_key_pem.write_to_path(str(folder / "key.pem"))
    for number, part in enumerate(leaf.cert_chain_pems):
        part.write_to_path(str(folder / "cert.pem"), append=number > 0)
    return {"ssl_keyfile": str(folder / "key.pem"), "ssl_certfile": str(folder / "cert.pem")}


def outcomes(live: Live) -> dict[str, Outcome]:
    return {verdict.rule: verdict.outcome for verdict in live.verdicts}


def message(live: Live, rule: str) -> str:
    return next(verdict.message for verdict in live.verdicts if verdict.rule == rule)


def test_a_modern_server_with_a_trusted_certificate_passes(authority: tuple[trustme.CA, Path], tmp_path: Path) -> None:
    ca, path = authority
    with served(strong.app, **files(ca.issue_cert("127.0.0.1"), tmp_path)) as origin:
        live = scan(origin, chosen=(*TLS, *only("AP404")), authority=path, now=datetime.now(UTC))
    found = outcomes(live)
    # Python's default context offers no static RSA without forward secrecy since 3.10, and nothing older than TLS 1.2.
    assert {rule for rule, outcome in found.items() if outcome is not Outcome.PASS} <= {"AP404"}
    assert found["AP402"] is found["AP403"] is found["AP405"] is found["AP406"] is Outcome.PASS


def test_a_certificate_of_nobody_known_is_not_trusted_and_gets_no_credentials(
    authority: tuple[trustme.CA, Path], tmp_path: Path
) -> None:
    ca, _ = authority
    with served(strong.app, **files(ca.issue_cert("127.0.0.1"), tmp_path)) as origin:
        live = scan(origin, chosen=TLS, identities=(bearer("alice", "alice-token-000001"),))
    assert outcomes(live)["AP405"] is Outcome.FAIL
    assert "--insecure" in live.target.callers[0].problem
    assert not [entry for entry in live.ledger if entry.identity]


def test_credentials_go_to_an_untrusted_server_when_that_is_meant(
    authority: tuple[trustme.CA, Path], tmp_path: Path
) -> None:
    ca, _ = authority
    with served(strong.app, **files(ca.issue_cert("127.0.0.1"), tmp_path)) as origin:
        live = scan(origin, chosen=(), identities=(bearer("alice", "alice-token-000001"),), is_insecure=True)
    assert live.target.callers[0].canary == "/me"


def test_a_certificate_for_another_name_is_found(authority: tuple[trustme.CA, Path], tmp_path: Path) -> None:
    ca, path = authority
    with served(strong.app, **files(ca.issue_cert("api.example.org"), tmp_path)) as origin:
        live = scan(origin, chosen=TLS, authority=path)
    assert outcomes(live)["AP406"] is Outcome.FAIL
    assert "api.example.org" in message(live, "AP406")


def test_an_expired_certificate_is_found_by_its_date(authority: tuple[trustme.CA, Path], tmp_path: Path) -> None:
    ca, path = authority
    leaf = ca.issue_cert("127.0.0.1", not_after=datetime(2020, 1, 1, tzinfo=UTC))
    with served(strong.app, **files(leaf, tmp_path)) as origin:
        live = scan(origin, chosen=TLS, authority=path, now=NOW)
    assert message(live, "AP407") == "The certificate expired on 2020-01-01."
    assert outcomes(live)["AP405"] is Outcome.NOT_TESTED


@contextmanager
def openssl(folder: Path, *options: str) -> Iterator[str]:
    """OpenSSL's test server. It answers any path with a page."""
    tool = shutil.which("openssl")
    if tool is None:
        pytest.skip("openssl is not installed")
    port = free_port()
    command = [
        tool,
        "s_server",
        "-www",
        "-accept",
        str(port),
        "-key",
        str(folder / "key.pem"),
        "-cert",
        str(folder / "cert.pem"),
    ]
    process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.4)
    try:
        if process.poll() is not None:
            pytest.skip("this OpenSSL has no such version")
        yield f"https://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait(5)


def test_an_old_version_is_found_though_this_machine_speaks_none(
    authority: tuple[trustme.CA, Path], tmp_path: Path
) -> None:
    files(authority[0].issue_cert("127.0.0.1"), tmp_path)
    with openssl(tmp_path, "-tls1", "-cipher", "ALL:@SECLEVEL=0") as origin:
        live = scan(origin, chosen=TLS)
    assert message(live, "AP402") == "The server accepts TLS1.0."
    assert outcomes(live)["AP403"] is Outcome.FAIL


def test_weak_ciphers_are_found_by_family(authority: tuple[trustme.CA, Path], tmp_path: Path) -> None:
    files(authority[0].issue_cert("127.0.0.1", key_type=trustme.KeyType.RSA), tmp_path)
    with openssl(tmp_path, "-tls1_2", "-cipher", "aNULL:eNULL:AES128-SHA:@SECLEVEL=0") as origin:
        live = scan(origin, chosen=TLS)
    assert message(live, "AP404") == "The server accepts weak ciphers: null, anonymous, static-rsa."
    assert outcomes(live)["AP402"] is Outcome.PASS


def test_tls_1_3_alone_is_modern(authority: tuple[trustme.CA, Path], tmp_path: Path) -> None:
    files(authority[0].issue_cert("127.0.0.1"), tmp_path)
    with openssl(tmp_path, "-tls1_3") as origin:
        live = scan(origin, chosen=TLS)
    assert message(live, "AP403") == "The server accepts TLS1.3."
    assert outcomes(live)["AP402"] is Outcome.PASS


@pytest.mark.parametrize(
    ("host", "names", "is_right"),
    [
        ("api.example.com", ("api.example.com",), True),
        ("api.example.com", ("*.example.com",), True),
        ("a.b.example.com", ("*.example.com",), False),
        ("example.com", ("*.com",), False),
        ("API.example.com.", ("api.EXAMPLE.com",), True),
        ("127.0.0.1", ("127.0.0.1",), True),
        ("127.0.0.1", ("*.0.0.1",), False),
        ("example.com", (), False),
    ],
)
def test_a_star_stands_for_one_label(host: str, names: tuple[str, ...], is_right: bool) -> None:
    assert is_for(host, names) is is_right
