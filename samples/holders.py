"""The made-up holders of the sample fleet: what each file is, which rule it fires, which it nearly fires.

What is expected is written here by hand, from the intention; no run of shomei is asked. All under policies/lab.yaml,
at 2026-11-23T09:00:00+09:00. Provider numbers begin with 99, a prefecture that does not exist."""

import dataclasses
import hashlib
import zlib

from cryptography.hazmat.primitives import serialization
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import ExtendedKeyUsageOID

import issue
import pack
import testkeys
from issue import AT, SECOND, Signer, jst, leaf, name, utc, years

R13, R19 = Signer.committed("root-2013"), Signer.committed("root-2019")
IMPOSTOR, NEXT = Signer.committed("root-impostor"), Signer.committed("root-next")
END_2019 = R19.certificate.not_valid_after_utc
ISSUING = name(None, "e-seikyuu Issuing CA 1")
SUB1 = Signer.new("issuing 1", ISSUING, 0x0A0001, jst("2024-01-10"), END_2019, R19)
SUB2 = Signer.new("issuing 2", name(None, "e-seikyuu Issuing CA 2"), 0x0A0002, jst("2024-01-10"), END_2019, R19)
HIKARI = Signer.new("hikari", name("ひかり会 ルートCA", None, "医療法人社団ひかり会(架空)"), 1, jst("2020-04-01"), jst("2040-03-31"))

CARE, WELFARE, BOTH = "介護保険証明書", "障害者総合支援証明書", "介護・障害共通証明書"
PASSWORDS = {"東京都": "himawari-2024", "大阪府": "naniwa-5678", "北海道": "ゆきだるま２０２６", "愛知県": "kinshachi-99",
             "京都府": "Gion-Matsuri", "福岡県": "Asagao-2010", "本部": "honbu-0001", "apart": ""}
DAY = SECOND * 86400


@dataclasses.dataclass
class Sample:
    """One file: what goes in, and what shomei should say of it."""

    path: str
    parts: tuple
    build: object
    maker: str
    verdict: str
    fires: str
    nearly: str
    ja: str
    en: str

    def make(self):
        """The file's bytes."""
        return self.build()

    def ingredients(self):
        """What it is made from, as a digest."""
        return hashlib.sha256(repr((self.maker, self.parts)).encode()).hexdigest()[:16]


class Holder:
    """A holder's key and certificate. All that were made are listed, for the registers."""

    issued = []

    def __init__(self, number, title, signer=R19, begin="2025-04-10", end=None, unit=CARE, rsa=False, serial=None,
                 key=None, subject=None, change=None, kind=None, **options):
        self.title = title
        self.number = f"99{number // 100:02}0000{number % 100:02}"
        begin = jst(begin) if isinstance(begin, str) else begin
        end = jst(end) if isinstance(end, str) else end or years(begin, 3)
        self.key = key or (testkeys.rsa_key if rsa else testkeys.ec_key)(f"holder {self.number}")
        subject = subject or name(f"{self.number} {title}", unit, kind=kind)
        serial = serial or 0x10000000 | zlib.crc32(f"{self.number} {begin}".encode()) >> 4
        certificate = leaf(signer, subject, self.key, serial, begin, end, **options)
        self.subject, self.serial = subject, serial
        # It cannot outlive its root.
        self.begins, self.ends = begin, min(end, signer.certificate.not_valid_after_utc)
        Holder.issued.append(self)
        self.der = change(certificate, signer) if change else der(certificate)


def der(certificate):
    """The bytes of a certificate."""
    return certificate.public_bytes(serialization.Encoding.DER)


def crl_bytes(signer, *arguments, form=serialization.Encoding.DER):
    """The bytes of a CRL."""
    return issue.crl(signer, *arguments).public_bytes(form)


SAMPLES = []


def add(path, ingredients, build, maker, ja, en, verdict="trusted", fires="", nearly=""):
    """Declares a file under samples/; unless it says apart/, in the fleet."""
    path = path if path.startswith("apart/") else f"fleet/{path}"
    SAMPLES.append(Sample(path, ingredients, build, maker, verdict, fires, nearly, ja, en))


MAKERS = {pack.openssl: "OpenSSL", pack.nss: "NSS", pack.gnutls: "GnuTLS", pack.keytool: "keytool", pack.jks: "keytool",
          pack.python: "Python cryptography", pack.by_hand: "pack.py"}
FULL = [R19]


