"""Test keys that anybody can derive again: each is a function of a public label, so none is a secret.

Used by make-keys.py (the committed keys of `shomei lab`) and by make (the keys of the sample fleet).
NEVER use such a key for anything but tests.
"""

import hashlib

from cryptography.hazmat.primitives.asymmetric import ec, rsa

SMALL_PRIMES = [p for p in range(3, 2000, 2) if all(p % d for d in range(3, int(p**0.5) + 1, 2))]
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def stream(label, length):
    """`length` bytes that depend on the label alone."""
    return hashlib.shake_256(b"shomei test key: " + label.encode()).digest(length)


def is_prime(number):
    """Trial division, then Miller-Rabin with fixed bases: enough for numbers that nobody chose to deceive us."""
    if any(number % p == 0 for p in SMALL_PRIMES):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(passes(number, base, odd, twos) for base in SMALL_PRIMES[:16])


def passes(number, base, odd, twos):
    """One round of Miller-Rabin."""
    x = pow(base, odd, number)
    if x in (1, number - 1):
        return True
    for _ in range(twos - 1):
        x = x * x % number
        if x == number - 1:
            return True
    return False


def prime(label, bits):
    """The first prime at or after a number drawn from the label, its two highest bits set."""
    start = int.from_bytes(stream(label, bits // 8), "big") | 3 << (bits - 2) | 1
    return next(n for n in range(start, start + 100_000, 2) if n % 65537 != 1 and is_prime(n))


def rsa_key(label, bits=2048):
    """The RSA key of a label."""
    p, q = prime(f"{label} p", bits // 2), prime(f"{label} q", bits // 2)
    p, q = max(p, q), min(p, q)
    d = pow(65537, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(65537, p * q)
    return rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public).private_key()


def ec_key(label):
    """The P-256 key of a label."""
    return ec.derive_private_key(1 + int.from_bytes(stream(label, 48), "big") % (P256_ORDER - 1), ec.SECP256R1())
