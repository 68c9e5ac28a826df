"""Writes what the recipe intends: expected.tsv, and the tables of README.md between their marks."""

import re

from register import CERTIFICATES, MAIN, OSAKA


def write_tables(here, samples):
    """Both, from the declarations."""
    fleet = sorted((s for s in samples if s.path.startswith("fleet/")), key=lambda s: s.path)
    rows = [f"{s.path}\t{s.verdict}\t{s.fires or '-'}\t{s.nearly or '-'}\n" for s in fleet]
    (here / "expected.tsv").write_text("path\tverdict\tfires\tnearly\n" + "".join(rows), "utf-8")
    readme = here / "README.md"
    text = readme.read_text("utf-8")
    text = filled(text, "fleet", fleet)
    text = filled(text, "apart", [s for s in samples if s.path.startswith("apart/")])
    text = filled(text, "rules", None, rules_table(fleet))
    readme.write_text(text, "utf-8")


def filled(text, mark, samples, table=None):
    """The text with the table at a mark renewed."""
    table = table or samples_table(samples)
    return re.sub(f"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", lambda m: m[1] + table + m[2], text, flags=re.S)


def samples_table(samples):
    """One row a file."""
    head = "| ファイル / file | 内容 / what it is | 作成 / made by | 結果 / verdict | 指摘 / findings |\n| --- | --- | --- | --- | --- |\n"
    return head + "".join(
        f"| {s.path.partition('/')[2]} | {s.ja}<br>{s.en} | {s.maker} | {s.verdict} | {codes(s.fires)} |\n" for s in samples)


def codes(text):
    """Rule codes, marked as code."""
    return " ".join(f"`{code}`" for code in text.split())


def rules_table(samples):
    """One row a rule: a sample that fires it, one that nearly does."""
    every = sorted({code for s in samples for code in f"{s.fires} {s.nearly}".split()})
    rows = (f"| `{code}` | {first(samples, 'fires', code)} | {first(samples, 'nearly', code)} |\n" for code in every)
    return "| 規則 / rule | 該当 / fires | 寸前 / nearly |\n| --- | --- | --- |\n" + "".join(rows)


def first(samples, field, code):
    """The first file that declares the code so."""
    return next((s.path.partition("/")[2] for s in samples if code in getattr(s, field).split()), "テスト時に作成 / made at test time")


def write_registers(here, entries):
    """The tables of the registers."""
    readme = here / "README.md"
    text = readme.read_text("utf-8")
    for mark, name in (("register", MAIN), ("register-osaka", OSAKA)):
        text = filled(text, mark, None, entries_table([entry for entry in entries if entry.register == name]))
    text = filled(text, "certificates", None, certificates_table())
    readme.write_text(text, "utf-8")


def entries_table(entries):
    """One row a holder or row in error."""
    head = "| 行 / row | ID | 名称 / name | 内容 / what it is | 請求 / billing | 指摘 / findings |\n| --- | --- | --- | --- | --- | --- |\n"
    return head + "".join(
        f"| {entry.at} | {entry.id} | {entry.name} | {entry.ja}<br>{entry.en} | {billing(entry.units)} | {codes(entry.fires)} |\n"
        for entry in entries)


def billing(units):
    """What can be billed, as code."""
    return "行の誤り / row in error" if units == "error" else codes("" if units == "-" else units)


def certificates_table():
    """Certificates of which no holder speaks."""
    head = "| ファイル / file | 内容 / what it is | 指摘 / findings |\n| --- | --- | --- |\n"
    return head + "".join(f"| {path} | {ja}<br>{en} | {codes(fires)} |\n" for path, fires, _, ja, en in CERTIFICATES)
