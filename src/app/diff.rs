//! What is otherwise than it was.

use super::open_inventory::{self, InventoryOptions, InventoryResult, OpenInventory};
use super::policy_in_force::PolicyInForce;
use super::{AppError, Context};
use crate::audit::CertificateSource;
use crate::calendar::parse_day;
use crate::certificate::{Certificate, CertificateRole, hex};
use crate::inventory::{self, CertificateChange, EntryId, History, InventoryError, RunRow, Store, instant};
use crate::locale::{Lang, Text};
use crate::report::{Changed, Comparison, Since, escape};

/// What a comparison is asked for.
pub struct DiffOptions {
    pub inventory: InventoryOptions,
    /// Since when: a day, the beginning of an import's ID, or `last`.
    pub since: String,
    /// Changes of CA certificates are included.
    pub with_cas: bool,
}

/// Compares the inventory with what it was.
pub fn compare(context: &Context, options: DiffOptions) -> Result<Comparison, AppError> {
    let opened = OpenInventory::open_judged(context, options.inventory)?;
    let (since, then) = since(context, &opened, &options.since)?;
    let changes = changes(&opened, then, options.with_cas).or_message(&opened.settings, context.lang)?;
    let PolicyInForce { policy, at, .. } = &opened.judging;
    Ok(Comparison { since, at: *at, as_of: opened.as_of, zone: policy.zone, changes })
}

/// What changed since then, for a report: since when in words, and the changes of holders'
/// certificates.
pub fn compared(context: &Context, opened: &OpenInventory, word: &str) -> Result<(String, Vec<Changed>), AppError> {
    let (since, then) = since(context, opened, word)?;
    let since = match since {
        Since::Day(day, _) => day.to_string(),
        Since::Run(_, at) => opened.judging.policy.zone.local(at),
    };
    let changes = changes(opened, then, false).or_message(&opened.settings, context.lang)?;
    Ok((since, changes))
}

/// Since when, and the last microsecond whose knowledge is compared.
fn since(context: &Context, opened: &OpenInventory, word: &str) -> Result<(Since, i64), AppError> {
    if let Some(day) = parse_day(word) {
        let then = open_inventory::end_of(day, &opened.judging);
        return Ok((Since::Day(day, instant(then)), then));
    }
    let mut runs = opened.inventory.runs().or_message(&opened.settings, context.lang)?;
    // With --as-of, later imports are not known yet.
    runs.retain(|(_, at, _)| *at <= opened.until());
    let (id, _, run) = one_run(&runs, word, opened, context.lang)?;
    // Everything that the import recorded came with it or later.
    Ok((Since::Run(*id, instant(run.began)), run.began.saturating_sub(1)))
}

type ImportRun = (EntryId, i64, RunRow);

/// Runs that are named where none is meant, or several.
const NAMED: usize = 5;

fn one_run<'a>(
    runs: &'a [ImportRun],
    word: &str,
    opened: &OpenInventory,
    lang: Lang,
) -> Result<&'a ImportRun, AppError> {
    let none = Text {
        ja: "取り込みの記録がまだありません。shomei import で取り込むか、--since に日付を指定してください。",
        en: "nothing has been imported yet. Use shomei import, or give a day with --since.",
    };
    let Some(last) = runs.first() else { return Err(AppError::new(none, lang, &[])) };
    if word == "last" {
        return Ok(last);
    }
    let digits = word.to_ascii_lowercase();
    let fitting: Vec<&ImportRun> =
        runs.iter().filter(|(id, ..)| digits.len() >= 4 && hex(id).starts_with(&digits)).collect();
    match fitting[..] {
        [run] => Ok(run),
        [] => Err(which_run(
            Text {
                ja: "--since の値 {word} は、日付(2026-11-23)でも取り込みの番号でもありません。最近の取り込み:",
                en: "--since {word} is neither a day (2026-11-23) nor an import. The last imports:",
            },
            word,
            &runs.iter().take(NAMED).collect::<Vec<_>>(),
            opened,
            lang,
        )),
        _ => Err(which_run(
            Text {
                ja: "--since の値 {word} に当たる取り込みが複数あります。どれかを指定してください:",
                en: "--since {word} may mean several imports. Write one of these:",
            },
            word,
            &fitting,
            opened,
            lang,
        )),
    }
}

