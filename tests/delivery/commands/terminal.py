"""Runs a command at a terminal of its own and answers what it asks.

    terminal.py < {"command": [...], "folder": "…", "environment": {...}, "answers": [["part of the question", "answer"], …]}

Each answer is typed once its question stands on the screen after the one before; one with a third
member, which is a secret, once the terminal shows nothing of what is typed. Tells as JSON what was
shown and the exit code. A question that does not come within 30 seconds ends it.
"""

import json
import os
import pty
import select
import signal
import sys
import termios
import time

plan = json.load(sys.stdin)
child, terminal = pty.fork()
if child == 0:
    os.chdir(plan["folder"])
    os.execve(plan["command"][0], plan["command"], plan["environment"])

screen, asked, until = b"", 0, time.monotonic() + 30
answers = list(plan["answers"])
while True:
    left = until - time.monotonic()
    if left <= 0:
        os.kill(child, signal.SIGKILL)
        break
    if not select.select([terminal], [], [], left)[0]:
        continue
    try:
        more = os.read(terminal, 65536)
    except OSError:
        break
    if not more:
        break
    screen += more
    if answers and answers[0][0].encode() in screen[asked:]:
        asked = len(screen)
        _, answer, *secret = answers.pop(0)
        while secret and termios.tcgetattr(terminal)[3] & termios.ECHO and time.monotonic() < until:
            time.sleep(0.01)
        os.write(terminal, answer.encode() + b"\n")
        until = time.monotonic() + 30
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
json.dump({"screen": screen.decode("utf-8", "replace").replace("\r\n", "\n"), "code": code, "unanswered": answers}, sys.stdout)
