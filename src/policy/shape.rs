//! The keys and values that a policy may have. The checks, the help of every mistake, the JSON
//! Schema and the tables of `policies/README.md` follow this one definition.

use super::HolderPattern;
use super::desks::{TASKS, time_of_day};
use super::renewal::{ASSUMABLE, WEEKDAYS, day_of_year};
use crate::calendar::{Zone, parse_day};
use crate::certificate::{Name, Serial, parse_hex};
use crate::locale::Text;
use crate::yaml::{KeyDefinition, Shape, TextForm};

/// The version of policy documents that this program reads.
pub(super) const VERSION: &str = "shomei/policy/1";

const fn form(ja: &'static str, en: &'static str, example: &'static str, accepts: fn(&str) -> bool) -> TextForm {
    TextForm { name: Text { ja, en }, example, pattern: "", words: &[], accepts }
}

const NAME: TextForm = TextForm {
    pattern: "^[a-z0-9][a-z0-9-]*$",
    ..form("英小文字・数字・ハイフンの名前", "a name of lower-case letters, digits and hyphens", "e-seikyuu", is_name)
};
pub(super) const DAY: TextForm = TextForm {
    pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    ..form("日付", "a day", "2019-07-20", |text| parse_day(text).is_some())
};
const DAY_OF_YEAR: TextForm = TextForm {
    pattern: "^[0-9]{2}-[0-9]{2}$",
    ..form("月日", "a day of every year", "12-29", |text| day_of_year(text).is_some())
};
const TIME_OF_DAY: TextForm = TextForm {
    pattern: "^[0-9]{2}:[0-9]{2}$",
    ..form("時刻", "a time of day", "\"10:00\"", |text| time_of_day(text).is_some())
};
const ZONE: TextForm = TextForm {
    pattern: "^(Z|[+-][0-9]{2}:[0-9]{2})$",
    ..form("時差", "an offset from UTC", "\"+09:00\"", |text| Zone::parse(text).is_some())
};
const SUBJECT: TextForm = form("所有者識別子", "a subject name", "OU=e-seikyuu CA, O=e-seikyuu, C=JP", |text| {
    Name::parse(text).is_some()
});
const SERIAL: TextForm = form("16進のシリアル番号", "a serial number in hexadecimal", "07 86 D1", |text| {
    Serial::parse(text).is_some()
});
const SHA1: TextForm = form(
    "SHA-1の拇印(16進40桁)",
    "a SHA-1 fingerprint (40 hexadecimal digits)",
    "47 FF C5 4F B8 F2 CF BB 9D 18 D9 65 41 F9 9E 5E 66 B8 1C BE",
    |text| bytes::<20>(text).is_some(),
);
const SHA256: TextForm = form(
    "SHA-256の拇印(16進64桁)",
    "a SHA-256 fingerprint (64 hexadecimal digits)",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    |text| bytes::<32>(text).is_some(),
);
const GLOB: TextForm = form(
    "「/」で区切ったパスのパターン",
    "a path pattern with / between folders",
    "clients/**/old-*.p12",
    |text| super::glob(text).is_some(),
);
const EXTENDED_USAGE: TextForm = TextForm {
    words: &EXTENDED_USAGE_NAMES,
    ..form("拡張キー使用法の名前またはOID", "an extended key usage, by name or OID", "clientAuth", |text| {
        extended_usage(text).is_some()
    })
};

const PATTERN: TextForm = form(
    "パターン({id} か {provider_number} を1つ、ほかは * と文字)",
    "a pattern with one {id} or {provider_number}, and * for anything",
    "\"CN=*{provider_number}*\"",
    |text| HolderPattern::split(text).is_some(),
);

fn is_name(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    text.bytes().all(allowed) && !text.is_empty() && !text.starts_with('-')
}

/// A fingerprint of exactly `N` bytes.
pub(super) fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    parse_hex(text)?.try_into().ok()
}

