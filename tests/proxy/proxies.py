"""The documented proxies, on ports of their own, in front of a recording server."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from tests.support.programs.installed import changed
from tests.support.programs.ports import free_port
from tests.support.repository import ROOT

DOCUMENTED = ROOT / "deploy" / "proxy"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nvivant\n"


@dataclass
class UpstreamServer:
    """A stand-in for the program: it records the request heads of each connection."""

    port: int = 0
    connections: list[list[str]] = field(default_factory=list)
    answering: set[asyncio.Task[None]] = field(default_factory=set)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads: list[str] = []
        if task := asyncio.current_task():
            self.answering.add(task)
        self.connections.append(heads)
        try:
            while True:
                heads.append((await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
                writer.write(ANSWER)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    @property
    def asked(self) -> list[list[str]]:
        """The heads of the tests' connections, without the proxy's health checks."""
        return [heads for heads in self.connections if any("/asked" in head for head in heads)]


@asynccontextmanager
async def behind() -> AsyncIterator[UpstreamServer]:
    """A running server; the proxy, stopped first, closes its connections."""
    one = UpstreamServer()
    server = await asyncio.start_server(one.answer, "127.0.0.1", 0)
    one.port = server.sockets[0].getsockname()[1]
    try:
        yield one
    finally:
        server.close()
        await asyncio.gather(*one.answering)


@contextmanager
def haproxy(path: str, folder: Path, upstream: int) -> Iterator[int]:
    """The documented HAProxy, its timeouts divided by ten; yields its HTTPS port."""
    port, certificate = free_port(), make_certificate(folder)
    text = (DOCUMENTED / "haproxy.cfg").read_text()
    configuration = folder / "haproxy.cfg"
    configuration.write_text(
        changed(
            text,
            {
                "bind :80": f"bind 127.0.0.1:{free_port()}",
                "bind :443": f"bind 127.0.0.1:{port}",
                "/etc/haproxy/compte.example.pem": str(certificate),
                "127.0.0.1:8000": f"127.0.0.1:{upstream}",
                "timeout http-request 10s": "timeout http-request 1s",
                "timeout client 15s": "timeout client 2s",
                # Two descriptors per connection, more than this machine may allow.
                "maxconn 8000": "maxconn 400",
                "maxconn 1000": "maxconn 100",
            },
        )
    )
    with _running([path, "-db", "-f", str(configuration)]):
        yield port


@contextmanager
def nginx(path: str, folder: Path, upstream: int) -> Iterator[int]:
    """The documented nginx, its timeouts divided by ten; yields its HTTPS port."""
    port, certificate = free_port(), make_certificate(folder)
    text = (DOCUMENTED / "nginx.conf").read_text()
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    configuration = folder / "nginx.conf"
    configuration.write_text(
        changed(
            text,
            {
                "http {": f"http {{\n{folders}",
                "listen [::]:80 default_server;": "",
                "listen [::]:443 ssl http2 default_server;": "",
                "listen 80": f"listen 127.0.0.1:{free_port()}",
                "listen 443": f"listen 127.0.0.1:{port}",
                "/etc/nginx/compte.example.pem": str(certificate),
                "/etc/nginx/compte.example.key": str(certificate),
                "127.0.0.1:8000": f"127.0.0.1:{upstream}",
                "client_header_timeout 10s": "client_header_timeout 1s",
            },
        )
    )
    main = f"daemon off; master_process off; pid {folder}/nginx.pid;"
    with _running([path, "-p", str(folder), "-c", str(configuration), "-g", main]):
        yield port


def make_certificate(folder: Path) -> Path:
    """A self-signed certificate for this machine and its key, valid on any day, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def trusting(folder: Path) -> ssl.SSLContext:
    """An SSL context that trusts only this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(folder / "certificate.pem")
    return context


@contextmanager
def _running(command: list[str]) -> Iterator[None]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            yield
            assert process.poll() is None, "it ended by itself"
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
