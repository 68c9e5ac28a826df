//! What is wrong in the register itself.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{Check, HolderRow};
use crate::calendar::Day;
use crate::locale::{Lang, Text};
use crate::policy::Severity;
use crate::register::{HolderKey, HolderStatus};
use crate::report::answer::coverage::Named;

/// A holder that is not in the register since a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Where it stood.
    pub key: HolderKey,
    /// What it was called.
    pub name: String,
    /// Since when.
    pub since: Option<Day>,
}

/// Something wrong in the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What.
    pub kind: ProblemKind,
    /// Whom it is about, with their names.
    pub holders: Vec<(HolderKey, String)>,
    /// What else is to be said: an agent's ID, a provider number and service, a day, a count.
    pub detail: String,
}

/// What is wrong in the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// An agent is named that does not stand in the register.
    AgentUnknown,
    /// Two holders bill for the same provider number and service.
    LineTwice,
    /// Whoever bills has no usage category.
    CategoryMissing,
    /// Nobody knows whom to turn to.
    ContactMissing,
    /// A holder is not in the register since.
    NotInRegister,
    /// Certificates that are nobody's, or might be several holders'.
    CertificatesWithoutHolder,
}

impl ProblemKind {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            ProblemKind::AgentUnknown => "agent-unknown",
            ProblemKind::LineTwice => "line-twice",
            ProblemKind::CategoryMissing => "category-missing",
            ProblemKind::ContactMissing => "contact-missing",
            ProblemKind::NotInRegister => "not-in-register",
            ProblemKind::CertificatesWithoutHolder => "certificates-without-holder",
        }
    }

    /// How grave it is.
    pub fn severity(self) -> Severity {
        match self {
            ProblemKind::AgentUnknown | ProblemKind::LineTwice => Severity::Warning,
            _ => Severity::Info,
        }
    }

    /// What is wrong, with `{detail}` in it.
    fn message(self) -> Text {
        match self {
            ProblemKind::AgentUnknown => Text {
                ja: "代理人 {detail} が台帳にありません",
                en: "the agent {detail} does not stand in the register",
            },
            ProblemKind::LineTwice => Text {
                ja: "事業所番号とサービスの組 {detail} が複数の事業所にあります",
                en: "provider number and service {detail} stand with several holders",
            },
            ProblemKind::CategoryMissing => Text {
                ja: "証明書利用区分が台帳にありません",
                en: "the register has no usage category",
            },
            ProblemKind::ContactMissing => Text {
                ja: "連絡先(メール、電話、FAX、住所)がありません",
                en: "there is no contact (mail, telephone, fax, address)",
            },
            ProblemKind::NotInRegister => {
                Text { ja: "{detail} から台帳にありません", en: "not in the register since {detail}" }
            }
            ProblemKind::CertificatesWithoutHolder => Text {
                ja: "持ち主の分からない証明書が {detail} 枚あります",
                en: "certificates without holder: {detail}",
            },
        }
    }

    /// What to do.
    fn remedy(self) -> Text {
        match self {
            ProblemKind::AgentUnknown => Text {
                ja: "代理人のIDを直すか、代理人を台帳に加えて、取り込み直してください",
                en: "correct the agent's ID or add the agent, and import the register again",
            },
            ProblemKind::LineTwice => Text {
                ja: "どちらが請求するのかを確かめ、もう一方の行を消してください",
                en: "find out which of them bills, and remove the other's row",
            },
            ProblemKind::CategoryMissing => Text {
                ja: "台帳に証明書利用区分を書いて、取り込み直してください",
                en: "enter the usage category and import the register again",
            },
            ProblemKind::ContactMissing => Text {
                ja: "期限を知らせる相手が分かるように、台帳に連絡先を書いてください",
                en: "enter a contact, so that somebody can be told of the end",
            },
            ProblemKind::NotInRegister => Text {
                ja: "廃止なら、証明書が残っていないか確かめてください。誤りなら、台帳に戻して取り込み直してください",
                en: "if it is closed, see whether certificates of it are left; if not, put it back and import again",
            },
            ProblemKind::CertificatesWithoutHolder => Text {
                ja: "shomei register match --export で表に書き出し、台帳IDを記入して --import で取り込んでください",
                en: "write them out with shomei register match --export, fill in the IDs, take them back with --import",
            },
        }
    }
}

