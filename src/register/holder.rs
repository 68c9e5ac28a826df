//! Holders of certificates as the register lists them.

use crate::calendar::Day;
use crate::certificate::Serial;
use crate::locale::Text;

/// A holder's key: its register and its ID there. An office may keep one register per prefecture.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HolderKey {
    /// The register's name.
    pub register: String,
    /// The holder's ID in it.
    pub id: String,
}

/// Who a certificate was issued to, as the register names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its key.
    pub key: HolderKey,
    /// 名称
    pub name: String,
    /// 種別
    pub kind: Option<HolderKind>,
    /// 都道府県, as written.
    pub prefecture: Option<String>,
    /// 証明書利用区分: the ID of one of the policy's usage categories.
    pub category: Option<String>,
    /// What it claims for: one line per provider number and service.
    pub lines: Vec<ServiceLine>,
    /// What else it uses its certificate for: IDs of the policy's `uses`.
    pub uses: Vec<String>,
    /// Computers or places where the certificate is to be installed.
    pub places: Vec<String>,
    /// 担当
    pub contact: Contact,
    /// How the fee is paid.
    pub payer: Option<FeePayer>,
    /// The day on which the system password was last changed.
    pub password_changed: Option<Day>,
    /// 利用状況
    pub status: HolderStatus,
    /// Since when it has this status.
    pub status_since: Option<Day>,
    /// 申告: a certificate that the office declares, since no scan can find it.
    pub declared: Option<DeclaredCertificate>,
    /// The office's own word for grouping.
    pub tag: Option<String>,
    /// 備考
    pub notes: Option<String>,
}

/// One provider number and service, and who claims for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServiceLine {
    /// 事業所番号: ten digits.
    pub provider_number: Option<String>,
    /// The ID of one of the policy's services (介護, 障害).
    pub service: Option<String>,
    /// The agent that claims for it; none where the holder does.
    pub agent: Option<Agent>,
}

/// An agent that claims for a provider, and when.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Agent {
    /// The agent's holder ID in the same register.
    pub id: String,
    /// The first day.
    pub from: Option<Day>,
    /// The last day.
    pub until: Option<Day>,
}

impl Agent {
    /// Whether it claims on a day; whenever it does, where no day is named.
    pub fn claims_on(&self, day: Option<Day>) -> bool {
        day.is_none_or(|day| self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until))
    }
}

/// What kind of holder it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HolderKind {
    /// 事業所
    Provider,
    /// 代理人
    Agent,
}

/// Whom to contact, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// 担当者
    pub person: Option<String>,
    /// Mail address.
    pub mail: Option<String>,
    /// 電話番号
    pub tel: Option<String>,
    /// FAX番号
    pub fax: Option<String>,
    /// 郵便番号
    pub postcode: Option<String>,
    /// 住所
    pub address: Option<String>,
    /// 連絡方法
    pub channel: Option<ContactChannel>,
}

/// How a contact is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContactChannel {
    /// メール
    Mail,
    /// 郵送
    Letter,
    /// FAX
    Fax,
    /// 電話
    Phone,
}

impl Contact {
    /// Its mail addresses: one field may have several, and each of them gets what is sent.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        let addresses = self.mail.as_deref().unwrap_or_default().split(';');
        addresses.map(str::trim).filter(|address| !address.is_empty())
    }
}

impl ContactChannel {
    /// Its title.
    pub fn name(self) -> Text {
        match self {
            ContactChannel::Mail => Text { ja: "メール", en: "mail" },
            ContactChannel::Letter => Text { ja: "手紙", en: "letter" },
            ContactChannel::Fax => Text { ja: "FAX", en: "fax" },
            ContactChannel::Phone => Text { ja: "電話", en: "phone" },
        }
    }
}

/// How the fee is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FeePayer {
    /// 相殺: deducted from the benefits.
    Deduction,
    /// 振込
    Transfer,
}

/// Whether a holder is in business.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum HolderStatus {
    /// 利用中
    #[default]
    Active,
    /// 休止
    Suspended,
    /// 廃止
    Closed,
    /// 代理へ移行
    MovedToAgent,
    /// 他社管理
    ManagedElsewhere,
}

/// A certificate that the office declares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeclaredCertificate {
    /// Its serial number.
    pub serial: Option<Serial>,
    /// Its last day.
    pub expires_on: Option<Day>,
}

impl DeclaredCertificate {
    /// Whether it is the certificate with this last day as printed, whatever its root allows.
    /// `is_same_serial`: it has the declared serial number; `root_ends`: the last day of its root.
    pub fn means(&self, is_same_serial: bool, last_day: Option<Day>, root_ends: Option<Day>) -> bool {
        let Some((declared, last_day)) = self.expires_on.zip(last_day) else { return is_same_serial };
        // A day apart: an end at midnight is read as either day, in Japan's time or in UTC.
        if (declared - last_day).whole_days().abs() <= 1 {
            return true;
        }
        // The same number is the same certificate, whatever day was noted; unless its root is over
        // by then: another root has begun with the same numbers.
        is_same_serial && (declared < last_day || root_ends.is_none_or(|end| declared <= end))
    }
}

macro_rules! codes {
    ($($type:ident: $($variant:ident $code:literal),+;)*) => {$(
        impl $type {
            /// All of them.
            pub const ALL: &'static [$type] = &[$($type::$variant),+];

            /// The stable code in JSON and exports.
            pub fn code(self) -> &'static str {
                match self {
                    $($type::$variant => $code),+
                }
            }

            /// The one with this code.
            pub fn of_code(code: &str) -> Option<$type> {
                $type::ALL.iter().copied().find(|one| one.code() == code)
            }
        }
    )*};
}
pub(super) use codes;

codes! {
    HolderKind: Provider "provider", Agent "agent";
    ContactChannel: Mail "mail", Letter "letter", Fax "fax", Phone "phone";
    FeePayer: Deduction "deduction", Transfer "transfer";
    HolderStatus: Active "active", Suspended "suspended", Closed "closed", MovedToAgent "moved-to-agent",
        ManagedElsewhere "managed-elsewhere";
}
