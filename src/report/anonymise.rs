//! A report without names, for readers who may see days and numbers but not holders.
//!
//! What may pass is listed, field by field of each row: days, numbers, prefectures, categories,
//! generations, verdicts, codes and sentences made of nothing else. A name becomes a
//! pseudonym, always the same under one secret; without the secret nobody can try all numbers of
//! ten digits. All else is left out, and its columns with it ([`Privacy`](crate::report::list::Privacy)). ReportRows
//! lose the order of the register, since who has the list
//! could count them. Absent here: the file that holds the secret.

use std::collections::HashMap;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::answer::report::{Report, ReportRows};
use super::scope::Scope;
use crate::audit::holding::ClaimUnit;
use crate::certificate::hex;
use crate::locale::{Lang, Text};
use crate::policy::Desks;
use crate::register::HolderKey;
use crate::register::prefecture;
use crate::report::list::certificate::{CERTIFICATES, CertificateRow};
use crate::report::list::change::{CHANGES, ChangeRow};
use crate::report::list::coverage::{UNITS, UnitRow};
use crate::report::list::fee::{Cost, FEES, FeeRow};
use crate::report::list::finding::{FINDINGS, FindingRow};
use crate::report::list::holder::HolderRef;
use crate::report::list::plan::{PLAN, PlanRow};
use crate::report::list::tracked::TrackedCertificate;
use crate::report::list::{List, PolicyLine};

/// Bytes of the digest that a pseudonym shows: two of a million names are the same once in 37
/// million times.
const BYTES: usize = 8;

/// The policies that come with the program: their names identify nobody.
const POLICIES: [&str; 2] = ["e-seikyuu", "lab"];

/// What pseudonyms are made with; it never leaves the computer.
pub struct Secret(Zeroizing<[u8; 32]>);

impl Secret {
    /// Bytes of a secret.
    pub const BYTES: usize = 32;

    /// A secret of so many bytes; none of fewer or more.
    pub fn of(bytes: &[u8]) -> Option<Secret> {
        Some(Secret(Zeroizing::new(bytes.try_into().ok()?)))
    }

    /// What stands for a name: the same for the same kind and name.
    fn pseudonym(&self, kind: &str, name: &str, lang: Lang) -> String {
        // Any length will do as a key of HMAC.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0[..]) else { return kind.to_string() };
        mac.update(kind.as_bytes());
        // No kind contains it: the end of the kind and the beginning of the name cannot be confused.
        mac.update(&[0]);
        mac.update(name.as_bytes());
        let digest = mac.finalize().into_bytes();
        let prefix = match kind {
            "name" => Text { ja: "事業所", en: "office" }.get(lang),
            "provider_number" => "provider",
            other => other,
        };
        format!("{prefix}-{}", hex(&digest[..BYTES]))
    }

    /// Puts what stands for a name in its place, where there is one.
    fn hide(&self, kind: &str, name: &mut String, lang: Lang) {
        if !name.is_empty() {
            *name = self.pseudonym(kind, name, lang);
        }
    }

    /// A prefecture as it is; whatever else stands there is somebody's own words.
    fn prefecture(&self, text: &str, lang: Lang) -> String {
        let text = text.trim();
        // 東京 and 東京都 and nothing behind it.
        match prefecture(text).is_some_and(|whole| whole.starts_with(text)) {
            true => text.to_string(),
            false => self.pseudonym("prefecture", text, lang),
        }
    }

    // Each names every field of its row: a new one does not compile until somebody has thought of
    // what becomes of it here.

    fn holder(&self, of: &mut HolderRef, lang: Lang) {
        let HolderRef { key, name, prefecture, contact, tag, in_several: _ } = of;
        key.iter_mut().for_each(|key| self.key(key, lang));
        self.hide("name", name, lang);
        *prefecture = prefecture.as_ref().filter(|text| !text.is_empty()).map(|text| self.prefecture(text, lang));
        (*contact, *tag) = (None, None);
    }

    fn key(&self, HolderKey { register, id }: &mut HolderKey, lang: Lang) {
        self.hide("register", register, lang);
        self.hide("holder", id, lang);
    }

