//! `shomei bind`: whose a certificate is, said by hand.

use clap::{Arg, ArgGroup, ArgMatches, Command};

use super::depot::{self, Depot};
use super::meant::{self, Wanted};
use super::session::Session;
use super::{Failure, Outcome, arguments, office, register};
use crate::certificate::{CertificateRole, hex};
use crate::inventory::{BindingRow, EntryBody, ResolvedId, Store};
use crate::locale::{Lang, Text};
use crate::register::{HolderKey, ManualBinding, MarkTarget};
use crate::report::escape;

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "証明書の持ち主を手で決めます(誤った結び付きはここで直します)",
        en: "Says whose a certificate is; a wrong link is put right here",
    };
    let positional =
        |name: &'static str, value: Text, help: Text| Arg::new(name).value_name(value.get(lang)).help(help.get(lang));
    let certificate = Text { ja: "証明書", en: "CERT" };
    let holder = Text { ja: "台帳ID", en: "HOLDER" };
    Command::new("bind")
        .about(about.get(lang))
        .arg(
            positional(
                "certificate",
                certificate,
                Text {
                    ja: "証明書(SHA-256 の先頭4桁以上、シリアル番号)",
                    en: "the certificate: four or more digits of its SHA-256, its serial number",
                },
            )
            .required(true),
        )
        .arg(positional(
            "holder",
            holder,
            Text { ja: "持ち主の台帳ID(台帳名/ID でもよい)", en: "the holder's ID, or REGISTER/ID" },
        ))
        .arg(arguments::switch(
            "nobody",
            Text { ja: "誰のものでもないとする", en: "it is nobody's: no rule may bind it" },
            lang,
        ))
        .arg(arguments::switch(
            "undo",
            Text {
                ja: "手で決めた持ち主を取り消し、自動の判断に戻す", en: "take back what was said by hand"
            },
            lang,
        ))
        .group(ArgGroup::new("whose").args(["holder", "nobody", "undo"]).required(true))
        .arg(register::by(lang))
        .arg(arguments::inventory(lang))
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let mut depot = Depot::open(session, matches)?;
    let text = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
    let certificate = the(&depot, text("certificate"), Wanted::Certificate, lang)?;
    let ResolvedId::Certificate(sha256, ..) = certificate else { return Ok(Outcome::Incomplete) };
    let failed = |error| depot::failed(&error, &depot.settings, lang);
    let office = depot.inventory.office().map_err(failed)?;
    let before = office.bindings.get(&sha256).cloned();
    let now = match (matches.get_flag("undo"), matches.get_flag("nobody")) {
        (true, _) => None,
        (_, true) => Some(ManualBinding::Nobody),
        _ => Some(ManualBinding::To(standing(&depot, the(&depot, text("holder"), Wanted::Holder, lang)?, lang)?)),
    };
    let is_of_ca =
        depot.inventory.known(&sha256).map_err(failed)?.is_some_and(|known| known.role != CertificateRole::EndEntity);
    if let Some(why) = pointless(is_of_ca, before.as_ref(), now.as_ref()) {
        return Err(Failure::new(why, lang, &[("certificate", &meant::named(&certificate))]));
    }
    let changed = now != before;
    if changed {
        let stamper = &mut office::stamper(&depot.inventory, session, &depot.settings)?;
        let bound = now.as_ref().map(BindingRow::new);
        let entry = stamper.entry(EntryBody::Binding { sha256, bound, by: who(matches) });
        office::record(&mut depot.inventory, vec![entry], &depot.settings, lang)?;
    }
    session.print(&told(&certificate, before.as_ref(), now.as_ref(), changed, lang))?;
    Ok(Outcome::Clean)
}

