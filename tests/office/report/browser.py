"""Drives Chromium through chromedriver (WebDriver, by the standard library alone): browser.py FOLDER.

FOLDER has report.html (of the samples, English) and letters.html. Writes as JSON what is wrong."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1280,1000"]
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ENTER = "\ue007"


class Browser:
    """A browser with a profile of its own."""

    def __init__(self):
        self.profile = tempfile.mkdtemp()
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
        for line in self.driver.stdout:
            found = re.search(r"successfully on port (\d+)", line)
            if found:
                break
        self.base = f"http://127.0.0.1:{found[1]}"
        chrome = {"args": FLAGS + [f"--user-data-dir={self.profile}"], "binary": shutil.which("chromium")}
        wanted = {"browserName": "chrome", "goog:chromeOptions": chrome, "goog:loggingPrefs": {"browser": "ALL"},
                  "timeouts": {"script": 300000, "pageLoad": 300000}}
        try:
            session = self.ask("/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
        except BaseException:
            self.driver.terminate()
            raise
        self.base += f"/session/{session}"

    def ask(self, path, body=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=600) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{path}: {error.read().decode()}")

    def open(self, path):
        self.ask("/url", {"url": pathlib.Path(path).resolve().as_uri()})

    def run(self, script, *arguments):
        return self.ask("/execute/sync", {"script": script, "args": list(arguments)})

    def find(self, selector):
        return self.ask("/element", {"using": "css selector", "value": selector})[ELEMENT]

    def click(self, selector):
        self.ask(f"/element/{self.find(selector)}/click", {})

    def type(self, selector, text):
        self.ask(f"/element/{self.find(selector)}/value", {"text": text})

    def log(self):
        return [entry["message"] for entry in self.ask("/se/log", {"type": "browser"})]

    def close(self):
        self.ask("", method="DELETE")
        self.driver.terminate()
        self.driver.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


COLUMN = """return Array.from(document.querySelector(arguments[0]).tBodies[0].rows)
  .filter(r => !r.hidden).map(r => r.cells[arguments[1]].textContent)"""
HEADS = "return Array.from(document.querySelector(arguments[0]).tHead.rows[0].cells).map(c => c.textContent)"
WAY = "return document.querySelector(arguments[0]).tHead.rows[0].cells[arguments[1]].getAttribute('aria-sort')"
COUNTS = """const rows = Array.from(document.querySelector(arguments[0]).tBodies[0].rows);
  return [rows.length, rows.filter(r => !r.hidden).length, rows.filter(r => getComputedStyle(r).display !== 'none').length]"""


def head(table, column):
    return f"{table} thead th:nth-child({column + 1}) .sort"


def in_order(values, number):
    """Whether values are in ascending order, those that are missing last."""
    there = [v for v in values if v != ""]
    key = (lambda v: int(v)) if number else (lambda v: v)
    return values[:len(there)] == there and [key(v) for v in there] == sorted(key(v) for v in there)


def sorting(browser, wrong):
    table = "#table-certificates"
    heads = browser.run(HEADS, table)
    day, days = heads.index("ends on"), heads.index("days")
    before = browser.run(COLUMN, table, heads.index("name"))
    for column, number in ((day, False), (days, True)):
        browser.click(head(table, column))
        values = browser.run(COLUMN, table, column)
        if browser.run(WAY, table, column) != "ascending" or not in_order(values, number):
            wrong.append(f"a click on {heads[column]} does not sort: {values}")
        browser.type(head(table, column), ENTER)
        values = [v for v in browser.run(COLUMN, table, column) if v]
        if browser.run(WAY, table, column) != "descending" or not in_order(values[::-1], number):
            wrong.append(f"Enter on {heads[column]} does not turn the order: {values}")
        browser.click(head(table, column))
        if browser.run(COLUMN, table, heads.index("name")) != before:
            wrong.append("the third click does not bring the first order back")


def filtering(browser, wrong):
    table, box = "#table-certificates", "#certificates input"
    word = [v for v in browser.run(COLUMN, table, browser.run(HEADS, table).index("name")) if v][0]
    browser.type(box, word.upper())
    browser.run("return new Promise(done => setTimeout(done, 300))")
    rows = browser.run("""return Array.from(document.querySelector(arguments[0]).tBodies[0].rows)
      .map(r => [r.hidden, r.textContent])""", table)
    if not any(not hidden for hidden, _ in rows) or any(hidden == (word in text) for hidden, text in rows):
        wrong.append(f"the filter {word!r} shows other rows than it should")
    said = browser.run("return document.querySelector('#certificates output').textContent")
    if said != f"{sum(not hidden for hidden, _ in rows)} of {len(rows)} rows":
        wrong.append(f"the filter says {said!r}")
    browser.ask(f"/element/{browser.find(box)}/clear", {})


def strictness(browser, wrong):
    """No script that comes in later runs."""
    browser.run("""const s = document.createElement('script'); s.textContent = 'window.evil = 1';
      document.body.appendChild(s); document.body.setAttribute('onclick', 'window.evil = 2'); document.body.click()""")
    if browser.run("return window.evil === undefined") is not True:
        wrong.append("a script came in")
    if not any("Content Security Policy" in line for line in browser.log()):
        wrong.append("the policy stopped nothing")


def many(browser, folder, wrong):
    """50,000 rows: as many times those of the samples."""
    source = (folder / "report.html").read_text(encoding="utf-8")
    start = source.index("<tbody>\n", source.index('id="table-certificates"')) + len("<tbody>\n")
    end = source.index("</tbody>", start)
    rows = source[start:end].splitlines(keepends=True)
    all_rows = (rows * (50000 // len(rows) + 1))[:50000]
    big = folder / "big.html"
    big.write_text(source[:start] + "".join(all_rows) + source[end:], encoding="utf-8")
    browser.open(big)
    table = "#table-certificates"
    days = browser.run(HEADS, table).index("days")
    browser.click(head(table, days))
    values = browser.run(COLUMN, table, days)
    if len(values) != 50000 or not in_order(values, True):
        wrong.append("50,000 rows are not sorted")
    total, found, shown = browser.run(COUNTS, table)
    if (total, found, shown) != (50000, 50000, 500):
        wrong.append(f"50,000 rows: {total} there, {found} found, {shown} shown")
    if browser.log():
        wrong.append(f"50,000 rows: {browser.log()}")


def without_scripts(browser, folder, wrong):
    """The page as it is where no script runs."""
    browser.ask("/goog/cdp/execute", {"cmd": "Emulation.setScriptExecutionDisabled", "params": {"value": True}})
    for name, least in (("report.html", 100), ("letters.html", 5)):
        browser.open(folder / name)
        made, rows, hidden = browser.run("""const rows = Array.from(document.querySelectorAll('tr'));
          return [document.querySelectorAll('.sort, input, button').length, rows.length,
            rows.filter(r => !r.closest('details') && r.getBoundingClientRect().height === 0).length]""")
        if made or rows < least or hidden:
            wrong.append(f"{name} without scripts: {made} controls, {rows} rows, {hidden} of them not to be seen")


def main():
    folder, wrong = pathlib.Path(sys.argv[1]), []
    os.environ.setdefault("HOME", str(folder))
    browser = Browser()
    try:
        for name in ("letters.html", "report.html"):
            browser.open(folder / name)
            wrong += [f"{name}: {message}" for message in browser.log()]
        sorting(browser, wrong)
        filtering(browser, wrong)
        strictness(browser, wrong)
        many(browser, folder, wrong)
        without_scripts(browser, folder, wrong)
    finally:
        browser.close()
    print(json.dumps(wrong))


main()
