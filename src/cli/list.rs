//! `shomei list`: the certificates of the inventory, all or some.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::depot::{Depot, failed};
use super::session::Session;
use super::{Failure, Outcome, arguments, settings};
use crate::audit::rules;
use crate::calendar::parse_day;
use crate::inventory::Store;
use crate::inventory::{CertificateFilter, ListOrder};
use crate::locale::{Lang, Text, nearest};
use crate::policy::Policy;
use crate::report::{Format, ListCsv, ListHead, ListJson, ListNdjson, ListTable, ListWriter};

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

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let depot = Depot::read(session, matches)?;
    let lang = session.lang;
    let given = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let sort = given("sort").and_then(|word| ListOrder::ALL.iter().find(|(w, _)| *w == word));
    let sort = sort.map_or(ListOrder::default(), |(_, sort)| *sort);
    let format = given("format").and_then(settings::format).unwrap_or_default();
    let output = matches.get_one::<PathBuf>("output");
    let inventory = &depot.inventory;
    let told = |error: crate::inventory::InventoryError| failed(&error, &depot.settings, lang);
    let known = inventory.holder_ids().map_err(told)?;
    let filter = filter(matches, &depot.judging.policy, &known, lang)?;
    let chosen = inventory.chosen(&filter, sort).map_err(told)?;
    let head = ListHead {
        at: depot.judging.at,
        as_of: depot.as_of,
        zone: depot.judging.policy.zone,
        known: inventory.certificates(filter.role.as_deref()).map_err(told)?,
        total: chosen.len() as u64,
    };
    session.write_to(output.map(PathBuf::as_path), |out| {
        let mut list = writer(session, format, head, output.is_some(), out)?;
        for sha256 in &chosen {
            if let Some(listed) = inventory.listed(sha256)? {
                list.certificate(&listed)?;
            }
        }
        list.end()
    })?;
    Ok(Outcome::Clean)
}

fn writer<'a>(
    session: &Session,
    format: Format,
    head: ListHead,
    to_file: bool,
    out: &'a mut dyn Write,
) -> io::Result<Box<dyn ListWriter + 'a>> {
    Ok(match format {
        Format::Table => Box::new(ListTable::new(out, head, session.lang, session.style(to_file))),
        Format::Json => Box::new(ListJson::new(out, head)?),
        Format::Ndjson => Box::new(ListNdjson::new(out, head)?),
        Format::Csv => Box::new(ListCsv::new(out)?),
    })
}

fn filter(matches: &ArgMatches, policy: &Policy, known: &[String], lang: Lang) -> Result<CertificateFilter, Failure> {
    let given = |name: &str| matches.get_one::<String>(name).cloned();
    let (register, holder) = given("holder").map_or((None, None), |text| holder(&text, known));
    let role = given("role").unwrap_or_else(|| HELD.into());
    let words = ["words", "text"].into_iter().filter_map(|name| matches.get_many::<String>(name)).flatten();
    Ok(CertificateFilter {
        holder,
        register,
        category: given("category").map(|word| category(&word, policy, lang)).transpose()?,
        generation: given("generation").map(|word| generation(word, policy, lang)).transpose()?,
        status: given("verdict"),
        rule: given("rule").map(|code| rule(&code, lang)).transpose()?,
        severity: given("severity").and_then(|word| match word.as_str() {
            "info" => Some(1),
            "warning" => Some(2),
            "error" => Some(3),
            _ => None,
        }),
        expires_before: given("expires-before").map(|text| day("expires-before", &text, lang)).transpose()?,
        host: given("host"),
        prefecture: given("prefecture"),
        tag: given("tag"),
        texts: words.cloned().collect(),
        role: (!matches.get_flag("all")).then_some(role),
    })
}

/// Register and ID of what is written `REGISTER/ID` or just `ID`; an ID may hold a slash itself.
fn holder(text: &str, known: &[String]) -> (Option<String>, Option<String>) {
    let text = text.strip_prefix("holder:").unwrap_or(text);
    match text.split_once('/') {
        Some((register, id)) if !known.iter().any(|known| known == text) => (Some(register.into()), Some(id.into())),
        _ => (None, Some(text.into())),
    }
}

/// A day, as the inventory compares it.
fn day(flag: &str, text: &str, lang: Lang) -> Result<String, Failure> {
    let wrong = Text {
        ja: "--{flag} の値 {text} は日付ではありません。2026-11-23 のように書いてください。",
        en: "--{flag} {text} is no day: write it like 2026-11-23.",
    };
    let day = parse_day(text).ok_or_else(|| Failure::new(wrong, lang, &[("flag", &flag), ("text", &text)]))?;
    Ok(day.to_string())
}

fn rule(code: &str, lang: Lang) -> Result<String, Failure> {
    let code = code.to_lowercase();
    if rules::rule(&code).is_some() {
        return Ok(code);
    }
    let unknown = Text {
        ja: "{code} という規則はありません。一覧は shomei explain --list で見られます。",
        en: "there is no rule {code}. shomei explain --list shows them all.",
    };
    let instead = Text {
        ja: "{code} という規則はありません。{near} のことですか。一覧は shomei explain --list で見られます。",
        en: "there is no rule {code}; did you mean {near}? shomei explain --list shows them all.",
    };
    Err(match nearest(&code, rules::codes()) {
        Some(near) => Failure::new(instead, lang, &[("code", &code), ("near", &near)]),
        None => Failure::new(unknown, lang, &[("code", &code)]),
    })
}

/// The id of a usage category, given as the policy or a register writes it.
fn category(word: &str, policy: &Policy, lang: Lang) -> Result<String, Failure> {
    let categories = &policy.holders.categories;
    let found = categories.iter().find(|category| category.id == word || category.words.iter().any(|w| w == word));
    let ids = || categories.iter().map(|category| category.id.as_str()).collect();
    found.map(|category| category.id.clone()).ok_or_else(|| not_of_policy("category", word, ids(), lang))
}

fn generation(word: String, policy: &Policy, lang: Lang) -> Result<String, Failure> {
    let pins = || policy.authorities.iter().flat_map(|authority| &authority.pins).map(|pin| pin.id.as_str());
    match pins().any(|id| id == word) {
        true => Ok(word),
        false => Err(not_of_policy("generation", &word, pins().collect(), lang)),
    }
}

fn not_of_policy(flag: &str, word: &str, known: Vec<&str>, lang: Lang) -> Failure {
    let some = Text {
        ja: "--{flag} の値 {word} はポリシーにありません。使えるのは {known} です。",
        en: "--{flag} {word} is not in the policy, which has {known}.",
    };
    let none = Text {
        ja: "--{flag} の値 {word} はポリシーにありません。このポリシーには1つもありません。",
        en: "--{flag} {word} is not in the policy, which has none.",
    };
    let text = if known.is_empty() { none } else { some };
    Failure::new(text, lang, &[("flag", &flag), ("word", &word), ("known", &known.join(", "))])
}