fn which_run(what: Text, word: &str, runs: &[&ImportRun], opened: &OpenInventory, lang: Lang) -> AppError {
    let mut out = what.fill(lang, &[("word", &word)]);
    for (id, at, run) in runs {
        let at = opened.judging.policy.zone.local(instant(*at));
        out += &format!("\n  {}  {at}  {} {}", &hex(id)[..16], run.host, escape::terminal(&run.root));
    }
    AppError::Message(out)
}

fn changes(opened: &OpenInventory, then: i64, with_cas: bool) -> Result<Vec<Changed>, InventoryError> {
    let changes = inventory::differences(&opened.inventory, then, opened.until())?;
    let ders = opened.inventory.certificate_source(opened.judging.at)?;
    let mut changed_ones = Vec::with_capacity(changes.len());
    for change in changes {
        changed_ones.extend(changed(opened, ders.as_ref(), change, with_cas)?);
    }
    changed_ones
        .sort_by(|a, b| (a.change.word, &a.place, &a.change.sha256).cmp(&(b.change.word, &b.place, &b.change.sha256)));
    Ok(changed_ones)
}

/// A change with the facts of its certificate; none of a CA unless those are wanted.
fn changed(
    opened: &OpenInventory,
    ders: &dyn CertificateSource,
    change: CertificateChange,
    with_cas: bool,
) -> Result<Option<Changed>, InventoryError> {
    let inventory = &opened.inventory;
    let known = inventory.known(&change.sha256)?;
    let Some(known) = known.filter(|known| with_cas || known.role == CertificateRole::EndEntity) else {
        return Ok(None);
    };
    let listed = inventory.listed(&change.sha256)?;
    let renewed_end = change.renews.map(|sha256| ends_on(opened, ders, &sha256)).transpose()?.flatten();
    let ends_on = ends_on(opened, ders, &change.sha256)?;
    let name = match &listed {
        Some(listed) => listed.name.clone(),
        None => certificate(ders, &change.sha256)?.subject.shown_with(change.friendly_name.as_deref()),
    };
    let lies = listed
        .as_ref()
        .map(|listed| inventory::StoredOccurrence { host: listed.host.clone(), path: listed.path.clone() });
    let place = change.to.first().cloned().or(lies).or_else(|| change.from.first().cloned());
    let rules = listed.as_ref().map(|listed| listed.row.findings.iter().map(|(rule, _)| rule.clone()).collect());
    Ok(Some(Changed {
        serial: known.serial,
        subject: known.subject,
        name,
        ends_on,
        renewed_end,
        holder_name: listed.as_ref().and_then(|listed| listed.holder_name.clone()),
        holder: listed.and_then(|listed| listed.holder),
        rules: rules.unwrap_or_default(),
        place,
        change,
    }))
}

fn certificate(ders: &dyn CertificateSource, sha256: &[u8; 32]) -> Result<Certificate, InventoryError> {
    Certificate::parse(&ders.der(sha256)?).map_err(|error| InventoryError::Damaged(error.to_string()))
}

/// The effective expiry where it is in a file, else the day of its notAfter.
fn ends_on(
    opened: &OpenInventory,
    ders: &dyn CertificateSource,
    sha256: &[u8; 32],
) -> Result<Option<String>, InventoryError> {
    if let Some(listed) = opened.inventory.listed(sha256)? {
        return Ok(listed.ends_on);
    }
    let end = certificate(ders, sha256)?.not_after;
    Ok(end.and_then(|end| opened.judging.policy.zone.day(end)).map(|day| day.to_string()))
}
