//! `shomei inventory`: what the inventory is, and keeping it safe.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Command};
use serde_json::json;

use super::depot::{self, failed};
use super::session::Session;
use super::settings::Settings;
use super::{Failure, Outcome, arguments, complain};
use crate::calendar::{Zone, format_instant, parse_day};
use crate::inventory::sqlite::Sqlite;
use crate::inventory::{
    self, EntrySequence, ExchangeError, InventoryCounts, InventoryError, Prunable, Store, WriteBatch, instant, micros,
};
use crate::locale::catalogue::inventory as texts;
use crate::locale::{Lang, Text};
use crate::report::{pad, write_json};

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "証明書台帳(DB)そのものを調べ、控えを取り、ほかの台帳と合わせます",
        en: "Looks after the inventory itself: counts, backups, merging",
    };
    let file = |text: Text| arguments::positional("file", arguments::FILE, text, lang).required(true);
    let sub =
        |name: &'static str, about: Text| Command::new(name).about(about.get(lang)).arg(arguments::inventory(lang));
    Command::new("inventory")
        .about(about.get(lang))
        .subcommand_required(true)
        .subcommand(
            sub("info", Text { ja: "件数、大きさ、記録の期間を示します", en: "Tells counts, size and span" })
                .arg(arguments::format(&["table", "json"], lang)),
        )
        .subcommand(sub("check", Text { ja: "壊れていないか点検します", en: "Tells whether it is sound" }))
        .subcommand(
            sub(
                "backup",
                Text {
                    ja: "使用中でも取れる控えをファイルに書きます", en: "Writes a copy, even while it is in use"
                },
            )
            .arg(file(Text { ja: "控えのファイル", en: "the copy to write" })),
        )
        .subcommand(
            sub(
                "restore",
                Text {
                    ja: "控えから戻します(今の台帳も残します)",
                    en: "Goes back to a copy; the inventory as it is will be kept",
                },
            )
            .arg(file(Text { ja: "控えのファイル", en: "the copy" })),
        )
        .subcommand(
            sub(
                "export",
                Text {
                    ja: "別の台帳に合わせるための NDJSON を書きます",
                    en: "Writes everything as NDJSON, to be merged elsewhere",
                },
            )
            .arg(arguments::output(lang)),
        )
        .subcommand(
            sub(
                "merge",
                Text {
                    ja: "ほかのコンピューターの export を合わせます", en: "Adds what others have exported"
                },
            )
            .arg(file(Text { ja: "export で書いたファイル(複数可)", en: "files written by export" }).num_args(1..)),
        )
        .subcommand(prune_command(
            sub(
                "prune",
                Text {
                    ja: "古い記録を消します(--yes を付けるまでは、何を消すか示すだけです)",
                    en: "Removes what is long over; without --yes it only tells what",
                },
            ),
            lang,
        ))
}

fn prune_command(command: Command, lang: Lang) -> Command {
    command
        .arg(
            arguments::option(
                "before",
                Text { ja: "日", en: "DAY" },
                Text {
                    ja: "この日より前になくなったファイルの記録と、廃止や登録抹消になった事業所の連絡先を消す",
                    en: "remove what is recorded of files gone before this day, and contacts of holders closed before it",
                },
                lang,
            )
            .required(true),
        )
        .arg(arguments::switch("yes", Text { ja: "本当に消す", en: "really remove it" }, lang))
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let Some((name, matches)) = matches.subcommand() else { return Ok(Outcome::Incomplete) };
    let settings = Settings::resolve(session, matches)?;
    let lang = session.lang;
    let file = matches.try_get_one::<PathBuf>("file").ok().flatten();
    let tell = |error: &InventoryError| failed(error, &settings, lang);
    match (name, file) {
        ("restore", Some(file)) => return restore(session, &settings, file),
        ("merge", Some(_)) => {
            let files: Vec<&PathBuf> = matches.get_many::<PathBuf>("file").into_iter().flatten().collect();
            return merge(session, &settings, &files);
        }
        _ => {}
    }
    let mut store = depot::open_existing(&settings, lang)?;
    match (name, file) {
        ("check", _) => check(session, &settings, &store),
        ("backup", Some(file)) => {
            if is_same(file, &settings.inventory.value) {
                return Err(Failure::new(texts::BACKUP_ONTO_ITSELF, lang, &[("path", &file.display())]));
            }
            store.backup(file).map_err(|error| Failure::Message(error.text(&file.display().to_string(), lang)))?;
            session.print(&(texts::BACKED_UP.fill(lang, &[("path", &file.display())]) + "\n"))?;
            Ok(Outcome::Clean)
        }
        ("export", _) => {
            let output = settings.output.value.clone();
            // It holds contacts, as the inventory does.
            session.write_private(output.as_deref(), |mut out| Ok(inventory::export(&store, &mut out)?))?;
            Ok(Outcome::Clean)
        }
        ("prune", _) => prune(session, &settings, matches, &mut store),
        _ => {
            let info = store.info().map_err(|error| tell(&error))?;
            print_info(session, &settings, matches, &info)?;
            Ok(Outcome::Clean)
        }
    }
}

