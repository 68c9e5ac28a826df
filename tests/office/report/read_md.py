"""Reads Markdown with markdown-it: headings, tables under them, and whatever is no plain text."""

import json
import sys

from markdown_it import MarkdownIt

reader = MarkdownIt("commonmark").enable("table")
tokens = reader.parse(sys.stdin.buffer.read().decode())
plain = {"text", "softbreak", "text_special"}
sections, odd, heading, row = [], [], None, None


def text(token):
    """The text of an inline token; what else is in it is odd."""
    odd.extend(child.type for child in token.children if child.type not in plain)
    return "".join(child.content for child in token.children)


for at, token in enumerate(tokens):
    if token.type == "heading_open":
        heading = text(tokens[at + 1])
        sections.append({"level": token.tag, "title": heading, "tables": [], "items": [], "paragraphs": []})
    elif token.type == "table_open":
        sections[-1]["tables"].append([])
    elif token.type == "tr_open":
        row = []
        sections[-1]["tables"][-1].append(row)
    elif token.type in ("th_open", "td_open"):
        row.append(text(tokens[at + 1]))
    elif token.type == "list_item_open":
        sections[-1]["items"].append(text(tokens[at + 2]))
    elif token.type == "paragraph_open" and not token.hidden:
        sections[-1]["paragraphs"].append(text(tokens[at + 1]))
    elif token.type in ("html_block", "fence", "code_block", "blockquote_open", "hr", "ordered_list_open"):
        odd.append(token.type)
json.dump({"sections": sections, "odd": odd}, sys.stdout, ensure_ascii=False)
