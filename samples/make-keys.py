#!/usr/bin/env python3
"""Writes src/lab/keys: the TEST roots and TEST keys of the samples and of `shomei lab`.

Deterministic: every key follows from its label (testkeys.py), every signature is RSA PKCS#1 v1.5. Running it again
changes no byte. Needs Python's `cryptography`.
"""

import datetime
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

import testkeys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "src" / "lab" / "keys"
WARNING = "TEST KEY of shomei: derived from a public label, known to everybody, protects nothing. Never use it.\n"
JST = datetime.timezone(datetime.timedelta(hours=9))
SUBJECT = x509.Name([
    x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
    x509.NameAttribute(NameOID.ORGANIZATION_NAME, "e-seikyuu"),
    x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "e-seikyuu CA"),
])

# file, label of the key, serial, first and last day in JST. Serials and days of the first two are the FAQ's.
ROOTS = [
    ("root-2013", "root 2013", 0x033435, (2013, 7, 18), (2023, 7, 18)),
    ("root-2019", "root 2019", 0x0786D1, (2019, 7, 20), (2029, 7, 20)),
    ("root-impostor", "root impostor", 0x0786D1, (2019, 7, 20), (2029, 7, 20)),
    ("root-next", "root next", 0x0B1127, (2026, 7, 20), (2036, 7, 20)),
]


def issue_root(key, serial, first, last):
    """A self-signed root, valid from the first second of its first day to the last second of its last, in JST."""
    begin = datetime.datetime(*first, 0, 0, 0, tzinfo=JST)
    end = datetime.datetime(*last, 23, 59, 59, tzinfo=JST)
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    builder = x509.CertificateBuilder(SUBJECT, SUBJECT, key.public_key(), serial, begin, end)
    builder = builder.add_extension(x509.BasicConstraints(True, None), True)
    builder = builder.add_extension(usage, True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    return builder.sign(key, hashes.SHA256())


def write_key(name, key):
    """The key as PKCS#8 PEM under a line that says what it is."""
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (FOLDER / f"{name}.key").write_bytes(WARNING.encode() + pem)


def write_root(name, label, serial, first, last):
    """A root's key and its certificate."""
    key = testkeys.rsa_key(label)
    write_key(name, key)
    pem = issue_root(key, serial, first, last).public_bytes(serialization.Encoding.PEM)
    text = f"TEST CERTIFICATE of shomei ({name}): not a certificate of the real e-seikyuu CA.\n"
    (FOLDER / f"{name}.pem").write_bytes(text.encode() + pem)


def main():
    """All roots, then the pool of leaf keys."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for root in ROOTS:
        write_root(*root)
    for number in range(1, 9):
        write_key(f"leaf-rsa-{number:02}", testkeys.rsa_key(f"leaf rsa {number}"))
    for number in range(1, 8):
        write_key(f"leaf-ec-{number:02}", testkeys.ec_key(f"leaf ec {number}"))
    write_key("leaf-rsa-1024", testkeys.rsa_key("leaf rsa 1024", 1024))


if __name__ == "__main__":
    main()
