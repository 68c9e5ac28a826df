"""Makes PKCS#12 files that no program at hand writes, independently of our reader.

made.py python LEAF KEY CA DIR      every combination that the package cryptography writes
made.py mac KIND PASSWORD IN OUT    another MAC on a file
made.py gcm PASSWORD TAG KEY OUT    a private key under PBES2 with AES-256-GCM
"""
import hashlib
import hmac
import sys

MAC_SALT, ITERATIONS = b"8 bytes.", 1000


def der(tag, *parts):
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + body


def oid(dotted):
    first, second, *rest = map(int, dotted.split("."))
    out = b""
    for arc in [first * 40 + second] + rest:
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.insert(0, arc & 0x7F | 0x80)
        out += bytes(groups)
    return der(6, out)


def integer(n):
    return der(2, n.to_bytes(n.bit_length() // 8 + 1, "big"))


def elements(data):
    while data:
        length, header = data[1], 2
        if length & 0x80:
            header += length & 0x7F
            length = int.from_bytes(data[2:header], "big")
        yield data[: header + length], data[header : header + length]
        data = data[header + length :]


def pkcs12_mac_key(digest, password, iterations):
    """RFC 7292 appendix B.2, one output long, which is all that a MAC key needs."""
    block = hashlib.new(digest).block_size
    wide = password.encode("utf-16-be") + b"\0\0"
    fill = lambda data: (data * block)[: -(-len(data) // block) * block]
    value = bytes([3]) * block + fill(MAC_SALT) + fill(wide)
    for _ in range(iterations):
        value = hashlib.new(digest, value).digest()
    return value


def mac_data(kind, password, content):
    if kind == "pbmac1":
        prf = der(0x30, oid("1.2.840.113549.2.11"), der(5))
        params = der(0x30, der(4, MAC_SALT), integer(ITERATIONS), integer(32), prf)
        kdf = der(0x30, oid("1.2.840.113549.1.5.12"), params)
        scheme = der(0x30, oid("1.2.840.113549.2.9"), der(5))
        algorithm = der(0x30, oid("1.2.840.113549.1.5.14"), der(0x30, kdf, scheme))
        key = hashlib.pbkdf2_hmac("sha512", password.encode(), MAC_SALT, ITERATIONS, 32)
        digest = hmac.new(key, content, "sha256").digest()
        # RFC 9579: salt and iterations outside are there and do not count.
        return der(0x30, der(0x30, algorithm, der(4, digest)), der(4, b"NOT USED"), integer(1))
    algorithm = der(0x30, oid("2.16.840.1.101.3.4.2.3"), der(5))
    digest = hmac.new(pkcs12_mac_key("sha512", password, ITERATIONS), content, "sha512").digest()
    return der(0x30, der(0x30, algorithm, der(4, digest)), der(4, MAC_SALT), integer(ITERATIONS))


def mac(kind, password, source, target):
    data = open(source, "rb").read()
    [(_, body)] = elements(data)
    version, content_info, *_ = elements(body)
    explicit = list(elements(content_info[1]))[1][1]
    [(_, content)] = elements(explicit)
    made = der(0x30, version[0], content_info[0], mac_data(kind, password, content))
    open(target, "wb").write(made)


def gcm(password, tag, key, target):
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    nonce = b"twelve bytes"
    derived = hashlib.pbkdf2_hmac("sha256", password.encode(), MAC_SALT, ITERATIONS, 32)
    encryptor = Cipher(algorithms.AES(derived), modes.GCM(nonce)).encryptor()
    sealed = encryptor.update(open(key, "rb").read()) + encryptor.finalize()
    sealed += encryptor.tag[: int(tag)]
    prf = der(0x30, oid("1.2.840.113549.2.9"), der(5))
    kdf = der(0x30, oid("1.2.840.113549.1.5.12"), der(0x30, der(4, MAC_SALT), integer(ITERATIONS), prf))
    # The tag's length is left out where it is the default.
    length = b"" if tag == "12" else integer(int(tag))
    cipher = der(0x30, oid("2.16.840.1.101.3.4.1.46"), der(0x30, der(4, nonce), length))
    scheme = der(0x30, oid("1.2.840.113549.1.5.13"), der(0x30, kdf, cipher))
    open(target, "wb").write(der(0x30, scheme, der(4, sealed)))


def python(leaf, key, ca, directory):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.serialization import pkcs12

    load = lambda path: x509.load_pem_x509_certificate(open(path, "rb").read())
    key = serialization.load_pem_private_key(open(key, "rb").read(), None)
    pbes = pkcs12.PBES
    schemes = [pbes.PBESv1SHA1And3KeyTripleDESCBC, pbes.PBESv2SHA256AndAES256CBC]
    digests = [hashes.SHA1, hashes.SHA256, hashes.SHA384, hashes.SHA512]
    encryptions = {"none": serialization.NoEncryption()}
    for scheme in schemes:
        for digest in digests:
            builder = serialization.PrivateFormat.PKCS12.encryption_builder()
            builder = builder.kdf_rounds(2048).key_cert_algorithm(scheme).hmac_hash(digest())
            encryptions[f"{scheme.name}-{digest.name}"] = builder.build("秘密".encode())
    for name, encryption in encryptions.items():
        made = pkcs12.serialize_key_and_certificates(
            "名前".encode(), key, load(leaf), [load(ca)], encryption
        )
        open(f"{directory}/{name}.p12", "wb").write(made)


{"python": python, "mac": mac, "gcm": gcm}[sys.argv[1]](*sys.argv[2:])
