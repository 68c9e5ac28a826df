//! `shomei root`: the CA roots kept for later runs.

use std::path::{Path, PathBuf};

use super::prelude::*;
use crate::app::files;
use crate::app::kept_roots::KeptRoots;
use crate::certificate::{Certificate, hex, spaced_hex};
use crate::policy::Policy;
use crate::report::escape;
use crate::trust::{PinClaim, compare_with_pins};

pub(super) fn command(lang: Lang) -> Command {
    command! { lang; "root"
        "認証局(ルート)証明書を手元に保管し、ピンと照合します" "Keeps CA root certificates and compares them with the pins";
    }
    .subcommand_required(true)
    .subcommand(command! { lang;
        "list" "ピンと、保管している認証局証明書の一覧" "Lists the pins and the roots kept";
        arg (arguments::policy(lang));
    })
    .subcommand(command! { lang;
        "add" "ピンとすべての項目で一致する認証局証明書を保管します(SHA-256 も覚えます)"
            "Keeps a root that matches a pin in every field, and learns its SHA-256";
        arg (arguments::policy(lang));
        positional "files" (flags::FILE) "認証局証明書のファイル" "files with root certificates"
            => |arg| arg.num_args(1..).required(true);
    })
    .subcommand(command! { lang;
        "remove" "保管している認証局証明書を取り除きます" "Removes a root that is kept";
        arg (arguments::policy(lang));
        argument "id" (Text { ja: "世代または拇印", en: "ID" }) "ピンの世代(2019 など)か SHA-256 の先頭"
            "a pin's id, or the beginning of a SHA-256" => |arg| arg.required(true);
    })
    .subcommand(command! { lang;
        "check" "ファイル(なければ保管分)をピンと照合します。一致しないか、欠けていれば終了コード 1"
            "Compares files, or else what is kept, with the pins; exit 1 if one does not match or is missing";
        arg (arguments::policy(lang));
        positional "files" (flags::FILE) "認証局証明書のファイル" "files with root certificates"
            => |arg| arg.num_args(0..);
    })
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let Some((name, sub)) = matches.subcommand() else { return Ok(Outcome::Incomplete) };
    let kept = KeptRoots::open(&session.context)?;
    let policy = arguments::settings(session, sub).policy_with_roots(&kept, &session.context)?;
    match name {
        "list" => list(session, &policy, &kept),
        "add" => add(session, sub, &policy, &kept),
        "remove" => remove(session, sub, &policy, &kept),
        _ => check(session, sub, &policy, &kept),
    }
}

fn named(matches: &ArgMatches) -> impl Iterator<Item = &PathBuf> {
    matches.get_many::<PathBuf>("files").into_iter().flatten()
}

fn list(session: &Session, policy: &Policy, kept: &KeptRoots) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let mut out = String::new();
    for authority in &policy.authorities {
        out += &format!("{}\n", escape::terminal(&authority.subject));
        for pin in &authority.pins {
            let held = kept.of_pin(policy, &pin.id);
            let state = match held {
                Some(_) => Text { ja: "保管済み", en: "kept" },
                None => Text { ja: "未保管", en: "not kept" },
            };
            let serial = &pin.serial;
            out += &format!("  {}  {}  {serial}  {} - {}\n", pin.id, state.get(lang), pin.not_before, pin.not_after);
            out += &format!("    SHA-1   {}\n", spaced_hex(&pin.sha1));
            if let Some(certificate) = held {
                out += &format!("    SHA-256 {}\n", spaced_hex(&certificate.sha256));
            }
        }
    }
    session.print(&out)?;
    Ok(Outcome::Clean)
}

fn add(session: &Session, matches: &ArgMatches, policy: &Policy, kept: &KeptRoots) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let mut outcome = Outcome::Clean;
    for path in named(matches) {
        for certificate in files::certificates(path, lang)? {
            let (words, fits) = compared(&certificate, policy, lang);
            if fits {
                kept.add(&certificate, lang)?;
                let text = Text { ja: "{path}: 保管しました({words})\n", en: "{path}: kept ({words})\n" };
                session.print(&filled(text, path, &words, lang))?;
            } else {
                let text = Text { ja: "{path}: 保管しません。{words}\n", en: "{path}: not kept: {words}\n" };
                session.print(&filled(text, path, &words, lang))?;
                outcome = Outcome::Found;
            }
        }
    }
    Ok(outcome)
}

