//! `shomei import`: the audit's reading, recorded in the inventory.

use serde_json::json;

use super::prelude::*;
use crate::app::import::{self, ImportOptions, Imported, skipped_code, skipped_text};
use crate::calendar::format_instant;
use crate::inventory::JudgementCounts;
use crate::locale::catalogue;

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "import" "フォルダーにある証明書を読み、証明書台帳(DB)に記録します"
            "Reads the certificates in a folder and records them in the inventory";
        positional "paths" (flags::PATH) "取り込むファイルやフォルダー(既定: 設定ファイルの sources)"
            "files and folders to import (default: sources in the configuration)" => |arg| arg.num_args(0..);
        arg (arguments::inventory(lang));
        arg (arguments::host(lang));
        arg (arguments::accept_clock(lang));
        switch "rehash" "変わっていないファイルも開き直す" "open unchanged files again too";
        switch "accept-gone" "フォルダーが空でも、別のディスクになっていても、ファイルはなくなったものとする"
            "believe that files are gone even if the folder is empty or lies on another file system now";
        arg (arguments::format(&["table", "json"], lang));
        choice "fail-on" (flags::SEVERITIES) "台帳全体にこの重さ以上の指摘があれば終了コード 1(既定: error)"
            "exit with 1 if anything in the inventory has a finding of this severity (default: error)";
        args (arguments::judging(lang));
        args (arguments::opening(lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let options = ImportOptions {
        settings: arguments::settings(session, matches),
        rehash: matches.get_flag("rehash"),
        accept_gone: matches.get_flag("accept-gone"),
    };
    let imported = import::import(&session.context, &options)?;
    print(session, &options.settings, &imported, arguments::is_json(matches))?;
    Ok(import::outcome(&options.settings, &imported))
}

fn print(session: &Session, settings: &Settings, imported: &Imported, is_json: bool) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let Imported { report, tally } = imported;
    for root in &report.roots {
        if let Some(skipped) = &root.skipped {
            complain(&skipped_text(&root.path, skipped, lang));
        }
    }
    if is_json {
        return session.print_json(&document(&session.context, settings, imported));
    }
    let lines = [
        catalogue::IMPORTED.fill(
            lang,
            &[
                ("new", &report.new),
                ("changed", &report.changed),
                ("unchanged", &report.unchanged),
                ("gone", &imported.gone()),
                ("certificates", &report.certificates),
            ],
        ),
        catalogue::NOT_READ.fill(lang, &[("passed_over", &report.passed_over)]),
    ];
    let mut lines = lines.to_vec();
    if !tally.unread.is_empty() {
        lines.push(catalogue::UNREAD.fill(
            lang,
            &[
                ("locked", &tally.unread_by(LOCKED)),
                ("damaged", &tally.unread_by(DAMAGED)),
                ("unsupported", &tally.unread_by(UNSUPPORTED)),
                ("limited", &tally.unread_by(LIMITED)),
                ("barren", &tally.unread_by(BARREN)),
                ("unreadable", &tally.unread_by(UNREADABLE)),
            ],
        ));
    }
    if report.links > 0 {
        lines.push(catalogue::LINKS.fill(lang, &[("n", &report.links)]));
    }
    lines.push(answer(tally, lang));
    lines.push(catalogue::IMPORT_NEXT.get(lang).to_string());
    session.print(&(lines.join("\n") + "\n"))
}

/// Why certificates could not be read, by the rules that report it.
const LOCKED: &[&str] = &["password-unknown"];
const DAMAGED: &[&str] = &["container-damaged"];
const UNSUPPORTED: &[&str] = &["algorithm-unsupported", "container-unread", "group-protected"];
const LIMITED: &[&str] = &["container-limit"];
const BARREN: &[&str] = &["certificate-missing"];
const UNREADABLE: &[&str] = &["file-unreadable"];

/// The inventory as a whole, in one sentence.
fn answer(tally: &JudgementCounts, lang: Lang) -> String {
    let [_, warnings, errors] = tally.findings;
    let text = match (tally.certificates, tally.attention) {
        (0, _) if tally.worst().is_none() => catalogue::ANSWER_NOTHING,
        // A file that could not be read is no certificate and needs attention all the same.
        (_, 0) if tally.unread.is_empty() => catalogue::ANSWER_FINE,
        _ => catalogue::ANSWER,
    };
    text.fill(
        lang,
        &[
            ("total", &tally.certificates),
            ("attention", &tally.attention),
            ("errors", &errors),
            ("warnings", &warnings),
        ],
    )
}

fn document(context: &Context, settings: &Settings, Imported { report, tally }: &Imported) -> serde_json::Value {
    let roots: Vec<_> = report
        .roots
        .iter()
        .map(|root| {
            let skipped = root.skipped.as_ref().map(skipped_code);
            json!({"path": root.path, "files": root.files, "gone": root.gone, "not_compared": skipped})
        })
        .collect();
    json!({
        "schema": "shomei/import/1",
        "at": format_instant(context.now),
        "inventory": settings.inventory.value,
        "host": settings.host,
        "sources": roots,
        "files": {
            "new": report.new,
            "changed": report.changed,
            "unchanged": report.unchanged,
            "without_certificate": report.passed_over,
            "locked": report.locked,
            "unreadable": report.unreadable,
            "links": report.links,
        },
        "unread": {
            "locked": tally.unread_by(LOCKED),
            "damaged": tally.unread_by(DAMAGED),
            "unsupported": tally.unread_by(UNSUPPORTED),
            "limited": tally.unread_by(LIMITED),
            "without_certificate": tally.unread_by(BARREN),
            "unreadable": tally.unread_by(UNREADABLE),
        },
        "certificates_new": report.certificates,
        "certificates": tally.certificates,
        "attention": tally.attention,
        "severity": {"error": tally.findings[2], "warning": tally.findings[1], "info": tally.findings[0]},
    })
}
