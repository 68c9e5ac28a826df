"""The made-up registers of the sample fleet: who has which certificate, and what the office wrote about it.

What is expected of each holder is written here by hand, from the intention; no run of shomei is asked. All under
policies/lab.yaml, at 2026-11-23T09:00:00+09:00 (the coming claim period: 2026-12-01 to 2026-12-10), the fleet imported
as the disk of 事務所PC. `rows` come as offices write them: numbers as numbers or in full width, days as 令和, dates or
digits."""

import dataclasses
import datetime
import unicodedata

from holders import BOTH, CARE, WELFARE

MAIN, OSAKA = "default", "大阪府"


@dataclasses.dataclass
class Entry:
    """A holder, or a row in error: its rows in the sheet, and what shomei should say of it."""

    register: str
    id: str
    name: str
    rows: list
    units: str
    fires: str
    nearly: str
    ja: str
    en: str
    at: int = 0


ENTRIES = []


def add(register, id, name, rows, ja, en, units="-", fires="", nearly=""):
    """Declares a holder. `rows` is one row, or a list of them; cells that are not named are empty."""
    rows = rows if isinstance(rows, list) else [rows]
    ENTRIES.append(Entry(register, id, name, rows, units, fires, nearly, ja, en))


def wide(text):
    """In full width, as an input method leaves it."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in str(text))


def reiwa(day, form="令和{}年{}月{}日"):
    """A day of 令和."""
    day = datetime.date.fromisoformat(day)
    return form.format(day.year - 2018, day.month, day.day)


def date(day):
    """A day as the spreadsheet's own."""
    return datetime.date.fromisoformat(day)


class Issued:
    """The provider numbers and serial numbers of the fleet, by the name of the holder."""

    def __init__(self, certificates):
        self.by_title = {}
        for holder in certificates:
            self.by_title.setdefault(holder.title, []).append(holder)

    def number(self, title):
        """The provider number."""
        return self.by_title[title][0].number

    def serial(self, title, which=0, form="{}"):
        """The serial number of its certificate, the earliest unless told otherwise: pairs of digits."""
        digits = f"{self.by_title[title][which].serial:x}"
        digits = digits.zfill(len(digits) + len(digits) % 2).upper()
        return form.format(" ".join(digits[i:i + 2] for i in range(0, len(digits), 2)))


def own(issued, title, which=0, services="介護", category=CARE, **cells):
    """A provider that has its certificate in the fleet."""
    return {"number": int(issued.number(title)), "services": services, "category": category,
            "serial": issued.serial(title, which), **cells}


def none(number, services="介護", **cells):
    """A provider without a certificate in the fleet."""
    return {"number": number, "services": services, **cells}


def good(issued):
    """Who can bill, and in how many ways an office writes it down."""
    def fine(id, title, ja, en, nearly="holder-uncovered", units="kaigo=can", **cells):
        add(MAIN, id, title, own(issued, title, **cells), ja, en, units, nearly=nearly)
    fine("T-001", "訪問介護ひまわり", "自分の証明書で請求できる。事業所番号は数値。偽の認証局が同じ名前とシリアル番号を名乗っても変わらない",
         "its own certificate can bill; the number is numeric; an impostor of the same name and serial changes nothing",
         changed=reiwa("2026-09-01"), places="事務所PC", person="東京 花子", mail="himawari@example.jp", tel="03-0000-0001",
         fax="03-0000-1001", postcode="〒100-0000", address="東京都千代田区架空1-2-3", channel="メール", payer="相殺", tag="東日本")
    fine("T-002", "デイサービスすみれ", "全角の事業所番号・電話・端末名、R8.9.1 の日付", "everything in full width; a day as R8.9.1",
         number=wide(issued.number("デイサービスすみれ")), changed=reiwa("2026-09-01", "R{}.{}.{}"), places=wide("事務所PC"),
         tel=wide("03-0000-0002"), channel="電話", payer="振込", serial=issued.serial("デイサービスすみれ").replace(" ", ":").lower())
    momiji = own(issued, "小規模多機能もみじ", services="介護", category=BOTH, changed=date("2026-10-05"), places="事務所PC;応接PC")
    add(MAIN, "T-003", "小規模多機能もみじ", [momiji, {"number": momiji["number"], "services": "障害"}],
        "サービスごとに 1 行。セルは結合されている。共通証明書なのでどちらも請求できる", "a row for each service, cells merged; a certificate good for both",
        "kaigo=can shogai=can", nearly="category-unfit")
    fine("T-005", "就労支援わかば", "障害だけを障害者総合支援証明書で請求", "bills disability welfare alone, with the certificate for it",
         "category-unfit", "shogai=can", services="障害", category=WELFARE, changed=20260901)
    fine("T-041", "居宅支援ふじ", "令和の全角の日付、利用区分の略記", "a 令和 day in full width, the category in short", "category-unknown",
         category="介護", changed=wide("令和8年9月1日"), payer="差引")
    fine("T-021", "訪問介護きしめん", "鍵は別のファイルにあり、突き合わせて合う", "its key is in another file, and matches")
    fine("T-008", "訪問介護さざんか", "パスワードは残り 31 日(30 日前から知らせる)", "31 days left of its password; announced from 30",
         "password-expiring", changed=reiwa("2026-06-27"))
    fine("T-009", "訪問介護つくし", "休止中。パスワードは案内しない", "suspended: its password is nobody's concern", "password-expiring",
         status="休止", since=reiwa("2025-04-01"), changed=date("2025-01-15"))