/// Extended key usages by the names of RFC 5280 and of their vendors.
const EXTENDED_USAGES: [(&str, &str); 9] = [
    ("serverAuth", "1.3.6.1.5.5.7.3.1"),
    ("clientAuth", "1.3.6.1.5.5.7.3.2"),
    ("codeSigning", "1.3.6.1.5.5.7.3.3"),
    ("emailProtection", "1.3.6.1.5.5.7.3.4"),
    ("timeStamping", "1.3.6.1.5.5.7.3.8"),
    ("OCSPSigning", "1.3.6.1.5.5.7.3.9"),
    ("smartcardLogon", "1.3.6.1.4.1.311.20.2.2"),
    ("documentSigning", "1.3.6.1.5.5.7.3.36"),
    ("anyExtendedKeyUsage", "2.5.29.37.0"),
];
const EXTENDED_USAGE_NAMES: [&str; 9] = {
    let mut names = [""; 9];
    let mut i = 0;
    while i < 9 {
        names[i] = EXTENDED_USAGES[i].0;
        i += 1;
    }
    names
};

/// The dotted OID of an extended key usage, given by name or as OID.
pub(super) fn extended_usage(text: &str) -> Option<String> {
    if let Some((_, oid)) = EXTENDED_USAGES.iter().find(|(name, _)| *name == text) {
        return Some((*oid).to_string());
    }
    der::oid::ObjectIdentifier::new(text).ok().map(|oid| oid.to_string())
}

/// RFC 5280 section 4.2.1.3; the second name of nonRepudiation is X.509's newer one.
const KEY_USAGES: &[&str] = &[
    "digitalSignature",
    "nonRepudiation",
    "contentCommitment",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];
/// Digests as [`crate::certificate::Certificate::signature_digest`] names them.
const DIGESTS: &[&str] = &["md2", "md4", "md5", "sha1", "sha224", "sha256", "sha384", "sha512"];
const SEVERITIES: &[&str] = &["error", "warning", "info"];
const SEVERITIES_OR_OFF: &[&str] = &["error", "warning", "info", "off"];

pub(super) const LOCALIZED: Shape = Shape::Either(&Shape::Text, &Shape::Map(LOCALIZED_KEYS));
const LOCALIZED_KEYS: &[KeyDefinition] = &[
    KeyDefinition::required("ja", Shape::Text, "日本語", "Japanese"),
    KeyDefinition::required("en", Shape::Text, "英語", "English"),
];

const DAYS_KEYS: &[KeyDefinition] = &[
    KeyDefinition::optional(
        "from",
        Shape::Form(&DAY),
        "最初の日(省略: それ以前すべて)",
        "the first day (absent: open)",
    ),
    KeyDefinition::optional(
        "until",
        Shape::Form(&DAY),
        "最後の日(省略: それ以後すべて)",
        "the last day (absent: open)",
    ),
];

const PIN_KEYS: &[KeyDefinition] = &[
    KeyDefinition::required("id", Shape::Text, "世代の名前(例 2019)", "the name of the generation, such as 2019"),
    KeyDefinition::required("serial", Shape::Form(&SERIAL), "シリアル番号", "the serial number"),
    KeyDefinition::required("not_before", Shape::Form(&DAY), "有効期間の最初の日", "the first day of validity"),
    KeyDefinition::required("not_after", Shape::Form(&DAY), "有効期間の最後の日", "the last day of validity"),
    KeyDefinition::required("sha1", Shape::Form(&SHA1), "SHA-1の拇印", "the SHA-1 fingerprint"),
    KeyDefinition::optional(
        "sha256",
        Shape::Form(&SHA256),
        "SHA-256の拇印(わかっていれば)",
        "the SHA-256 fingerprint, where it is known",
    ),
    KeyDefinition::optional(
        "issues",
        Shape::Map(DAYS_KEYS),
        "この世代が署名する証明書の発行日の範囲(省略: いつでも)",
        "dates of issue of the certificates this generation signs (absent: any)",
    ),
    KeyDefinition::required("source", LOCALIZED, "出典", "where this is from"),
];

const GAP_KEYS: &[KeyDefinition] = &[
    KeyDefinition::required("from", Shape::Form(&DAY), "停止の最初の日", "the first day"),
    KeyDefinition::required("until", Shape::Form(&DAY), "停止の最後の日", "the last day"),
    KeyDefinition::required("source", LOCALIZED, "出典", "where this is from"),
];

