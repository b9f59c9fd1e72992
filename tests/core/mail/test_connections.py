"""SMTP_URL: encryption and authentication; connections reused, lost and bounded."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from tests.support.mail.peers import ACCEPTED, ScriptedPeer
from tests.support.mail.post_office import PostOffice
from web.worker import AT_ONCE as MESSAGES_AT_ONCE


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1 and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "peer")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "peer.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the machine trust the peer's certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


def through(office: PostOffice, url: str) -> PostOffice:
    return office.to({"smtp_url": SecretStr(url.format(port=office.peer.port))})


async def outcome(office: PostOffice) -> tuple[str, str | None]:
    mail_id = await office.write("personne@exemple.fr")
    await office.deliver()
    row = await office.row(mail_id)
    return row["status"], row["reason"]


@pytest.mark.usefixtures("trusted")
async def test_encryption_is_used_when_the_server_offers_it(
    office: PostOffice, tls: ssl.SSLContext
) -> None:
    office.peer.tls = tls

    assert await outcome(office) == ("sent", None)
    assert office.peer.commands[:3][1] == "STARTTLS"


async def test_a_server_without_encryption_is_used_in_the_clear(office: PostOffice) -> None:
    assert await outcome(office) == ("sent", None)
    assert office.peer.count("STARTTLS") == 0


async def test_a_certificate_nobody_vouches_for_is_refused_and_the_mail_waits(
    office: PostOffice, tls: ssl.SSLContext
) -> None:
    office.peer.tls = tls

    status, reason = await outcome(office)
    assert status == "retrying"
    assert reason
    assert office.peer.count("MAIL") == 0


async def test_required_encryption_refuses_a_server_that_offers_none(office: PostOffice) -> None:
    strict = through(office, "smtp://127.0.0.1:{port}?starttls=required")

    assert (await outcome(strict))[0] == "retrying"
    assert office.peer.count("MAIL") == 0


@pytest.mark.usefixtures("trusted")
async def test_required_encryption_goes_on_with_a_server_that_offers_it(
    office: PostOffice, tls: ssl.SSLContext
) -> None:
    office.peer.tls = tls

    strict = through(office, "smtp://127.0.0.1:{port}?starttls=required")
    assert await outcome(strict) == ("sent", None)
    assert office.peer.count("STARTTLS") == 1


@pytest.mark.usefixtures("trusted")
async def test_an_smtps_server_is_spoken_to_encrypted_from_the_first_byte(
    office: PostOffice, tls: ssl.SSLContext
) -> None:
    await office.peer.stop()
    office.peer.tls, office.peer.implicit_tls = tls, True
    await office.peer.start()

    assert await outcome(through(office, "smtps://127.0.0.1:{port}")) == ("sent", None)
    assert office.peer.count("STARTTLS") == 0


@pytest.mark.usefixtures("trusted")
async def test_the_user_and_password_of_the_url_are_used_decoded(
    office: PostOffice, tls: ssl.SSLContext
) -> None:
    office.peer.tls, office.peer.password = tls, "p@ss:mot/é"
    url = "smtp://robot%40exemple:p%40ss%3Amot%2F%C3%A9@127.0.0.1:{port}"

    assert await outcome(through(office, url)) == ("sent", None)


async def test_a_wrong_password_is_ours_to_repair_and_the_mail_waits(office: PostOffice) -> None:
    office.peer.password = "right"
    url = "smtp://robot:wrong@127.0.0.1:{port}"

    assert await outcome(through(office, url)) == ("retrying", "SMTPAuthenticationError 535")


async def test_a_missing_password_is_ours_to_repair_and_the_mail_waits(office: PostOffice) -> None:
    office.peer.password = "right"

    assert await outcome(office) == ("retrying", "SMTPSenderRefused 530")


async def test_a_connection_carries_one_message_after_another(office: PostOffice) -> None:
    for number in range(3):
        await office.write(f"personne{number}@exemple.fr")
    worker = office.worker()
    running = asyncio.create_task(worker.run())
    await _delivered(office.peer, 3)
    first = office.peer.connections
    for number in range(3, 6):
        await office.write(f"personne{number}@exemple.fr")
        await _delivered(office.peer, number + 1)
    worker.stop()
    await running

    assert office.peer.connections == first <= 3
    assert office.peer.count("QUIT") == first


async def test_a_connection_closed_while_idle_costs_nothing(office: PostOffice) -> None:
    await office.write("avant@exemple.fr")
    worker = office.worker()
    running = asyncio.create_task(worker.run())
    await _delivered(office.peer, 1)
    office.peer.hang_up()
    mail_id = await office.write("apres@exemple.fr")
    await _delivered(office.peer, 2)
    worker.stop()
    await running

    row = await office.row(mail_id)
    assert (row["status"], row["attempts"]) == ("sent", 1)
    assert office.peer.connections == 2


async def test_refused_recipients_leave_the_connection_usable(office: PostOffice) -> None:
    async def refuse(address: str) -> str:
        return "550 5.1.1 unknown"

    office.peer.on_recipient = refuse
    worker = office.worker()
    running = asyncio.create_task(worker.run())
    for number in range(4):
        mail_id = await office.write(f"inconnu{number}@exemple.fr")
        async with asyncio.timeout(10):
            while (await office.row(mail_id))["status"] != "held":
                await asyncio.sleep(0.01)
    worker.stop()
    await running

    assert office.peer.connections == 1


async def test_a_long_queue_opens_a_bounded_number_of_connections(office: PostOffice) -> None:
    async def slow(address: str) -> str:
        await asyncio.sleep(0.02)
        return ACCEPTED

    office.peer.on_message = slow
    for number in range(120):
        await office.write(f"personne{number}@exemple.fr")
    await office.deliver()

    assert len({one.message_id for one in office.peer.delivered}) == 120
    assert len(office.peer.delivered) == 120
    assert 1 < office.peer.most_open <= MESSAGES_AT_ONCE


async def _delivered(peer: ScriptedPeer, count: int) -> None:
    async with asyncio.timeout(10):
        while len(peer.delivered) < count:
            await asyncio.sleep(0.01)
