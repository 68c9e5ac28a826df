//! Reasons why claims cannot be submitted, or why that cannot be determined.

use crate::calendar::Day;
use crate::locale::Text;
use crate::register::HolderKey;

/// Why claims for a provider number and service cannot be submitted, or why that cannot be
/// determined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CoverageReason {
    /// Cannot: the biller has no certificate.
    NoCertificate,
    /// Cannot: it has ended, or will have before the period.
    Expired,
    /// Until then: it expires within the period.
    EndsWithin,
    /// Cannot: it begins after the period.
    NotYetValid,
    /// Cannot: it was revoked.
    Revoked,
    /// Cannot: it is not trusted.
    Untrusted,
    /// Cannot: its private key is not there.
    KeyAbsent,
    /// Cannot: the private key beside it is another's.
    KeyMismatched,
    /// Cannot: its usage category is not valid for the service.
    CategoryUnfit,
    /// Cannot: the agent is closed.
    AgentClosed,
    /// Unknown: its verdict is undetermined.
    Undetermined,
    /// Unknown: its key was not inspected.
    KeyNotExamined,
    /// Unknown: only the certificate was found; its key may be in a computer's own store.
    BareCertificate,
    /// Unknown: the file is gone.
    Gone,
    /// Unknown: the file is damaged.
    FileDamaged,
    /// Unknown: its usage category is not known.
    CategoryUnknown,
    /// Unknown: it is declared and was not found.
    Declared,
    /// Unknown: certificates that are matched to no holder may be its own.
    Unmatched,
    /// Unknown: the register has no provider number.
    NumberMissing,
    /// Unknown: the register does not name the service.
    ServiceMissing,
    /// Unknown: the agent is not in the register.
    AgentUnknown,
    /// Unknown: it has moved to an agent, and the register does not say to which.
    AgentUnnamed,
    /// Unknown: the agent's certificates are managed elsewhere.
    ManagedElsewhere,
    /// Unknown: there is no register.
    NoRegister,
}

