//! `shomei list`: the certificates of the inventory, all or some.

use std::io::{self, Write};

use super::prelude::*;
use crate::app::list::{ListOptions, list};
use crate::inventory::{CertificateFilter, ListOrder};
use crate::report::{ListCsv, ListHead, ListJson, ListNdjson, ListTable, ListWriter, Style};

/// Roles, as `--role` takes them.
const ROLES: [&str; 3] = ["root", "intermediate", "end-entity"];
/// The role that is listed where no other is asked for.
const HELD: &str = "end-entity";

pub(super) fn command(lang: Lang) -> Command {
    let word = Text { ja: "語", en: "WORD" };
    command! { lang;
        "list" "証明書台帳(DB)にある証明書を、条件と順番を決めて一覧にします" "Lists the certificates in the inventory";
        argument "words" (Text { ja: "語", en: "TEXT" })
            "所有者識別子、フレンドリ名、場所、台帳の ID か名称に、すべての語を含むもの"
            "only those whose subject, friendlyName, place, or holder's ID or name contains all of these"
            => |arg| arg.num_args(0..);
        option "text" (word) "引数の語と同じ(繰り返し可)" "the same as TEXT (may be repeated)"
            => |arg| arg.action(ArgAction::Append);
        option "holder" (flags::ID) "この台帳 ID のもの(台帳が複数あるときは 台帳名/ID)"
            "of this holder (REGISTER/ID where there are several registers)";
        option "category" (word) "この証明書利用区分のもの" "of this usage category";
        option "generation" (word) "この世代のもの" "under this generation of the root";
        choice "verdict" (&["trusted", "untrusted", "undetermined"]) "この検証結果のもの" "with this verdict";
        option "rule" (Text { ja: "コード", en: "CODE" }) "この規則の指摘があるもの(持ち主への指摘を含む)"
            "with a finding of this rule, or whose holder has one";
        choice "severity" (&["info", "warning", "error"]) "この重さ以上の指摘があるもの"
            "with a finding at least as grave";
        option "expires-before" (Text { ja: "日", en: "DAY" }) "この日より前に期限を迎えるもの"
            "that end before this day";
        option "host" (Text { ja: "名前", en: "NAME" }) "このコンピューターにあるもの" "that lie on this computer";
        option "prefecture" (word) "台帳でこの都道府県のもの" "of a holder in this prefecture";
        option "tag" (word) "台帳でこのタグのもの" "of a holder with this tag";
        choice "role" (&ROLES) "証明書の役割(既定: end-entity)" "what they are (default: end-entity)";
        switch "all" "認証局の証明書も出す" "CAs too" => |arg| arg.conflicts_with("role");
        choice "sort" (&ListOrder::ALL.map(|(word, _)| word)) "並べる順番(既定: ends)" "the order (default: ends)";
        arg (arguments::format(&arguments::formats(), lang));
        arg (arguments::output(lang));
        args (arguments::reading(lang));
    }
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
    let expires_before = arguments::day(matches, "expires-before", "2026-11-23", session.context.lang)?;
    let filter = CertificateFilter {
        texts: texts.cloned().collect(),
        holder: text("holder"),
        category: text("category"),
        generation: text("generation"),
        status: text("verdict"),
        rule: text("rule"),
        severity: text("severity").and_then(|word| match word.as_str() {
            "info" => Some(1),
            "warning" => Some(2),
            "error" => Some(3),
            _ => None,
        }),
        expires_before: expires_before.map(|day| day.to_string()),
        host: text("host"),
        prefecture: text("prefecture"),
        tag: text("tag"),
        role: (!matches.get_flag("all")).then(|| text("role").unwrap_or_else(|| HELD.into())),
        ..CertificateFilter::default()
    };
    let sort = sort.map_or(ListOrder::default(), |(_, sort)| *sort);
    Ok(ListOptions { inventory: arguments::inventory_options(session, matches)?, sort, filter })
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