def p12(path, holder, ja, en, tool=pack.openssl, options=(), chain=FULL, password=None, after=None, key="own", **expected):
    """Declares a PKCS#12 of a holder. `after` reworks the file; `key` None leaves it out."""
    password = PASSWORDS[path.split("/")[0]] if password is None else password
    secret = holder.key if key == "own" else key
    certificates = [der(s.certificate) for s in chain]
    settings = options if isinstance(options, dict) else {}
    flags = () if settings else options

    def build():
        made = tool(secret, holder.der, certificates, password, holder.title, *flags, **settings)
        return after(made) if after else made

    public = key and secret.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    parts = (holder.der, certificates, public, password, holder.title, options, getattr(after, "__name__", ""))
    maker = " ".join([MAKERS[tool], *(o for o in flags if o in ("-legacy", "-J-Dkeystore.pkcs12.legacy"))])
    add(path, parts, build, maker, ja, en, **expected)


def blob(path, content, maker, ja, en, **expected):
    """Declares a file whose bytes are at hand."""
    add(path, (content,), lambda: content, maker, ja, en, **expected)


def built(path, parts, build, maker, ja, en, **expected):
    """Declares a file that a program writes."""
    add(path, parts, build, maker, ja, en, **expected)


def healthy():
    """Tokyo: every program, every arrangement of a good certificate."""
    himawari = Holder(1301, "訪問介護ひまわり", begin="2025-04-10", rsa=True)
    p12("東京都/訪問介護ひまわり.p12", himawari, "健全。RSA 2048、ルートまで格納", "healthy: RSA 2048, with its root",
        nearly="superseded key-shared key-weak container-weak")
    p12("東京都/デイサービスすみれ.p12", Holder(1302, "デイサービスすみれ", begin="2024-06-03", rsa=True),
        "健全。-legacy の RC2-40 は証明書だけを守り、鍵は 3DES", "healthy: the RC2-40 of -legacy guards certificates only, the key has 3DES",
        options=("-legacy",), nearly="container-weak")
    p12("東京都/ケアプランあさがお.p12", Holder(1303, "ケアプランあさがお", begin="2025-09-01", rsa=True),
        "健全。NSS が書き出したもの(反復 600,000 回)", "healthy: as NSS writes it, with 600,000 iterations", tool=pack.nss,
        nearly="container-limit container-damaged")
    p12("東京都/グループホームつばき.p12", Holder(1304, "グループホームつばき", begin="2026-02-16", unit=WELFARE),
        "健全。GnuTLS が書き出したもの(反復 600,000 回)", "healthy: as GnuTLS writes it, with 600,000 iterations",
        tool=pack.gnutls, nearly="container-limit")
    p12("東京都/小規模多機能もみじ.p12", Holder(1305, "小規模多機能もみじ", begin="2024-10-21", unit=BOTH, rsa=True),
        "健全。いまの keytool。localKeyID は「Time …」", "healthy: keytool of today; its localKeyID is `Time …`",
        tool=pack.keytool, nearly="key-mismatch")
    p12("東京都/訪問看護れんげ.p12", Holder(1306, "訪問看護れんげ", begin="2024-07-08"),
        "健全。昔の keytool の形式", "healthy: keytool's former format",
        tool=pack.keytool, options=("-J-Dkeystore.pkcs12.legacy",), nearly="container-weak")
    p12("東京都/就労支援わかば.p12", Holder(1307, "就労支援わかば", begin="2026-05-11", unit=WELFARE),
        "健全。Python が書き出したもの", "healthy: as Python writes it", tool=pack.python)
    p12("東京都/ルートなし.p12", Holder(1308, "生活介護なずな"), "ルートは入っていないが、本部/認証局 にある",
        "holds no root; the scan has it", chain=[], nearly="root-missing")
    p12("東京都/両方のルート.p12", Holder(1309, "居宅支援ふじ"), "新旧両方のルート入り。先に旧ルート",
        "holds both roots, the old one first", chain=[R13, R19], nearly="generation-mismatch")
    p12("東京都/旧ルートだけ.p12", Holder(1310, "訪問入浴ききょう"), "別世代のルートだけが入っている",
        "holds only the root of the other generation", chain=[R13], nearly="generation-mismatch untrusted-path")
    p12("東京都/鍵識別子なし.p12", Holder(1311, "福祉用具かえで", aki="none", ski=False), "AKI・SKI がない",
        "neither AKI nor SKI", chain=[R13, R19], nearly="generation-mismatch untrusted-path")
    p12("東京都/偽の鍵識別子.p12", Holder(1312, "訪問介護やまぶき", aki=R13.key_id()),
        "AKI は 2013 年のルートを指すが、署名は 2019 年のルート", "its AKI points at the 2013 root; the 2019 root signed it",
        nearly="untrusted-path generation-mismatch")
    p12("東京都/発行者名の文字列型.p12", Holder(1313, "短期入所くちなし", issuer=issue.printable(R19.certificate.subject)),
        "発行者名が PrintableString(ルートは UTF8String)。名前としては等しい",
        "its issuer is in PrintableString, the root's subject in UTF8String: equal names", nearly="root-missing untrusted-path")
    p12("東京都/BMPStringの名前.p12", Holder(1314, "訪問介護さざんか", kind=_ASN1Type.BMPString), "名前が BMPString", "a name in BMPString")
    p12("東京都/Shift_JISの名前.p12",
        Holder(1315, "デイケアすずらん", subject=name("SJIS" * 4, CARE, kind=_ASN1Type.T61String),
               change=lambda c, s: issue.with_shift_jis(c, s, "SJIS" * 4, "デイケアすずらん")),
        "TeletexString に Shift_JIS の名前", "a name in Shift_JIS inside a TeletexString", nearly="der-malformed")
    p12("東京都/末尾に余分.p12", Holder(1316, "訪問介護あじさい"), "PKCS#12 の後ろに余分なバイトがある",
        "bytes follow the PKCS#12", after=with_rest, nearly="container-damaged")
    p12("東京都/Camellia.p12", Holder(1317, "地域密着けやき"), "Camellia-256 で暗号化", "encrypted with Camellia-256",
        options=("-keypbe", "CAMELLIA-256-CBC", "-certpbe", "CAMELLIA-256-CBC"), nearly="algorithm-unsupported")
    shared = Holder(1319, "訪問介護どんぐり", begin="2026-03-02")
    p12("東京都/PC1/訪問介護どんぐり.p12", shared, "同じ鍵が 2 台の PC に", "one key on two PCs", fires="copied")
    p12("東京都/PC2/訪問介護どんぐり.p12", shared, "同じ鍵が 2 台の PC に(Python で再出力)", "one key on two PCs (written again by Python)",
        tool=pack.python, fires="copied")
    p12("東京都/PC1/訪問介護つくし.p12", Holder(1320, "訪問介護つくし"), "鍵はここだけ。隣の .cer は証明書だけ",
        "its key is only here; the .cer beside holds the certificate alone", nearly="copied")
    blob("東京都/PC1/訪問介護つくし.cer", Holder(1320, "訪問介護つくし").der, "Python cryptography", "単独の DER 証明書",
         "a single DER certificate", nearly="copied key-missing")
    sakura = Holder(101, "訪問介護ゆきだるま", begin="2025-11-04", rsa=True)
    p12("北海道/訪問介護ゆきだるま.p12", sakura, "日本語のパスワード(全角数字を含む)。フレンドリ名も日本語",
        "a Japanese password with full-width digits, a Japanese friendlyName", nearly="password-typo password-unknown")
    p12("北海道/デイサービスすずめ.p12", Holder(102, "デイサービスすずめ", begin="2025-12-01"), "日本語のパスワード(Python)",
        "a Japanese password (Python)", tool=pack.python, nearly="password-typo")