impl CoverageReason {
    /// All of them.
    pub const ALL: [CoverageReason; 24] = [
        CoverageReason::NoCertificate,
        CoverageReason::Expired,
        CoverageReason::EndsWithin,
        CoverageReason::NotYetValid,
        CoverageReason::Revoked,
        CoverageReason::Untrusted,
        CoverageReason::KeyAbsent,
        CoverageReason::KeyMismatched,
        CoverageReason::CategoryUnfit,
        CoverageReason::AgentClosed,
        CoverageReason::Undetermined,
        CoverageReason::KeyNotExamined,
        CoverageReason::BareCertificate,
        CoverageReason::Gone,
        CoverageReason::FileDamaged,
        CoverageReason::CategoryUnknown,
        CoverageReason::Declared,
        CoverageReason::Unmatched,
        CoverageReason::NumberMissing,
        CoverageReason::ServiceMissing,
        CoverageReason::AgentUnknown,
        CoverageReason::AgentUnnamed,
        CoverageReason::ManagedElsewhere,
        CoverageReason::NoRegister,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            CoverageReason::NoCertificate => "no-certificate",
            CoverageReason::Expired => "expired",
            CoverageReason::EndsWithin => "ends-within",
            CoverageReason::NotYetValid => "not-yet-valid",
            CoverageReason::Revoked => "revoked",
            CoverageReason::Untrusted => "untrusted",
            CoverageReason::KeyAbsent => "key-absent",
            CoverageReason::KeyMismatched => "key-mismatched",
            CoverageReason::CategoryUnfit => "category-unfit",
            CoverageReason::AgentClosed => "agent-closed",
            CoverageReason::Undetermined => "undetermined",
            CoverageReason::KeyNotExamined => "key-not-examined",
            CoverageReason::BareCertificate => "bare-certificate",
            CoverageReason::Gone => "gone",
            CoverageReason::FileDamaged => "file-damaged",
            CoverageReason::CategoryUnknown => "category-unknown",
            CoverageReason::Declared => "declared",
            CoverageReason::Unmatched => "unmatched",
            CoverageReason::NumberMissing => "number-missing",
            CoverageReason::ServiceMissing => "service-missing",
            CoverageReason::AgentUnknown => "agent-unknown",
            CoverageReason::AgentUnnamed => "agent-unnamed",
            CoverageReason::ManagedElsewhere => "managed-elsewhere",
            CoverageReason::NoRegister => "no-register",
        }
    }

    /// As people read it.
    pub fn text(self) -> Text {
        match self {
            CoverageReason::NoCertificate => Text { ja: "証明書がない", en: "there is no certificate" },
            CoverageReason::Expired => Text {
                ja: "請求期間の前に期限が切れる",
                en: "the certificate ends before the claim period",
            },
            CoverageReason::EndsWithin => Text {
                ja: "請求期間の途中で期限が切れる",
                en: "the certificate ends within the claim period",
            },
            CoverageReason::NotYetValid => Text {
                ja: "証明書は請求期間の後から有効",
                en: "the certificate begins after the claim period",
            },
            CoverageReason::Revoked => {
                Text { ja: "証明書が失効している", en: "the certificate has been revoked" }
            }
            CoverageReason::Untrusted => {
                Text { ja: "証明書が信頼できない", en: "the certificate is not trusted" }
            }
            CoverageReason::KeyAbsent => Text { ja: "秘密鍵がない", en: "its private key is missing" },
            CoverageReason::KeyMismatched => {
                Text { ja: "秘密鍵がほかの証明書のもの", en: "the private key is another certificate's" }
            }
            CoverageReason::CategoryUnfit => Text {
                ja: "利用区分がサービスに合わない",
                en: "its usage category is not good for the service",
            },
            CoverageReason::AgentClosed => Text { ja: "代理人が廃止されている", en: "the agent is closed" },
            CoverageReason::Undetermined => {
                Text { ja: "証明書の検証結果が保留", en: "the verdict is undetermined" }
            }
            CoverageReason::KeyNotExamined => {
                Text { ja: "秘密鍵を調べていない", en: "its private key was not examined" }
            }
            CoverageReason::BareCertificate => Text {
                ja: "証明書だけで、秘密鍵はパソコンの中かもしれない",
                en: "just the certificate was found; its key may lie in a PC's own store",
            },
            CoverageReason::FileDamaged => Text { ja: "ファイルが破損している", en: "its file is damaged" },
            CoverageReason::Gone => Text { ja: "ファイルがなくなった", en: "its file is gone" },
            CoverageReason::CategoryUnknown => {
                Text { ja: "利用区分が分からない", en: "its usage category is not known" }
            }
            CoverageReason::Declared => {
                Text { ja: "申告だけで、証明書は未確認", en: "declared, but nobody has seen it" }
            }
            CoverageReason::Unmatched => Text {
                ja: "事業所・代理人に未対応の証明書がある",
                en: "there are certificates that are not matched to a holder yet",
            },
            CoverageReason::NumberMissing => {
                Text { ja: "台帳に事業所番号がない", en: "the register has no provider number" }
            }
            CoverageReason::ServiceMissing => Text {
                ja: "台帳に請求するサービスがない",
                en: "the register does not say which service is billed",
            },
            CoverageReason::AgentUnknown => {
                Text { ja: "代理人が台帳にない", en: "the agent does not stand in the register" }
            }
            CoverageReason::AgentUnnamed => Text {
                ja: "代理へ移行したが、台帳に代理人がない",
                en: "it has moved to an agent that the register does not name",
            },
            CoverageReason::ManagedElsewhere => Text {
                ja: "代理人の証明書は他社が管理",
                en: "somebody else looks after the agent's certificates",
            },
            CoverageReason::NoRegister => Text { ja: "台帳がまだない", en: "there is no register yet" },
        }
    }

    /// The shortest way out, as people read it.
    pub fn way_out(self) -> Text {
        match self {
            CoverageReason::NoCertificate => Text {
                ja: "証明書の発行を申請する(すでにあるなら、点検する場所に加えるか台帳と結び付ける)",
                en: "apply for a certificate (or, where there is one, audit it too or bind it to the holder)",
            },
            CoverageReason::Expired => Text { ja: "すぐに更新を申請する", en: "apply for a renewal at once" },
            CoverageReason::EndsWithin => Text {
                ja: "{until} までに請求を送信し、更新を申請する",
                en: "send the claims by {until}, and apply for a renewal",
            },
            CoverageReason::NotYetValid => Text {
                ja: "それまでの証明書を使い続ける",
                en: "keep using the certificate that was in use before",
            },
            CoverageReason::Revoked => {
                Text { ja: "新しい証明書の発行を申請する", en: "apply for a new certificate" }
            }
            CoverageReason::Untrusted => Text {
                ja: "発行元から受け取った証明書に入れ替える",
                en: "put the certificate in its place that the CA issued",
            },
            CoverageReason::KeyAbsent | CoverageReason::KeyMismatched => Text {
                ja: "発行したパソコンから、鍵を含めて書き出し直す",
                en: "export it again with its key from the PC on which it was issued",
            },
            CoverageReason::CategoryUnfit => Text {
                ja: "サービスに合う利用区分の証明書を申請する",
                en: "apply for a certificate of a usage category that is good for the service",
            },
            CoverageReason::AgentClosed | CoverageReason::AgentUnnamed | CoverageReason::AgentUnknown => {
                Text { ja: "台帳の代理人を直す", en: "put the right agent into the register" }
            }
            CoverageReason::Undetermined => Text {
                ja: "足りないルート証明書を加える",
                en: "add the root certificate that is missing",
            },
            CoverageReason::KeyNotExamined => {
                Text { ja: "鍵を調べて点検し直す(--keys match)", en: "look at keys too (--keys match)" }
            }
            CoverageReason::BareCertificate | CoverageReason::Declared => {
                Text { ja: "そのパソコンで請求できるか確かめる", en: "try on the PC that has it" }
            }
            CoverageReason::Gone | CoverageReason::FileDamaged => {
                Text { ja: "控えから戻す", en: "restore it from a copy" }
            }
            CoverageReason::CategoryUnknown => {
                Text { ja: "台帳に利用区分を書く", en: "put the usage category into the register" }
            }
            CoverageReason::Unmatched => Text {
                ja: "shomei register match で証明書を事業所・代理人に対応付ける",
                en: "match the certificates to their holders (shomei register match)",
            },
            CoverageReason::NumberMissing | CoverageReason::ServiceMissing => Text {
                ja: "台帳に事業所番号とサービスを書く",
                en: "put provider number and service into the register",
            },
            CoverageReason::ManagedElsewhere => {
                Text { ja: "管理している会社に確かめる", en: "ask whoever looks after them" }
            }
            CoverageReason::NoRegister => Text {
                ja: "台帳を取り込む(shomei register import ファイル)",
                en: "take in a register (shomei register import FILE)",
            },
        }
    }
}