def passwords(issued):
    """The 180 days of the system password."""
    add(MAIN, "T-006", "ケアプランあさがお", own(issued, "ケアプランあさがお", changed=reiwa("2026-05-27")),
        "今日が変更から 180 日目: もう切れたと数える", "changed 180 days ago: counts as expired", "kaigo=can", "password-expiring", "holder-uncovered")
    add(MAIN, "T-007", "訪問看護れんげ", own(issued, "訪問看護れんげ", changed="2026/6/26"),
        "パスワードは残り 30 日", "30 days left of its password", "kaigo=can", "password-expiring", "holder-uncovered")


def agents(issued):
    """Billed for by an agent, to the day."""
    title = "地域密着けやき"
    add(MAIN, "D-001", title, {"kind": "代理人", "prefecture": "東京都", "category": CARE, "serial": issued.serial(title), "places": "事務所PC",
                              "mail": "keyaki@example.jp"}, "代理人。事業所番号はない。4 事業所の請求を代行する(練習用の上限は 3)", "an agent, which has no provider number; it claims for 4 providers (3 are allowed, for trials)",
        fires="agent-overfull", nearly="holder-uncovered category-unfit")
    add(MAIN, "D-002", "旧請求サービス", {"kind": "代理人", "status": "廃止", "since": reiwa("2026-06-30")}, "廃止された代理人", "an agent that is closed")
    add(MAIN, "D-003", "まるごと請求", {"kind": "代理人", "status": "他社管理"}, "証明書を他社が管理している代理人", "an agent whose certificates somebody else looks after")

    def through(id, name, number, ja, en, units, agent="D-001", fires="", nearly="", **cells):
        add(MAIN, id, name, none(number, agent=agent, **cells), ja, en, units, fires, nearly)
    near, fires = {"nearly": "holder-uncovered claims-end-early"}, {"fires": "holder-uncovered"}
    early = {"fires": "claims-end-early", "nearly": "holder-uncovered"}
    through("T-011", "訪問介護あさひ", 9913000051, "代理人が請求(自分の証明書は要らない)", "an agent bills; it needs no certificate of its own",
            "kaigo=can", begin=reiwa("2025-04-01"), **near)
    through("T-012", "訪問介護ゆうひ", 9913000052, "代理は請求期間の最終日(12/10)まで", "the agent's last day is the period's last", "kaigo=can",
            begin=reiwa("2024-04-01"), end=reiwa("2026-12-10"), **near)
    through("T-013", "訪問介護あかね", 9913000053, "代理は最終日の前日(12/9)まで: その日まで請求できる", "the agent's last day is the day before: until then claims can be submitted", "kaigo=can-until:unmatched",
            begin=reiwa("2024-04-01"), end=reiwa("2026-12-09"), **early)
    through("T-014", "訪問介護しののめ", 9913000054, "代理は 2 日目(12/2)から: その日から請求できる", "the agent begins on the period's second day: claims can be submitted from then on", "kaigo=can",
            begin=date("2026-12-02"), **near)
    through("T-015", "訪問介護ありあけ", 9913000055, "代理は初日(12/1)から", "the agent begins on the period's first day", "kaigo=can", begin=date("2026-12-01"), **near)
    through("T-016", "訪問介護たそがれ", 9913000056, "代理人が廃止されている", "its agent is closed", "kaigo=cannot:agent-closed", "D-002", **fires)
    through("T-017", "訪問介護まひる", 9913000057, "代理人が台帳にない", "its agent does not stand in the register", "kaigo=unknown:agent-unknown", "D-009", **near)
    through("T-040", "訪問介護よいやみ", 9913000058, "代理人の証明書は他社が管理", "somebody else looks after the agent's certificate",
            "kaigo=unknown:managed-elsewhere", "D-003", **near)