const VALIDITY_KEYS: &[KeyDefinition] = &[
    KeyDefinition::optional(
        "from",
        Shape::Form(&DAY),
        "発行日がこの日以降のとき",
        "for dates of issue from this day on",
    ),
    KeyDefinition::optional(
        "until",
        Shape::Form(&DAY),
        "発行日がこの日以前のとき",
        "for dates of issue up to this day",
    ),
    KeyDefinition::optional("years", Shape::Whole(0, 100), "有効年数(既定 0)", "years of validity (default 0)"),
    KeyDefinition::optional("months", Shape::Whole(0, 1200), "加える月数(既定 0)", "months in addition (default 0)"),
    KeyDefinition::optional(
        "tolerance_days",
        Shape::Whole(0, 3650),
        "許す差の日数(既定 0)",
        "days by which it may differ (default 0)",
    ),
];

const USAGE_KEYS: &[KeyDefinition] = &[
    KeyDefinition::optional(
        "extended",
        Shape::List(&Shape::Form(&EXTENDED_USAGE), 0),
        "すべて必要な拡張キー使用法(名前またはOID)",
        "extended key usages, all of which must be there, by name or OID",
    ),
    KeyDefinition::optional(
        "key_usage",
        Shape::List(&Shape::Words(KEY_USAGES), 0),
        "すべて必要なキー使用法(RFC 5280の名前)",
        "key usages, all of which must be there, by their names in RFC 5280",
    ),
];

const AUTHORITY_KEYS: &[KeyDefinition] = &[
    KeyDefinition::required(
        "subject",
        Shape::Form(&SUBJECT),
        "ルート証明書の所有者識別子(RDNの順序は正逆どちらでもよい)",
        "the subject of its roots (RDNs in either order)",
    ),
    KeyDefinition::required(
        "pins",
        Shape::List(&Shape::Map(PIN_KEYS), 1),
        "世代ごとのピン",
        "its pins, one per generation",
    ),
    KeyDefinition::optional(
        "gaps",
        Shape::List(&Shape::Map(GAP_KEYS), 0),
        "何も発行しなかった期間",
        "days on which it issued nothing",
    ),
    KeyDefinition::optional(
        "validity",
        Shape::List(&Shape::Map(VALIDITY_KEYS), 0),
        "証明書の有効期間の長さ(省略: 問わない)",
        "how long its certificates live (absent: not asked)",
    ),
    KeyDefinition::optional(
        "crl",
        Shape::Words(&["ignore", "when-available", "require"]),
        "CRL(失効リスト)の扱い: ignore 見ない、when-available あれば見る(既定)、require 無ければ指摘",
        "CRLs: ignore, when-available (default: looked at where there is one), require (none is a finding)",
    ),
    KeyDefinition::optional(
        "usage",
        Shape::Map(USAGE_KEYS),
        "証明書に求める用途(省略: 問わない)",
        "what its certificates must be good for (absent: not asked)",
    ),
];

const TIER_KEYS: &[KeyDefinition] = &[
    KeyDefinition::required(
        "days",
        Shape::Whole(0, 3650),
        "残り日数がこれ以下になったら",
        "from this many days before the end",
    ),
    KeyDefinition::required("severity", Shape::Words(SEVERITIES), "そのときの重大度", "how grave that is"),
];

const CONNECTION_KEYS: &[KeyDefinition] = &[
    KeyDefinition::required("host", Shape::Text, "ホスト名", "the name of the host"),
    KeyDefinition::optional("port", Shape::Whole(1, 65535), "ポート番号(既定 443)", "the port (default 443)"),
    KeyDefinition::optional("source", LOCALIZED, "出典", "where this is from"),
];

const KEYS_KEYS: &[KeyDefinition] = &[
    KeyDefinition::optional(
        "rsa_bits",
        Shape::Whole(0, 16384),
        "RSA・DSA鍵の最小ビット数(既定 2048)",
        "fewest bits of an RSA or DSA key (default 2048)",
    ),
    KeyDefinition::optional(
        "ec_bits",
        Shape::Whole(0, 1024),
        "楕円曲線鍵の最小ビット数(既定 224)",
        "fewest bits of an elliptic-curve key (default 224)",
    ),
];

const CONTAINERS_KEYS: &[KeyDefinition] = &[
    KeyDefinition::optional(
        "iterations",
        Shape::Whole(0, 1_000_000_000),
        "鍵を守る鍵導出の最小反復回数(既定 1000)",
        "fewest iterations of a key derivation that guards a key (default 1000)",
    ),
    KeyDefinition::optional(
        "weak_ciphers",
        Shape::List(&Shape::Text, 0),
        "鍵を守るには弱い暗号。前方一致(既定 RC2-40, RC2-64, RC4, DES。DES は 3DES に当てはまらない)",
        "ciphers too weak to guard a key, by their beginning (default RC2-40, RC2-64, RC4, DES; DES does not mean 3DES)",
    ),
];

