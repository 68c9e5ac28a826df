"""Reads a message with Python's email and tells in JSON what a mail program would show."""

import base64
import email
import email.header
import email.policy
import email.utils
import json
import sys

raw = sys.stdin.buffer.read()
mail = email.message_from_bytes(raw, policy=email.policy.default)
old = email.message_from_bytes(raw)


def people(name):
    """Names are decoded by the older half of the library: the newer one keeps the space between two
    encoded words of a name (bpo-35547), which RFC 2047, section 6.2, takes away."""
    if name not in old:
        return []
    decoded = lambda text: str(email.header.make_header(email.header.decode_header(text)))
    return [[decoded(who), address] for who, address in email.utils.getaddresses([old[name]])]


def part(p):
    told = {"type": p.get_content_type(), "name": p.get_filename(), "id": p.get("Content-Transfer-Encoding"),
            "outlook": p.get_param("name"), "defects": [str(d) for d in p.defects]}
    if p.is_multipart():
        return {**told, "parts": [part(q) for q in p.iter_parts()]}
    told["bytes"] = base64.b64encode(p.get_payload(decode=True)).decode()
    if p.get_content_maintype() == "text":
        told["text"] = p.get_content().replace("\r\n", "\n")
    return told


lines = raw.split(b"\r\n")
json.dump({
    "headers": {k: str(v) for k, v in mail.items()},
    "names": list(mail.keys()),
    "from": people("From"), "to": people("To"), "reply_to": people("Reply-To"),
    "date": mail["Date"].datetime.isoformat(),
    "header_defects": [str(d) for v in mail.values() for d in getattr(v, "defects", [])],
    "body": part(mail),
    "longest": max(map(len, lines)),
    "longest_header": max(map(len, raw.split(b"\r\n\r\n")[0].split(b"\r\n"))),
    "ascii": raw.isascii(),
    "bare": any(b"\n" in line or b"\r" in line for line in lines),
}, sys.stdout, ensure_ascii=False)