def uncovered(issued):
    """Who cannot bill, each for another reason, and who nearly cannot."""
    def of(id, title, reason, ja, en, **cells):
        add(MAIN, id, title, own(issued, title, **cells), ja, en, f"kaigo=cannot:{reason}", "holder-uncovered")
    add(MAIN, "T-004", "グループホームつばき", own(issued, "グループホームつばき", services="介護・障害", category=WELFARE),
        "障害者総合支援証明書では介護を請求できない", "a certificate for disability welfare cannot bill long-term care", "kaigo=cannot:category-unfit shogai=can",
        "category-unfit holder-uncovered")
    of("T-018", "訪問介護たれそ", "expired", "期限切れの証明書だけがある", "has an expired certificate, and no other")
    add(MAIN, "T-019", "訪問介護あけぼの", none(9913000059, category=CARE), "証明書がない。未対応の証明書があるうちは、ないとは言わない", "has no certificate; not said to have none while certificates are unmatched", "kaigo=unknown:unmatched",
        nearly="holder-uncovered")
    of("T-020", "訪問介護しゃち", "key-absent", "秘密鍵がどこにもない", "its private key is nowhere")
    of("T-022", "訪問介護ういろう", "key-mismatched", "鍵がほかの証明書のもの", "the key beside it is another's")
    of("T-023", "訪問介護かわら", "revoked", "失効している", "was revoked")
    add(MAIN, "T-037", "訪問介護からすま", own(issued, "訪問介護からすま"), "世代不明のルート: できるともできないとも言えない", "under a root of an unknown generation: nobody can tell",
        "kaigo=unknown:undetermined,declared", nearly="holder-uncovered")
    add(MAIN, "T-038", "訪問介護えびふらい", own(issued, "訪問介護えびふらい", services=None), "台帳にサービスがない", "the register does not tell the service",
        "-=unknown:service-missing", nearly="holder-uncovered")
    add(MAIN, "T-039", "訪問介護はまぐり", {"services": "介護", "category": CARE}, "台帳に事業所番号がない", "the register has no provider number",
        "kaigo=unknown:number-missing", nearly="holder-uncovered")
    near = {"nearly": "holder-uncovered"}
    add(MAIN, "T-024", "訪問介護みどり", none(9923000060, category=CARE, expiry=reiwa("2027-08-31")), "申告だけ(証明書は PC の中)", "declared; the certificate lies in a PC",
        "kaigo=unknown:declared", **near)
    add(MAIN, "T-025", "訪問介護こずえ", none(9913000061, category=CARE, expiry=reiwa("2026-12-09")), "申告の期限が請求期間の途中", "declared to end within the period",
        "kaigo=unknown:declared,unmatched", **near)
    add(MAIN, "T-026", "訪問介護あおば", none(9923000062, category=CARE, expiry=date("2026-12-10")), "申告の期限が請求期間の最終日", "declared to end on the period's last day",
        "kaigo=unknown:declared", **near)


