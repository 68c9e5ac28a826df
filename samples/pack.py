"""Puts keys and certificates into files, each with the program that its name says.

Every function takes what goes in and gives the file's bytes. Certificates are DER, keys are `cryptography`'s."""

import base64
import hashlib
import hmac
import os
import pathlib
import subprocess
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from issue import der

LEGACY = ["-provider", "legacy", "-provider", "default"]


def pem(certificate):
    """A certificate as PEM."""
    text = base64.encodebytes(certificate).decode().replace("\n", "")
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""]).encode()


def key_pem(key):
    """A key as PEM, not encrypted."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def run(folder, *command, password="", stdin=b""):
    """A program in a folder of its own; `PW` holds the password."""
    environment = dict(os.environ, PW=password, LC_ALL="C.UTF-8")
    done = subprocess.run(command, cwd=folder, env=environment, input=stdin, capture_output=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr.decode()}{done.stdout.decode()}")
    return done.stdout


class Folder(tempfile.TemporaryDirectory):
    """A temporary folder holding key.pem, leaf.pem and chain.pem."""

    def __init__(self, key, leaf, chain):
        super().__init__()
        if key:
            pathlib.Path(self.name, "key.pem").write_bytes(key_pem(key))
        pathlib.Path(self.name, "leaf.pem").write_bytes(pem(leaf))
        pathlib.Path(self.name, "chain.pem").write_bytes(b"".join(map(pem, chain)))


def openssl(key, leaf, chain, password, friendly, *options):
    """PKCS#12 by `openssl pkcs12 -export`; without a key, of the certificate alone."""
    with Folder(key, leaf, chain) as folder:
        source = ["-inkey", "key.pem"] if key else ["-nokeys"]
        more = ["-certfile", "chain.pem"] if chain else []
        provider = LEGACY if any("RC" in o or "SEED" in o or "DES" in o for o in options) else []
        run(folder, "openssl", "pkcs12", "-export", "-in", "leaf.pem", *source, *more, "-name", friendly,
            "-passout", "env:PW", "-out", "out.p12", *provider, *options, password=password)
        return pathlib.Path(folder, "out.p12").read_bytes()


def nss(key, leaf, chain, password, friendly, *options):
    """PKCS#12 by NSS's pk12util, through a database of its own."""
    with Folder(key, leaf, chain) as folder:
        load_nss(folder, key, leaf, chain, friendly)
        run(folder, "pk12util", "-o", "out.p12", "-d", "sql:.", "-n", friendly, "-K", "", "-W", password, *options)
        return pathlib.Path(folder, "out.p12").read_bytes()


def load_nss(folder, key, leaf, chain, friendly):
    """An NSS database with the key and its certificates."""
    pathlib.Path(folder, "in.p12").write_bytes(openssl(key, leaf, chain, "in", friendly))
    run(folder, "certutil", "-N", "-d", "sql:.", "--empty-password")
    run(folder, "pk12util", "-i", "in.p12", "-d", "sql:.", "-K", "", "-W", "in")


def nss_database(key, leaf, chain, friendly):
    """cert9.db of such a database."""
    with Folder(key, leaf, chain) as folder:
        load_nss(folder, key, leaf, chain, friendly)
        return pathlib.Path(folder, "cert9.db").read_bytes()


def gnutls(key, leaf, chain, password, friendly, *options):
    """PKCS#12 by GnuTLS's certtool."""
    with Folder(key, leaf, chain) as folder:
        pathlib.Path(folder, "all.pem").write_bytes(b"".join(map(pem, [leaf, *chain])))
        run(folder, "certtool", "--to-p12", "--outder", "--load-privkey", "key.pem", "--load-certificate", "all.pem",
            "--p12-name", friendly, "--password", password, "--outfile", "out.p12", *options)
        return pathlib.Path(folder, "out.p12").read_bytes()


def keytool(key, leaf, chain, password, friendly, *options, kind="PKCS12"):
    """A PKCS#12 (or JKS) keystore by Java's keytool."""
    with Folder(key, leaf, chain) as folder:
        pathlib.Path(folder, "in.p12").write_bytes(openssl(key, leaf, chain, "import", friendly))
        run(folder, "keytool", *options, "-importkeystore", "-noprompt", "-srckeystore", "in.p12", "-srcstoretype", "PKCS12",
            "-srcstorepass", "import", "-destkeystore", "out", "-deststoretype", kind, "-deststorepass", password,
            "-destkeypass", password)
        return pathlib.Path(folder, "out").read_bytes()


