//! `shomei list`: the certificates of the inventory, all or some.

use std::io::{self, Write};

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::arguments::{self, OutputOptions};
use super::session::Session;
use crate::app::list::{ListOptions, list};
use crate::app::{AppError, Outcome, config};
use crate::inventory::ListOrder;
use crate::locale::{Lang, Text};
use crate::report::{Format, ListCsv, ListHead, ListJson, ListNdjson, ListTable, ListWriter, Style};

/// Roles, as `--role` takes them.
const ROLES: [&str; 3] = ["root", "intermediate", "end-entity"];
/// The role that is listed where nobody asks for another.
const HELD: &str = "end-entity";

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "証明書台帳(DB)にある証明書を、条件と順番を決めて一覧にします",
        en: "Lists the certificates in the inventory",
    };
    let words = Arg::new("words")
        .value_name(Text { ja: "語", en: "TEXT" }.get(lang))
        .help(
            Text {
                ja: "所有者識別子、フレンドリ名、場所、台帳の ID か名称に、すべての語を含むもの",
                en: "only those whose subject, friendlyName, place, or holder's ID or name contains all of these",
            }
            .get(lang),
        )
        .num_args(0..);
    Command::new("list")
        .about(about.get(lang))
        .arg(words)
        .args(filters(lang))
        .arg(arguments::choice(
            "sort",
            &ListOrder::ALL.map(|(word, _)| word),
            Text { ja: "並べる順番(既定: ends)", en: "the order (default: ends)" },
            lang,
        ))
        .arg(arguments::format(&arguments::formats(), lang))
        .arg(arguments::output(lang))
        .args(arguments::reading(lang))
}

fn filters(lang: Lang) -> Vec<Arg> {
    let word = Text { ja: "語", en: "WORD" };
    let id = Text { ja: "ID", en: "ID" };
    let plain = |name, value: Text, help: Text| arguments::option(name, value, help, lang);
    let choice = |name, words: &[&'static str], help: Text| arguments::choice(name, words, help, lang);
    vec![
        plain("text", word, Text { ja: "引数の語と同じ(繰り返し可)", en: "the same as TEXT (may be repeated)" })
            .action(ArgAction::Append),
        plain(
            "holder",
            id,
            Text {
                ja: "この台帳 ID のもの(台帳が複数あるときは 台帳名/ID)",
                en: "of this holder (REGISTER/ID where there are several registers)",
            },
        ),
        plain("category", word, Text { ja: "この証明書利用区分のもの", en: "of this usage category" }),
        plain("generation", word, Text { ja: "この世代のもの", en: "under this generation of the root" }),
        choice(
            "verdict",
            &["trusted", "untrusted", "undetermined"],
            Text { ja: "この検証結果のもの", en: "with this verdict" },
        ),
        plain(
            "rule",
            Text { ja: "コード", en: "CODE" },
            Text {
                ja: "この規則の指摘があるもの(持ち主への指摘を含む)",
                en: "with a finding of this rule, or whose holder has one",
            },
        ),
        choice(
            "severity",
            &["info", "warning", "error"],
            Text { ja: "この重さ以上の指摘があるもの", en: "with a finding at least as grave" },
        ),
        plain(
            "expires-before",
            Text { ja: "日", en: "DAY" },
            Text { ja: "この日より前に期限を迎えるもの", en: "that end before this day" },
        ),
        plain(
            "host",
            Text { ja: "名前", en: "NAME" },
            Text { ja: "このコンピューターにあるもの", en: "that lie on this computer" },
        ),
        plain("prefecture", word, Text { ja: "台帳でこの都道府県のもの", en: "of a holder in this prefecture" }),
        plain("tag", word, Text { ja: "台帳でこのタグのもの", en: "of a holder with this tag" }),
        choice(
            "role",
            &ROLES,
            Text { ja: "証明書の役割(既定: end-entity)", en: "what they are (default: end-entity)" },
        ),
        arguments::switch("all", Text { ja: "認証局の証明書も出す", en: "CAs too" }, lang).conflicts_with("role"),
    ]
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let list = list(&session.context, options(session, matches)?)?;
    session.show(&OutputOptions::of(matches), |out, format, style| {
        list.write(writer(format, list.head(), style, lang, out)?.as_mut())
    })?;
    Ok(Outcome::Clean)
}

fn options(session: &Session, matches: &ArgMatches) -> Result<ListOptions, AppError> {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let sort = text("sort").and_then(|word| ListOrder::ALL.iter().find(|(known, _)| *known == word));
    let texts = ["words", "text"].into_iter().filter_map(|name| matches.get_many::<String>(name)).flatten();
    Ok(ListOptions {
        inventory: arguments::inventory_options(session, matches)?,
        sort: sort.map_or(ListOrder::default(), |(_, sort)| *sort),
        texts: texts.cloned().collect(),
        holder: text("holder"),
        category: text("category"),
        generation: text("generation"),
        verdict: text("verdict"),
        rule: text("rule"),
        severity: text("severity").and_then(|word| config::fail_on(&word)).flatten(),
        expires_before: arguments::day(matches, "expires-before", "2026-11-23", session.context.lang)?,
        host: text("host"),
        prefecture: text("prefecture"),
        tag: text("tag"),
        role: (!matches.get_flag("all")).then(|| text("role").unwrap_or_else(|| HELD.into())),
    })
}

fn writer<'a>(
    format: Format,
    head: ListHead,
    style: Style,
    lang: Lang,
    out: &'a mut dyn Write,
) -> io::Result<Box<dyn ListWriter + 'a>> {
    Ok(match format {
        Format::Table => Box::new(ListTable::new(out, head, lang, style)),
        Format::Json => Box::new(ListJson::new(out, head)?),
        Format::Ndjson => Box::new(ListNdjson::new(out, head)?),
        Format::Csv => Box::new(ListCsv::new(out)?),
    })
}
