"""Greets a TLS server in raw bytes, so that versions and ciphers which no library speaks any more can be asked for."""

import asyncio
import struct
from hashlib import sha256

from assay.model.exchange import Failure, Greeting, Handshake

VERSIONS = {"SSLv3": 0x0300, "TLS1.0": 0x0301, "TLS1.1": 0x0302, "TLS1.2": 0x0303, "TLS1.3": 0x0304}
NAMES = {number: name for name, number in VERSIONS.items()}
TLS13 = {0x1301: "TLS_AES_128_GCM_SHA256", 0x1302: "TLS_AES_256_GCM_SHA384", 0x1303: "TLS_CHACHA20_POLY1305_SHA256"}
FAMILIES: dict[str, dict[int, str]] = {
    "null": {
        0x0001: "TLS_RSA_WITH_NULL_MD5",
        0x0002: "TLS_RSA_WITH_NULL_SHA",
        0x003B: "TLS_RSA_WITH_NULL_SHA256",
        0xC006: "TLS_ECDHE_ECDSA_WITH_NULL_SHA",
        0xC010: "TLS_ECDHE_RSA_WITH_NULL_SHA",
    },
    "export": {
        0x0003: "TLS_RSA_EXPORT_WITH_RC4_40_MD5",
        0x0006: "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5",
        0x0008: "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA",
        0x0014: "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA",
    },
    "anonymous": {
        0x0018: "TLS_DH_anon_WITH_RC4_128_MD5",
        0x001B: "TLS_DH_anon_WITH_3DES_EDE_CBC_SHA",
        0x0034: "TLS_DH_anon_WITH_AES_128_CBC_SHA",
        0x003A: "TLS_DH_anon_WITH_AES_256_CBC_SHA",
        0x006C: "TLS_DH_anon_WITH_AES_128_CBC_SHA256",
        0xC018: "TLS_ECDH_anon_WITH_AES_128_CBC_SHA",
        0xC019: "TLS_ECDH_anon_WITH_AES_256_CBC_SHA",
        0x00A6: "TLS_DH_anon_WITH_AES_128_GCM_SHA256",
    },
    "rc4": {
        0x0004: "TLS_RSA_WITH_RC4_128_MD5",
        0x0005: "TLS_RSA_WITH_RC4_128_SHA",
        0xC007: "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
        0xC011: "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
    },
    "des": {0x0009: "TLS_RSA_WITH_DES_CBC_SHA", 0x0015: "TLS_DHE_RSA_WITH_DES_CBC_SHA"},
    "3des": {
        0x000A: "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
        0x0016: "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA",
        0xC008: "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA",
        0xC012: "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
    },
    "static-rsa": {
        0x002F: "TLS_RSA_WITH_AES_128_CBC_SHA",
        0x0035: "TLS_RSA_WITH_AES_256_CBC_SHA",
        0x003C: "TLS_RSA_WITH_AES_128_CBC_SHA256",
        0x003D: "TLS_RSA_WITH_AES_256_CBC_SHA256",
        0x009C: "TLS_RSA_WITH_AES_128_GCM_SHA256",
        0x009D: "TLS_RSA_WITH_AES_256_GCM_SHA384",
    },
    "strong": {
        0xC02B: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        0xC02C: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        0xC02F: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        0xC030: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        0xCCA8: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        0xCCA9: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        0x009E: "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
        0x009F: "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
        0xC009: "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
        0xC00A: "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
        0xC013: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
        0xC014: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
        0x0033: "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
        0x0039: "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
    },
}
"""Numbers and names of the IANA registry of cipher suites."""
KNOWN = {number: name for family in (*FAMILIES.values(), TLS13) for number, name in family.items()}
LARGEST = 16_384
ALERT, SERVER_HELLO, HANDSHAKE_RECORD = 21, 2, 22


async def greet(ask: Handshake, address: str, port: int, host: str, seconds: float) -> Greeting:
    """What a server says to a greeting. No answer in time is unknown; an alert or a closed connection is a refusal."""
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(address, port)
    except TimeoutError:
        return Greeting(ask, failure=Failure("timeout", f"no connection within {seconds:g} s"))
    except OSError as error:
        return Greeting(ask, failure=Failure("refused", f"no connection: {error.strerror or error}"))
    try:
        async with asyncio.timeout(seconds):
            writer.write(hello(ask, host))
            await writer.drain()
            return understood(ask, await _record(reader))
    except TimeoutError:
        return Greeting(ask, failure=Failure("timeout", f"no answer to the greeting within {seconds:g} s"))
    except (OSError, asyncio.IncompleteReadError):
        return Greeting(ask, is_accepted=False)
    finally:
        writer.close()