def with_rest(container):
    """A file with something after its end."""
    return container + b"\r\n\0\0"


def life():
    """Osaka: the tiers, the ends, the lengths."""
    for position, days in enumerate((90, 60, 30, 14, 7)):
        for left, number in ((days, 2740 + position), (days + 1, 2750 + position)):
            end = AT + DAY * left
            tier = next((t for t in (7, 14, 30, 60, 90) if left <= t), None)
            p12(f"大阪府/期限/残り{left:02}日.p12", Holder(number, f"訪問介護なにわ{left}", begin=years(end, -3)),
                f"残り {left} 日" + (f"(段階 {tier})" if tier else "(まだ段階の外)"),
                f"{left} days left" + (f": tier {tier}" if tier else ": outside every tier"),
                fires="expiring" if tier else "", nearly="" if tier else "expiring")
    p12("大阪府/期限/1秒前に期限切れ.p12", Holder(2701, "デイサービスたこ", begin=years(AT, -3) - SECOND), "1 秒前に期限切れ",
        "expired a second ago", fires="expired")
    p12("大阪府/期限/ちょうど期限.p12", Holder(2702, "デイサービスいか", begin=years(AT, -3)), "有効期限の最後の 1 秒",
        "in its last second", fires="expiring", nearly="expired")
    p12("大阪府/期限/期限切れ.p12", Holder(2703, "訪問介護たいこ", begin="2023-11-01"), "2026-11-01 に期限切れ",
        "expired on 2026-11-01", fires="expired")
    p12("大阪府/期限/未来.p12", Holder(2704, "訪問介護つるかめ", begin="2026-12-01", end=END_2019), "2026-12-01 から有効",
        "begins on 2026-12-01", fires="not-yet-valid", nearly="validity-unusual outlives-root")
    p12("大阪府/期限/今から.p12", Holder(2705, "訪問介護まつたけ", begin=AT, end=END_2019), "この瞬間から有効",
        "begins this very second", nearly="not-yet-valid validity-unusual")
    p12("大阪府/期限/1年もの.p12", Holder(2706, "生活支援うめ", begin="2026-04-01", end="2027-04-01"), "3 年のはずが 1 年",
        "one year instead of three", fires="validity-unusual")
    p12("大阪府/期限/3年と92日.p12", Holder(2707, "生活支援もも", begin="2026-04-01", end="2029-07-02"),
        "3 年と 92 日: 許容の端(更新が元の期限から続く場合)", "three years and 92 days, the edge of the tolerance (a renewal that runs on)",
        nearly="validity-unusual")
    p12("大阪府/期限/3年と93日.p12", Holder(2711, "生活支援りんご", begin="2026-04-01", end="2029-07-03"),
        "3 年と 93 日: 許容を 1 日越える", "three years and 93 days: a day too many", fires="validity-unusual")
    p12("大阪府/期限/ルート末日まで.p12", Holder(2708, "訪問介護さくら", begin="2026-11-10", end=END_2019), "ルートの末日に合わせて短い",
        "clipped to the end of its root", nearly="validity-unusual outlives-root")
    p12("大阪府/期限/ルートより長い.p12", Holder(2709, "訪問介護すいせん", begin="2026-07-21"), "ルートの末日(2029-07-20)を越える",
        "ends after its root (2029-07-20)", fires="outlives-root")
    p12("大阪府/期限/ルートと同じ日.p12", Holder(2710, "訪問介護ぼたん", begin="2026-07-20"), "ルートと同じ日に終わる",
        "ends on the same day as its root", nearly="outlives-root")
    superseded()


