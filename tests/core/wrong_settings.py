"""Wrong values of settings, under the sentence that the program stops with."""

from __future__ import annotations

import base64

# Bytes as random ones are: all different, half of them above 127.
KEY = base64.b64encode(bytes(range(0, 256, 8))).decode()
WRONG = {
    "ENVIRONMENT must be production, demo or test": ["staging", "Production", "\udcff"],
    "DATABASE_URL must start with postgresql://": ["mysql://app:canary@127.0.0.1/compte"],
    "DATABASE_URL must look like postgresql://user:password@host:port/database": [
        "postgresql://app:canary@127.0.0.1:port/compte",
        "postgresql://app:canary@[127.0.0.1/compte",
    ],
    "SMTP_URL must look like smtp://host:port or smtps://host:port": [
        "http://app:canary@127.0.0.1:25",
        "smtp://app:canary/not-quoted@127.0.0.1:25",
        "smtp://app:canary@[127.0.0.1:25",
        "smtp://",
    ],
    "SMTP_URL must end after the port, or with ?starttls=required": [
        "smtp://127.0.0.1:25/starttls=required",
        "smtp://127.0.0.1:25/canary?starttls=required",
        "smtp://127.0.0.1:25#starttls=required",
        "smtps://127.0.0.1:465/canary",
    ],
    "SMTP_URL knows only ?starttls=required, and only with smtp://": [
        "smtp://127.0.0.1:25?starttls=Required",
        "smtp://127.0.0.1:25?STARTTLS=required",
        "smtp://127.0.0.1:25?starttls=true",
        "smtp://127.0.0.1:25?starttls",
        "smtp://127.0.0.1:25?starttls=required&x=1",
        "smtp://127.0.0.1:25?starttls=required&starttls=required",
        "smtp://127.0.0.1:25?canary=1",
        "smtps://127.0.0.1:465?starttls=required",
    ],
    "MAIL_FROM must be one e-mail address": [
        "nobody",
        "@",
        "a@b.example, c@d.example",
        "a@b.example\r\nBcc: c@d.example",
    ],
    "CONTACT_TO must be one e-mail address": ["Contact <contact@compte.example>"],
    "PUBLIC_URL must look like https://host": [
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
    "SECRET_KEY must hold at least 32 characters": ["canary-too-short"],
    "SECRET_KEY must be UTF-8": ["\udcff" * 32],
    "NIR_KEYS must hold at least one key": [","],
    "NIR_KEYS must look like id:base64,id:base64": ["k1:canary", "k1:canari-salé"],
    "NIR_KEYS must give each key a short id and 32 bytes in base64": [
        KEY,
        f"k1:{KEY[:-8]}",
        f"a key with a long name:{KEY}",
    ],
    "NIR_KEYS names one key id twice": [f"k1:{KEY},k1:{KEY}"],
    "BIND must look like 127.0.0.1:8000": [
        "8000",
        "127.0.0.1:port",
        "127.0.0.1:70000",
        "127.0.0.1:" + "9" * 5000,
        "canary.example:8000",
        "localhost:8000",
        "*:8000",
        ":8000",
    ],
    "METRICS_BIND must look like 127.0.0.1:8000": [":"],
    "KEEP_ALIVE_SECONDS must be a whole number from 1 to 3600": ["0", "3601", "canary"],
    "ALLOW_CLEAR_TEXT_DATABASE must be yes or no": ["canary", "2"],
    "ALLOW_CLEAR_TEXT_SMTP must be yes or no": ["canary"],
    "ALLOW_REMOTE_METRICS must be yes or no": ["peut-être"],
    "WORKERS must be a whole number from 1 to 256": ["0", "257", "1.5", "many", "9" * 5000],
    "TRUSTED_PROXIES must list networks such as 10.0.0.0/8, separated by commas": [
        "canary",
        "10.0.0.0/8,10.0.0.0/99",
    ],
    "ARGON2_MEMORY_KIB must be a whole number from 8 to 4194304": ["1", "lots"],
    "ARGON2_TIME must be a whole number from 1 to 100": ["0", "canary"],
    "ARGON2_LANES must be a whole number from 1 to 64": ["0", "65"],
    "LOG_FORMAT must be json or console": ["xml", "JSON"],
}
