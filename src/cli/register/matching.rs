//! `shomei register match`: candidates and their evidence, for people.

use std::fmt::Display;
use std::io::{self, Write};

use crate::app::register::{self, MatchOverview, UnmatchedCertificate};
use crate::cli::prelude::*;
use crate::report::{Style, fit, write_indented};

/// Certificates that are shown of each part; the export has all.
const SHOWN: usize = 50;

/// Columns that the name of a certificate takes at most.
const NAME: usize = 60;

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let inventory = arguments::inventory_options(session, matches)?;
    let accept = matches.get_flag("accept");
    let overview = register::overview(&session.context, inventory, accept, arguments::who(session, matches))?;
    let page = Page { overview: &overview, accept, lang: session.context.lang, style: session.style(false) };
    session.write_to(None, |out| page.write(out))?;
    Ok(Outcome::Clean)
}

struct Page<'a> {
    overview: &'a MatchOverview,
    accept: bool,
    lang: Lang,
    style: Style,
}

impl Page<'_> {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let all = &self.overview.certificates;
        let (proposed, rest): (Vec<_>, Vec<_>) = all.iter().partition(|one| one.proposed.is_some());
        let (doubtful, without): (Vec<_>, Vec<_>) = rest.into_iter().partition(|one| !one.candidates.is_empty());
        let valid = all.iter().filter(|one| one.is_in_use).count();
        let answer = Text {
            ja: "未対応の証明書 {n} 枚(うち有効なもの {valid} 枚): 候補が決まるもの {proposed}、決まらないもの {doubtful}、候補のないもの {without}。",
            en: "{n} certificates without holder ({valid} of them valid): {proposed} with a clear candidate, {doubtful} in doubt, {without} without candidate.",
        };
        let values: [(&str, &dyn Display); 5] = [
            ("n", &all.len()),
            ("valid", &valid),
            ("proposed", &proposed.len()),
            ("doubtful", &doubtful.len()),
            ("without", &without.len()),
        ];
        write_indented(out, "", &self.style.bold(&answer.fill(self.lang, &values)), self.style.width)?;
        if self.overview.by_number > 0 {
            let text = Text {
                ja: "このほか、所有者識別子の事業所番号で自動的に対応付けたもの {n} 枚(取り消すには shomei bind 証明書 --nobody)。",
                en: "{n} others were matched by the provider number in their subject (to undo: shomei bind CERT --nobody).",
            };
            let text = text.fill(self.lang, &[("n", &self.overview.by_number)]);
            write_indented(out, "", &text, self.style.width)?;
        }
        let clear = match self.accept {
            true => Text { ja: "対応付けたもの", en: "Matched" },
            false => Text { ja: "候補が決まるもの", en: "With a clear candidate" },
        };
        self.part(out, clear, &proposed)?;
        self.part(out, Text { ja: "候補が決まらないもの", en: "In doubt" }, &doubtful)?;
        self.part(out, Text { ja: "候補のないもの", en: "Without candidate" }, &without)?;
        writeln!(out)?;
        write_indented(out, "", self.hint(proposed.len()), self.style.width)
    }

    fn part(&self, out: &mut dyn Write, title: Text, certificates: &[&UnmatchedCertificate]) -> io::Result<()> {
        if certificates.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n{}", self.style.bold(&format!("{} ({})", title.get(self.lang), certificates.len())))?;
        for one in certificates.iter().take(SHOWN) {
            let name = if one.name.is_empty() { &one.subject } else { &one.name };
            let ends = one.ends_on.map(|day| day.to_string()).unwrap_or_default();
            let text = Text { ja: "{name}({ends} まで)  {path}", en: "{name} (until {ends})  {path}" };
            let values: [(&str, &dyn Display); 3] = [
                ("name", &fit(&escape::terminal(name), NAME)),
                ("ends", &ends),
                ("path", &escape::terminal(&one.path)),
            ];
            write_indented(out, "  - ", &text.fill(self.lang, &values), self.style.width)?;
            for (holder, evidence) in &one.candidates {
                let evidence: Vec<&str> = evidence.iter().map(|one| one.text().get(self.lang)).collect();
                let evidence = evidence.join(Text { ja: "、", en: ", " }.get(self.lang));
                let name = &self.overview.office.holders[*holder].name;
                let line = format!("{} {} — {evidence}", self.overview.id(*holder), fit(name, NAME));
                write_indented(out, "    → ", &escape::terminal(&line), self.style.width)?;
            }
        }
        if certificates.len() > SHOWN {
            let text = Text { ja: "ほか {n} 枚(全部は --export)", en: "and {n} more (all of them: --export)" };
            writeln!(out, "  {}", text.fill(self.lang, &[("n", &(certificates.len() - SHOWN))]))?;
        }
        Ok(())
    }

    /// What to do next.
    fn hint(&self, proposed: usize) -> &'static str {
        let text = match () {
            () if self.overview.certificates.is_empty() => Text {
                ja: "次に: 請求できるかどうかは shomei coverage。",
                en: "Next: who can submit claims: shomei coverage.",
            },
            () if self.accept => Text {
                ja: "次に: 残りは shomei register match --export 対応表.xlsx で書き出し、記入して --import で取り込みます。1枚ずつなら shomei bind。誤りは shomei bind 証明書 --undo で取り消せます。",
                en: "Next: write the rest with shomei register match --export match.xlsx, fill it in and --import it; one alone: shomei bind. To undo one: shomei bind CERT --undo.",
            },
            () if proposed > 0 => Text {
                ja: "次に: 候補を確かめ、正しければ shomei register match --accept で、候補が決まるものをすべて対応付けます。表で直すなら --export 対応表.xlsx。",
                en: "Next: check the candidates; shomei register match --accept matches all with a clear candidate. To edit them in a table: --export match.xlsx.",
            },
            () => Text {
                ja: "次に: shomei register match --export 対応表.xlsx で書き出し、記入して --import で取り込みます。1枚ずつなら shomei bind。",
                en: "Next: write them with shomei register match --export match.xlsx, fill it in and --import it; one alone: shomei bind.",
            },
        };
        text.get(self.lang)
    }
}