def jks(key, leaf, chain, password, friendly):
    """A JKS keystore by Java's keytool."""
    return keytool(key, leaf, chain, password, friendly, kind="JKS")


def python(key, leaf, chain, password, friendly):
    """PKCS#12 by Python's cryptography."""
    certificates = [x509.load_der_x509_certificate(c) for c in [leaf, *chain]]
    return pkcs12.serialize_key_and_certificates(
        friendly.encode(), key, certificates[0], certificates[1:] or None,
        serialization.BestAvailableEncryption(password.encode()))


def oid(dotted):
    """An object identifier."""
    first, second, *rest = map(int, dotted.split("."))
    body = bytes([first * 40 + second])
    for arc in rest:
        groups = [arc & 127]
        while arc := arc >> 7:
            groups.append(arc & 127 | 128)
        body += bytes(reversed(groups))
    return der(0x06, body)


PKCS12 = "1.2.840.113549.1.12.10.1"


def by_hand(key, leaf, chain, password, friendly, key_id=b"\1", leaf_id=b"\1"):
    """PKCS#12 with a localKeyID of our choice, and with a key that need not be the certificate's."""
    shrouded = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password.encode()))
    bags = [der(0x30, oid(f"{PKCS12}.2"), der(0xA0, shrouded), local_key_id(key_id))]
    for position, certificate in enumerate([leaf, *chain]):
        value = der(0x30, oid("1.2.840.113549.1.9.22.1"), der(0xA0, der(0x04, certificate)))
        bags.append(der(0x30, oid(f"{PKCS12}.3"), der(0xA0, value), local_key_id(leaf_id) if position == 0 else b""))
    return pfx(der(0x30, data(der(0x30, *bags))), password)


def local_key_id(value):
    """The attributes of a bag with a localKeyID."""
    return der(0x31, der(0x30, oid("1.2.840.113549.1.9.21"), der(0x31, der(0x04, value))))


def data(content):
    """A ContentInfo of type data."""
    return der(0x30, oid("1.2.840.113549.1.7.1"), der(0xA0, der(0x04, content)))


def pfx(safe, password, iterations=2048):
    """A PFX around an AuthenticatedSafe, with HMAC-SHA-256 (RFC 7292, appendix B)."""
    salt = hashlib.sha256(safe).digest()[:8]
    value = hmac.new(mac_key(password, salt, iterations), safe, "sha256").digest()
    algorithm = der(0x30, oid("2.16.840.1.101.3.4.2.1"), b"\x05\x00")
    info = der(0x30, algorithm, der(0x04, value))
    count = der(0x02, iterations.to_bytes(iterations.bit_length() // 8 + 1, "big"))
    return der(0x30, der(0x02, b"\3"), data(safe), der(0x30, info, der(0x04, salt), count))


def mac_key(password, salt, iterations):
    """The PKCS#12 key derivation for a MAC: 32 bytes need one round of SHA-256 only."""
    secret = (password + "\0").encode("utf-16-be")
    block = b"\3" * 64 + (salt * 64)[:64] + (secret * 64)[:-(-len(secret) // 64) * 64]
    for _ in range(iterations):
        block = hashlib.sha256(block).digest()
    return block


def element(content, at=0):
    """Tag, start of the content and end of the DER element at an offset."""
    size, start = content[at + 1], at + 2
    if size & 128:
        start += size & 127
        size = int.from_bytes(content[at + 2:start], "big")
    return content[at], start, start + size


def children(content):
    """The elements inside a constructed one."""
    _, at, end = element(content)
    while at < end:
        _, _, after = element(content, at)
        yield content[at:after]
        at = after


def greedy(container, iterations=2**31 - 1):
    """The same PKCS#12, but its MAC asks for absurdly many iterations."""
    version, safe, mac = children(container)
    info, salt, _ = children(mac)
    return der(0x30, version, safe, der(0x30, info, salt, der(0x02, iterations.to_bytes(4, "big"))))


def truncated(container):
    """Two thirds of it, as a broken download leaves them."""
    return container[:len(container) * 2 // 3]


def pkcs7(certificates, form):
    """PKCS#7 by `openssl crl2pkcs7`."""
    with Folder(None, certificates[0], certificates) as folder:
        run(folder, "openssl", "crl2pkcs7", "-nocrl", "-certfile", "chain.pem", "-outform", form, "-out", "out")
        return pathlib.Path(folder, "out").read_bytes()