/// Whether both name one file.
fn is_same(one: &Path, other: &Path) -> bool {
    matches!((std::fs::canonicalize(one), std::fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}

fn print_info(
    session: &Session,
    settings: &Settings,
    matches: &ArgMatches,
    info: &InventoryCounts,
) -> Result<(), Failure> {
    let span = info.span.map(|(first, last)| (instant(first), instant(last)));
    if settings.is_json(matches) {
        let rows: serde_json::Map<String, serde_json::Value> =
            info.rows.iter().map(|(name, count)| ((*name).to_string(), json!(count))).collect();
        let document = json!({
            "schema": "shomei/inventory-info/1",
            "path": settings.inventory.value,
            "version": info.version,
            "bytes": info.bytes,
            "rows": rows,
            "first": span.map(|(first, _)| format_instant(first)),
            "last": span.map(|(_, last)| format_instant(last)),
        });
        return session.write_to(None, |out| {
            write_json(out, &document)?;
            out.write_all(b"\n")
        });
    }
    let lang = session.lang;
    let zone = settings.policy_alone(session)?.zone;
    let mut lines = vec![
        (texts::INFO_PATH, settings.inventory.value.display().to_string()),
        (texts::INFO_SIZE, format!("{} KiB", info.bytes.div_ceil(1024))),
        (texts::INFO_VERSION, info.version.to_string()),
    ];
    for (name, count) in &info.rows {
        lines.push((row_name(name), count.to_string()));
    }
    if let Some((first, last)) = span {
        lines.push((texts::INFO_SPAN, format!("{} - {}", zone.local(first), zone.local(last))));
    }
    let printed: String = lines.iter().map(|(name, value)| format!("{}  {value}\n", pad(name.get(lang), 24))).collect();
    session.print(&printed)
}

/// What the rows of a table are.
fn row_name(table: &str) -> Text {
    match table {
        "certificate" => texts::ROW_CERTIFICATE,
        "crl" => texts::ROW_CRL,
        "file" => texts::ROW_FILE,
        "holder" => texts::ROW_HOLDER,
        "mark" => texts::ROW_MARK,
        _ => texts::ROW_ENTRY,
    }
}

fn check(session: &Session, settings: &Settings, store: &Sqlite) -> Result<Outcome, Failure> {
    let damages = store.check().map_err(|error| failed(&error, settings, session.lang))?;
    let path = settings.inventory.value.display();
    if damages.is_empty() {
        session.print(&(texts::SOUND.fill(session.lang, &[("path", &path)]) + "\n"))?;
        return Ok(Outcome::Clean);
    }
    session.print(&(damages.join("\n") + "\n"))?;
    complain(&InventoryError::Damaged(damages[0].clone()).text(&path.to_string(), session.lang));
    Ok(Outcome::Found)
}

fn restore(session: &Session, settings: &Settings, file: &Path) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let target = &settings.inventory.value;
    let stamp = format_instant(session.now).replace([':', '-'], "");
    let suffix = stamp.split('.').next().unwrap_or_default().trim_end_matches('Z').to_string();
    let kept = Sqlite::restore(file, target, &suffix, || complain(depot::WAITING.get(lang)))
        .map_err(|error| Failure::Message(error.text(&file.display().to_string(), lang)))?;
    let text = match &kept {
        Some(kept) => texts::RESTORED_KEPT
            .fill(lang, &[("path", &target.display()), ("from", &file.display()), ("kept", &kept.display())]),
        None => texts::RESTORED.fill(lang, &[("path", &target.display()), ("from", &file.display())]),
    };
    session.print(&(text + "\n"))?;
    Ok(Outcome::Clean)
}

fn merge(session: &Session, settings: &Settings, files: &[&PathBuf]) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let mut store = depot::open(settings, lang)?;
    let _lock = depot::lock(&store, settings, lang)?;
    let mut outcome = Outcome::Clean;
    for path in files {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) => {
                complain(&InventoryError::Io(error).text(&path.display().to_string(), lang));
                outcome = Outcome::Incomplete;
                continue;
            }
        };
        let merged =
            inventory::merge(&mut store, &mut BufReader::new(file)).map_err(|error| failed(&error, settings, lang))?;
        for (line, bad) in &merged.bad {
            complain(&bad_line(path, *line, bad, lang));
        }
        if !merged.bad.is_empty() && outcome == Outcome::Clean {
            outcome = Outcome::Found;
        }
        if merged.bad.iter().any(|(_, bad)| *bad == ExchangeError::NoExport) {
            continue;
        }
        let values: [(&str, &dyn std::fmt::Display); 3] =
            [("path", &path.display()), ("lines", &merged.lines), ("certificates", &merged.certificates)];
        session.print(&(texts::MERGED.fill(lang, &values) + "\n"))?;
    }
    Ok(outcome)
}

