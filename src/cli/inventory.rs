//! `shomei inventory`: what the inventory is, and keeping it safe.

use serde_json::json;

use super::flags::FILE;
use super::prelude::*;
use crate::app::files::unreadable;
use crate::app::maintenance::{self, InventoryExport, PruneOptions};
use crate::calendar::format_instant;
use crate::inventory::{
    ExchangeError, InventoryCheck, InventoryCounts, InventoryError, InventoryRepair, MergeRefusal, Prunable, instant,
};
use crate::locale::catalogue::inventory as texts;
use crate::report::pad;

pub(super) fn command(lang: Lang) -> Command {
    let inventory = || arguments::inventory(lang);
    command! { lang;
        "inventory" "証明書台帳(DB)そのものを調べ、控えを取り、ほかの台帳と合わせます"
            "Looks after the inventory itself: counts, backups, merging";
    }
    .subcommand_required(true)
    .subcommand(command! { lang;
        "info" "件数、大きさ、記録の期間を示します" "Tells counts, size and span";
        arg (inventory());
        arg (arguments::format(&["table", "json"], lang));
    })
    .subcommand(command! { lang;
        "check" "壊れていないか点検します" "Tells whether it is sound";
        arg (inventory());
        switch "repair" "時計の誤りで乱れた記録を直し、直した内容を表示する" "put in order what a wrong clock left behind, and say what was done";
        arg (arguments::format(&["table", "json"], lang));
    })
    .subcommand(command! { lang;
        "backup" "使用中でも取れる控えをファイルに書きます" "Writes a copy, even while it is in use";
        arg (inventory());
        positional "file" (FILE) "控えのファイル" "the copy to write" => |arg| arg.required(true);
    })
    .subcommand(command! { lang;
        "restore" "控えから戻します(今の台帳も残します)" "Goes back to a copy; the inventory as it is will be kept";
        arg (inventory());
        positional "file" (FILE) "控えのファイル" "the copy" => |arg| arg.required(true);
    })
    .subcommand(command! { lang;
        "export" "別の台帳に合わせるための NDJSON を書きます" "Writes everything as NDJSON, to be merged elsewhere";
        arg (inventory());
        arg (arguments::output(lang));
    })
    .subcommand(command! { lang;
        "merge" "ほかのコンピューターの export を合わせます" "Adds what others have exported";
        arg (inventory());
        positional "file" (FILE) "export で書いたファイル(複数可)" "files written by export"
            => |arg| arg.required(true).num_args(1..);
        arg (arguments::accept_clock(lang));
    })
    .subcommand(command! { lang;
        "prune" "古い記録を消します(--yes を付けるまでは、何を消すか示すだけです)"
            "Removes what is long over; without --yes it only tells what";
        arg (inventory());
        option "before" (Text { ja: "日", en: "DAY" })
            "この日より前になくなったファイルの記録と、廃止や登録抹消になった事業所の連絡先を消す"
            "remove what is recorded of files gone before this day, and contacts of holders closed before it"
            => |arg| arg.required(true);
        switch "yes" "本当に消す" "really remove it";
        arg (arguments::accept_clock(lang));
    })
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let Some((name, matches)) = matches.subcommand() else { return Ok(Outcome::Incomplete) };
    let (context, lang) = (&session.context, session.context.lang);
    let settings = arguments::settings(session, matches);
    let files = || matches.get_many::<PathBuf>("file").into_iter().flatten();
    let file = || files().next().cloned().unwrap_or_default();
    match name {
        "check" => return check(session, &settings, matches),
        "merge" => return merge(session, &settings, &files().cloned().collect::<Vec<_>>()),
        "backup" => {
            let file = file();
            maintenance::backup(context, &settings, &file)?;
            session.print(&(texts::BACKED_UP.fill(lang, &[("path", &file.display())]) + "\n"))?;
        }
        "restore" => return restore(session, &settings, &file()),
        "export" => {
            let export = InventoryExport::open(context, &settings)?;
            // It holds contacts, as the inventory does.
            session.write_to(settings.output.as_deref(), |out| export.write(out))?;
        }
        "prune" => {
            let Some(before) = arguments::day(matches, "before", "2026-11-23", lang)? else {
                return Ok(Outcome::Incomplete);
            };
            let options = PruneOptions { settings, before, really: matches.get_flag("yes") };
            maintenance::prune(context, &options, |prunable| {
                session.print(&describe(prunable, options.really, lang)).map(drop)
            })?;
        }
        _ => return print_info(session, &settings, matches, &maintenance::info(context, &settings)?),
    }
    Ok(Outcome::Clean)
}

