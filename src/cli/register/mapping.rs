//! `shomei register mapping`.

use crate::app::register::{IGNORE, mappings};
use crate::cli::prelude::*;
use crate::register::RegisterColumn;
use crate::report::pad;

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let mut out = String::new();
    let settings = arguments::settings(session, matches);
    for (name, mapping) in mappings(&session.context, &settings, matches.get_one::<String>("name").cloned())? {
        out += &of_register(&name, &mapping, lang);
    }
    out += &codes(lang);
    session.print(&out)
}

fn of_register(name: &str, mapping: &[(String, String)], lang: Lang) -> String {
    let title = match mapping.is_empty() {
        true => Text {
            ja: "台帳「{name}」: 指定された見出しはありません(見出しの名前から読み取ります)\n",
            en: "Register \"{name}\": nothing was said of its headers; they are understood by their names\n",
        },
        false => Text { ja: "台帳「{name}」の見出し\n", en: "Headers of the register \"{name}\"\n" },
    };
    let mut out = title.fill(lang, &[("name", &escape::terminal(name))]);
    for (header, code) in mapping {
        let title = match RegisterColumn::of_code(code) {
            Some(column) => column.title().get(lang),
            // A word of a column and what it means.
            None if code.starts_with('=') => Text { ja: "語の意味", en: "meaning of a word" }.get(lang),
            None if code == IGNORE => Text { ja: "使わない", en: "not used" }.get(lang),
            None => "?",
        };
        out += &format!("  {}  {}  {title}\n", pad(&escape::terminal(header), 28), pad(code, 18));
    }
    out + "\n"
}

fn codes(lang: Lang) -> String {
    let mut out = Text { ja: "列のコード\n", en: "Codes of columns\n" }.get(lang).to_string();
    for column in RegisterColumn::ALL {
        out += &format!("  {}  {}\n", pad(column.code(), 18), column.title().get(lang));
    }
    out
}
