//! `shomei report`: the whole report, in the form that is asked for.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::audit::{ask, with_progress};
use super::diff;
use super::lifecycle::{Grounds, beyond};
use super::session::Session;
use super::settings::Settings;
use super::{Failure, Outcome, arguments, holidays, letters, office, secret};
use crate::audit::{Audit, AuditHooks, Source};
use crate::calendar::Day;
use crate::lifecycle::{Certificates, Fees, OfficeCalendars, PlanOptions, RenewalPlan, fiscal_year};
use crate::locale::{Lang, Text};
use crate::policy::Policy;
use crate::register::{CsvEncoding, RegisterState};
use crate::report::{Gathering, REPORT_FORMS, Report, Scope, Stray, TABLES, escape};

/// Fiscal years told of before and after the running one.
const YEARS: i32 = 3;

/// The table of what has changed, which is there with `--since` alone.
const CHANGES: &str = "changes";

/// The lists for people's hands, as `--sheet` spells them.
const SHEETS: [&str; 2] = ["mail-merge", "handover"];

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "請求できるか、いつ何を申請するか、指摘、費用をまとめた報告書を作ります",
        en: "Makes a report of who can bill, what to apply for when, findings and costs",
    };
    Command::new("report")
        .about(about.get(lang))
        .arg(arguments::choice(
            "format",
            &REPORT_FORMS,
            Text {
                ja: "形式(既定: 出力先の拡張子、なければ json)",
                en: "the form (default: by the file's name, else json)",
            },
            lang,
        ))
        .arg(arguments::output(lang).short('o'))
        .arg(arguments::choice(
            "sheet",
            &SHEETS,
            Text {
                ja: "報告書の代わりに書く Excel の一覧: mail-merge は差込データ、handover は引渡し一覧",
                en: "a list as a workbook in the report's place: for a mail merge, or to sign for what is handed over",
            },
            lang,
        ))
        .args(asking(lang))
        .args(letters::arguments(lang))
        .args(arguments::reading(lang))
        .args(arguments::opening(lang))
}

fn asking(lang: Lang) -> Vec<Arg> {
    let keys = Scope::KEYS.map(|(key, _)| key).join("|");
    let scope = Text {
        ja: "範囲を絞る(繰り返し可。すべてに合うもの)。例: --scope prefecture=大阪府",
        en: "what to limit it to, like prefecture=大阪府 (may be repeated; all must hold)",
    };
    let scope = arguments::option("scope", Text { ja: "項目=値", en: "KEY=VALUE" }, scope, lang);
    let help = format!("{} [{keys}]", scope.get_help().map(ToString::to_string).unwrap_or_default());
    vec![
        scope.help(help).action(ArgAction::Append),
        arguments::switch(
            "anonymise",
            Text {
                ja: "名前や番号を仮の名に置き換え、担当、場所、指摘の説明などを載せない",
                en: "pseudonyms instead of names and numbers; contacts, places and texts of findings are left out",
            },
            lang,
        )
        // A list for letters is nothing but names.
        .conflicts_with_all(["sheet", "letter"]),
        arguments::choice(
            "table",
            &[&TABLES[..], &[CHANGES]].concat(),
            Text { ja: "csv に書く表(既定: certificates)", en: "the table of a CSV (default: certificates)" },
            lang,
        ),
        arguments::choice(
            "encoding",
            &["utf8", "cp932"],
            Text { ja: "csv の文字コード(既定: utf8)", en: "the encoding of a CSV (default: utf8)" },
            lang,
        ),
        arguments::option(
            "since",
            Text { ja: "日か取り込み", en: "DAY|RUN" },
            Text {
                ja: "この日の終わり、またはこの取り込みの前からの変化も載せる。last は最後の取り込み",
                en: "also tell what changed since the end of this day, or since before this import; last is the last one",
            },
            lang,
        ),
        Arg::new("files")
            .long("files")
            .value_name(Text { ja: "場所", en: "PATH" }.get(lang))
            .help(
                Text {
                    ja: "証明書台帳(DB)でなく、このファイルやフォルダーから作る(台帳は使わない)",
                    en: "make it of these files and folders and not of the inventory; there is no register then",
                }
                .get(lang),
            )
            .num_args(1..)
            .value_parser(value_parser!(PathBuf))
            .conflicts_with_all(["inventory", "as-of", "since"]),
    ]
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    if let Some(folder) = matches.get_one::<PathBuf>("write-templates") {
        letters::write_templates(folder, session.lang)?;
        return Ok(Outcome::Clean);
    }
    let asks_changes = matches.get_one::<String>("table").is_some_and(|id| id == CHANGES);
    if asks_changes && !matches.contains_id("since") {
        let text = Text {
            ja: "--table changes には、いつからの変化かを --since に指定してください(--since last など)。",
            en: "--table changes needs --since: since when (such as --since last).",
        };
        return Err(Failure::Message(text.get(session.lang).into()));
    }
    let output = matches.get_one::<PathBuf>("output").map(PathBuf::as_path);
    let form = form(matches, output, session.lang)?;
    let scope = scope(matches, session.lang)?;
    if matches.get_flag("letter") {
        let templates = letters::templates(matches, session.lang)?;
        let report = of_inventory(session, matches, scope)?;
        letters::write(session, &report, &templates, output)?;
        return Ok(Outcome::Clean);
    }
    let mut report = match matches.get_many::<PathBuf>("files") {
        Some(files) => of_files(session, matches, scope.clone(), files)?,
        None => of_inventory(session, matches, scope.clone())?,
    };
    if matches.get_flag("anonymise") {
        report = report.anonymised(&secret::secret(session.lang)?, &scope);
    }
    write(session, matches, &report, form, output)?;
    Ok(Outcome::Clean)
}

