"""A mail server on loopback that does what it is told to, right or wrong, while stdin is open.

    odd.py FOLDER < PLAN

PLAN is one line of JSON: `security` (plain, starttls, tls), `certificate` (good, name, unknown,
expired), `offers` (lines for EHLO), `user` and `token` (the only ones that XOAUTH2 takes), and `rules`, each `{at, when, times, say, do}`: at a point
(CONNECT, EHLO, STARTTLS, HANDSHAKE, AUTH, MAIL, RCPT, DATA, BODY, END, RSET, QUIT), for lines
that contain `when`, the first `times` times, `say` is sent and `do` done: close; stall (read and
say nothing), sleep (not even read), drip (a byte now and then),
late (a line now and then, and then all is well), pause (two seconds, and then all is well).
The CA comes to FOLDER/ca.pem. What was received is told in JSON lines, at once.
"""

import base64
import datetime
import ipaddress
import json
import pathlib
import socket
import ssl
import sys
import threading
import time

DEFAULT = {
    "CONNECT": "220 odd.example ESMTP", "STARTTLS": "220 2.0.0 go ahead", "AUTH": "235 2.7.0 welcome",
    "MAIL": "250 2.1.0 fine", "RCPT": "250 2.1.5 fine", "DATA": "354 go on", "END": "250 2.0.0 taken",
    "RSET": "250 2.0.0 forgotten", "QUIT": "221 2.0.0 bye",
}

lock = threading.Lock()


def tell(**what):
    with lock:
        print(json.dumps(what, ensure_ascii=False), flush=True)


def context(folder, which):
    # Slow to load, and needed by few.
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    now = datetime.datetime.now(datetime.timezone.utc)
    new = lambda: ec.generate_private_key(ec.SECP256R1())
    name = lambda text: x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])
    pem = lambda thing: thing.public_bytes(serialization.Encoding.PEM)

    def certificate(subject, names, key, issuer, issuer_key, days):
        made = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer)).public_key(key.public_key())
        made = made.serial_number(x509.random_serial_number())
        made = made.not_valid_before(now - datetime.timedelta(days=30)).not_valid_after(now + datetime.timedelta(days=days))
        made = made.add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
        if names:
            made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return made.sign(issuer_key, hashes.SHA256())

    ca_key, other_key, key = new(), new(), new()
    (folder / "ca.pem").write_bytes(pem(certificate("odd CA", [], ca_key, "odd CA", ca_key, 30)))
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    if which == "name":
        names = [x509.DNSName("other.example")]
    signer, issuer = (other_key, "another CA") if which == "unknown" else (ca_key, "odd CA")
    leaf = certificate("odd", names, key, issuer, signer, -1 if which == "expired" else 30)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(pem(leaf) + private)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(folder / "server.pem")
    return made


class Closed(Exception):
    pass


