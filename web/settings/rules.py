"""Checks of settings: too weak for production, too open for a demonstration.

Each problem is a French sentence that names the setting and the remedy. Where an operator may know
better, the remedy is a separate setting that permits the exception explicitly.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator
from itertools import chain
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

import zxcvbn_rs_py

from web.settings.legal import MEANINGS
from web.settings.model import Environment, Settings
from web.settings.values import is_loopback, parse_host

# OWASP's Password Storage Cheat Sheet, argon2id: equivalent pairs of memory (KiB) and passes.
ARGON2_LEAST = ((47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5))
# Shortest prefixes accepted, by IP version: private networks (10.0.0.0/8, fc00::/7), and the public
# ranges that a carrier or a CDN proxies from.
WIDEST_PRIVATE = {4: 8, 6: 7}
WIDEST_PUBLIC = {4: 10, 6: 24}
# Options of a database's URL whose value is the path of a file.
FILE_OPTIONS = frozenset({"passfile", "sslcert", "sslcrl", "sslkey", "sslrootcert"})
TLS_MODES = frozenset({"require", "verify-ca", "verify-full"})
# zxcvbn counts guesses up to 2^64; random secrets always reach that.
RANDOM_GUESSES_LOG10 = 19
ZXCVBN_MOST_CHARACTERS = 100
# For 32 random bytes: fewer distinct ones once in ten million times, none above 127 once in 2^32.
LEAST_DIFFERENT_BYTES = 20
ASCII = 128


def find_problem(settings: Settings) -> str | None:
    """Return the first problem that forbids these settings in their environment, or None."""
    is_production = settings.environment is Environment.PRODUCTION
    problems = _problems_in_production if is_production else _problems_elsewhere
    return next(chain(problems(settings), _unreadable_files(settings)), None)


def _problems_elsewhere(settings: Settings) -> Iterator[str]:
    """Yield the problems of a `demo` or `test` reachable by others, who could read every mail."""
    name = settings.environment.value
    for setting, host in (
        ("BIND", parse_host(settings.bind)),
        ("METRICS_BIND", parse_host(settings.metrics_bind)),
        ("PUBLIC_URL", urlsplit(settings.public_url).hostname or ""),
    ):
        if not is_loopback(host):
            yield (
                f"Le réglage {setting} doit rester sur cette machine (127.0.0.1) avec "
                f"ENVIRONMENT={name} ; ailleurs, utilisez ENVIRONMENT=production"
            )


def _problems_in_production(settings: Settings) -> Iterator[str]:
    url = urlsplit(settings.public_url)
    if url.scheme != "https" and not is_loopback(url.hostname or ""):
        yield "Le réglage PUBLIC_URL doit commencer par https:// en production"
    for name in ("captcha_test_answer", "demo_mail_dir"):
        if getattr(settings, name) is not None:
            yield f"Le réglage {name.upper()} est interdit en production ; retirez-le"
    if _is_guessable(settings.secret_key.get_secret_value()):
        yield (
            "Le réglage SECRET_KEY peut être deviné ; créez-en un avec `openssl rand -base64 48`"
        )
    if any(_is_no_random_key(key) for key in settings.keyring.values()):
        yield (
            "Le réglage NIR_KEYS contient une clé qui n’a pas été tirée au hasard ; créez une clé "
            "avec `openssl rand -base64 32`"
        )
    if not _is_argon2_strong(settings.argon2_memory_kib, settings.argon2_time):
        yield (
            "Les réglages ARGON2_MEMORY_KIB et ARGON2_TIME sont trop bas pour la production ; "
            "donnez au moins 19456 et 2, ou 12288 et 3, 9216 et 4, 7168 et 5, 47104 et 1"
        )
    for name in settings.missing_legal:
        yield (
            f"Il manque le réglage LEGAL_{name.upper()} (variable d’environnement), obligatoire en "
            f"production : {MEANINGS[name]}"
        )
    yield from _network_problems(settings)


def _network_problems(settings: Settings) -> Iterator[str]:
    for text in settings.trusted_proxies:
        network = ipaddress.ip_network(text, strict=False)
        widest = WIDEST_PRIVATE if network.is_private else WIDEST_PUBLIC
        if network.prefixlen < widest[network.version]:
            yield (
                "Le réglage TRUSTED_PROXIES ne doit pas couvrir des pans entiers d’Internet, comme "
                "0.0.0.0/0 ; indiquez les adresses du proxy"
            )
    if not is_loopback(parse_host(settings.bind)) and not settings.trusted_proxies:
        yield (
            "Le réglage BIND ouvre le site à d’autres machines ; indiquez dans TRUSTED_PROXIES le "
            "proxy placé devant lui, ou utilisez 127.0.0.1"
        )
    if not is_loopback(parse_host(settings.metrics_bind)) and not settings.allow_remote_metrics:
        yield (
            "Le réglage METRICS_BIND ouvre /metrics à d’autres machines ; utilisez 127.0.0.1, ou "
            "ALLOW_REMOTE_METRICS=yes si seule votre supervision y a accès"
        )
    if _mails_in_clear_text(settings) and not settings.allow_clear_text_smtp:
        yield (
            "Le réglage SMTP_URL doit imposer TLS (smtps:// ou ?starttls=required) ; "
            "ALLOW_CLEAR_TEXT_SMTP=yes accepte que les courriels circulent en clair sur le réseau"
        )
    for name, url in _database_urls(settings):
        if _database_in_clear_text(url) and not settings.allow_clear_text_database:
            yield (
                f"Le réglage {name} doit imposer TLS (?sslmode=verify-full) ; "
                "ALLOW_CLEAR_TEXT_DATABASE=yes accepte que les données circulent en clair sur le "
                "réseau"
            )


def _unreadable_files(settings: Settings) -> Iterator[str]:
    """Yield the files of TLS and passwords that asyncpg would not be able to read."""
    for name, url in _database_urls(settings):
        for option, value in parse_qsl(urlsplit(url).query):
            if option in FILE_OPTIONS and not os.access(value, os.R_OK):
                yield (
                    f"Le réglage {name} nomme dans {option} un fichier qui ne peut pas être lu, "
                    f"{value} ; vérifiez son chemin et ses droits"
                )


def _database_urls(settings: Settings) -> Iterator[tuple[str, str]]:
    for name in ("database_url", "direct_database_url", "read_database_url"):
        if url := getattr(settings, name):
            yield name.upper(), url


def _is_argon2_strong(memory_kib: int, passes: int) -> bool:
    return any(memory_kib >= memory and passes >= time for memory, time in ARGON2_LEAST)


def _is_guessable(secret: str) -> bool:
    """Return whether a secret has repetitions, sequences, keyboard walks or words."""
    start = secret[:ZXCVBN_MOST_CHARACTERS]
    return zxcvbn_rs_py.zxcvbn(start, []).guesses_log10 < RANDOM_GUESSES_LOG10


def _is_no_random_key(key: bytes) -> bool:
    return len(set(key)) < LEAST_DIFFERENT_BYTES or max(key) < ASCII


def _mails_in_clear_text(settings: Settings) -> bool:
    url = urlsplit(settings.smtp_url.get_secret_value())
    return url.scheme == "smtp" and not url.query and not is_loopback(url.hostname or "")


def _database_in_clear_text(database_url: str) -> bool:
    """Return whether asyncpg (which reads libpq's variables) may reach another host without TLS."""
    url = urlsplit(database_url)
    options = parse_qs(url.query, keep_blank_values=True)
    mode = options.get("sslmode", [os.environ.get("PGSSLMODE", "")])[-1]
    if mode in TLS_MODES:
        return False
    if "service" in options or os.environ.get("PGSERVICE"):
        return True
    hosts = [_host_alone(host) for host in url.netloc.rpartition("@")[2].split(",")]
    if not any(hosts):
        hosts = options.get("host", [os.environ.get("PGHOST", "")])[-1].split(",")
    # A path, or no host at all, means a Unix socket.
    return any(host and not host.startswith("/") and not is_loopback(host) for host in hosts)


def _host_alone(text: str) -> str:
    """Return the host of `host:port` or `[address]:port`, percent-decoded."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return unquote(text.partition(":")[0])
