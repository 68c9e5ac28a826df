//! `shomei inventory`: what the inventory is, and keeping it safe.

use serde_json::json;

use super::flags::FILE;
use super::prelude::*;
use crate::app::maintenance::{self, InventoryExport, PruneOptions};
use crate::calendar::format_instant;
use crate::inventory::{ExchangeError, InventoryCounts, InventoryError, Prunable, instant};
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
    })
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let Some((name, matches)) = matches.subcommand() else { return Ok(Outcome::Incomplete) };
    let (context, lang) = (&session.context, session.context.lang);
    let settings = arguments::settings(session, matches);
    let files = || matches.get_many::<PathBuf>("file").into_iter().flatten();
    let file = || files().next().cloned().unwrap_or_default();
    match name {
        "check" => return check(session, &settings),
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

fn check(session: &Session, settings: &Settings) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let damages = maintenance::check(&session.context, settings)?;
    let path = settings.inventory.value.display();
    let Some(first) = damages.first() else {
        return session.print(&(texts::SOUND.fill(lang, &[("path", &path)]) + "\n"));
    };
    session.print(&(damages.join("\n") + "\n"))?;
    complain(&InventoryError::Damaged(first.clone()).text(&path.to_string(), lang));
    Ok(Outcome::Found)
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
                complain(&error.text(&path.display().to_string(), lang));
                outcome = Outcome::Incomplete;
                return Ok(());
            }
        };
        for (line, bad) in &merged.bad {
            complain(&bad_line(path, *line, bad, lang));
        }
        if !merged.bad.is_empty() && outcome == Outcome::Clean {
            outcome = Outcome::Found;
        }
        if merged.bad.iter().any(|(_, bad)| *bad == ExchangeError::NoExport) {
            return Ok(());
        }
        let values: [(&str, &dyn std::fmt::Display); 3] =
            [("path", &path.display()), ("lines", &merged.lines), ("certificates", &merged.certificates)];
        session.print(&(texts::MERGED.fill(lang, &values) + "\n")).map(drop)
    })?;
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