const MATCH_KEYS: &[KeyDefinition] = &[
    KeyDefinition::optional("sha256", Shape::Form(&SHA256), "証明書のSHA-256", "SHA-256 of the certificate"),
    KeyDefinition::optional("serial", Shape::Form(&SERIAL), "シリアル番号", "its serial number"),
    KeyDefinition::optional("subject", Shape::Text, "所有者識別子に含まれる文字列", "text contained in its subject"),
    KeyDefinition::optional("path", Shape::Form(&GLOB), "ファイルのパスのパターン", "pattern over the file's path"),
];

const SUPPRESSION_KEYS: &[KeyDefinition] = &[
    KeyDefinition::required("rule", Shape::Text, "規則のコード", "the rule's code"),
    KeyDefinition::required(
        "match",
        Shape::Map(MATCH_KEYS),
        "対象の条件(すべて満たすもの)",
        "which ones; all conditions must hold",
    ),
    KeyDefinition::required("reason", Shape::Text, "許容する理由", "why it is accepted"),
    KeyDefinition::required("until", Shape::Form(&DAY), "許容する最後の日", "the last day on which it holds"),
];

const SERVICE_KEYS: &[KeyDefinition] = &[
    KeyDefinition::required(
        "id",
        Shape::Form(&NAME),
        "サービスの名前(例 kaigo)",
        "the name of the service, such as kaigo",
    ),
    KeyDefinition::required("name", LOCALIZED, "画面に出す名前", "its name for people"),
    KeyDefinition::optional("words", Shape::List(&Shape::Text, 0), "台帳での書き方", "how registers write it"),
];

const CATEGORY_KEYS: &[KeyDefinition] = &[
    KeyDefinition::required("id", Shape::Form(&NAME), "証明書利用区分の名前", "the name of the usage category"),
    KeyDefinition::required("name", LOCALIZED, "画面に出す名前", "its name for people"),
    KeyDefinition::optional("words", Shape::List(&Shape::Text, 0), "台帳での書き方", "how registers write it"),
    KeyDefinition::required(
        "bills",
        Shape::List(&Shape::Text, 0),
        "請求できるサービス(services の id)。請求に使わない区分は []",
        "the services it is good for (ids of `services`); [] for a category that submits no claims",
    ),
    KeyDefinition::optional(
        "uses",
        Shape::List(&Shape::Text, 0),
        "請求のほかに使えるもの(uses の id)",
        "what else it is good for (ids of `uses`)",
    ),
    KeyDefinition::required("source", LOCALIZED, "出典", "where this is from"),
];

const SYSTEMS_KEYS: &[KeyDefinition] = &[
    KeyDefinition::optional("provider", LOCALIZED, "事業所のシステム", "the providers' system"),
    KeyDefinition::optional("agent", LOCALIZED, "代理人のシステム", "the agents' system"),
];

const CLAIM_PERIOD_KEYS: &[KeyDefinition] = &[
    KeyDefinition::required("from", Shape::Whole(1, 31), "毎月の最初の日", "the first day of each month's"),
    KeyDefinition::required(
        "until",
        Shape::Whole(1, 31),
        "毎月の最後の日(24時まで)",
        "the last day of each month's, to its end",
    ),
];

const NOTICES_KEYS: &[KeyDefinition] = &[
    KeyDefinition::required(
        "day",
        Shape::Whole(1, 31),
        "請求した月の通知文書を取得し終える日。請求期間の終わりより前の日は翌月の日",
        "the day by which the notices on a month's claims have been fetched; one before the end of the claim period is of the next month",
    ),
    KeyDefinition::optional(
        "assumed",
        Shape::List(&Shape::Words(&["day"]), 0),
        "書いた値のうち、確かでないもの",
        "which of the values given are assumptions",
    ),
    KeyDefinition::optional("source", LOCALIZED, "出典", "where this is from"),
];