def superseded():
    """Osaka: renewals."""
    p12("大阪府/更新/訪問介護かもめ(旧).p12", Holder(2721, "訪問介護かもめ", begin="2024-05-20"), "新しい証明書に更新済み",
        "renewed since", fires="superseded")
    renewed = Holder(2721, "訪問介護かもめ", begin="2026-06-15", key=testkeys.ec_key("holder 9927000021 renewed"))
    p12("大阪府/更新/訪問介護かもめ(新).p12", renewed, "その新しい証明書", "its renewal", nearly="superseded")
    p12("大阪府/更新/訪問介護うみねこ(旧).p12", Holder(2723, "訪問介護うみねこ", begin="2024-05-27"), "更新済みだが、新しい証明書の鍵が見つからない",
        "renewed, but the new one's key is nowhere", fires="superseded renewed-not-installed")
    blob("大阪府/更新/訪問介護うみねこ(新).cer",
         Holder(2723, "訪問介護うみねこ", begin="2026-06-22", key=testkeys.ec_key("holder 9927000023 renewed")).der, "Python cryptography",
         "その新しい証明書だけ", "just its new certificate", nearly="superseded renewed-not-installed")
    p12("大阪府/更新/訪問介護とんび(旧).p12", Holder(2724, "訪問介護とんび", begin="2023-10-02"), "期限切れだが、更新と入れ替えが済んでいる(情報)",
        "expired, but renewed and replaced: just info", fires="expired superseded", nearly="renewed-not-installed")
    p12("大阪府/更新/訪問介護とんび(新).p12",
        Holder(2724, "訪問介護とんび", begin="2026-07-06", key=testkeys.ec_key("holder 9927000024 renewed")), "その新しい証明書", "its renewal")
    p12("大阪府/更新/訪問介護ちどり(介護).p12", Holder(2722, "訪問介護ちどり", begin="2024-05-20"),
        "区分の異なる証明書がもう 1 枚あるだけ", "another certificate has another category", nearly="superseded")
    other = Holder(2722, "訪問介護ちどり", begin="2026-06-15", unit=WELFARE, key=testkeys.ec_key("holder 9927000022 welfare"))
    p12("大阪府/更新/訪問介護ちどり(障害).p12", other, "そのもう 1 枚", "that other one", nearly="superseded")


OLD = "本部/旧証明書"