def departed(issued):
    """Closed, moved, managed elsewhere."""
    add(MAIN, "T-027", "短期入所くちなし", own(issued, "短期入所くちなし", status="廃止", since=reiwa("2026-10-31")), "廃止した事業所の証明書が残っている", "closed, its certificate is still there",
        fires="left-over closed-not-revoked", nearly="holder-uncovered")
    add(MAIN, "T-028", "訪問入浴ききょう", own(issued, "訪問入浴ききょう", status="廃止", since=reiwa("2026-12-31")), "廃止は来月末。まだ請求する", "will close next month, and bills until then",
        "kaigo=can", nearly="left-over closed-not-revoked")
    add(MAIN, "T-029", "福祉用具かえで", own(issued, "福祉用具かえで", status="代理へ移行", since=reiwa("2026-10-01"), agent="D-001", begin=reiwa("2026-10-01")),
        "代理へ移行。代理人が請求できるが、証明書が残っている", "moved to an agent that can bill; its certificate is still there", "kaigo=can", "left-over", "holder-uncovered")
    add(MAIN, "T-030", "訪問介護やまぶき", own(issued, "訪問介護やまぶき", status="代理へ移行", since=reiwa("2026-10-01")), "代理へ移行したが、代理人の記入がない", "moved to an agent that the register does not name",
        "kaigo=unknown:agent-unnamed", "left-over", "holder-uncovered")
    add(MAIN, "T-031", "生活介護なずな", own(issued, "生活介護なずな", status="他社管理"), "他社が管理する事業所", "looked after by somebody else", nearly="left-over holder-uncovered")


def bound(issued):
    """Renewed, ambiguous, too many, category unknown."""
    add(MAIN, "T-032", "訪問介護こうじ", own(issued, "訪問介護こうじ", places="事務所PC;営業所PC"), "更新した証明書が 2 台目の営業所PC で確かめられない", "renewed, but not seen on its second PC, 営業所PC",
        "kaigo=can", "renewed-not-installed holder-surplus", "holder-uncovered")
    same = issued.serial("訪問介護みそかつ")
    for id, title in (("T-033", "訪問介護みそかつ"), ("T-034", "訪問介護てばさき")):
        add(MAIN, id, title, own(issued, title, serial=same), "二つの事業所に同じシリアル番号(写し間違い): その証明書はどちらにも結び付けない", "one serial number with two holders, miscopied: that certificate is bound to neither",
            "kaigo=unknown:declared" if id == "T-033" else "kaigo=can", nearly="holder-uncovered")
    add(MAIN, "T-035", "訪問介護ひつまぶし", own(issued, "訪問介護ひつまぶし"), "同じシリアル番号の証明書が 2 枚(認証局の誤り): 事業所は一つなので結び付くが、1 枚多い", "two living certificates of one serial number: one holder, one certificate too many",
        "kaigo=can", "holder-surplus", "holder-ambiguous")
    add(MAIN, "T-036", "訪問介護どんぐり", own(issued, "訪問介護どんぐり", category=None), "利用区分がどこにもない", "nobody tells its usage category",
        "kaigo=unknown:category-unknown", "category-unknown", "holder-uncovered")


def mistakes(issued):
    """Rows that spreadsheets or people spoilt. They are told, and nothing is taken from them."""
    def wrong(id, name, ja, en, **cells):
        add(MAIN, id, name, {"services": "介護", "category": CARE, **cells}, ja, en, "error")
    wrong(42, "訪問介護れいか", "管理番号が数値の 42(先頭の 0 を失ったかもしれない)", "an ID that is the number 42: its zeros may be lost", number=9913000071)
    wrong("T-091", "訪問介護ぜろ", "事業所番号が 9 桁の数値", "a provider number of nine digits", number=913000072)
    wrong("T-092", "訪問介護しすう", "事業所番号が 1.2E+09", "a provider number that became 1.2E+09", number="1.2E+09")
    wrong("T-093", "訪問介護みそか", "11月31日という日はない", "there is no 31 November", number=9913000073, changed="令和8年11月31日")