const HOLDER_PATTERN_KEYS: &[KeyDefinition] = &[
    KeyDefinition::required(
        "field",
        Shape::Words(&["subject", "friendly-name", "path"]),
        "見る場所: subject 所有者識別子、friendly-name フレンドリ名、path ファイルのパス",
        "what is looked at: subject, friendly-name or path",
    ),
    KeyDefinition::required(
        "pattern",
        Shape::Form(&PATTERN),
        "全体に当てはめるパターン。{id} は事業所ID、{provider_number} は10桁の事業所番号、* は何文字でも",
        "the pattern of the whole of it: {id} a holder ID, {provider_number} ten digits, * anything",
    ),
    KeyDefinition::optional(
        "category",
        Shape::Text,
        "当てはまる証明書の利用区分(categories の id)",
        "the usage category of what fits (an id of `categories`)",
    ),
];

const HOLDERS_KEYS: &[KeyDefinition] = &[
    KeyDefinition::optional(
        "services",
        Shape::List(&Shape::Map(SERVICE_KEYS), 0),
        "請求するサービス",
        "the services that are billed",
    ),
    KeyDefinition::optional(
        "uses",
        Shape::List(&Shape::Map(SERVICE_KEYS), 0),
        "請求のほかに証明書を毎日使うもの",
        "what certificates are used for beside the claims, every day",
    ),
    KeyDefinition::optional(
        "systems",
        Shape::Map(SYSTEMS_KEYS),
        "事業所・代理人がログインするシステムの名前(省略: 文面に名前を出さない)",
        "the names of the systems in which providers and agents log in (absent: texts name none)",
    ),
    KeyDefinition::optional(
        "categories",
        Shape::List(&Shape::Map(CATEGORY_KEYS), 0),
        "証明書利用区分",
        "the usage categories of certificates",
    ),
    KeyDefinition::optional(
        "password_days",
        Shape::Whole(1, 3650),
        "システムのパスワードの有効日数。変更からこの日数で期限切れ(省略: 問わない)",
        "days a system password lives; so many days after the change it has expired (absent: not asked)",
    ),
    KeyDefinition::optional(
        "password_warning_days",
        Shape::Whole(0, 3650),
        "その期限の何日前から知らせるか(既定 30)",
        "days before that from which it is announced (default 30)",
    ),
    KeyDefinition::optional(
        "live_certificates",
        Shape::Whole(1, 1000),
        "事業所番号1つあたりの有効な証明書の枚数(省略: 問わない)",
        "living certificates per provider number (absent: not asked)",
    ),
    KeyDefinition::optional(
        "renewal_overlap_days",
        Shape::Whole(0, 3650),
        "更新の前後に旧証明書が重なってよい日数(既定 90)",
        "days before its end that an old certificate may overlap with its renewal (default 90)",
    ),
    KeyDefinition::optional(
        "claim_period",
        Shape::Map(CLAIM_PERIOD_KEYS),
        "毎月の請求期間(省略: 問わない)",
        "the days of each month on which claims are taken (absent: not asked)",
    ),
    KeyDefinition::optional(
        "notices",
        Shape::Map(NOTICES_KEYS),
        "通知文書の取得。証明書がいつまで要るか(省略: 問わない)",
        "the fetching of notices: until when a certificate is needed for it (absent: not asked)",
    ),
    KeyDefinition::optional(
        "agent_providers",
        Shape::Whole(1, 100_000),
        "代理人のユーザIDひとつで請求できる事業所の数(省略: 問わない)",
        "providers for which an agent may claim with one user ID (absent: not asked)",
    ),
    KeyDefinition::optional(
        "patterns",
        Shape::List(&Shape::Map(HOLDER_PATTERN_KEYS), 0),
        "証明書が誰のものかを読み取るパターン",
        "patterns that tell whose a certificate is",
    ),
];

const MONTH_DAYS_KEYS: &[KeyDefinition] = &[
    KeyDefinition::required("from", Shape::Whole(1, 31), "毎月の最初の日", "the first day of each month's"),
    KeyDefinition::required("until", Shape::Whole(1, 31), "毎月の最後の日", "the last day of each month's"),
];

const YEARLY_KEYS: &[KeyDefinition] = &[
    KeyDefinition::required(
        "from",
        Shape::Form(&DAY_OF_YEAR),
        "毎年の最初の日(例 12-29)",
        "the first day of every year's, such as 12-29",
    ),
    KeyDefinition::required(
        "until",
        Shape::Form(&DAY_OF_YEAR),
        "毎年の最後の日(前の日付なら年をまたぐ)",
        "the last day; over the New Year where it is the earlier",
    ),
    KeyDefinition::optional("source", LOCALIZED, "出典", "where this is from"),
];

