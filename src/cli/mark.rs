//! `shomei mark`: what people did about certificates and holders.

use clap::ArgGroup;

use super::prelude::*;
use crate::app::mark::{self, MarkWords, RecordedMark};
use crate::app::sheet;
use crate::register::MarkState;

const DAY: Text = Text { ja: "日", en: "DAY" };
const TEXT: Text = Text { ja: "文", en: "TEXT" };

pub(super) fn command(lang: Lang) -> Command {
    // English readers read the codes; for Japanese ones the words they may type stand beside.
    let state = |state: &MarkState| match lang {
        Lang::Ja => format!("{}({})", state.title().ja, state.code()),
        Lang::En => state.code().to_string(),
    };
    let states: Vec<String> = MarkState::ALL.iter().map(state).collect();
    let help = Text { ja: "したこと: {states}", en: "what was done: {states}" };
    let states = help.fill(lang, &[("states", &states.join(sheet::comma(lang)))]);
    command! { lang;
        "mark" "申請・発行・導入・連絡など、人がしたことを記録します"
            "Records what people did: applied, installed, told somebody";
        argument "state" (Text { ja: "状態", en: "STATE" }) "したこと" "what was done"
            => |arg| arg.help(states).display_order(0);
        argument "ids" (flags::ID)
            "証明書(SHA-256 の先頭4桁以上、シリアル番号)か台帳ID。sha256: serial: holder: を付けてもよい"
            "certificates (four or more digits of the SHA-256, serial number) or holder IDs; sha256:, serial: and holder: may stand before"
            => |arg| arg.num_args(0..).display_order(1);
        option "rule" (Text { ja: "規則", en: "CODE" }) "確認済(acknowledged)にする指摘の規則"
            "the rule whose finding is acknowledged";
        option "pc" (Text { ja: "名前", en: "NAME" }) "導入した PC や場所" "the PC or place";
        option "on" (DAY) "した日(既定: 今日)" "the day on which it was done (default: today)";
        option "until" (DAY) "最後に有効な日(確認済には必須)"
            "the last day on which it holds; acknowledged needs one";
        option "reason" (TEXT) "理由や覚え書き" "why, or a note";
        file "from" "表(Excel か CSV)に書いた記録をまとめて取り込む" "takes marks from a table (Excel or CSV)"
            => |arg| arg.conflicts_with_all(["ids", "rule", "pc", "on", "until", "reason"]);
        file "template" "記入用の空の表(.xlsx か .csv)を書き出す"
            "writes an empty table to fill in (.xlsx or .csv)";
        option "undo" (Text { ja: "記録番号", en: "ENTRY" }) "記録を取り消す(番号は shomei log で見られる)"
            "takes a mark back; shomei log shows the entries";
        arg (arguments::by(lang));
        arg (arguments::accept_clock(lang));
        arg (arguments::inventory(lang));
        args (arguments::judging(lang));
    }
    .group(ArgGroup::new("way").args(["state", "from", "template", "undo"]).required(true))
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let (context, lang) = (&session.context, session.context.lang);
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let by = arguments::who(session, matches);
    if let Some(path) = matches.get_one::<PathBuf>("template") {
        mark::write_template(context, path)?;
        let text = Text {
            ja: "{path} を作りました。記入して shomei mark --from で取り込んでください。\n",
            en: "Made {path}. Fill it in and take it in with shomei mark --from.\n",
        };
        let path = path.display().to_string();
        return session.print(&text.fill(lang, &[("path", &escape::terminal(&path))]));
    }
    if let Some(entry) = text("undo") {
        let undone = mark::undo(context, &arguments::settings(session, matches), &entry, by)?;
        let text = Text {
            ja: "記録 {entry}({state})を取り消しました。\n",
            en: "Entry {entry} ({state}) is taken back.\n",
        };
        let state = undone.state.map_or("", |state| state.title().get(lang));
        return session.print(&text.fill(lang, &[("entry", &undone.entry), ("state", &state)]));
    }
    let inventory = arguments::inventory_options(session, matches)?;
    if let Some(path) = matches.get_one::<PathBuf>("from") {
        let imported = mark::import_sheet(context, inventory, path, by)?;
        let counts = counts_text(imported.marks.len(), &imported.mistakes, lang);
        session.print(&(recorded_text(&imported.marks, lang) + &counts))?;
        return Ok(Outcome::found_if(!imported.mistakes.is_empty()));
    }
    let words = MarkWords {
        state: text("state").unwrap_or_default(),
        rule: text("rule"),
        place: text("pc"),
        on: text("on"),
        until: text("until"),
        reason: text("reason"),
        by,
    };
    let ids: Vec<String> = matches.get_many::<String>("ids").into_iter().flatten().cloned().collect();
    session.print(&recorded_text(&mark::mark(context, inventory, words, &ids)?, lang))
}

fn recorded_text(marks: &[RecordedMark], lang: Lang) -> String {
    let line = |mark: &RecordedMark| {
        let known = Text { ja: "(記録済み)", en: " (recorded already)" };
        let known = if mark.is_known { known.get(lang) } else { "" };
        let title = mark.draft.details.state.title().get(lang);
        let about = mark.draft.about(lang);
        format!("{}  {title}  {}{known}\n", mark.entry, escape::terminal(&about))
    };
    marks.iter().map(line).collect()
}

fn counts_text(count: usize, mistakes: &[String], lang: Lang) -> String {
    let text = Text {
        ja: "{count} 行を記録しました。誤りのある行は {wrong} です。\n",
        en: "Rows taken: {count}; rows with mistakes: {wrong}.\n",
    };
    let mut out = text.fill(lang, &[("count", &count), ("wrong", &mistakes.len())]);
    mistakes.iter().for_each(|mistake| {
        let lines: Vec<_> = mistake.lines().map(escape::terminal).collect();
        out += &format!("  {}\n", lines.join("\n    "));
    });
    out
}