fn filled(text: Text, path: &Path, words: &str, lang: Lang) -> String {
    let path = path.to_string_lossy();
    text.fill(lang, &[("path", &escape::terminal(&path)), ("words", &escape::terminal(words))])
}

fn remove(session: &Session, matches: &ArgMatches, policy: &Policy, kept: &KeptRoots) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let id = matches.get_one::<String>("id").map_or("", String::as_str);
    let Some(certificate) = kept.named(policy, id) else {
        let text = Text {
            ja: "{id} に当たる認証局証明書は保管していません。shomei root list で確かめてください。",
            en: "no root kept is {id}; see shomei root list.",
        };
        return Err(AppError::new(text, lang, &[("id", &id)]));
    };
    kept.remove(certificate, lang)?;
    let text = Text { ja: "取り除きました: {sha256}\n", en: "removed: {sha256}\n" };
    session.print(&text.fill(lang, &[("sha256", &spaced_hex(&certificate.sha256))]))?;
    Ok(Outcome::Clean)
}

fn check(session: &Session, matches: &ArgMatches, policy: &Policy, kept: &KeptRoots) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let mut all_fit = true;
    let mut out = String::new();
    let mut some = false;
    for path in named(matches) {
        some = true;
        for certificate in files::certificates(path, lang)? {
            let (words, fits) = compared(&certificate, policy, lang);
            all_fit &= fits;
            out += &filled(Text { ja: "{path}: {words}\n", en: "{path}: {words}\n" }, path, &words, lang);
        }
    }
    if !some {
        for certificate in kept.certificates() {
            let (words, fits) = compared(certificate, policy, lang);
            all_fit &= fits;
            out += &format!("{}: {words}\n", hex(&certificate.sha256));
        }
        for pin in policy.authorities.iter().flat_map(|a| &a.pins) {
            if kept.of_pin(policy, &pin.id).is_none() {
                all_fit = false;
                let text = Text {
                    ja: "ピン {pin}: 認証局証明書がありません。入手して shomei root add してください\n",
                    en: "pin {pin}: the root is not kept; get it and use shomei root add\n",
                };
                out += &text.fill(lang, &[("pin", &pin.id)]);
            }
        }
    }
    session.print(&out)?;
    Ok(Outcome::found_if(!all_fit))
}

/// What a certificate is to the pins, in words, and whether it matches one.
fn compared(certificate: &Certificate, policy: &Policy, lang: Lang) -> (String, bool) {
    let (text, id) = match compare_with_pins(policy, certificate) {
        PinClaim::Anchor(pair) => {
            (Text { ja: "ピン {pin} とすべての項目で一致", en: "matches the pin {pin} in every field" }, &*pair.pin.id)
        }
        PinClaim::Conflict(pair) => (
            Text {
                ja: "拇印はピン {pin} と同じですが、ほかの項目が違います。ポリシーの書き間違いがないか確かめてください",
                en: "has the fingerprint of the pin {pin} but another field differs: the pin may be misprinted",
            },
            &*pair.pin.id,
        ),
        PinClaim::Impostor(_) => (
            Text {
                ja: "名前はピンの認証局ですが、拇印がどのピンとも違います。偽物の疑いがあります",
                en: "bears the name of a pinned CA, but no pin's fingerprint: an impostor, it seems",
            },
            "",
        ),
        PinClaim::Later(_) => (
            Text {
                ja: "ピンより後に始まる同名の認証局証明書です。新しい世代なら、運営者の公表値を確かめてポリシーにピンを加えてください",
                en: "bears the name of a pinned CA and begins after the newest pin: if it is the next generation, compare with what the operator publishes and add a pin",
            },
            "",
        ),
        PinClaim::None => (
            Text {
                ja: "このポリシーのどの認証局の証明書でもありません", en: "is not a root of any CA in this policy"
            },
            "",
        ),
    };
    let fits = matches!(compare_with_pins(policy, certificate), PinClaim::Anchor(_));
    (text.fill(lang, &[("pin", &id)]), fits)
}
