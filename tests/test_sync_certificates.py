"""A server whose certificate cannot be trusted learns nothing: neither a name nor a password nor an entry."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.dav_servers import PASSWORD, USER
from tracker import dav
from tracker.errors import ServerError

pytestmark = [pytest.mark.slow, pytest.mark.loopback]
_KEY = ec.generate_private_key(ec.SECP256R1())
_NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Nobody")])


def certificate(host: str, begins: int, ends: int, *, is_issuer: bool = False) -> x509.Certificate:
    """A certificate for a host, from one day to another (counted from today), signed by itself."""
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(_NAME).issuer_name(_NAME).public_key(_KEY.public_key())
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(now + timedelta(days=begins)).not_valid_after(now + timedelta(days=ends))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=is_issuer, path_length=None), critical=True)
    made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(_KEY.public_key()), critical=False)
    return made.sign(_KEY, hashes.SHA256())


@contextmanager
def served(found: x509.Certificate, folder: Path) -> Iterator[tuple[int, list[bytes]]]:
    """A server that shows this certificate: its port, and what it was told."""
    shown = folder / "shown.pem"
    shown.write_bytes(
        found.public_bytes(serialization.Encoding.PEM)
        + _KEY.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context, told = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), list[bytes]()
    context.load_cert_chain(shown)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)

        def answer() -> None:
            while True:
                with suppress(ssl.SSLError, ConnectionError):
                    try:
                        line, _address = server.accept()
                    except OSError:
                        return
                    with line, context.wrap_socket(line, server_side=True) as safe:
                        told.append(safe.recv(65536))
                        safe.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield server.getsockname()[1], told
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


CASES = {
    "good": (("localhost", -1, 9), "not a calendar server's"),
    "expired": (("localhost", -9, -1), "is not valid today"),
    "not yet valid": (("localhost", 1, 9), "is not valid today"),
    "of another server": (("calendar.example", -1, 9), "another server's"),
    "of nobody": (("localhost", -1, 9), "vouches for the certificate"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_certificate_that_is_not_in_order_ends_the_sync(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (host, begins, ends), said = CASES[name]
    found = certificate(host, begins, ends, is_issuer=True)
    if name != "of nobody":
        known = tmp_path / "known.pem"
        known.write_bytes(found.public_bytes(serialization.Encoding.PEM))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(known))
    with served(found, tmp_path) as (port, told):
        server = dav.Server(dav.Account(f"https://localhost:{port}/", USER, PASSWORD))
        with pytest.raises(ServerError) as caught:
            server.calendar("x", "VEVENT")
        server.close()
    assert said in str(caught.value)
    assert bool(told) == (name == "good")
