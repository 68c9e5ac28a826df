//! `shomei diff`: what is otherwise than it was.

use std::path::PathBuf;

use clap::{ArgMatches, Command};

use super::depot::{self, Depot, failed};
use super::session::Session;
use super::{Failure, Outcome, arguments, settings};
use crate::audit::CertificateSource;
use crate::calendar::parse_day;
use crate::certificate::{Certificate, CertificateRole, hex};
use crate::inventory::{self, CertificateChange, EntryId, InventoryError, RunRow, Store, instant};
use crate::locale::{Lang, Text};
use crate::report::{Changed, Comparison, Format, Since, escape};

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "前回の取り込みや、ある日からの変化(新しい、なくなった、移った、更新された、良くなった、悪くなった)を示します",
        en: "Tells what changed since the last import or a day: new, gone, moved, renewed, better, worse",
    };
    Command::new("diff")
        .about(about.get(lang))
        .arg(arguments::option(
            "since",
            Text { ja: "日か取り込み", en: "DAY|RUN" },
            Text {
                ja: "この日の終わり、またはこの取り込みの前と比べる。last は最後の取り込み(既定: last)",
                en: "compare with the end of this day, or with before this import; last is the last one (default: last)",
            },
            lang,
        ))
        .arg(arguments::switch("all", Text { ja: "認証局の証明書も出す", en: "CAs too" }, lang))
        .arg(arguments::format(&["table", "json", "csv"], lang))
        .arg(arguments::output(lang))
        .args(arguments::reading(lang))
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let depot = Depot::read(session, matches)?;
    let lang = session.lang;
    let word = matches.get_one::<String>("since").map_or("last", String::as_str);
    let (since, then) = since(&depot, word, lang)?;
    let changes = changes(&depot, then, matches.get_flag("all")).map_err(|e| failed(&e, &depot.settings, lang))?;
    let comparison =
        Comparison { since, at: depot.judging.at, as_of: depot.as_of, zone: depot.judging.policy.zone, changes };
    let output = matches.get_one::<PathBuf>("output").map(PathBuf::as_path);
    let format = matches.get_one::<String>("format").and_then(|word| settings::format(word));
    session.write_to(output, |out| match format.unwrap_or_default() {
        Format::Json => comparison.json(out),
        Format::Csv => comparison.csv(out),
        _ => comparison.table(out, lang, session.style(output.is_some())),
    })?;
    Ok(Outcome::Clean)
}

/// What changed since then, for a report: since when in words, and the changes of holders' certificates.
pub(super) fn compared(depot: &Depot, word: &str, lang: Lang) -> Result<(String, Vec<Changed>), Failure> {
    let (since, then) = since(depot, word, lang)?;
    let told = match since {
        Since::Day(day, _) => day.to_string(),
        Since::Run(_, at) => depot.judging.policy.zone.local(at),
    };
    let changes = changes(depot, then, false).map_err(|error| failed(&error, &depot.settings, lang))?;
    Ok((told, changes))
}

/// Since when, and the last microsecond whose knowledge is compared.
fn since(depot: &Depot, word: &str, lang: Lang) -> Result<(Since, i64), Failure> {
    if let Some(day) = parse_day(word) {
        let then = depot::end_of(day, &depot.judging);
        return Ok((Since::Day(day, instant(then)), then));
    }
    let mut runs = depot.inventory.runs().map_err(|error| failed(&error, &depot.settings, lang))?;
    runs.retain(|(_, at, _)| *at <= depot.until());
    let (id, _, run) = one_run(&runs, word, depot, lang)?;
    // Everything that the import recorded came with it or later.
    Ok((Since::Run(*id, instant(run.began)), run.began.saturating_sub(1)))
}

type Run = (EntryId, i64, RunRow);

/// Runs that are named where none is meant, or several.
const NAMED: usize = 5;

fn one_run<'a>(runs: &'a [Run], word: &str, depot: &Depot, lang: Lang) -> Result<&'a Run, Failure> {
    let none = Text {
        ja: "取り込みの記録がまだありません。shomei import で取り込むか、--since に日付を指定してください。",
        en: "nothing has been imported yet. Use shomei import, or give a day with --since.",
    };
    let Some(last) = runs.first() else { return Err(Failure::new(none, lang, &[])) };
    if word == "last" {
        return Ok(last);
    }
    let digits = word.to_ascii_lowercase();
    let fitting: Vec<&Run> = runs.iter().filter(|(id, ..)| digits.len() >= 4 && hex(id).starts_with(&digits)).collect();
    match fitting[..] {
        [run] => Ok(run),
        [] => Err(told(
            Text {
                ja: "--since の値 {word} は、日付(2026-11-23)でも取り込みの番号でもありません。最近の取り込み:",
                en: "--since {word} is neither a day (2026-11-23) nor an import. The last imports:",
            },
            word,
            &runs.iter().take(NAMED).collect::<Vec<_>>(),
            depot,
            lang,
        )),
        _ => Err(told(
            Text {
                ja: "--since の値 {word} に当たる取り込みが複数あります。どれかを指定してください:",
                en: "--since {word} may mean several imports. Write one of these:",
            },
            word,
            &fitting,
            depot,
            lang,
        )),
    }
}

fn told(what: Text, word: &str, runs: &[&Run], depot: &Depot, lang: Lang) -> Failure {
    let mut said = what.fill(lang, &[("word", &word)]);
    for (id, at, run) in runs {
        let at = depot.judging.policy.zone.local(instant(*at));
        said += &format!("\n  {}  {at}  {} {}", &hex(id)[..16], run.host, escape::terminal(&run.root));
    }
    Failure::Message(said)
}

fn changes(depot: &Depot, then: i64, all: bool) -> Result<Vec<Changed>, InventoryError> {
    let changes = inventory::differences(&depot.inventory, then, depot.until())?;
    let ders = depot.inventory.certificate_source(depot.judging.at)?;
    let mut told = Vec::with_capacity(changes.len());
    for change in changes {
        told.extend(changed(depot, ders.as_ref(), change, all)?);
    }
    told.sort_by(|a, b| (a.change.word, &a.place, &a.change.sha256).cmp(&(b.change.word, &b.place, &b.change.sha256)));
    Ok(told)
}

/// A change with what is said of the certificate; nothing of a CA's unless all are wanted.
fn changed(
    depot: &Depot,
    ders: &dyn CertificateSource,
    change: CertificateChange,
    all: bool,
) -> Result<Option<Changed>, InventoryError> {
    let inventory = &depot.inventory;
    let known = inventory.known(&change.sha256)?;
    let Some(known) = known.filter(|known| all || known.role == CertificateRole::EndEntity) else { return Ok(None) };
    let listed = inventory.listed(&change.sha256)?;
    let renewed_end = change.renews.map(|sha256| ends_on(depot, ders, &sha256)).transpose()?.flatten();
    let ends_on = ends_on(depot, ders, &change.sha256)?;
    let name = match (&listed, &change.friendly_name) {
        (Some(listed), _) => listed.name.clone(),
        (None, Some(name)) if !name.contains('=') => name.clone(),
        _ => certificate(ders, &change.sha256)?.subject.common(),
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

/// The end that counts where it lies somewhere, else that of its notAfter.
fn ends_on(depot: &Depot, ders: &dyn CertificateSource, sha256: &[u8; 32]) -> Result<Option<String>, InventoryError> {
    if let Some(listed) = depot.inventory.listed(sha256)? {
        return Ok(listed.ends_on);
    }
    let end = certificate(ders, sha256)?.not_after;
    Ok(end.and_then(|end| depot.judging.policy.zone.day(end)).map(|day| day.to_string()))
}