def hello(ask: Handshake, host: str) -> bytes:
    """A ClientHello (RFC 5246 §7.4.1.2, RFC 8446 §4.1.2). Its random is made of the ask, since nothing is to be kept secret."""
    number = VERSIONS[ask.version]
    numbers = suites(ask)
    ciphers = b"".join(struct.pack("!H", each) for each in numbers)
    compressions = b"\x01\x00" if ask.offers_compression else b"\x00"
    seed = sha256(repr(ask.key).encode()).digest()
    body = struct.pack("!H", min(number, VERSIONS["TLS1.2"])) + seed + bytes([32]) + seed
    body += _sized(ciphers, 2) + _sized(compressions, 1)
    if number > VERSIONS["SSLv3"]:
        body += _sized(_extensions(number, host, seed), 2)
    message = b"\x01" + struct.pack("!I", len(body))[1:] + body
    record = min(number, VERSIONS["TLS1.0"]) if number > VERSIONS["SSLv3"] else number
    return struct.pack("!BHH", HANDSHAKE_RECORD, record, len(message)) + message


def suites(ask: Handshake) -> tuple[int, ...]:
    """The cipher numbers that an ask offers."""
    if ask.version == "TLS1.3":
        return tuple(TLS13)
    if ask.ciphers == "all":
        return tuple(number for family in FAMILIES.values() for number in family)
    return tuple(FAMILIES[ask.ciphers])


def understood(ask: Handshake, record: bytes) -> Greeting:
    """What a record of the server says. One that agrees to another version than the one asked for refuses that one."""
    if len(record) < 6 or record[0] != HANDSHAKE_RECORD or record[5] != SERVER_HELLO:
        is_tls = bool(record) and record[0] in {ALERT, HANDSHAKE_RECORD}
        if is_tls or not record:
            return Greeting(ask, is_accepted=False)
        return Greeting(ask, is_accepted=False, failure=Failure("protocol", "what answered does not speak TLS"))
    body = record[9:]
    try:
        number = struct.unpack("!H", body[:2])[0]
        session = 35 + body[34]
        cipher = struct.unpack("!H", body[session : session + 2])[0]
        compression = body[session + 2]
        number = _selected(body[session + 3 :]) or number
    except (struct.error, IndexError):
        return Greeting(ask, failure=Failure("protocol", "the answer to the greeting cannot be read"))
    version = NAMES.get(number, f"{number:#06x}")
    return Greeting(
        ask,
        is_accepted=version == ask.version and cipher in suites(ask),
        version=version,
        cipher=KNOWN.get(cipher, f"{cipher:#06x}"),
        has_compression=compression != 0,
    )


async def _record(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(5)
    if head[0] not in {ALERT, HANDSHAKE_RECORD}:
        return head
    size = min(struct.unpack("!H", head[3:])[0], LARGEST)
    return head + await reader.readexactly(size)


def _selected(rest: bytes) -> int:
    """The version that the extension supported_versions names (RFC 8446 §4.2.1); 0 without one."""
    position, end = 2, len(rest)
    while position + 4 <= end:
        kind, size = struct.unpack("!HH", rest[position : position + 4])
        if kind == 43 and size == 2:
            return int(struct.unpack("!H", rest[position + 4 : position + 6])[0])
        position += 4 + size
    return 0


def _extensions(number: int, host: str, seed: bytes) -> bytes:
    groups = struct.pack("!4H", 0x001D, 0x0017, 0x0018, 0x0019)
    signatures = struct.pack("!14H", *SIGNATURES)
    found = _extension(10, _sized(groups, 2)) + _extension(11, b"\x01\x00") + _extension(13, _sized(signatures, 2))
    if host and not host.replace(".", "").isdigit() and ":" not in host:
        found = _extension(0, _sized(b"\x00" + _sized(host.encode("idna"), 2), 2)) + found
    if number == VERSIONS["TLS1.3"]:
        found += _extension(43, _sized(struct.pack("!H", number), 1))
        found += _extension(51, _sized(struct.pack("!H", 0x001D) + _sized(seed, 2), 2))
    return found


SIGNATURES = (
    *(0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0809),
    *(0x0401, 0x0501, 0x0601, 0x0203, 0x0201, 0x0807, 0x0808),
)


def _extension(kind: int, content: bytes) -> bytes:
    return struct.pack("!H", kind) + _sized(content, 2)


def _sized(content: bytes, width: int) -> bytes:
    return len(content).to_bytes(width, "big") + content