fn print_info(
    session: &Session,
    settings: &Settings,
    matches: &ArgMatches,
    info: &InventoryCounts,
) -> Result<Outcome, AppError> {
    let span = info.span.map(|(first, last)| (instant(first), instant(last)));
    if arguments::is_json(matches) {
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
            "last_import": info.last_import.as_ref().map(|(at, run)| json!({
                "at": format_instant(instant(*at)), "host": run.host, "source": run.root, "files": run.files,
                "complete": run.complete,
            })),
            "unfinished_imports": info.unfinished.iter().map(|one| json!({
                "host": one.host, "source": one.root, "began": format_instant(instant(one.began)), "read": one.read,
                "at_least": one.least,
            })).collect::<Vec<_>>(),
            "trial": info.is_of_trial,
        });
        return session.print_json(&document);
    }
    let lang = session.context.lang;
    let zone = settings.read_policy(&session.context)?.zone;
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
    if let Some((at, run)) = &info.last_import {
        let last = format!("{} {} ({})", zone.local(instant(*at)), escape::terminal(&run.root), run.files);
        lines.push((texts::INFO_IMPORT, last));
    }
    for one in &info.unfinished {
        let how_far = format!("{} {}/{}+", escape::terminal(&one.root), one.read, one.least);
        lines.push((texts::INFO_UNFINISHED, how_far));
    }
    if info.is_of_trial {
        lines.push((texts::INFO_TRIAL, Text { ja: "はい", en: "yes" }.get(lang).to_string()));
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

fn check(session: &Session, settings: &Settings, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let (found, repaired) = maintenance::check(&session.context, settings, matches.get_flag("repair"))?;
    let path = settings.inventory.value.display().to_string();
    let outcome = Outcome::found_if(!found.is_sound() && repaired.is_none());
    if arguments::is_json(matches) {
        session.print_json(&check_document(&path, &found, repaired.as_ref()))?;
        return Ok(outcome);
    }
    let mut lines = found.damaged.clone();
    let count = |text: Text, n: &dyn std::fmt::Display| text.fill(lang, &[("n", n)]);
    let differing: u64 = found.differing.iter().map(|(_, count)| count).sum();
    if differing > 0 {
        lines.push(count(texts::CHECK_DIFFERING, &differing));
    }
    if let Some((entries, latest)) = found.future {
        let day = settings.read_policy(&session.context)?.zone.local(instant(latest));
        lines.push(texts::CHECK_FUTURE.fill(lang, &[("n", &entries), ("at", &day)]));
    }
    if !found.overruled.is_empty() {
        lines.push(count(texts::CHECK_OVERRULED, &found.overruled.len()));
        let named = found.overruled.iter().take(NAMED);
        lines.extend(named.map(|(host, path)| format!("  {}", escape::terminal(&format!("{host}: {path}")))));
        if found.overruled.len() > NAMED {
            lines.push(count(texts::AND_MORE, &(found.overruled.len() - NAMED)));
        }
    }
    match &repaired {
        Some(done) => lines.push(
            texts::REPAIRED
                .fill(lang, &[("rows", &done.rows), ("files", &done.files), ("dated", &done.dated), ("path", &path)]),
        ),
        None if found.is_sound() => lines.push(texts::SOUND.fill(lang, &[("path", &path)])),
        None if found.damaged.is_empty() => lines.push(texts::CHECK_REPAIR.get(lang).to_string()),
        None => {}
    }
    session.print(&(lines.join("\n") + "\n"))?;
    if let Some(first) = found.damaged.first() {
        complain(&InventoryError::Damaged(first.clone()).text(&path, lang));
    }
    Ok(outcome)
}

fn check_document(path: &str, found: &InventoryCheck, repaired: Option<&InventoryRepair>) -> serde_json::Value {
    let differing: serde_json::Map<String, serde_json::Value> =
        found.differing.iter().map(|(table, count)| ((*table).to_string(), json!(count))).collect();
    let overruled: Vec<_> = found.overruled.iter().map(|(host, path)| json!({"host": host, "path": path})).collect();
    json!({
        "schema": "shomei/inventory-check/1",
        "path": path,
        "sound": found.is_sound(),
        "damaged": found.damaged,
        "differing_rows": differing,
        "overruled_files": overruled,
        "future_entries": found.future.map_or(0, |(count, _)| count),
        "latest": found.future.map(|(_, latest)| format_instant(instant(latest))),
        "repaired": repaired.map(|done| json!({
            "rows": done.rows, "files": done.files, "entries_dated": done.dated,
        })),
    })
}

fn restore(session: &Session, settings: &Settings, file: &Path) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let target = settings.inventory.value.display();
    let restored = maintenance::restore(&session.context, settings, file)?;
    let mut text = match &restored.kept {
        Some(kept) => {
            texts::RESTORED_KEPT.fill(lang, &[("path", &target), ("from", &file.display()), ("kept", &kept.display())])
        }
        None => texts::RESTORED.fill(lang, &[("path", &target), ("from", &file.display())]),
    };
    if restored.notifications > 0 {
        text += "\n";
        text += &texts::RESTORED_NOTIFICATIONS.fill(lang, &[("n", &restored.notifications)]);
    }
    session.print(&(text + "\n"))
}

