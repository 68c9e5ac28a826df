"""Reads a page of ours from standard input and writes as JSON what is wrong with it and what it holds.

A page is one file: nothing comes from elsewhere, its policy admits exactly its own style and script, its tables are
complete, its headings in order, and no text of others is markup."""

import base64
import hashlib
import json
import re
import sys
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "col", "input", "hr", "img"}


class Page(HTMLParser):
    """The elements of a page, and what is wrong with them."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.wrong, self.open, self.ids, self.wanted = [], [], [], []
        self.headings, self.tags, self.tables, self.sections, self.text = [], [], [], [], []
        self.lang = self.csp = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        self.attributes(tag, attrs)
        if tag == "html":
            self.lang = attrs.get("lang")
        if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy":
            self.csp = attrs["content"]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append([int(tag[1]), ""])
        if tag == "table":
            self.tables.append({"id": attrs.get("id"), "caption": None, "columns": 0, "heads": [], "rows": []})
        if tag == "section":
            self.sections.append({"class": attrs.get("class", ""), "label": attrs.get("aria-label", ""), "text": ""})
        if tag == "svg" and attrs.get("role") == "img" and "aria-labelledby" not in attrs:
            self.wrong.append("a drawing without a name")
        self.cell(tag, attrs)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def attributes(self, tag, attrs):
        for name, value in attrs.items():
            value = value or ""
            if name == "style" or name.startswith("on") or name in ("src", "srcset", "action", "formaction"):
                self.wrong.append(f"<{tag} {name}>")
            if name == "href" and not value.startswith("#"):
                self.wrong.append(f"<{tag} href={value!r}> leads away")
            if name == "href":
                self.wanted.append(value[1:])
            if name.startswith("aria-labelledby"):
                self.wanted += value.split()
            self.wanted += re.findall(r"url\(#([^)]*)\)", value)
            if name != "aria-label" and re.search("https?:|javascript:", value):
                self.wrong.append(f"<{tag} {name}={value!r}>")
        if "id" in attrs:
            self.ids.append(attrs["id"])

    def cell(self, tag, attrs):
        if not self.tables:
            return
        table = self.tables[-1]
        if tag == "col":
            table["columns"] += 1
        if tag == "caption":
            table["caption"] = ""
        if tag == "th" and "scope" not in attrs:
            self.wrong.append("a head without scope")
        if tag == "th" and "thead" in self.open:
            table["heads"].append("")
        if tag == "tr" and "tbody" in self.open:
            table["rows"].append([])
        if tag in ("td", "th") and "tbody" in self.open:
            table["rows"][-1].append("")

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.wrong.append(f"</{tag}> closes {self.open[-3:]}")
        else:
            self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] in ("style", "script"):
            return
        self.text.append(data)
        if self.sections and "section" in self.open:
            self.sections[-1]["text"] += data
        if any(re.fullmatch("h[1-6]", tag) for tag in self.open):
            self.headings[-1][1] += data
        if "table" in self.open and self.tables:
            table = self.tables[-1]
            if "caption" in self.open:
                table["caption"] += data
            elif "th" in self.open and "thead" in self.open:
                table["heads"][-1] += data
            elif "tbody" in self.open and {"td", "th"} & set(self.open):
                table["rows"][-1][-1] += data


def policy(source, csp):
    """What is wrong with a page's Content-Security-Policy."""
    if not csp:
        return ["no Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in csp.split(";"))
    wrong = [] if rules.get("default-src") == "'none'" else ["default-src admits something"]
    for name, tag in (("style-src", "style"), ("script-src", "script")):
        texts = re.findall(f"<{tag}>(.*?)</{tag}>", source, re.S)
        sums = ["'sha256-" + base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() + "'" for t in texts]
        if rules.get(name) != (" ".join(sums) or "'none'") or len(texts) > 1:
            wrong.append(f"{name} is not of the page's own {tag}")
        if any(re.search(r"@import|url\((?!#)|https?:", text) for text in texts):
            wrong.append(f"the {tag} asks for something")
    for name in ("base-uri", "form-action"):
        wrong += [] if rules.get(name) == "'none'" else [f"{name} admits something"]
    return wrong


def structure(page):
    """What is wrong with landmarks, headings, names and tables."""
    wrong = [f"{tag} is not closed" for tag in page.open]
    wrong += [] if page.lang in ("ja", "en") else ["no language"]
    wrong += [f"no {tag}" for tag in ("header", "main", "title") if page.tags.count(tag) < 1]
    levels = [level for level, _ in page.headings]
    wrong += [] if levels.count(1) == 1 and levels[0] == 1 else ["not one h1"]
    wrong += [f"h{a} is followed by h{b}" for a, b in zip(levels, levels[1:]) if b > a + 1]
    wrong += ["an empty heading" for _, text in page.headings if not text.strip()]
    wrong += [f"id {one} twice" for one in set(page.ids) if page.ids.count(one) > 1]
    wrong += [f"no id {one}" for one in page.wanted if one not in page.ids]
    for table in page.tables:
        name = table["id"] or table["caption"]
        if table["caption"] is None and table["heads"]:
            wrong.append(f"table {name} has no caption")
        width = len(table["heads"])
        if table["columns"] and table["columns"] != width:
            wrong.append(f"table {name}: {table['columns']} columns, {width} heads")
        if table["id"] and any(len(row) != width for row in table["rows"]):
            wrong.append(f"table {name} has rows of other widths")
    return wrong


def main():
    source = sys.stdin.read()
    page = Page()
    page.feed(source)
    page.close()
    strip = lambda text: " ".join(text.split())
    odd = r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
    wrong = page.wrong + policy(source, page.csp) + structure(page)
    wrong += [f"U+{ord(c):04X} in the page" for c in sorted(set(re.findall(odd, source)))]
    for table in page.tables:
        table["rows"] = [[strip(cell) for cell in row] for row in table["rows"]]
        table["heads"] = [strip(head) for head in table["heads"]]
    for section in page.sections:
        section["text"] = strip(section["text"])
    print(json.dumps({
        "wrong": wrong,
        "lang": page.lang,
        "headings": [[level, strip(text)] for level, text in page.headings],
        "tables": page.tables,
        "sections": page.sections,
        "text": strip(" ".join(page.text)),
        "scripts": page.tags.count("script"),
    }))


main()
