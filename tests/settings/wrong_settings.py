"""Wrong values of settings, grouped by the error message of the program."""

from __future__ import annotations

import base64

from typer.testing import CliRunner

from web.__main__ import cli
from web.cli.loading import EXIT_BAD_SETTINGS

# Similar to random bytes: all different, half of them above 127.
KEY = base64.b64encode(bytes(range(0, 256, 8))).decode()
WRONG = {
    "ENVIRONMENT doit valoir production, demo ou test": ["staging", "Production", "\udcff"],
    "DATABASE_URL doit être du texte en UTF-8": ["\udcff"],
    "DATABASE_URL doit commencer par postgresql://": ["mysql://app:canary@127.0.0.1/compte"],
    "DATABASE_URL doit être de la forme postgresql://utilisateur:mot-de-passe@serveur:port/base": [
        "postgresql://app:canary@127.0.0.1:port/compte",
        "postgresql://app:canary@[127.0.0.1/compte",
    ],
    "DIRECT_DATABASE_URL doit commencer par postgresql://": ["mysql://app:canary@127.0.0.1/compte"],
    "READ_DATABASE_URL doit commencer par postgresql://": ["mysql://app:canary@127.0.0.1/compte"],
    "SMTP_URL doit être de la forme smtp://serveur:port ou smtps://serveur:port": [
        "http://app:canary@127.0.0.1:25",
        "smtp://app:canary/not-quoted@127.0.0.1:25",
        "smtp://app:canary@[127.0.0.1:25",
        "smtp://",
    ],
    "SMTP_URL doit se terminer après le port, ou par « ?starttls=required »": [
        "smtp://127.0.0.1:25/starttls=required",
        "smtp://127.0.0.1:25/canary?starttls=required",
        "smtp://127.0.0.1:25#starttls=required",
        "smtps://127.0.0.1:465/canary",
    ],
    "SMTP_URL n’accepte que « ?starttls=required », et seulement avec smtp://": [
        "smtp://127.0.0.1:25?starttls=Required",
        "smtp://127.0.0.1:25?STARTTLS=required",
        "smtp://127.0.0.1:25?starttls=true",
        "smtp://127.0.0.1:25?starttls",
        "smtp://127.0.0.1:25?starttls=required&x=1",
        "smtp://127.0.0.1:25?starttls=required&starttls=required",
        "smtp://127.0.0.1:25?canary=1",
        "smtps://127.0.0.1:465?starttls=required",
    ],
    "MAIL_FROM doit contenir une adresse courriel, et une seule": [
        "nobody",
        "@",
        "a@b.example, c@d.example",
        "a@b.example\r\nBcc: c@d.example",
    ],
    "MAIL_FROM doit être du texte en UTF-8": ["\udcff@compte.example"],
    "CONTACT_TO doit contenir une adresse courriel, et une seule": [
        "Contact <contact@compte.example>"
    ],
    "PUBLIC_URL doit être de la forme https://serveur": [
        "compte.example",
        "ftp://compte.example",
        "https://compte.example/sous-dossier",
        "https://compte.example?x=1",
        "https://user:canary@compte.example",
        "https://compte.example:port",
        "https://[canary",
        "https://\u2100canary.example",
        "https://",
    ],
    "SECRET_KEY doit contenir au moins 32 caractères": ["canary-too-short"],
    "SECRET_KEY doit être du texte en UTF-8": ["\udcff" * 32],
    "NIR_KEYS doit contenir au moins une clé": [","],
    "NIR_KEYS doit être de la forme id:base64,id:base64": ["k1:canary", "k1:canari-salé"],
    "NIR_KEYS doit donner à chaque clé un identifiant court et 32 octets en base64": [
        KEY,
        f"k1:{KEY[:-8]}",
        f"a key with a long name:{KEY}",
    ],
    "NIR_KEYS donne deux fois le même identifiant de clé": [f"k1:{KEY},k1:{KEY}"],
    "BIND doit être de la forme 127.0.0.1:8000": [
        "8000",
        "127.0.0.1:port",
        "127.0.0.1:70000",
        "127.0.0.1:" + "9" * 5000,
        "canary.example:8000",
        "localhost:8000",
        "*:8000",
        ":8000",
    ],
    "METRICS_BIND doit être de la forme 127.0.0.1:8000": [":"],
    "KEEP_ALIVE_SECONDS doit être un nombre entier de 1 à 3600": ["0", "3601", "canary"],
    "ALLOW_CLEAR_TEXT_DATABASE doit valoir yes ou no": ["canary", "2"],
    "ALLOW_CLEAR_TEXT_SMTP doit valoir yes ou no": ["canary"],
    "ALLOW_REMOTE_METRICS doit valoir yes ou no": ["peut-être"],
    "WORKERS doit être un nombre entier de 1 à 256": ["0", "257", "1.5", "many", "9" * 5000],
    "TRUSTED_PROXIES doit énumérer des réseaux comme 10.0.0.0/8, séparés par des virgules": [
        "canary",
        "10.0.0.0/8,10.0.0.0/99",
    ],
    "ARGON2_MEMORY_KIB doit être un nombre entier de 8 à 4194304": ["1", "lots"],
    "ARGON2_TIME doit être un nombre entier de 1 à 100": ["0", "canary"],
    "ARGON2_LANES doit être un nombre entier de 1 à 64": ["0", "65"],
    "DIF_ENDS_ON doit être une date écrite comme 2020-12-31": [
        "31/12/2020",
        "2020-02-30",
        "20201231",
        "1609372800",
    ],
    "LOG_FORMAT doit valoir json ou console": ["xml", "JSON"],
    "LEGAL_PUBLISHER doit contenir une ligne de texte, de 300 caractères au plus": [
        " ",
        "Caisse\ncanary",
        "x" * 301,
    ],
    "LEGAL_DPO doit contenir une adresse courriel, et une seule": ["canary", "a@b.example, c@d.fr"],
}
SECRET = "Vq8-canary-Zt4_1kLmNo9.PqRs7wXyDef"
GOOD = {
    "ENVIRONMENT": "production",
    "DATABASE_URL": "postgresql://app:canary@127.0.0.1:1/compte",
    "SMTP_URL": "smtps://app:canary@127.0.0.1:1",
    "MAIL_FROM": "ne-pas-repondre@compte.example",
    "CONTACT_TO": "contact@compte.example",
    "PUBLIC_URL": "https://compte.example",
    "SECRET_KEY": SECRET,
    "NIR_KEYS": f"k1:{KEY}",
    "LEGAL_PUBLISHER": "Caisse d’exemple, établissement public",
    "LEGAL_PUBLISHER_ADDRESS": "1 rue de l’Exemple, 00000 Ville",
    "LEGAL_PUBLISHER_PHONE": "01 99 00 00 03",
    "LEGAL_DIRECTOR": "Dominique Exemple",
    "LEGAL_HOST": "Hébergeur d’exemple",
    "LEGAL_HOST_ADDRESS": "2 rue de l’Exemple, 00000 Ville",
    "LEGAL_HOST_PHONE": "01 99 00 00 04",
    "LEGAL_DPO": "dpo@compte.example",
}
OPTIONAL = (
    "BIND",
    "WORKERS",
    "KEEP_ALIVE_SECONDS",
    "METRICS_BIND",
    "TRUSTED_PROXIES",
    "ARGON2_MEMORY_KIB",
    "ARGON2_TIME",
    "ARGON2_LANES",
    "CAPTCHA_TEST_ANSWER",
    "DIF_ENDS_ON",
    "LOG_FORMAT",
    "DEMO_MAIL_DIR",
    "DIRECT_DATABASE_URL",
    "READ_DATABASE_URL",
    "ALLOW_CLEAR_TEXT_DATABASE",
    "ALLOW_CLEAR_TEXT_SMTP",
    "ALLOW_REMOTE_METRICS",
)


def refused_by_check(environment: dict[str, str | None]) -> str:
    """Run a program that stops on its settings; return the one sentence it prints."""
    result = CliRunner().invoke(cli, ["check"], env=environment)
    assert result.exit_code == EXIT_BAD_SETTINGS == 2
    assert result.stdout == ""
    assert result.stderr.endswith(".\n")
    assert result.stderr.count("\n") == 1
    assert "canary" not in result.stderr
    assert KEY[:12] not in result.stderr
    return result.stderr