def osaka(issued):
    """The other register: its own name, a CSV in CP932, other headers."""
    def row(id, title, which=0, **cells):
        return own(issued, title, which, number=issued.number(title), **cells)

    def of(id, title, ja, en, units="kaigo=can", fires="", nearly="", name=None, **cells):
        add(OSAKA, id, name or title, row(id, title, **cells), ja, en, units, fires, nearly)
    cannot, near = {"fires": "holder-uncovered"}, {"nearly": "holder-uncovered"}
    early = {"fires": "claims-end-early", "nearly": "holder-uncovered"}
    of("O-01", "訪問介護なにわ7", "請求期間の前に期限切れ", "ends before the period", "kaigo=cannot:expired", **cannot, changed="R8.9.1")
    of("O-02", "訪問介護なにわ8", "初日の 9 時に期限切れ", "ends on the first day at 9:00", "kaigo=can-until:ends-within", **early)
    of("O-03", "訪問介護なにわ14", "12/7 9 時まで自分、12/7 から代理人: 切れ目なし", "itself until 7 Dec 9:00, an agent from 7 Dec on: no break", **near, agent="O-90", begin="2026/12/7")
    of("O-04", "訪問介護なにわ15", "12/8 9 時まで自分、12/9 から代理人: 15 時間空くが、送信できる日は残る", "itself until 8 Dec 9:00, an agent from 9 Dec on: 15 hours of nobody, but the other days remain",
       **near, agent="O-90", begin="2026/12/9")
    of("O-05", "訪問介護なにわ30", "請求期間の後で期限切れ", "ends after the period", **near)
    of("O-06", "訪問介護つるかめ", "初日の 9 時から有効", "begins on the first day at 9:00", **near)
    of("O-07", "デイサービスたこ", "1 秒前に期限切れ", "expired a second ago", "kaigo=cannot:expired", **cannot)
    of("O-08", "訪問介護かもめ", "更新済みで、唯一の端末にある。古い方も半年先まで有効", "renewed, and on its only PC; the old one lasts for half a year",
       fires="holder-surplus", nearly="renewed-not-installed", places="事務所PC")
    of("O-09", "訪問介護うみねこ", "更新した証明書の鍵が見つからない", "renewed, but the new one's key was not found", fires="renewed-not-installed holder-surplus",
       nearly="holder-uncovered", places="事務所PC")
    of("O-10", "訪問介護とんび", "更新済みで、唯一の端末(全角の表記)にある", "renewed, and on its only PC (in full width)", nearly="renewed-not-installed holder-surplus", places=wide("事務所PC"))
    of("O-11", "訪問介護ちどり", "介護の証明書。障害の分は別の行", "the certificate for care; welfare has its own row", nearly="holder-surplus category-unfit provider-number-shared")
    add(OSAKA, "O-12", "訪問介護ちどり", row("O-12", "訪問介護ちどり", 1, services="障害", category=WELFARE), "障害の証明書", "the certificate for welfare",
        "shogai=can", nearly="holder-surplus category-unfit")
    add(OSAKA, "O-90", "訪問介護さくら", {"category": CARE, "serial": issued.serial("訪問介護さくら"), "notes": "法人内の代理人"}, "代理人(種別の列はない)", "an agent; there is no column for kinds", nearly="agent-overfull")
    add(OSAKA, "1.2E+09", "訪問介護こてん", {"services": "介護"}, "コードが 1.2E+09", "an ID that became 1.2E+09", "error")
    add(OSAKA, "O-96", "訪問介護まんだん", {"number": "992700009", "services": "介護"}, "事業所番号が 9 桁", "a provider number of nine digits", "error")


# Certificates of which no holder speaks: path, what fires, what nearly does.
CERTIFICATES = [
    ("愛知県/RSA1024.p12", "holder-ambiguous", "holder-unknown", "T-033 と T-034 の両方が番号を申告", "both T-033 and T-034 declare its number"),
    ("愛知県/SHA1署名.p12", "", "holder-unknown holder-ambiguous", "T-034 の証明書。シリアル番号は写し間違いだが、事業所番号で結び付く", "T-034's; its serial number was miscopied, its provider number binds it"),
    ("東京都/末尾に余分.p12", "holder-unknown", "", "どの台帳にもない事業所の証明書", "of a holder in no register"),
    ("京都府/ひかり会.p12", "", "holder-unknown", "無関係な認証局", "of an unrelated CA"),
    ("京都府/偽ルートの葉.p12", "", "holder-unknown", "信頼できない証明書", "not trusted"),
]