def generations():
    """Head office: the day boundaries of the gap to the second, and the end of the 2013 root."""
    last, first = utc("2019-07-19T14:59:59"), utc("2019-07-23T15:00:00")
    def old(file, number, title, signer, begin, ja, en, end=None, verdict="trusted", **expected):
        p12(f"{OLD}/{file}.p12", Holder(number, title, signer, begin, end), ja, en, chain=[signer], verdict=verdict, **expected)
    old("0719-235959-旧ルート", 1, "訪問介護いろは", R13, last, "旧ルート最後の 1 秒(JST 2019-07-19 23:59:59)",
        "the old root's last second", fires="expired", nearly="issued-in-gap generation-mismatch")
    old("0719-235959-新ルート", 2, "訪問介護にほへ", R19, last, "その 1 秒に新ルートが署名", "that second, signed by the new root",
        fires="expired generation-mismatch", nearly="issued-in-gap")
    old("0720-000000-新ルート", 3, "訪問介護とちり", R19, last + SECOND, "発行停止の最初の 1 秒(JST 2019-07-20 00:00:00)",
        "the first second of the gap", fires="expired issued-in-gap", nearly="generation-mismatch")
    old("0720-000000-旧ルート", 4, "訪問介護ぬるを", R13, last + SECOND, "その 1 秒に旧ルートが署名", "that second, signed by the old root",
        fires="expired issued-in-gap", nearly="generation-mismatch")
    old("0723-235959-新ルート", 5, "訪問介護わかよ", R19, first - SECOND, "発行停止の最後の 1 秒(JST 2019-07-23 23:59:59)",
        "the last second of the gap", fires="expired issued-in-gap", nearly="generation-mismatch")
    old("0724-000000-新ルート", 6, "訪問介護たれそ", R19, first, "新ルート最初の 1 秒(JST 2019-07-24 00:00:00)",
        "the new root's first second", fires="expired", nearly="issued-in-gap generation-mismatch")
    old("0724-000000-旧ルート", 7, "訪問介護つねな", R13, first, "その 1 秒に旧ルートが署名", "that second, signed by the old root",
        fires="expired generation-mismatch", nearly="issued-in-gap")
    short = utc("2014-08-17T14:59:59")
    old("2014年の1年もの", 8, "訪問介護らむう", R13, short, "当時(2014-08-17 まで)の長さは 1 年", "one year, as was usual up to 2014-08-17",
        end=years(short, 1), fires="expired", nearly="validity-unusual")
    old("2014年の1年もの(翌日)", 9, "訪問介護ゐのお", R13, short + SECOND, "1 秒後(2014-08-18)からは 3 年のはず",
        "a second later three years were usual", end=years(short + SECOND, 1), fires="expired validity-unusual")
    retired(old)


def retired(old):
    """After the end of the 2013 root."""
    end = R13.certificate.not_valid_after_utc
    old("2013ルート最後の1秒", 10, "訪問介護くやま", R13, end, "旧ルートの最後の 1 秒に発行", "issued in the last second of the 2013 root",
        fires="expired generation-mismatch outlives-root", nearly="issued-after-root-retired")
    old("2013ルート終了後", 11, "訪問介護けふこ", R13, end + SECOND, "旧ルートが終わった後の日付で発行", "issued after the end of the 2013 root",
        verdict="untrusted", fires="expired generation-mismatch issued-after-root-retired outlives-root untrusted-path")
    old("2013ルートで存命", 12, "訪問介護えてあ", R13, jst("2023-07-03"), "葉は存命、ルートは終了", "the leaf lives, its root does not",
        end=jst("2027-07-03"), verdict="untrusted", fires="expired generation-mismatch outlives-root untrusted-path validity-unusual")


CA = "本部/認証局"


def authorities():
    """Head office: roots, intermediates, CRLs."""
    blob(f"{CA}/e-seikyuu CA 2013.cer", der(R13.certificate), "Python cryptography", "2013 年のルート", "the 2013 root", nearly="root-impostor")
    blob(f"{CA}/e-seikyuu CA 2019.cer", pack.pem(der(R19.certificate)), "Python cryptography", "2019 年のルート(PEM)", "the 2019 root (PEM)",
         nearly="root-impostor root-unknown-generation")
    blob(f"{CA}/e-seikyuu CA 2019 (2).cer", der(IMPOSTOR.certificate), "Python cryptography", "偽ルート: 名前・シリアル番号・期間は同じ、鍵が違う",
         "an impostor: same name, serial and days, another key", verdict="untrusted", fires="root-impostor")
    blob(f"{CA}/e-seikyuu CA 2026.cer", der(NEXT.certificate), "Python cryptography", "世代不明のルート", "a root of an unknown generation",
         verdict="undetermined", fires="root-unknown-generation", nearly="root-impostor")
    blob(f"{CA}/Issuing CA 1.cer", der(SUB1.certificate), "Python cryptography", "中間 CA 1", "intermediate CA 1",
         nearly="expiring validity-unusual")
    blob(f"{CA}/Issuing CA 2.cer", der(SUB2.certificate), "Python cryptography", "中間 CA 2", "intermediate CA 2")
    blob(f"{CA}/ひかり会CA.cer", issue.with_sha1(HIKARI.certificate, HIKARI), "Python cryptography",
         "無関係な民間 CA のルート(自己署名は SHA-1)", "the root of an unrelated private CA (self-signed with SHA-1)",
         verdict="undetermined", fires="self-signed", nearly="signature-weak root-impostor")
    revoked = [(REVOKED, jst("2026-10-01"))]
    blob(f"{CA}/e-seikyuu.crl", crl_bytes(R19, revoked, jst("2026-11-20"), AT + SECOND, 20), "Python cryptography",
         "2019 年のルートの CRL。次回更新はちょうど 1 秒後", "the 2019 root's CRL; the next is due in a second", verdict="-", nearly="crl-stale")
    blob(f"{CA}/Issuing CA 2.crl",
         crl_bytes(SUB2, [], jst("2026-09-01"), AT - SECOND, 3, form=serialization.Encoding.PEM), "Python cryptography",
         "中間 CA 2 の CRL。次回更新の予定を 1 秒過ぎた", "intermediate 2's CRL; the next was due a second ago", verdict="-")