impl Problem {
    /// What is wrong.
    pub fn message(&self, lang: Lang) -> String {
        self.kind.message().fill(lang, &[("detail", &self.detail)])
    }

    /// What to do.
    pub fn remedy(&self, lang: Lang) -> &'static str {
        self.kind.remedy().get(lang)
    }
}

/// Whether a holder of this status has anything to do with certificates of ours.
pub(super) fn is_in_business(status: HolderStatus) -> bool {
    matches!(status, HolderStatus::Active | HolderStatus::Suspended)
}

pub(super) fn problems(check: &Check, gone: Vec<Gone>) -> Vec<Problem> {
    let mut all = agents_unknown(check);
    all.extend(lines_twice(check));
    all.extend(categories_missing(check));
    let silent = listed(check).filter(|(_, row)| row.is_in_business && !row.can_be_told);
    all.extend(silent.map(|(holder, _)| about(ProblemKind::ContactMissing, holder)));
    all.extend(gone.into_iter().map(|gone| Problem {
        kind: ProblemKind::NotInRegister,
        holders: vec![(gone.key, gone.name)],
        detail: gone.since.map(|day| day.to_string()).unwrap_or_default(),
    }));
    let without = check.unknown + check.ambiguous;
    if without > 0 {
        let kind = ProblemKind::CertificatesWithoutHolder;
        all.push(Problem { kind, holders: Vec::new(), detail: without.to_string() });
    }
    all
}

/// The holders, each with what is asked of its row.
fn listed(check: &Check) -> impl Iterator<Item = (&Named, &HolderRow)> {
    check.coverage.holders.iter().zip(&check.holders)
}

fn about(kind: ProblemKind, holder: &Named) -> Problem {
    Problem { kind, holders: vec![(holder.key.clone(), holder.name.clone())], detail: String::new() }
}

/// One problem an agent that is named and does not exist, with all whom it is named for.
fn agents_unknown(check: &Check) -> Vec<Problem> {
    let holders = check.coverage.holders.iter();
    let known: HashSet<(&str, &str)> =
        holders.map(|holder| (holder.key.register.as_str(), holder.key.id.as_str())).collect();
    let mut unknown: BTreeMap<(&str, &str), BTreeSet<(&HolderKey, &str)>> = BTreeMap::new();
    for (holder, row) in listed(check).filter(|(_, row)| row.is_in_business) {
        for agent in row.lines.iter().filter_map(|line| line.agent.as_ref()) {
            let key = (holder.key.register.as_str(), agent.id.as_str());
            if !known.contains(&key) {
                unknown.entry(key).or_default().insert((&holder.key, &holder.name));
            }
        }
    }
    let problem = |((_, agent), holders): ((&str, &str), BTreeSet<(&HolderKey, &str)>)| Problem {
        kind: ProblemKind::AgentUnknown,
        holders: holders.into_iter().map(|(key, name)| (key.clone(), name.to_string())).collect(),
        detail: agent.to_string(),
    };
    unknown.into_iter().map(problem).collect()
}

fn lines_twice(check: &Check) -> Vec<Problem> {
    let mut lines: BTreeMap<(&str, &str), BTreeSet<(&HolderKey, &str)>> = BTreeMap::new();
    for row in &check.coverage.units {
        if let (Some(key), Some(number), Some(service)) =
            (&row.holder.key, &row.unit.provider_number, &row.unit.service)
        {
            lines.entry((number, service)).or_default().insert((key, &row.holder.name));
        }
    }
    let twice = lines.into_iter().filter(|(_, holders)| holders.len() > 1);
    let problem = |((number, service), holders): ((&str, &str), BTreeSet<(&HolderKey, &str)>)| Problem {
        kind: ProblemKind::LineTwice,
        holders: holders.into_iter().map(|(key, name)| (key.clone(), name.to_string())).collect(),
        detail: format!("{number} {}", check.coverage.service(service)),
    };
    twice.map(problem).collect()
}

/// Of those whose certificates bill for something.
fn categories_missing(check: &Check) -> Vec<Problem> {
    if !check.has_categories {
        return Vec::new();
    }
    let billing: HashSet<&HolderKey> = check.coverage.units.iter().flat_map(|row| &row.unit.through).collect();
    let without = listed(check).filter(|(holder, row)| !row.has_category && billing.contains(&holder.key));
    without.map(|(holder, _)| about(ProblemKind::CategoryMissing, holder)).collect()
}