fn bad_line(path: &Path, line: u64, bad: &ExchangeError, lang: Lang) -> String {
    let text = match bad {
        ExchangeError::NoExport => texts::NO_EXPORT,
        ExchangeError::Unknown(_) => texts::BAD_LINE,
        ExchangeError::NotDer => texts::NOT_DER,
    };
    let why = if let ExchangeError::Unknown(why) = bad { why.as_str() } else { "" };
    text.fill(lang, &[("path", &path.display()), ("line", &line), ("why", &why)])
}

fn prune(session: &Session, settings: &Settings, matches: &ArgMatches, store: &mut Sqlite) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let tell = |error: &InventoryError| failed(error, settings, lang);
    let until = before(matches, settings.policy_alone(session)?.zone, lang)?;
    let prunable = store.prunable(until).map_err(|error| tell(&error))?;
    let really = matches.get_flag("yes");
    session.print(&describe(&prunable, really, lang))?;
    if !really || prunable == Prunable::default() {
        return Ok(Outcome::Clean);
    }
    let mut stamper = EntrySequence::new(store, session.now).map_err(|error| tell(&error))?;
    let entries = prunable.tombstones().into_iter().map(|body| stamper.entry(body)).collect();
    store.record(&WriteBatch { entries, ..WriteBatch::default() }).map_err(|error| tell(&error))?;
    store.compact().map_err(|error| tell(&error))?;
    Ok(Outcome::Clean)
}

fn before(matches: &ArgMatches, zone: Zone, lang: Lang) -> Result<i64, Failure> {
    let text = matches.get_one::<String>("before").map_or("", String::as_str);
    let wrong = Text {
        ja: "--before の値 {text} は日付ではありません。2026-11-23 のように書いてください。",
        en: "--before {text} is no day: write it like 2026-11-23.",
    };
    let first = parse_day(text).and_then(|day| zone.first_second(day));
    first.map(micros).ok_or_else(|| Failure::new(wrong, lang, &[("text", &text)]))
}

/// How many of each are named.
const NAMED: usize = 20;

fn describe(prunable: &Prunable, really: bool, lang: Lang) -> String {
    let mut lines = vec![
        texts::PRUNE_FILES.fill(lang, &[("n", &prunable.files.len())]),
        texts::PRUNE_CONTACTS.fill(lang, &[("n", &prunable.contacts.len())]),
    ];
    let files = prunable.files.iter().map(|(host, path, _)| format!("{host}: {path}"));
    let holders = prunable.contacts.iter().map(|(register, id, _)| format!("{register}/{id}"));
    for (at, list) in [(2, holders.collect::<Vec<_>>()), (1, files.collect())] {
        let shown = list.iter().take(NAMED).map(|line| format!("  {}", crate::report::escape::terminal(line)));
        let mut shown: Vec<String> = shown.collect();
        if list.len() > NAMED {
            shown.push(texts::AND_MORE.fill(lang, &[("n", &(list.len() - NAMED))]));
        }
        lines.splice(at..at, shown);
    }
    let closing = if really { texts::PRUNED } else { texts::PRUNE_HOW };
    lines.push(closing.get(lang).to_string());
    lines.join("\n") + "\n"
}