REVOKED = 0x1BADCE27


def trust():
    """Kyoto: who signed it."""
    p12("京都府/偽ルートの葉.p12", Holder(2601, "訪問介護ぎおん", IMPOSTOR), "偽ルートが署名。偽ルートも同梱", "signed by the impostor, which comes along",
        chain=[IMPOSTOR], verdict="untrusted", fires="untrusted-path")
    himawari = Holder(1301, "訪問介護ひまわり", rsa=True)
    hostile = Holder(1301, "訪問介護ひまわり", IMPOSTOR, "2026-08-01", END_2019, key=himawari.key, serial=himawari.serial)
    blob("京都府/なりすまし.cer", hostile.der, "Python cryptography",
         "偽ルートの署名で、訪問介護ひまわりの名前・鍵・シリアル番号を名乗る。本物の結果は変わらない",
         "takes the subject, key and serial of 訪問介護ひまわり under the impostor; changes nothing for the true one",
         verdict="untrusted", fires="untrusted-path", nearly="superseded serial-reused key-shared")
    forged = lambda c, s: issue.signed_again(c, Signer(c, testkeys.rsa_key("nobody")), [])  # noqa: E731
    p12("京都府/署名が偽.p12", Holder(2602, "訪問介護ほおずき", change=forged), "発行者名と AKI は本物、署名は別の鍵", "issuer and AKI are right, the signature is another key's",
        verdict="untrusted", fires="untrusted-path")
    p12("京都府/世代不明の葉.p12", Holder(2603, "訪問介護からすま", NEXT, "2026-08-03"), "世代不明のルートが署名", "signed by the root of an unknown generation",
        chain=[NEXT], verdict="undetermined", fires="root-unknown-generation", nearly="untrusted-path outlives-root root-missing")
    p12("京都府/ひかり会.p12", Holder(2604, "クリニックひかり", HIKARI, subject=name("職員 0001", None, "医療法人社団ひかり会(架空)")),
        "無関係な CA の証明書。ルートはピン留めされていない", "a certificate of an unrelated CA that no pin knows",
        chain=[], verdict="undetermined", fires="root-missing", nearly="untrusted-path")
    p12("京都府/失効.p12", Holder(2605, "訪問介護かわら", serial=REVOKED), "CRL に載っている", "on the CRL", verdict="untrusted", fires="revoked")
    p12("京都府/失効と同じ番号.p12", Holder(2606, "訪問介護すやき", R13, "2018-05-07", serial=REVOKED), "失効した番号だが、署名したのは旧ルート",
        "the revoked serial, but under the old root", chain=[R13], fires="expired", nearly="revoked serial-reused")
    p12("京都府/中間CA経由.p12", Holder(2607, "訪問介護みやこ", SUB1), "中間 CA 1 を経由。中間 CA の CRL はない", "through intermediate 1, which has no CRL",
        chain=[SUB1], nearly="root-missing crl-stale")
    p12("京都府/古いCRL.p12", Holder(2608, "訪問介護にしき", SUB2), "中間 CA 2 を経由。CRL が古い(中間 CA はスキャン内の別ファイル)",
        "through intermediate 2 (in another file), whose CRL is stale", chain=[], fires="crl-stale")