/// The form that is asked for: by its name, by the file's, or JSON; a list by its own name.
fn form<'a>(matches: &'a ArgMatches, output: Option<&Path>, lang: Lang) -> Result<&'a str, Failure> {
    let named = matches.get_one::<String>("format").map(String::as_str);
    if let Some(sheet) = matches.get_one::<String>("sheet") {
        if named.is_some_and(|form| form != "xlsx") {
            let wrong = Text {
                ja: "--sheet の一覧は Excel のファイルです。--format は xlsx とするか、省いてください。",
                en: "The lists of --sheet are workbooks: leave out --format, or make it xlsx.",
            };
            return Err(Failure::new(wrong, lang, &[]));
        }
        return Ok(sheet);
    }
    let extension = output.and_then(Path::extension).map(|ending| ending.to_string_lossy().to_lowercase());
    let ending = || REPORT_FORMS.into_iter().find(|form| Some(*form) == extension.as_deref());
    Ok(named.or_else(ending).unwrap_or("json"))
}

fn scope(matches: &ArgMatches, lang: Lang) -> Result<Scope, Failure> {
    let mut scope = Scope::default();
    for text in matches.get_many::<String>("scope").into_iter().flatten() {
        let pair = text.split_once('=').map(|(key, value)| (key.trim(), value.trim()));
        if let Some((key, _)) = pair.filter(|(key, _)| scope.has(key)) {
            let twice = Text {
                ja: "--scope の {key} が2回あります。1つの報告書は1つの値に絞ります。",
                en: "--scope names {key} twice; a report is limited to one value of it.",
            };
            return Err(Failure::new(twice, lang, &[("key", &key)]));
        }
        let set = pair.is_some_and(|(key, value)| !value.is_empty() && scope.set(key, value));
        if !set {
            let wrong = Text {
                ja: "--scope の値 {text} は「項目=値」ではありません。項目は {keys} のどれかです。",
                en: "--scope {text} is not KEY=VALUE; the keys are {keys}.",
            };
            let keys = Scope::KEYS.map(|(key, _)| key.to_string()).to_vec();
            return Err(Failure::new(wrong, lang, &[("text", text), ("keys", &office::joined(&keys, lang))]));
        }
    }
    Ok(scope)
}

/// A report of what the inventory holds.
fn of_inventory(session: &Session, matches: &ArgMatches, scope: Scope) -> Result<Report, Failure> {
    let lang = session.lang;
    let Grounds { mut depot, policy, office, calendar } = Grounds::open(session, matches)?;
    let fleet = Certificates::new(&policy, &office, depot.judging.at).ok_or_else(|| beyond(lang))?;
    let mut gathering = Gathering::new(lang, scope.clone(), fleet);
    depot.tell(session, &mut gathering)?;
    let as_of = depot.as_of;
    let report = finish(gathering, &calendar, as_of, lang)?;
    let Some(word) = matches.get_one::<String>("since") else { return Ok(report) };
    let (since, changes) = diff::compared(&depot, word, lang)?;
    Ok(report.with_changes(since, &changes, &scope, &office.holders))
}

