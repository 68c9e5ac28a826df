//! The columns of a report's tables; docs/ja/output.md and docs/en/output.md explain each.

use super::table::{Column, Kind};
use crate::locale::Text;

const HOLDER: Column = Column::named("holder", Text { ja: "台帳ID", en: "holder" });
const REGISTER: Column = Column::named("register", Text { ja: "台帳", en: "register" }).data();
const NAME: Column = Column::named("name", Text { ja: "名称", en: "name" });
const PREFECTURE: Column = Column::open("prefecture", Text { ja: "都道府県", en: "prefecture" }, Kind::Text);
const CONTACT: Column = Column::private("contact", Text { ja: "担当", en: "contact" });
const TAG: Column = Column::private("tag", Text { ja: "タグ", en: "tag" }).data();
const CATEGORY: Column = Column::open("category", Text { ja: "利用区分", en: "category" }, Kind::Word);
const GENERATION: Column = Column::open("generation", Text { ja: "世代", en: "root" }, Kind::Text);
const SHA256: Column = Column::named("sha256", Text { ja: "SHA-256", en: "SHA-256" }).data();
const SERIAL: Column = Column::named("serial", Text { ja: "シリアル番号", en: "serial number" }).data();
const SEVERITY: Column = Column::open("severity", Text { ja: "重大度", en: "level" }, Kind::Word);
const ENDS: Column = Column::open("ends_on", Text { ja: "実効有効期限", en: "ends on" }, Kind::Day);
const MESSAGE: Column = Column::open("message", Text { ja: "説明", en: "message" }, Kind::Text);
const REMEDY: Column = Column::open("remedy", Text { ja: "対処", en: "what to do" }, Kind::Text);
const PROOF: Column = Column::open("proof", Text { ja: "確かさ", en: "proof" }, Kind::Word);

pub(super) const COVERAGE: &[Column] = &[
    Column::open("coverage", Text { ja: "請求", en: "can bill" }, Kind::Word),
    HOLDER,
    REGISTER,
    NAME,
    PREFECTURE,
    CONTACT,
    TAG,
    Column::named("provider_number", Text { ja: "事業所番号", en: "provider number" }),
    Column::open("service", Text { ja: "サービス", en: "service" }, Kind::Word),
    Column::named("through", Text { ja: "請求する者", en: "billed by" }),
    Column::open("reasons", Text { ja: "理由(コード)", en: "reason codes" }, Kind::Text).data(),
    Column::open("message", Text { ja: "理由", en: "why" }, Kind::Text),
    REMEDY,
];

pub(super) const PLAN: &[Column] = &[
    Column::open("outcome", Text { ja: "区分", en: "what" }, Kind::Word),
    Column::open("recommended_day", Text { ja: "申請日", en: "apply on" }, Kind::Day),
    Column::open("last_safe_day", Text { ja: "最終期限", en: "at the latest" }, Kind::Day),
    Column::open("in_hand_on", Text { ja: "入手", en: "in hand" }, Kind::Day),
    ENDS,
    HOLDER,
    REGISTER,
    NAME,
    PREFECTURE,
    CONTACT,
    TAG,
    CATEGORY,
    PROOF,
    Column::open("reason", Text { ja: "理由(コード)", en: "reason" }, Kind::Text).data(),
    Column::open("first_day", Text { ja: "申請できる最初の日", en: "first day" }, Kind::Day).data(),
    Column::open("deadline", Text { ja: "入手の期限", en: "deadline" }, Kind::Day).data(),
    Column::open("uncovered_from", Text { ja: "届かない請求期間", en: "uncovered from" }, Kind::Day).data(),
    Column::open("fallback_day", Text { ja: "次の申請日", en: "fallback day" }, Kind::Day).data(),
    Column::open("missed_periods", Text { ja: "逃す請求期間", en: "missed periods" }, Kind::Number).data(),
    Column::open("in_claim_period", Text { ja: "請求期間中", en: "in a claim period" }, Kind::Word).data(),
    Column::open("guess", Text { ja: "祝日は推測", en: "guess" }, Kind::Word).data(),
    Column::open("root_ends", Text { ja: "ルートの期限で終わる", en: "ends with its root" }, Kind::Word).data(),
    SERIAL,
    SHA256,
    MESSAGE,
];