def keys():
    """Aichi: keys and the form of certificates."""
    p12("愛知県/鍵なし.p12", Holder(2301, "訪問介護しゃち"), "鍵がどこにもない", "its key is nowhere", key=None, fires="key-missing")
    apart = Holder(2302, "訪問介護きしめん")
    p12("愛知県/鍵は別の場所(証明書).p12", apart, "鍵は隣のファイルにある", "its key is in the file beside", key=None, nearly="key-missing")
    p12("愛知県/鍵は別の場所(鍵).p12", apart, "その鍵", "that key", nearly="copied")
    p12("愛知県/鍵違い.p12", Holder(2303, "訪問介護ういろう"), "鍵が証明書のものではない", "the key is not the certificate's", tool=pack.by_hand,
        key=testkeys.ec_key("the wrong key"), fires="key-mismatch")
    p12("愛知県/localKeyID違い.p12", Holder(2304, "訪問介護えびふらい"), "localKeyID は食い違うが鍵は正しい", "localKeyIDs differ, the key is right",
        tool=pack.by_hand, options={"leaf_id": b"\2"}, nearly="key-mismatch key-missing")
    weak = serialization.load_pem_private_key((issue.KEYS / "leaf-rsa-1024.key").read_bytes(), None)
    p12("愛知県/RSA1024.p12", Holder(2305, "訪問介護みそかつ", key=weak), "RSA 1024 ビット", "RSA with 1024 bits", fires="key-weak")
    p12("愛知県/SHA1署名.p12", Holder(2306, "訪問介護てばさき", change=issue.with_sha1), "SHA-1 で署名", "signed with SHA-1", fires="signature-weak")
    one = Holder(2307, "訪問介護きなこ")
    p12("愛知県/鍵共用1.p12", one, "別の事業所と同じ鍵", "shares its key with another holder", fires="key-shared copied")
    p12("愛知県/鍵共用2.p12", Holder(2308, "訪問介護あずき", key=one.key), "別の事業所と同じ鍵", "shares its key with another holder",
        fires="key-shared copied")
    before = Holder(2309, "訪問介護こうじ", begin="2024-04-15")
    p12("愛知県/同じ鍵で更新(旧).p12", before, "同じ鍵のまま更新(旧)", "renewed with the same key (old)", fires="superseded copied", nearly="key-shared")
    p12("愛知県/同じ鍵で更新(新).p12", Holder(2309, "訪問介護こうじ", begin="2026-07-01", key=before.key), "同じ鍵のまま更新(新)",
        "renewed with the same key (new)", fires="copied", nearly="key-shared superseded")
    reuse(0x1CAFE230)
    p12("愛知県/サーバ用.p12", Holder(2313, "訪問介護てんむす", usage=ExtendedKeyUsageOID.SERVER_AUTH), "拡張鍵用途がサーバ認証(ポリシーが求めれば指摘)",
        "for server authentication: a finding only where the policy asks", nearly="usage-unfit")
    p12("愛知県/DER違反.p12", Holder(2314, "訪問介護どて煮", change=issue.with_bad_boolean), "真偽値が 01(DER では FF)。署名は正しい",
        "a TRUE that is 01 (DER: FF); the signature is right", fires="der-malformed")


def reuse(serial):
    """One serial number, three certificates."""
    for number, title in ((2310, "訪問介護ひつまぶし"), (2311, "訪問介護おぐら")):
        p12(f"愛知県/番号重複{number - 2309}.p12", Holder(number, title, serial=serial), "同じルートで同じシリアル番号",
            "a serial number used twice by one root", fires="serial-reused")
    p12("愛知県/番号重複(旧ルート).p12", Holder(2312, "訪問介護たまりじょうゆ", R13, "2018-10-01", serial=serial), "同じ番号だがルートが違う",
        "the same serial under another root", chain=[R13], fires="expired", nearly="serial-reused")


TYPOS = [("全角", "Ａｓａｇａｏ－２０１０", "full-width letters and digits"), ("大文字小文字が逆", "aSAGAO-2010", "caps reversed"),
         ("末尾に空白", "Asagao-2010 ", "a trailing space"), ("BOM", "\ufeffAsagao-2010", "a byte-order mark in front"),
         ("先頭が小文字", "asagao-2010", "a small first letter"), ("末尾に改行", "Asagao-2010\r\n", "a line end at its end"),
         ("ゼロとオー", "Asagao-2O1O", "O for 0"), ("1とエル", "Asagao-20l0", "l for 1")]


def containers():
    """Fukuoka: passwords, damage, algorithms, limits."""
    for position, (kind, password, english) in enumerate(TYPOS):
        p12(f"福岡県/入力ミス/{kind}.p12", Holder(4001 + position, f"訪問介護はかた{position + 1}"), f"パスワードの入力ミス: {kind}",
            f"a password with {english}", password=password, fires="password-typo")
    p12("福岡県/正しいパスワード.p12", Holder(4011, "訪問介護めんたい"), "候補どおりのパスワード", "the password is as listed",
        nearly="password-typo password-unknown")
    p12("福岡県/候補の2番目.p12", Holder(4012, "訪問介護もつなべ"), "2 番目の候補で開く", "the second candidate opens it",
        password="kumo-7890", nearly="password-unknown password-typo")
    p12("福岡県/不明なパスワード.p12", Holder(4013, "訪問介護とんこつ"), "どの候補でも開かない", "no candidate opens it",
        password="nobody knows this", verdict="-", fires="password-unknown")
    p12("福岡県/途中で切れた.p12", Holder(4014, "訪問介護うどん"), "3 分の 2 で切れている", "cut after two thirds", after=pack.truncated,
        verdict="-", fires="container-damaged")
    p12("福岡県/SEED.p12", Holder(4015, "訪問介護からし"), "SEED で暗号化(未対応)", "encrypted with SEED, which is not supported",
        options=("-keypbe", "SEED-CBC", "-certpbe", "SEED-CBC"), verdict="-", fires="algorithm-unsupported")
    p12("福岡県/21億回.p12", Holder(4016, "訪問介護にわか"), "MAC が反復 2,147,483,647 回を要求(中身は MAC なしで読める)",
        "its MAC asks for 2,147,483,647 iterations; what it guards can be read without", after=pack.greedy, fires="container-limit")
    p12("福岡県/RC2-40の鍵.p12", Holder(4017, "訪問介護どんたく"), "鍵が RC2-40 で守られている", "RC2-40 guards the key",
        options=("-legacy", "-keypbe", "PBE-SHA1-RC2-40"), fires="container-weak")
    p12("福岡県/反復1回.p12", Holder(4018, "訪問介護やまかさ"), "鍵導出の反復が 1 回", "one iteration", options=("-iter", "1"), fires="container-weak")
    p12("福岡県/MACなし.p12", Holder(4019, "訪問介護くるめ"), "完全性を守る MAC がない", "no MAC", options=("-nomac",), fires="container-weak")