const CLOSURE_KEYS: &[KeyDefinition] = &[
    KeyDefinition::required("from", Shape::Form(&DAY), "休みの最初の日", "the first day"),
    KeyDefinition::required("until", Shape::Form(&DAY), "休みの最後の日", "the last day"),
    KeyDefinition::optional("source", LOCALIZED, "理由または出典", "why, or where this is from"),
];

const CALENDAR_KEYS: &[KeyDefinition] = &[
    KeyDefinition::optional(
        "weekly",
        Shape::List(&Shape::Words(WEEKDAYS), 0),
        "毎週の休み(monday から sunday)",
        "days of the week that are closed, monday to sunday",
    ),
    KeyDefinition::optional(
        "holidays",
        Shape::Words(&["jp"]),
        "国民の祝日も休みとする(jp)。省略すると祝日も開いている",
        "national holidays are closed too (jp); absent: they are open",
    ),
    KeyDefinition::optional(
        "yearly",
        Shape::List(&Shape::Map(YEARLY_KEYS), 0),
        "毎年の休み(年末年始)",
        "days of every year that are closed (New Year)",
    ),
    KeyDefinition::optional(
        "closed",
        Shape::List(&Shape::Map(CLOSURE_KEYS), 0),
        "発行する側の休み",
        "days on which whoever issues is closed",
    ),
    KeyDefinition::optional(
        "office",
        Shape::List(&Shape::Map(CLOSURE_KEYS), 0),
        "自分の事務所の休み(この日には申請しない)",
        "days on which the office itself is closed: nobody applies",
    ),
];

/// The keys common to `renewal` and each of its prefectures.
macro_rules! terms_and {
    ($($own:expr),* $(,)?) => {
        &[
            $($own,)*
            KeyDefinition::optional(
                "renewal_opens_days",
                Shape::Whole(1, 3650),
                "有効期限の何日前から更新を申請できるか(省略: 90、仮定)",
                "days before the end from which a renewal can be applied for (absent: 90, assumed)",
            ),
            KeyDefinition::optional(
                "lead_business_days",
                Shape::Whole(0, 366),
                "申請の翌日から証明書が手に入るまでの、発行する側の営業日数(省略: 5、仮定)",
                "the issuer's business days after the day of application until the certificate is in hand (absent: 5, assumed)",
            ),
            KeyDefinition::optional(
                "transfer_business_days",
                Shape::Whole(0, 366),
                "手数料を振込で払うとき、入金の確認までに加わる営業日数(省略: 0、仮定)",
                "business days more where the fee is paid by transfer, until the payment is confirmed (absent: 0, assumed)",
            ),
            KeyDefinition::optional(
                "lapse",
                LOCALIZED,
                "期限を切らしたときに起こること",
                "what happens to whoever lets a certificate lapse",
            ),
            KeyDefinition::optional(
                "renewal_start",
                Shape::Words(&["issue", "run-on", "unknown"]),
                "更新した証明書の始まり: issue 発行日、run-on 元の期限の続き、unknown 不明(省略: unknown)",
                "from when a renewed certificate counts: issue, run-on (from the end of the old one), unknown (default)",
            ),
            KeyDefinition::optional(
                "application_window",
                Shape::Map(MONTH_DAYS_KEYS),
                "毎月の申請を受け付ける日(省略: いつでも)",
                "the days of each month on which applications are taken (absent: any)",
            ),
            KeyDefinition::optional(
                "issue_window",
                Shape::Map(MONTH_DAYS_KEYS),
                "毎月の証明書を発行する日(省略: いつでも)",
                "the days of each month on which certificates are issued (absent: any)",
            ),
            KeyDefinition::optional(
                "assumed",
                Shape::List(&Shape::Words(ASSUMABLE), 0),
                "書いた値のうち、確かでないもの(どの出力にも「仮定」と示す)",
                "which of the values given are assumptions, shown as such in every output",
            ),
            KeyDefinition::optional("source", LOCALIZED, "出典", "where this is from"),
        ]
    };
}