fn merge(session: &Session, settings: &Settings, files: &[PathBuf]) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let mut outcome = Outcome::Clean;
    maintenance::merge(&session.context, settings, files, |path, merged| {
        let merged = match merged {
            Ok(merged) => merged,
            Err(error) => {
                complain(&match error {
                    // It is about the export, which is no inventory.
                    InventoryError::Io(error) => unreadable(path, &error, lang),
                    other => other.text(&path.display().to_string(), lang),
                });
                outcome = Outcome::Incomplete;
                return Ok(());
            }
        };
        if let Some(refused) = merged.refused {
            complain(&refusal(path, refused, lang));
            outcome = Outcome::Incomplete;
            return Ok(());
        }
        if let Some((line, bad)) = &merged.bad {
            complain(&bad_line(path, *line, bad, merged.bad_lines, lang));
            if outcome == Outcome::Clean {
                outcome = Outcome::Found;
            }
        }
        let values: [(&str, &dyn std::fmt::Display); 3] =
            [("path", &path.display()), ("lines", &merged.lines), ("certificates", &merged.certificates)];
        session.print(&(texts::MERGED.fill(lang, &values) + "\n")).map(drop)
    })?;
    Ok(outcome)
}

fn refusal(path: &Path, refused: MergeRefusal, lang: Lang) -> String {
    let path: (&str, &dyn std::fmt::Display) = ("path", &path.display());
    match refused {
        MergeRefusal::NoExport => texts::NO_EXPORT.fill(lang, &[path]),
        MergeRefusal::Empty => texts::EMPTY_EXPORT.fill(lang, &[path]),
        MergeRefusal::CutLine { line } => texts::CUT_LINE.fill(lang, &[path, ("line", &line)]),
        MergeRefusal::Cut { found, expected } => {
            texts::CUT_EXPORT.fill(lang, &[path, ("found", &found), ("expected", &expected)])
        }
    }
}

fn bad_line(path: &Path, line: u64, bad: &ExchangeError, count: u64, lang: Lang) -> String {
    let text = match bad {
        ExchangeError::Unknown(_) => texts::BAD_LINE,
        ExchangeError::NotDer => texts::NOT_DER,
    };
    let why = if let ExchangeError::Unknown(why) = bad { why.as_str() } else { "" };
    let others = match count {
        1 => String::new(),
        _ => texts::BAD_LINES.fill(lang, &[("n", &(count - 1))]),
    };
    text.fill(lang, &[("path", &path.display()), ("line", &line), ("why", &why), ("others", &others)])
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
        let shown = list.iter().take(NAMED).map(|line| format!("  {}", escape::terminal(line)));
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