class Connection:
    def __init__(self, plan, tls, socket):
        self.plan, self.tls, self.socket = plan, tls, socket
        self.lines = socket.makefile("rb")

    def say(self, text):
        self.socket.sendall(text.encode() if isinstance(text, str) else text)

    def at(self, point, line=""):
        """Does what a rule says, or gives the usual answer."""
        rule = None
        with lock:
            for candidate in self.plan["rules"]:
                if candidate["at"] == point and candidate.get("when", "") in line and candidate.get("times", 1):
                    candidate["times"] = candidate.get("times", -1) - 1
                    rule = candidate
                    break
        if rule is None:
            if point in DEFAULT:
                self.say(DEFAULT[point] + "\r\n")
            return True
        if rule.get("do") == "pause":
            time.sleep(2)
        if "say" in rule:
            self.say(rule["say"].encode(rule.get("charset", "utf-8")) + b"\r\n")
        do = rule.get("do")
        if do == "close":
            raise Closed
        if do == "stall":
            while self.socket.recv(65536):
                pass
            raise Closed
        if do == "sleep":
            time.sleep(60)
        if do == "late":
            for _ in range(100):
                self.say("250-wait\r\n")
                time.sleep(0.05)
            self.say("250 now\r\n")
        if do == "drip":
            for _ in range(600):
                self.say("2")
                time.sleep(0.05)
            raise Closed
        return rule["say"][:1] in "23" if "say" in rule else True

    def line(self):
        line = self.lines.readline()
        if not line.endswith(b"\n"):
            raise Closed
        return line

    def greet(self):
        if self.at("EHLO") is not True:
            return
        lines = ["odd.example", *self.plan.get("offers", ["PIPELINING", "8BITMIME", "AUTH PLAIN LOGIN"])]
        if self.plan["security"] == "starttls" and not isinstance(self.socket, ssl.SSLSocket):
            lines = [*[line for line in lines if not line.startswith("AUTH")], "STARTTLS"]
        for n, line in enumerate(lines):
            self.say(f"250{' ' if n == len(lines) - 1 else '-'}{line}\r\n")

    def protect(self):
        self.at("HANDSHAKE")
        self.socket = self.tls.wrap_socket(self.socket, server_side=True)
        self.lines = self.socket.makefile("rb")

    def body(self):
        self.at("BODY")
        lines = []
        while (line := self.line()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def run(self):
        tell(event="CONNECT")
        if self.plan["security"] == "tls":
            self.protect()
        if not self.at("CONNECT"):
            return
        recipients = []
        while True:
            line = self.line().decode("utf-8", "replace").rstrip("\r\n")
            tell(event=line)
            word = line.split(" ")[0].split(":")[0].upper()
            if word == "EHLO":
                self.greet()
            elif word == "STARTTLS":
                if self.at("STARTTLS"):
                    self.protect()
            elif word == "AUTH" and line.upper() == "AUTH LOGIN":
                self.say("334 VXNlcm5hbWU6\r\n")
                tell(event=self.line().decode().strip())
                self.say("334 UGFzc3dvcmQ6\r\n")
                tell(event=self.line().decode().strip())
                self.at("AUTH", line)
            elif word == "AUTH" and "token" in self.plan and line.upper().startswith("AUTH XOAUTH2 "):
                user, token = self.plan["user"], self.plan["token"]
                proof = f"user={user}\x01auth=Bearer {token}\x01\x01".encode()
                if base64.b64decode(line.split(" ")[2]) == proof:
                    self.say("235 2.7.0 Authentication successful\r\n")
                else:
                    # {"status":"401","schemes":"bearer"}
                    self.say("334 eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIn0=\r\n")
                    tell(event=f"EMPTY {self.line().decode().strip()!r}")
                    self.say("535 5.7.3 Authentication unsuccessful\r\n")
            elif word == "RCPT":
                if self.at("RCPT", line):
                    recipients.append(line.split(":", 1)[1])
            elif word == "DATA":
                if self.at("DATA", line):
                    data = self.body()
                    tell(event="CONTENT", to=recipients, data=data.decode("utf-8", "surrogateescape"))
                    self.at("END")
                recipients = []
            elif word in ("MAIL", "RSET", "AUTH"):
                recipients = []
                self.at(word, line)
            elif word == "QUIT":
                self.at("QUIT")
                return
            else:
                self.say("502 5.5.1 not here\r\n")


def serve(plan, tls, socket):
    try:
        Connection(plan, tls, socket).run()
    except (Closed, OSError) as error:
        tell(event="BROKEN" if isinstance(error, OSError) else "CLOSED")
    finally:
        socket.close()


def main():
    plan = json.loads(sys.stdin.readline())
    secure = plan["security"] != "plain"
    tls = context(pathlib.Path(sys.argv[1]), plan["certificate"]) if secure else None
    listener = socket.create_server(("127.0.0.1", 0))
    tell(port=listener.getsockname()[1])

    def accept():
        while True:
            threading.Thread(target=serve, args=(plan, tls, listener.accept()[0]), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


main()