const PREFECTURE_KEYS: &[KeyDefinition] = terms_and![KeyDefinition::required(
    "names",
    Shape::List(&Shape::Text, 1),
    "台帳での都道府県の書き方(「東京」は「東京都」と同じ)",
    "how registers write the prefecture (東京 is 東京都)",
)];

const RENEWAL_KEYS: &[KeyDefinition] = terms_and![
    KeyDefinition::optional(
        "prefectures",
        Shape::List(&Shape::Map(PREFECTURE_KEYS), 0),
        "都道府県(国保連合会)ごとに異なる決まり。書かない項目は全体の決まり",
        "terms of prefectures (federations) that differ; what is not given is as in general",
    ),
    KeyDefinition::optional(
        "forget_after",
        Shape::Whole(0, 36_500),
        "期限が切れてからこの日数を過ぎた証明書は履歴とし、件数だけを示す(既定 90)",
        "days after its expiry from which a certificate is history, of which only the number is shown (default 90)",
    ),
];

const FEE_KEYS: &[KeyDefinition] = &[
    KeyDefinition::optional(
        "category",
        Shape::Text,
        "証明書利用区分(categories の id。省略: すべて)",
        "the usage category, an id of `categories` (absent: any)",
    ),
    KeyDefinition::optional("from", Shape::Form(&DAY), "申請日がこの日以降のとき", "for applications from this day on"),
    KeyDefinition::optional("until", Shape::Form(&DAY), "申請日がこの日以前のとき", "for applications up to this day"),
    KeyDefinition::required("yen", Shape::Whole(0, 100_000_000), "手数料(円)", "the fee in yen"),
    KeyDefinition::optional(
        "years",
        Shape::Whole(1, 100),
        "その手数料での有効年数",
        "the years that a certificate lives for it",
    ),
    KeyDefinition::optional(
        "tax",
        Shape::Words(&["included", "excluded"]),
        "消費税: included 税込、excluded 税別(省略: 不明)",
        "consumption tax: included or excluded (absent: unknown)",
    ),
    KeyDefinition::required("source", LOCALIZED, "出典", "where this is from"),
];

const DESK_TASK_KEYS: &[KeyDefinition] = &[
    KeyDefinition::required(
        "task",
        Shape::Words(TASKS),
        "用件: apply 発行の申請、revoke 失効の申請、ask 証明書の問い合わせ、change-password システムのパスワードの変更、support システムの問い合わせ",
        "what it does: apply, revoke, ask (about certificates), change-password (of the system), support",
    ),
    KeyDefinition::optional(
        "holders",
        Shape::Words(&["provider", "agent"]),
        "事業所(provider)か代理人(agent)だけのとき(省略: 両方)",
        "for providers only or agents only (absent: both)",
    ),
    KeyDefinition::required("how", LOCALIZED, "手順。文で書く", "how it is done, in sentences"),
];

const DESK_HOURS_KEYS: &[KeyDefinition] = &[
    KeyDefinition::required(
        "days",
        Shape::List(&Shape::Words(WEEKDAYS), 1),
        "曜日(monday から sunday)",
        "days of the week, monday to sunday",
    ),
    KeyDefinition::required("from", Shape::Form(&TIME_OF_DAY), "始まりの時刻", "opening time"),
    KeyDefinition::required("until", Shape::Form(&TIME_OF_DAY), "終わりの時刻", "closing time"),
    KeyDefinition::optional(
        "period",
        Shape::Words(&["claim", "other"]),
        "請求期間だけ(claim)か、請求期間以外だけ(other)のとき(省略: いつも)",
        "in the claim period only (claim) or outside of it only (other); absent: always",
    ),
];

