"""A real mail server (Exim) on loopback, for as long as standard input stays open.

    start.py FOLDER

In FOLDER come the CA (ca.pem), the server's certificate for localhost and 127.0.0.1, the password
(password), the server's logs (mainlog, rejectlog, paniclog) and a Maildir for everybody (mail; the
header Envelope-to tells whom a message is for). One line of JSON tells the ports when the server
answers. It writes to FOLDER only, so that any number can run side by side. Exim comes from
target/exim (tests/install); its user exists within its own view of /etc/passwd.
"""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

DOMAIN = "care.example"
OPEN_DOMAIN = "plain.example"
USER = "office"
PASSWORD = "合言葉 pass=word+1"
EXIM = pathlib.Path(__file__).parents[3] / "target/exim/usr/sbin/exim4"
OWNER = 65432

CONF = """
exim_path = {folder}/exim4
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
pid_file_path = {folder}/pid
primary_hostname = localhost
local_interfaces = 127.0.0.1
daemon_smtp_ports = {starttls} : {tls} : {plain}
tls_on_connect_ports = {tls}
tls_certificate = {folder}/server.pem
tls_privatekey = {folder}/server.key
tls_advertise_hosts = ${{if eq{{$received_port}}{{{plain}}}{{}}{{*}}}}
auth_advertise_hosts = ${{if def:tls_in_cipher{{*}}{{}}}}
keep_environment =
deliver_drop_privilege
smtp_accept_queue_per_connection = 0
smtp_accept_queue = 0
acl_smtp_rcpt = recipients
log_selector = +smtp_connection +received_recipients

begin acl
recipients:
  accept authenticated = *
         domains = {domain}
  accept condition = ${{if eq{{$received_port}}{{{plain}}}}}
         domains = {open}
  deny message = no mail for <$local_part@$domain> here

begin routers
everybody:
  driver = accept
  transport = keep

begin transports
keep:
  driver = appendfile
  maildir_format
  directory = {folder}/mail
  envelope_to_add
  return_path_add

begin authenticators
PLAIN:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{user}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
LOGIN:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if and{{{{eq{{$auth1}}{{{user}}}}}{{eq{{$auth2}}{{{password}}}}}}}}}
  server_set_id = $auth1
"""

INSIDE = """
mount --bind {folder}/passwd /etc/passwd && mount --bind {folder}/group /etc/group &&
exec {folder}/exim4 -C {folder}/exim.conf -bdf
"""


def openssl(*arguments, **more):
    subprocess.run(["openssl", *arguments], check=True, stderr=subprocess.DEVNULL, **more)


def certificates(folder):
    ca, key = f"{folder}/ca.pem", f"{folder}/ca.key"
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", ca, "-days", "2",
            "-subj", "/CN=mail test CA", "-addext", "basicConstraints=critical,CA:TRUE")
    request = f"{folder}/server.req"
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{folder}/server.key", "-out", request, "-subj", "/CN=localhost")
    names = folder / "names"
    names.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", request, "-CA", ca, "-CAkey", key, "-CAcreateserial", "-days", "2",
            "-extfile", str(names), "-out", f"{folder}/server.pem")


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def answers(port, server):
    for _ in range(200):
        if server.poll() is not None:
            return False
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            time.sleep(0.02)
    return False


def serve(folder):
    starttls, tls, plain = free_ports(3)
    names = {"domain": DOMAIN, "open": OPEN_DOMAIN, "user": USER, "password": PASSWORD}
    conf = CONF.format(folder=folder, starttls=starttls, tls=tls, plain=plain, **names)
    (folder / "exim.conf").write_text(conf)
    apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
    with open(folder / "started", "ab") as said:
        server = subprocess.Popen([*apart, "sh", "-c", INSIDE.format(folder=folder)], stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    ports = {"starttls": starttls, "tls": tls, "plain": plain}
    return server, ports if all(answers(port, server) for port in ports.values()) else None


def end(server):
    """Ends the first process of the server's own numbering of processes, and with it all others."""
    children = pathlib.Path(f"/proc/{server.pid}/task/{server.pid}/children")
    for child in children.read_text().split() if children.exists() else []:
        os.kill(int(child), signal.SIGKILL)
    server.wait()


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    certificates(folder)
    shutil.copy(EXIM, folder / "exim4")
    for name, line in [("passwd", f"Debian-exim:x:{OWNER}:{OWNER}::/:/bin/false"), ("group", f"Debian-exim:x:{OWNER}:")]:
        (folder / name).write_text(pathlib.Path("/etc", name).read_text() + line + "\n")
    (folder / "password").write_text(PASSWORD + "\n")
    for name in ["mail", "spool"]:
        (folder / name).mkdir()
    for path in [folder, *folder.iterdir()]:
        os.chown(path, OWNER, OWNER)
    for name in ["ca.key", "server.key", "password"]:
        (folder / name).chmod(0o600)
    # The configuration must be root's.
    os.chown(folder, 0, OWNER)
    folder.chmod(0o771)
    # Somebody else may take a port between its choice and its use.
    for _ in range(3):
        server, ports = serve(folder)
        if ports:
            break
        end(server)
    else:
        sys.exit((folder / "started").read_text())
    print(json.dumps({**ports, "user": USER, "password": PASSWORD, "domain": DOMAIN}), flush=True)
    sys.stdin.read()
    end(server)


main()
