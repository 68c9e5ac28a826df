"""Issues the certificates and CRLs of the samples. All signatures are RSA PKCS#1 v1.5: the same bytes each time."""

import datetime
import hashlib
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

import testkeys

KEYS = pathlib.Path(__file__).resolve().parent.parent / "src" / "lab" / "keys"
JST = datetime.timezone(datetime.timedelta(hours=9))
AT = datetime.datetime(2026, 11, 23, 9, 0, 0, tzinfo=JST)
SECOND = datetime.timedelta(seconds=1)


def jst(text):
    """`2024-03-01` (at nine o'clock) or `2024-03-01T23:59:59`, in Japan."""
    moment = text if "T" in text else f"{text}T09:00:00"
    return datetime.datetime.fromisoformat(moment).replace(tzinfo=JST)


def utc(text):
    """`2019-07-19T14:59:59`, UTC."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc)


def years(moment, count):
    """The same moment some years later; 29 February becomes the 28th."""
    try:
        return moment.replace(year=moment.year + count)
    except ValueError:
        return moment.replace(year=moment.year + count, day=28)


def name(common, unit=None, organization="e-seikyuu", kind=None):
    """A subject; `kind` is the string type of its common name."""
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"), x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization)]
    if unit:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit))
    if common:
        parts.append(x509.NameAttribute(NameOID.COMMON_NAME, common, _type=kind))
    return x509.Name(parts)


def printable(subject):
    """The same name with every value a PrintableString: equal by RFC 5280, other bytes."""
    return x509.Name([x509.NameAttribute(a.oid, a.value, _type=_ASN1Type.PrintableString) for a in subject])


class Signer:
    """A CA: its certificate and key."""

    def __init__(self, certificate, key):
        self.certificate, self.key = certificate, key

    @classmethod
    def committed(cls, label):
        """A root of src/lab/keys."""
        key = serialization.load_pem_private_key((KEYS / f"{label}.key").read_bytes(), None)
        return cls(x509.load_pem_x509_certificate((KEYS / f"{label}.pem").read_bytes()), key)

    @classmethod
    def new(cls, label, subject, serial, begin, end, parent=None):
        """An intermediate under `parent`, or a root."""
        key = testkeys.rsa_key(label)
        issuer = parent.certificate.subject if parent else subject
        builder = x509.CertificateBuilder(issuer, subject, key.public_key(), serial, begin, end)
        builder = builder.add_extension(x509.BasicConstraints(True, 0 if parent else None), True)
        builder = builder.add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        return cls(builder.sign(parent.key if parent else key, hashes.SHA256()), key)

    def key_id(self):
        """What an authority key identifier pointing here says."""
        return x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()).digest


def leaf(signer, subject, key, serial, begin, end, aki="right", ski=True, usage=ExtendedKeyUsageOID.CLIENT_AUTH, issuer=None):
    """An end entity's certificate. `aki`: right, none, or the key identifier to claim."""
    builder = x509.CertificateBuilder(issuer or signer.certificate.subject, subject, key.public_key(), serial, begin, end)
    builder = builder.add_extension(x509.BasicConstraints(False, None), True)
    builder = builder.add_extension(x509.KeyUsage(True, False, True, False, False, False, False, False, False), True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), False)
    if ski:
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    if aki != "none":
        claimed = signer.key_id() if aki == "right" else aki
        builder = builder.add_extension(x509.AuthorityKeyIdentifier(claimed, None, None), False)
    return builder.sign(signer.key, hashes.SHA256())


def length(count):
    """A DER length."""
    if count < 128:
        return bytes([count])
    body = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return bytes([128 | len(body)]) + body


def der(tag, *parts):
    """A DER element."""
    content = b"".join(parts)
    return bytes([tag]) + length(len(content)) + content


def signed_again(certificate, signer, changes, digest=None):
    """The certificate with some bytes replaced by as many others, and signed anew."""
    tbs = certificate.tbs_certificate_bytes
    algorithm = der(0x30, bytes.fromhex("06092a864886f70d01010b0500"))
    for old, new in changes:
        assert len(old) == len(new) and old in tbs, "nothing to replace"
        tbs, algorithm = tbs.replace(old, new), algorithm.replace(old, new)
    signature = signer.key.sign(tbs, padding.PKCS1v15(), digest or hashes.SHA256())
    return der(0x30, tbs, algorithm, der(0x03, b"\0", signature))


def with_sha1(certificate, signer):
    """Signed with SHA-1, as CAs once did."""
    sha256, sha1 = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")
    return signed_again(certificate, signer, [(sha256, sha1)], hashes.SHA1())


def with_bad_boolean(certificate, signer):
    """A TRUE that is 01 and not FF: good BER, bad DER. The signature is right."""
    return signed_again(certificate, signer, [(b"\x01\x01\xff", b"\x01\x01\x01")])


def with_shift_jis(certificate, signer, placeholder, text):
    """A common name whose TeletexString holds Shift_JIS, as old Japanese tools wrote it."""
    return signed_again(certificate, signer, [(placeholder.encode(), text.encode("cp932"))])


def crl(signer, revoked, begin, until, number):
    """A CRL: `revoked` maps serial numbers to the moment."""
    builder = x509.CertificateRevocationListBuilder(signer.certificate.subject, begin, until)
    for serial, moment in revoked:
        entry = x509.RevokedCertificateBuilder(serial, moment)
        builder = builder.add_revoked_certificate(entry.add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), False).build())
    builder = builder.add_extension(x509.CRLNumber(number), False)
    builder = builder.add_extension(x509.AuthorityKeyIdentifier(signer.key_id(), None, None), False)
    return builder.sign(signer.key, hashes.SHA256())


def digest(data):
    """SHA-256 as hex."""
    return hashlib.sha256(data).hexdigest()
