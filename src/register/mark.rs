//! Records of action (対応記録).

use super::HolderKey;
use super::holder::codes;
use crate::calendar::{Day, Instant};

/// A record of action about a certificate or a holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The ID of the inventory entry.
    pub id: [u8; 16],
    /// When it was recorded.
    pub recorded: Instant,
    /// What it is about.
    pub target: MarkTarget,
    /// What was done.
    pub state: MarkState,
    /// The rule whose finding is acknowledged.
    pub rule: Option<String>,
    /// The computer or place where it was done.
    pub place: Option<String>,
    /// The day on which it was done.
    pub on: Option<Day>,
    /// The last day on which it is valid.
    pub until: Option<Day>,
    /// Why.
    pub reason: Option<String>,
    /// Who did it.
    pub by: Option<String>,
}

/// What a record of action or an assignment is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkTarget {
    /// A certificate, by the SHA-256 of its DER.
    Certificate([u8; 32]),
    /// A holder.
    Holder(HolderKey),
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkState {
    /// 申請済: the renewal was applied for.
    Applied,
    /// 発行済: the CA issued it.
    Issued,
    /// 導入済: it was installed (on `place`).
    Installed,
    /// 連絡済: the holder was contacted.
    Contacted,
    /// 更新しない: it is not to be renewed.
    NotRenewing,
    /// 失効申請済: revocation was applied for.
    RevocationRequested,
    /// 確認済: a finding is known and accepted until a day.
    Acknowledged,
    /// パスワード変更: the system password was changed.
    PasswordChanged,
    /// メモ: a note.
    Note,
}

codes! {
    MarkState: Applied "applied", Issued "issued", Installed "installed", Contacted "contacted",
        NotRenewing "not-renewing", RevocationRequested "revocation-requested", Acknowledged "acknowledged",
        PasswordChanged "password-changed", Note "note";
}

impl Mark {
    /// Whether it is valid on `day`: from the day of the action to its last day.
    pub fn holds_on(&self, day: Day) -> bool {
        self.on.is_none_or(|on| on <= day) && self.until.is_none_or(|until| day <= until)
    }
}