/// Why nothing can be said of a certificate's holder.
fn pointless(is_of_ca: bool, before: Option<&ManualBinding>, now: Option<&ManualBinding>) -> Option<Text> {
    match (before, now) {
        _ if is_of_ca => Some(Text {
            ja: "{certificate} は認証局の証明書なので、持ち主を決められません。",
            en: "{certificate} is a CA's certificate and has no holder.",
        }),
        (None, None) => Some(Text {
            ja: "{certificate} の持ち主は手で決められていないので、取り消すものがありません。",
            en: "nobody has said whose {certificate} is, so there is nothing to take back.",
        }),
        _ => None,
    }
}

/// Who records it: `--by`, or whoever is logged in.
pub(super) fn who(matches: &ArgMatches) -> Option<String> {
    matches.get_one::<String>("by").cloned().or_else(office::login)
}

fn the(depot: &Depot, id: &str, wanted: Wanted, lang: Lang) -> Result<ResolvedId, Failure> {
    let found = meant::one(&depot.inventory, id, wanted);
    let found = found.map_err(|error| depot::failed(&error, &depot.settings, lang))?;
    found.map_err(|unclear| unclear.failure(lang))
}

/// The key of a holder that stands in the register.
fn standing(depot: &Depot, meant: ResolvedId, lang: Lang) -> Result<HolderKey, Failure> {
    let office = depot.inventory.office().map_err(|error| depot::failed(&error, &depot.settings, lang))?;
    let name = meant::named(&meant);
    match meant::target(meant) {
        MarkTarget::Holder(key) if office.holder(&key).is_some() => Ok(key),
        _ => {
            let text = Text {
                ja: "{name} はもう台帳にありません。台帳に戻して取り込み直すか、別の台帳IDを指定してください。",
                en: "{name} no longer stands in the register. Put it back and import the register, or name another.",
            };
            Err(Failure::new(text, lang, &[("name", &name)]))
        }
    }
}

/// Records bindings, all or none.
pub(super) fn record(
    session: &Session,
    depot: &mut Depot,
    bindings: &[([u8; 32], ManualBinding)],
    by: Option<String>,
) -> Result<(), Failure> {
    if bindings.is_empty() {
        return Ok(());
    }
    let mut stamper = office::stamper(&depot.inventory, session, &depot.settings)?;
    let entry = |(sha256, bound): &([u8; 32], ManualBinding)| {
        stamper.entry(EntryBody::Binding { sha256: *sha256, bound: Some(BindingRow::new(bound)), by: by.clone() })
    };
    let entries = bindings.iter().map(entry).collect();
    office::record(&mut depot.inventory, entries, &depot.settings, session.lang)
}

fn told(
    certificate: &ResolvedId,
    before: Option<&ManualBinding>,
    now: Option<&ManualBinding>,
    changed: bool,
    lang: Lang,
) -> String {
    let text = match changed {
        true => Text { ja: "{certificate}: {before} → {now}\n", en: "{certificate}: {before} → {now}\n" },
        false => Text { ja: "{certificate}: すでに {now} です。\n", en: "{certificate}: it is {now} already.\n" },
    };
    let named = meant::named(certificate);
    let values: [(&str, &dyn std::fmt::Display); 3] = [
        ("certificate", &escape::terminal(&named)),
        ("before", &bound_text(before, lang)),
        ("now", &bound_text(now, lang)),
    ];
    text.fill(lang, &values)
}

/// Whose it is, for people.
pub(super) fn bound_text(bound: Option<&ManualBinding>, lang: Lang) -> String {
    match bound {
        None => Text { ja: "指定なし", en: "not said" }.get(lang).to_string(),
        Some(ManualBinding::Nobody) => Text { ja: "持ち主なし", en: "nobody's" }.get(lang).to_string(),
        Some(ManualBinding::To(key)) => escape::terminal(&format!("{}/{}", key.register, key.id)).into_owned(),
    }
}

/// The short form of a fingerprint.
pub(super) fn short(sha256: &[u8; 32]) -> String {
    hex(sha256)[..8].to_string()
}