/// A report of files, of which no register tells whose they are.
fn of_files<'a>(
    session: &Session,
    matches: &ArgMatches,
    scope: Scope,
    files: impl Iterator<Item = &'a PathBuf>,
) -> Result<Report, Failure> {
    let lang = session.lang;
    let settings = Settings::resolve(session, matches)?;
    let sources: Vec<Source> = files.map(|path| Source::from_argument(path)).collect();
    let judging = settings.policy(session)?;
    let policy: &Policy = &judging.policy;
    let office = RegisterState::default();
    let calendar = OfficeCalendars::new(policy, &holidays::in_force(lang)?);
    let fleet = Certificates::new(policy, &office, judging.at).ok_or_else(|| beyond(lang))?;
    let mut gathering = Gathering::new(lang, scope, fleet);
    let progress = AtomicU64::new(0);
    let audit = Audit {
        sources: &sources,
        policy,
        at: judging.at,
        limits: &settings.limits,
        keys: settings.keys.value,
        try_typos: settings.try_typos.value,
        keyring: settings.keyring(session)?,
        roots: judging.roots.clone(),
        crls: judging.crls.clone(),
        office: &office,
        keep_passed_over: false,
    };
    let summary = with_progress(session, &progress, |paused| {
        let mut ask =
            |count: usize, first: &str| settings.prompt.value.then(|| ask(session, paused, count, first)).flatten();
        audit.run(AuditHooks { progress: &progress, ask: &mut ask }, &mut gathering)
    })?;
    if let Some((path, error)) = summary.unopened.first() {
        let text = Text {
            ja: "{path} を開けません: {error}。場所と読み取りの権限を確かめてください。",
            en: "cannot open {path}: {error}. Check the place and the permission to read.",
        };
        return Err(Failure::new(text, lang, &[("path", path), ("error", error)]));
    }
    finish(gathering, &calendar, None, lang)
}

fn finish(
    mut gathering: Gathering,
    calendar: &OfficeCalendars,
    as_of: Option<Day>,
    lang: Lang,
) -> Result<Report, Failure> {
    if let Some(stray) = gathering.stray() {
        return Err(told(&stray, lang));
    }
    gathering.fleet.settle();
    let plan = RenewalPlan::new(&gathering.fleet, calendar, PlanOptions::default()).ok_or_else(|| beyond(lang))?;
    let fees = fees(&gathering.fleet, &plan);
    Ok(gathering.report(&plan, &fees, as_of))
}

/// What applications cost in the fiscal years that a report tells of.
pub(super) fn fees<'a>(fleet: &'a Certificates, plan: &RenewalPlan<'a>) -> Fees<'a> {
    let running = fiscal_year(fleet.today);
    Fees::new(fleet, plan, (running - YEARS, running + YEARS))
}

/// Writes a report in one of its forms; a CSV is that of the certificates.
pub(super) fn write_form(report: &Report, form: &str, out: &mut dyn Write) -> std::io::Result<()> {
    match form {
        "csv" => report
            .table("certificates")
            .map_or(Ok(()), |table| report.write_csv(table, CsvEncoding::Utf8Bom, out).map(drop)),
        "html" => report.write_html(out),
        "xlsx" => report.write_xlsx(out),
        "mail-merge" => report.write_mail_merge(out),
        "handover" => report.write_handover(out),
        "md" => report.write_markdown(out),
        "ics" => report.write_calendar(out),
        "prom" => report.write_prometheus(out),
        _ => report.write_json(out),
    }
}

/// What is said of a value of `--scope` that nothing bears.
fn told(stray: &Stray, lang: Lang) -> Failure {
    let values: [(&str, &dyn std::fmt::Display); 3] =
        [("key", &stray.key), ("value", &escape::terminal(&stray.value)), ("what", &stray.name.get(lang))];
    let text = Text {
        ja: "--scope {key}={value}: その{what}のものはありません。",
        en: "--scope {key}={value}: nothing has that {what}.",
    };
    let mut said = text.fill(lang, &values);
    said += &match stray.near.is_empty() {
        true if stray.key == "host" => String::new(),
        true => {
            Text { ja: "台帳に{what}の書かれた者がいません。", en: " No register tells of any {what}." }
                .fill(lang, &values)
        }
        false => {
            let near: Vec<String> = stray.near.iter().map(|one| escape::terminal(one).into_owned()).collect();
            let near = office::joined(&near, lang);
            Text { ja: "近いもの: {near}。", en: " There is: {near}." }.fill(lang, &[("near", &near)])
        }
    };
    Failure::Message(said)
}

fn write(
    session: &Session,
    matches: &ArgMatches,
    report: &Report,
    form: &str,
    output: Option<&Path>,
) -> Result<(), Failure> {
    let mut lost = Vec::new();
    session.write_to(output, |out: &mut dyn Write| match form {
        "csv" => {
            let id = matches.get_one::<String>("table").map_or("certificates", String::as_str);
            let cp932 = matches.get_one::<String>("encoding").is_some_and(|word| word == "cp932");
            let encoding = if cp932 { CsvEncoding::Cp932 } else { CsvEncoding::Utf8Bom };
            let changes = report.changes.as_ref().filter(|_| id == CHANGES);
            if let Some(table) = report.table(id).or(changes) {
                lost = report.write_csv(table, encoding, out)?;
            }
            Ok(())
        }
        other => write_form(report, other, out),
    })?;
    office::tell_unencodable(&lost, session.lang);
    Ok(())
}