pub(super) const FINDINGS: &[Column] = &[
    SEVERITY,
    Column::open("rule", Text { ja: "規則", en: "rule" }, Kind::Text),
    Column::open("title", Text { ja: "指摘", en: "finding" }, Kind::Text),
    HOLDER,
    REGISTER,
    NAME,
    PREFECTURE,
    CONTACT,
    TAG,
    Column::private("message", Text { ja: "説明", en: "message" }),
    Column::private("remedy", Text { ja: "対処", en: "what to do" }),
    Column::private("host", Text { ja: "コンピューター", en: "host" }).data(),
    Column::private("path", Text { ja: "場所", en: "place" }).data(),
    SHA256,
    Column::open("policy_line", Text { ja: "ポリシーの行", en: "policy line" }, Kind::Text).data(),
];

pub(super) const CERTIFICATES: &[Column] = &[
    SEVERITY,
    ENDS,
    Column::open("days_left", Text { ja: "残日数", en: "days" }, Kind::Number),
    HOLDER,
    REGISTER,
    NAME,
    PREFECTURE,
    CONTACT,
    TAG,
    CATEGORY,
    GENERATION,
    Column::open("verdict", Text { ja: "検証結果", en: "verdict" }, Kind::Word),
    Column::open("role", Text { ja: "種別", en: "role" }, Kind::Text).data(),
    Column::open("rules", Text { ja: "指摘", en: "findings" }, Kind::Text),
    Column::open("issued_on", Text { ja: "発行日", en: "issued on" }, Kind::Day).data(),
    SERIAL,
    SHA256,
    Column::private("subject", Text { ja: "所有者識別子", en: "subject" }).data(),
    Column::open("places", Text { ja: "場所の数", en: "places" }, Kind::Number).data(),
    Column::private("host", Text { ja: "コンピューター", en: "host" }).data(),
    Column::private("path", Text { ja: "場所", en: "place" }).data(),
];

pub(super) const FEES: &[Column] = &[
    Column::open("fiscal_year", Text { ja: "年度", en: "fiscal year" }, Kind::Number),
    Column::open("applied_from", Text { ja: "申請日", en: "applied from" }, Kind::Day),
    Column::open("applied_until", Text { ja: "申請日(まで)", en: "applied until" }, Kind::Day).data(),
    Column::open("forecast", Text { ja: "見込み", en: "ahead" }, Kind::Word),
    HOLDER,
    REGISTER,
    NAME,
    PREFECTURE,
    CONTACT,
    TAG,
    CATEGORY,
    Column::open("yen", Text { ja: "手数料(円)", en: "yen" }, Kind::Yen),
    Column::open("doubt", Text { ja: "不明の理由", en: "unknown because" }, Kind::Word),
    Column::open("payer", Text { ja: "支払方法", en: "payer" }, Kind::Word),
    Column::open("recorded", Text { ja: "申請日は記録", en: "day recorded" }, Kind::Word).data(),
    Column::open("tax", Text { ja: "消費税", en: "tax" }, Kind::Word).data(),
    Column::open("source", Text { ja: "出典", en: "source" }, Kind::Text).data(),
    Column::open("policy_line", Text { ja: "ポリシーの行", en: "policy line" }, Kind::Text).data(),
    SHA256,
];

pub(super) const CHANGES: &[Column] = &[
    Column::open("change", Text { ja: "変化", en: "change" }, Kind::Word),
    ENDS,
    HOLDER,
    REGISTER,
    NAME,
    Column::open("severity_before", Text { ja: "以前", en: "before" }, Kind::Word),
    SEVERITY,
    Column::open("rules", Text { ja: "指摘", en: "findings" }, Kind::Text),
    SERIAL,
    SHA256,
    Column::private("path_before", Text { ja: "以前の場所", en: "place before" }).data(),
    Column::private("path", Text { ja: "場所", en: "place" }).data(),
];

/// The tables of a report and their columns; `changes` is there where it was asked for.
pub const REPORT_COLUMNS: [(&str, &[Column]); 6] = [
    ("coverage", COVERAGE),
    ("plan", PLAN),
    ("findings", FINDINGS),
    ("certificates", CERTIFICATES),
    ("fees", FEES),
    ("changes", CHANGES),
];