def others():
    """Head office: the other containers, and files that hold no certificate."""
    himawari = Holder(1301, "訪問介護ひまわり", rsa=True)
    pair = [himawari.der, Holder(1304, "グループホームつばき", begin="2026-02-16", unit=WELFARE).der]
    text = "証明書の控え(架空)\n".encode()
    bundle = b"\xef\xbb\xbf" + (text + b"".join(map(pack.pem, pair)) + pack.pem(der(R19.certificate))).replace(b"\n", b"\r\n")
    blob("本部/控え/証明書の控え.pem", bundle, "pack.py", "PEM 束: BOM、CRLF、周囲に文章", "a PEM bundle: BOM, CRLF, text around", nearly="container-damaged key-missing")
    chain = [Holder(2607, "訪問介護みやこ", SUB1).der, der(SUB1.certificate), der(R19.certificate)]
    for form, suffix in (("DER", "p7b"), ("PEM", "p7c")):
        built(f"本部/控え/訪問介護みやこ.{suffix}", (chain, form), lambda form=form: pack.pkcs7(chain, form), "OpenSSL", f"PKCS#7({form})",
              f"PKCS#7 ({form})", nearly="key-missing")
    root = [der(R19.certificate)]
    built("本部/その他/keystore.jks", (himawari.der, root), lambda: pack.jks(himawari.key, himawari.der, root, "changeit", "claim"),
          "keytool", "Java キーストア: 証明書はパスワードなしで読める", "a Java keystore: its certificates are read without a password",
          nearly="container-unread certificate-missing")
    built("本部/その他/nssdb/cert9.db", (himawari.der, root), lambda: pack.nss_database(himawari.key, himawari.der, root, "claim"),
          "NSS", "NSS データベースの証明書", "the certificates of an NSS database", nearly="container-unread")
    # The first bytes of a hash file of Berkeley DB 1.85, which older NSS kept its certificates and keys in.
    for name in ("cert8.db", "key3.db"):
        blob(f"本部/その他/nssdb/{name}", bytes.fromhex("0006156100000002000004d2") + bytes(244), "pack.py",
             "古い NSS データベース(種類は分かるが未対応)", "an old NSS database: recognised, not read", verdict="-", fires="container-unread")
    blob("本部/その他/設置場所.png", PICTURE, "pack.py", "写真(証明書なし)", "a photo: no certificate", verdict="-", nearly="container-unread")
    blob("本部/その他/引き継ぎメモ.txt", "更新は請求期間(1 日から 10 日)を避けること。\r\n".encode(), "pack.py", "文章(証明書なし)", "a text: no certificate",
         verdict="-")


PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe"
    "0def46b80000000049454e44ae426082")


def exposed():
    """Not in the fleet: what a finding depends on here is the file's mode, which git does not keep."""
    p12("apart/空のパスワード.p12", Holder(1351, "訪問介護からっぽ"), "空のパスワード。他の人が読めるなら file-exposed",
        "an empty password; file-exposed if others may read it", fires="container-weak file-exposed")
    plain = Holder(1352, "訪問介護まるみえ")
    blob("apart/平文の鍵.pem", pack.pem(plain.der) + pack.key_pem(plain.key), "Python cryptography", "暗号化されていない鍵。他の人が読めるなら file-exposed",
         "a key that is not encrypted; file-exposed if others may read it", fires="container-weak file-exposed")


def all_samples():
    """Every sample."""
    SAMPLES.clear()
    Holder.issued.clear()
    for declare in (healthy, life, generations, authorities, trust, keys, containers, others, exposed):
        declare()
    return SAMPLES
