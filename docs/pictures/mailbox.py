"""Runs a command that sends mail, and keeps what it sends: mailbox.py FOLDER COMMAND…

A mail server on loopback takes everything. Its port is put for PORT into FOLDER/mail.yaml; the page of HTML in each
message becomes FOLDER/ADDRESS.html.
"""

import email
import email.policy
import pathlib
import socketserver
import subprocess
import sys
import threading

FOLDER = pathlib.Path(sys.argv[1])


class Server(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("220 mailbox")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"RCPT":
                self.to = line.decode().split("<")[1].split(">")[0]
            self.say("354 go on" if word == b"DATA" else "221 bye" if word == b"QUIT" else "250 fine")
            if word == b"QUIT":
                return
            if word == b"DATA":
                self.keep(b"".join(iter(self.rfile.readline, b".\r\n")))
                self.say("250 kept")

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def keep(self, message):
        page = email.message_from_bytes(message, policy=email.policy.default).get_body(("html",))
        (FOLDER / f"{self.to}.html").write_text(page.get_content())


with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Server) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    config = FOLDER / "mail.yaml"
    config.write_text(config.read_text().replace("PORT", str(server.server_address[1])))
    code = subprocess.run(sys.argv[2:]).returncode
    server.shutdown()
sys.exit(code)