    fn tracked(&self, of: &mut TrackedCertificate, lang: Lang) {
        let TrackedCertificate { item, sha256, holder, category: _, days_left: _, providers: _ } = of;
        self.hide("sha256", sha256, lang);
        self.hide("serial", &mut item.serial, lang);
        self.holder(holder, lang);
        item.path.clear();
        item.name.clone_from(&holder.name);
    }

    fn unit(&self, row: &mut UnitRow, lang: Lang) {
        let UnitRow { period: _, holder, subject, unit, service_name: _ } = row;
        let ClaimUnit { provider_number, service: _, through, coverage: _, from: _, until: _, remarks } = unit;
        self.holder(holder, lang);
        *subject = None;
        provider_number.iter_mut().for_each(|number| self.hide("provider_number", number, lang));
        through.iter_mut().for_each(|key| self.key(key, lang));
        remarks.iter_mut().for_each(|remark| self.key(&mut remark.by, lang));
    }

    fn planned(&self, row: &mut PlanRow, lang: Lang) {
        let PlanRow {
            certificate,
            outcome: _,
            first: _,
            last_application: _,
            deadline: _,
            guess: _,
            is_near: _,
            message: _,
        } = row;
        self.tracked(certificate, lang);
    }

    fn finding(&self, row: &mut FindingRow, lang: Lang) {
        let FindingRow { severity: _, rule: _, holder, message, remedy, host, path, sha256, policy_line } = row;
        self.holder(holder, lang);
        self.hide("sha256", sha256, lang);
        [message, remedy, host, path].into_iter().for_each(String::clear);
        *policy_line = policy_line.take().and_then(PolicyLine::without_file);
    }

    fn certificate(&self, row: &mut CertificateRow, lang: Lang) {
        #[rustfmt::skip]
        let CertificateRow {
            severity: _, ends_on: _, days_left: _, holder, category: _, generation: _, verdict: _, role: _, rules: _,
            issued_on: _, serial, sha256, subject, places: _, hosts, path,
        } = row;
        self.holder(holder, lang);
        self.hide("serial", serial, lang);
        self.hide("sha256", sha256, lang);
        subject.clear();
        hosts.clear();
        *path = None;
    }

    fn fee(&self, row: &mut FeeRow, lang: Lang) {
        let FeeRow { certificate, applied: _, recorded: _, forecast: _, cost, doubt: _, payer: _ } = row;
        self.tracked(certificate, lang);
        if let Some(Cost { yen: _, tax_included: _, source, policy_line }) = cost {
            source.clear();
            *policy_line = policy_line.take().and_then(PolicyLine::without_file);
        }
    }

    fn change(&self, row: &mut ChangeRow, lang: Lang) {
        #[rustfmt::skip]
        let ChangeRow {
            word: _, ends_on: _, holder, severity_before: _, severity: _, rules: _, serial, sha256, path_before, path,
        } = row;
        self.holder(holder, lang);
        self.hide("serial", serial, lang);
        self.hide("sha256", sha256, lang);
        (*path_before, *path) = (None, None);
    }

    fn rows(&self, mut rows: ReportRows, lang: Lang) -> ReportRows {
        shuffle(&UNITS, &mut rows.units, lang, |row| self.unit(row, lang));
        shuffle(&PLAN, &mut rows.plan, lang, |row| self.planned(row, lang));
        shuffle(&FINDINGS, &mut rows.findings, lang, |row| self.finding(row, lang));
        shuffle(&CERTIFICATES, &mut rows.certificates, lang, |row| self.certificate(row, lang));
        shuffle(&FEES, &mut rows.fees, lang, |row| self.fee(row, lang));
        rows.changes.iter_mut().for_each(|rows| shuffle(&CHANGES, rows, lang, |row| self.change(row, lang)));
        rows
    }

    /// What a report is limited to, without names.
    fn scope(&self, scope: &Scope, lang: Lang) -> Scope {
        let hidden = |kind: &str, of: &Option<String>| of.as_ref().map(|name| self.pseudonym(kind, name, lang));
        let id = scope.holder.as_ref().map(|holder| holder.rsplit('/').next().unwrap_or_default().to_string());
        Scope {
            prefecture: scope.prefecture.as_ref().map(|text| self.prefecture(text, lang)),
            contact: hidden("contact", &scope.contact),
            host: hidden("host", &scope.host),
            tag: hidden("tag", &scope.tag),
            holder: hidden("holder", &id),
        }
    }
}