/// What stands in the way of a biller or is to be done in time, though it has a certificate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CoverageRemark {
    /// What.
    pub kind: RemarkKind,
    /// Whose certificate or password it is about.
    pub by: HolderKey,
    /// The day of the expiry that it is about.
    pub on: Day,
}

/// What a [`CoverageRemark`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemarkKind {
    /// The system password has expired.
    PasswordExpired,
    /// The system password expires before the claim period ends.
    PasswordExpires,
    /// The certificate expires before the month's notices are fetched.
    Notices,
}

impl RemarkKind {
    /// All of them.
    pub const ALL: [RemarkKind; 3] = [RemarkKind::PasswordExpired, RemarkKind::PasswordExpires, RemarkKind::Notices];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            RemarkKind::PasswordExpired => "password-expired",
            RemarkKind::PasswordExpires => "password-expires",
            RemarkKind::Notices => "notices-not-fetched",
        }
    }

    /// As people read it, with the day of the expiry in `{on}`.
    pub fn text(self) -> Text {
        match self {
            RemarkKind::PasswordExpired => Text {
                ja: "システムのパスワードの変更が必要({on} に期限切れ)",
                en: "the system password has to be changed (it expired on {on})",
            },
            RemarkKind::PasswordExpires => Text {
                ja: "システムのパスワードの期限が請求期間の終わりより前({on})。それまでに変更が必要",
                en: "the system password expires before the claim period ends ({on}) and has to be changed before",
            },
            RemarkKind::Notices => Text {
                ja: "証明書の期限({on})が、通知文書を取得する日より前。期限までに取得するか、更新が必要",
                en: "the certificate expires ({on}) before the notices are fetched: fetch them by then, or renew it",
            },
        }
    }
}