# Nobody could tell them of anything.
WITHOUT_CONTACT = ("T-038", "O-12")
# By the third and fourth digit of a made-up number: the prefecture, and the area code of its telephones.
PREFECTURES = {"13": ("東京都", "03-0000-"), "23": ("愛知県", "052-000-"), "26": ("京都府", "075-000-"), "27": ("大阪府", "06-0000-")}
# Offices that left the prefecture open, and those that wrote it in short.
WITHOUT_PREFECTURE = ("T-005", "T-030", "T-036")
SHORT = {"T-003": "東京", "T-032": "愛知"}
# How the fee is paid, in the words of offices. Whoever is not named has left it open.
PAYERS = {
    "相殺": "T-003 T-006 T-008 T-011 T-012 T-021 T-024 T-032 T-034 T-035 T-037 O-01 O-03 O-05 O-09 O-11 O-12",
    "差引": "T-005 T-015 T-028",
    "支払額から相殺": "T-018 O-07",
    "振込": "D-001 T-007 T-022 T-026 T-031 T-036 O-02 O-06 O-90",
    "銀行振込": "T-004 T-033 O-08",
    "振り込み": "T-029",
}
# By what the office wants to be told. All have a person then, and whatever it takes.
CHANNELS = {
    "メール": "T-003 T-004 T-006 T-011 T-015 T-021 T-026 T-032 T-036 O-01 O-02 O-05 O-08 O-11",
    "電子メール": "T-012 T-033 O-90",
    "電話": "T-007 T-016 T-023 T-025 T-034 O-03 O-09",
    "FAX": "T-005 T-018 T-024 T-035 T-037 O-04 O-06",
    "郵送": "T-008 T-022",
}
PEOPLE = ("見本 花子", "例田 一郎", "架空 次郎", "仮名 桜", "試用 三郎", "控 若葉", "無名 四季", "某 五月", "写 六花")


def entries(certificates):
    """Every holder and row in error, in the order of the sheets."""
    ENTRIES.clear()
    issued = Issued(certificates)
    for declare in (good, passwords, agents, uncovered, departed, bound, mistakes, osaka):
        declare(issued)
    ids = [(entry.register, unicodedata.normalize("NFKC", str(entry.id))) for entry in ENTRIES]
    assert len(set(ids)) == len(ids), "two holders with one ID"
    listed = sorted(ENTRIES, key=lambda entry: (entry.units == "error", str(entry.id)))
    for number, entry in enumerate(listed, 1):
        furnish(entry, number)
    return listed


def furnish(entry, number):
    """Where a holder is, whom to tell and by what, who pays. Cells that its row has already stay as they are."""
    row, known = entry.rows[0], entry.units != "error"
    prefecture, area = PREFECTURES.get(unicodedata.normalize("NFKC", str(row.get("number", "")))[2:4], (None, "03-0000-"))
    if entry.register == OSAKA:
        prefecture, area = "大阪府", "06-0000-"
    if prefecture and known and entry.id not in WITHOUT_PREFECTURE:
        row.setdefault("prefecture", SHORT.get(entry.id, prefecture))
    if entry.id in WITHOUT_CONTACT:
        return
    row.setdefault("tel", f"{area}{number:04}")
    payer, channel = of_word(PAYERS, entry.id), of_word(CHANNELS, entry.id)
    if payer:
        row.setdefault("payer", payer)
    if channel:
        row.update(channel=channel, person=PEOPLE[number % len(PEOPLE)])
        told = {"メール": ("mail", f"{entry.id.lower()}@example.jp"), "電子メール": ("mail", f"{entry.id.lower()}@example.co.jp"),
                "FAX": ("fax", f"{area}{9000 + number}"), "郵送": ("address", f"{prefecture}架空市見本町{number}-1")}
        if channel in told:
            row.setdefault(*told[channel])


def of_word(words, id):
    """The word under which an ID stands."""
    return next((word for word, ids in words.items() if id in ids.split()), None)