/// Hides the names of rows and sorts them by what is then seen of them: first in the order in which
/// the words of the first column came, then by their cells.
fn shuffle<R>(list: &List<R>, rows: &mut [R], lang: Lang, hide: impl Fn(&mut R)) {
    rows.iter_mut().for_each(hide);
    let mut rank: HashMap<String, usize> = HashMap::new();
    for row in rows.iter() {
        let next = rank.len();
        rank.entry(list.open_codes(row, lang).swap_remove(0)).or_insert(next);
    }
    rows.sort_by_cached_key(|row| {
        let cells = list.open_codes(row, lang);
        (rank.get(&cells[0]).copied(), cells)
    });
}

impl Report {
    /// The same report without names, made from what it was limited to.
    pub fn anonymised(self, secret: &Secret, scope: &Scope) -> Report {
        let lang = self.lang;
        let note = Text {
            ja: "匿名の報告書です。名前や番号は仮の名に置き換え、担当、タグ、コンピューター、場所、指摘の説明は載せていません。仮の名は、作ったコンピューターでは毎回同じです。",
            en: "An anonymous report: pseudonyms stand for names and numbers; contacts, tags, computers, places and the texts of findings are left out. On the computer that made it, pseudonyms are always the same.",
        };
        let mut notes = vec![note.get(lang).to_string()];
        notes.extend(self.excluded.map(|excluded| excluded.sentence(lang)));
        let policy = match POLICIES.contains(&self.policy.0.as_str()) {
            true => self.policy.0.clone(),
            false => secret.pseudonym("policy", &self.policy.0, lang),
        };
        let moment = |since: &String| since.chars().all(|c| c.is_ascii_digit() || " -:+.".contains(c));
        Report {
            policy: (policy.clone(), String::new(), policy),
            scope: secret.scope(scope, lang).words(lang),
            notes,
            since: self.since.filter(moment),
            rows: secret.rows(self.rows, lang),
            is_anonymous: true,
            people: Vec::new(),
            letters: Vec::new(),
            desks: Desks::default(),
            // Days, numbers and codes of the policy alone; what is new in a report is looked at here.
            lang,
            at: self.at,
            today: self.today,
            as_of: self.as_of,
            zone: self.zone,
            excluded: self.excluded,
            // Its sentence names neither computer nor folder in an anonymous report.
            unfinished: self.unfinished,
            coverage: self.coverage,
            counts: self.counts,
            expiry: self.expiry,
            generations: self.generations,
            fees: self.fees,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_has_the_same_pseudonym_and_another_secret_another() {
        let [one, other] = [1, 2].map(|byte| Secret::of(&[byte; 32]).unwrap());
        let of = |secret: &Secret, kind: &str, name: &str| secret.pseudonym(kind, name, Lang::En);
        assert_eq!(of(&one, "holder", "T-001"), of(&one, "holder", "T-001"));
        let names = [
            of(&one, "holder", "T-001"),
            of(&one, "holder", "T-002"),
            of(&one, "register", "T-001"),
            of(&other, "holder", "T-001"),
        ];
        let digits = |name: &str| name.rsplit('-').next().unwrap().to_string();
        let distinct: std::collections::BTreeSet<String> = names.iter().map(|name| digits(name)).collect();
        assert_eq!(distinct.len(), names.len());
        assert!(distinct.iter().all(|digits| digits.len() == 16));
        assert!(Secret::of(&[0; 31]).is_none());
    }

    #[test]
    fn a_prefecture_passes_and_what_is_none_does_not() {
        let secret = Secret::of(&[1; 32]).unwrap();
        for name in ["大阪府", "大阪", "京都府", "京都", "東京都", "北海道", "三重県"] {
            assert_eq!(secret.prefecture(name, Lang::Ja), name);
        }
        for name in ["田中の家", "京", "県", "大阪府 田中"] {
            assert!(secret.prefecture(name, Lang::Ja).starts_with("prefecture-"), "{name}");
        }
    }
}