const DESK_KEYS: &[KeyDefinition] = &[
    KeyDefinition::required("id", Shape::Form(&NAME), "窓口の id(例 federation)", "the desk's id, such as federation"),
    KeyDefinition::required("name", LOCALIZED, "文中に出す名前", "its name in running text"),
    KeyDefinition::optional(
        "words",
        Shape::List(&Shape::Text, 0),
        "shomei explain で引ける語",
        "words by which `shomei explain` finds it",
    ),
    KeyDefinition::optional("tasks", Shape::List(&Shape::Map(DESK_TASK_KEYS), 0), "用件", "what it does"),
    KeyDefinition::optional("telephone", Shape::Text, "電話番号", "its telephone number"),
    KeyDefinition::optional("fax", Shape::Text, "FAX番号", "its FAX number"),
    KeyDefinition::optional("mail", Shape::Text, "メールアドレス", "its mail address"),
    KeyDefinition::optional(
        "hours",
        Shape::List(&Shape::Map(DESK_HOURS_KEYS), 0),
        "受付時間(省略: 不明)。calendar の holidays の日は閉まる",
        "when it can be reached (absent: unknown); closed on the holidays of `calendar`",
    ),
    KeyDefinition::optional("note", LOCALIZED, "補足", "a note"),
    KeyDefinition::required("source", LOCALIZED, "出典", "where this is from"),
    KeyDefinition::required("retrieved", Shape::Form(&DAY), "出典を確かめた日", "the day on which the source was read"),
];

/// A policy document.
pub(super) static POLICY: Shape = Shape::Map(&[
    KeyDefinition::required("schema", Shape::Words(&[VERSION]), "この書式の版", "the version of this format"),
    KeyDefinition::required("name", Shape::Form(&NAME), "ポリシーの名前", "the policy's name"),
    KeyDefinition::optional("title", LOCALIZED, "表題(省略: 名前)", "a title for people (absent: the name)"),
    KeyDefinition::required("zone", Shape::Form(&ZONE), "暦日の時差", "the zone of all civil days"),
    KeyDefinition::required("authorities", Shape::List(&Shape::Map(AUTHORITY_KEYS), 1), "認証局", "the CAs it knows"),
    KeyDefinition::optional(
        "expiring",
        Shape::List(&Shape::Map(TIER_KEYS), 0),
        "期限間近の段階(既定 90・60日 info、30・14・7日 warning)",
        "tiers of `expiring` (default 90 and 60 days info; 30, 14 and 7 days warning)",
    ),
    KeyDefinition::optional("keys", Shape::Map(KEYS_KEYS), "鍵の強さ", "what keys must be"),
    KeyDefinition::optional(
        "weak_digests",
        Shape::List(&Shape::Words(DIGESTS), 0),
        "署名に使うには弱いダイジェスト(既定 md2, md4, md5, sha1)",
        "digests too weak for signatures (default md2, md4, md5, sha1)",
    ),
    KeyDefinition::optional(
        "containers",
        Shape::Map(CONTAINERS_KEYS),
        "鍵を守る格納形式",
        "what containers that guard keys should be",
    ),
    KeyDefinition::optional(
        "connection",
        Shape::Map(CONNECTION_KEYS),
        "請求の接続先(省略: コマンドで指定する)",
        "the server that claims are submitted to (absent: named on the command line)",
    ),
    KeyDefinition::optional(
        "holders",
        Shape::Map(HOLDERS_KEYS),
        "事業所・代理人と請求(省略: 何も問わない)",
        "holders and what they bill for (absent: nothing is asked)",
    ),
    KeyDefinition::optional(
        "calendar",
        Shape::Map(CALENDAR_KEYS),
        "営業日(省略: 毎日開いている)",
        "business days (absent: every day is one)",
    ),
    KeyDefinition::optional(
        "renewal",
        Shape::Map(RENEWAL_KEYS),
        "更新の手続き(省略: 仮定の値)",
        "how renewals go (absent: assumed values)",
    ),
    KeyDefinition::optional(
        "fees",
        Shape::List(&Shape::Map(FEE_KEYS), 0),
        "発行手数料(省略: 不明)",
        "what certificates cost (absent: unknown)",
    ),
    KeyDefinition::optional(
        "desks",
        Shape::List(&Shape::Map(DESK_KEYS), 0),
        "申請先と問い合わせ先(省略: 「発行元」とだけ案内する)",
        "who to turn to (absent: texts say \"the issuer\")",
    ),
    KeyDefinition::optional(
        "severities",
        Shape::Dictionary(&Shape::Words(SEVERITIES_OR_OFF)),
        "規則ごとの重大度。off は無効(省略した規則は規則自身の重大度)",
        "severities by rule, off turns it off (a rule not named here keeps its own)",
    ),
    KeyDefinition::optional(
        "suppressions",
        Shape::List(&Shape::Map(SUPPRESSION_KEYS), 0),
        "承知のうえで期限付きで許容する指摘",
        "findings that are known and accepted for a time",
    ),
]);
