//! `shomei show`: the whole story of a certificate or a holder.

use super::prelude::*;
use crate::app::show::{Story, story};
use crate::report::write_json;

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "show" "証明書か事業所・代理人1件の状態、更新計画、手数料、経過を表示します"
            "Show everything about one certificate or holder: state, renewal plan, fees, history";
        argument "id" (flags::ID)
            "拇印(SHA-256)の先頭4桁以上、シリアル番号、台帳ID(台帳名/ID)、名称、事業所番号。sha256: serial: holder: を前に付けてもよい"
            "four or more digits of a SHA-256, a serial number, or a holder's ID (REGISTER/ID), name or provider number; sha256:, serial: or holder: before it says which"
            => |arg| arg.required(true);
        arg (arguments::format(&["table", "json"], lang));
        args (arguments::reading(lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let inventory = arguments::inventory_options(session, matches)?;
    let id = matches.get_one::<String>("id").map_or("", String::as_str);
    let (is_json, style) = (arguments::is_json(matches), session.style(false));
    let written = story(&session.context, inventory, id, &|story, telling| {
        let mut out = Vec::new();
        match story {
            Story::Certificate(story) if is_json => write_json(&mut out, &story.document(telling))?,
            Story::Holder(story) if is_json => write_json(&mut out, &story.document(telling))?,
            Story::Certificate(story) => story.page(&mut out, telling, style)?,
            Story::Holder(story) => story.page(&mut out, telling, style)?,
        }
        if is_json {
            out.push(b'\n');
        }
        Ok(out)
    })?;
    session.write_to(None, |out| out.write_all(&written))?;
    Ok(Outcome::Clean)
}
