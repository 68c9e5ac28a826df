//! `shomei mark`: what people did about certificates and holders.

mod draft;
mod sheet;
mod undo;

use std::path::PathBuf;

use clap::{Arg, ArgGroup, ArgMatches, Command};

use super::depot::{self, Depot};
use super::meant::{self, Wanted};
use super::session::Session;
use super::{Failure, Outcome, arguments, bind, complain, office, register};
use crate::calendar::Day;
use crate::inventory::{EntryBody, EntryId, InventoryError, MarkRow, ResolvedId, Store};
use crate::locale::{Lang, Text};
use crate::register::{HolderKey, Mark, MarkState, MarkTarget, RegisterState};
use crate::report::escape;
pub(super) use draft::state_of;
use draft::{Deed, Draft};

const DAY: Text = Text { ja: "日", en: "DAY" };
const TEXT: Text = Text { ja: "文", en: "TEXT" };

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "申請・発行・導入・連絡など、人がしたことを記録します",
        en: "Records what people did: applied, installed, told somebody",
    };
    // English readers read the codes; for Japanese ones the words they may type stand beside.
    let state = |state: &MarkState| match lang {
        Lang::Ja => format!("{}({})", state.title().ja, state.code()),
        Lang::En => state.code().to_string(),
    };
    let states: Vec<String> = MarkState::ALL.iter().map(state).collect();
    let help = Text { ja: "したこと: {states}", en: "what was done: {states}" };
    let comma = Text { ja: "、", en: ", " }.get(lang);
    let state = Arg::new("state")
        .value_name(Text { ja: "状態", en: "STATE" }.get(lang))
        .help(help.fill(lang, &[("states", &states.join(comma))]))
        .display_order(0);
    let ids = Text {
        ja: "証明書(SHA-256 の先頭4桁以上、シリアル番号)か台帳ID。sha256: serial: holder: を付けてもよい",
        en: "certificates (four or more digits of the SHA-256, serial number) or holder IDs; sha256:, serial: and holder: may stand before",
    };
    let ids = Arg::new("ids").value_name("ID").help(ids.get(lang)).num_args(0..).display_order(1);
    Command::new("mark")
        .about(about.get(lang))
        .arg(state)
        .arg(ids)
        .args(of_a_mark(lang))
        .args(from_elsewhere(lang))
        .group(ArgGroup::new("way").args(["state", "from", "template", "undo"]).required(true))
        .arg(register::by(lang))
        .arg(arguments::inventory(lang))
        .args(arguments::judging(lang))
}

/// What is said of a mark.
fn of_a_mark(lang: Lang) -> [Arg; 5] {
    let rule =
        Text { ja: "確認済(acknowledged)にする指摘の規則", en: "the rule whose finding is acknowledged" };
    let pc = Text { ja: "導入した PC や場所", en: "the PC or place" };
    let on = Text { ja: "した日(既定: 今日)", en: "the day on which it was done (default: today)" };
    let until = Text {
        ja: "最後に有効な日(確認済には必須)",
        en: "the last day on which it holds; acknowledged needs one",
    };
    let reason = Text { ja: "理由や覚え書き", en: "why, or a note" };
    let options = [("rule", Text { ja: "規則", en: "CODE" }, rule), ("pc", Text { ja: "名前", en: "NAME" }, pc)];
    let [rule, pc] = options.map(|(name, value, help)| arguments::option(name, value, help, lang));
    let [on, until] = [("on", on), ("until", until)].map(|(name, help)| arguments::option(name, DAY, help, lang));
    [rule, pc, on, until, arguments::option("reason", TEXT, reason, lang)]
}

/// Marks in a table, and taking one back.
fn from_elsewhere(lang: Lang) -> [Arg; 3] {
    let from = Text {
        ja: "表(Excel か CSV)に書いた記録をまとめて取り込む",
        en: "takes marks from a table (Excel or CSV)",
    };
    let template = Text {
        ja: "記入用の空の表(.xlsx か .csv)を書き出す",
        en: "writes an empty table to fill in (.xlsx or .csv)",
    };
    let undo = Text {
        ja: "記録を取り消す(番号は shomei log で見られる)",
        en: "takes a mark back; shomei log shows the entries",
    };
    let entry = Text { ja: "記録番号", en: "ENTRY" };
    [
        arguments::file("from", from, lang).conflicts_with_all(["ids", "rule", "pc", "on", "until", "reason"]),
        arguments::file("template", template, lang),
        arguments::option("undo", entry, undo, lang),
    ]
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let path = |name: &str| matches.get_one::<PathBuf>(name).map(PathBuf::as_path);
    if let Some(path) = path("template") {
        return sheet::template(session, path);
    }
    if let Some(entry) = matches.get_one::<String>("undo") {
        return undo::run(session, matches, entry);
    }
    match path("from") {
        Some(path) => sheet::run(session, matches, path),
        None => by_hand(session, matches),
    }
}

/// Marks whose IDs stand on the command line: all of them, or none.
fn by_hand(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let mut desk = Desk::open(session, matches)?;
    let deed = Deed::new(&text("state").unwrap_or_default(), text, bind::who(matches), (desk.today, desk.latest), lang);
    let deed = deed.map_err(Failure::Message)?;
    let ids: Vec<&String> = matches.get_many::<String>("ids").into_iter().flatten().collect();
    if ids.is_empty() {
        let text = Text {
            ja: "どの証明書・事業所のことかを指定してください(shomei mark 状態 ID…)。",
            en: "say which certificates or holders: shomei mark STATE ID…",
        };
        return Err(Failure::new(text, lang, &[]));
    }
    let (mut drafts, mut wrong) = (Vec::new(), Vec::new());
    for id in ids {
        match desk.draft(session, &deed, id)? {
            Ok(draft) => drafts.push(draft),
            Err(what) => wrong.push(what),
        }
    }
    if !wrong.is_empty() {
        return Err(Failure::Message(wrong.join("\n")));
    }
    let said = desk.record(session, drafts)?;
    session.print(&said)?;
    Ok(Outcome::Clean)
}

/// What is needed to put marks to paper: the inventory, and the office.
struct Desk {
    depot: Depot,
    office: RegisterState,
    today: Option<Day>,
    /// The last day on which anything can have been done: today, or the day judged.
    latest: Option<Day>,
    lang: Lang,
}

impl Desk {
    fn open(session: &Session, matches: &ArgMatches) -> Result<Desk, Failure> {
        let lang = session.lang;
        let depot = Depot::open(session, matches)?;
        let office = depot.inventory.office().map_err(|error| depot::failed(&error, &depot.settings, lang))?;
        // Where a moment gone by is judged, what is done is done then: a later mark would not count.
        let today = depot.judging.policy.zone.day(session.now.min(depot.judging.at));
        let latest = depot.judging.policy.zone.day(session.now.max(depot.judging.at));
        Ok(Desk { depot, office, today, latest, lang })
    }

    fn failed(&self, error: &InventoryError) -> Failure {
        depot::failed(error, &self.depot.settings, self.lang)
    }

    /// A mark of `deed` on what `id` means. The inner error is for people.
    fn draft(&mut self, session: &Session, deed: &Deed, id: &str) -> Result<Result<Draft, String>, Failure> {
        let meant = match meant::one(&self.depot.inventory, id, Wanted::Either).map_err(|e| self.failed(&e))? {
            Ok(meant) => meant,
            Err(unclear) => return Ok(Err(unclear.text(self.lang))),
        };
        let name = meant::named(&meant);
        let target = match self.aimed(session, deed.state, meant)? {
            Ok(target) => target,
            Err(what) => return Ok(Err(what)),
        };
        if let (MarkState::Installed, Some(place)) = (deed.state, &deed.place) {
            self.know_place(session, &target, place)?;
        }
        Ok(Ok(Draft { deed: deed.clone(), target, name }))
    }

    /// What a mark of this state is put on: a certificate, a holder, or a certificate's holder.
    fn aimed(
        &mut self,
        session: &Session,
        state: MarkState,
        meant: ResolvedId,
    ) -> Result<Result<MarkTarget, String>, Failure> {
        let name = meant::named(&meant);
        let title = state.title().get(self.lang);
        let fill = |text: Text| text.fill(self.lang, &[("id", &name), ("state", &title)]);
        Ok(match (state, meant::target(meant)) {
            (MarkState::PasswordChanged | MarkState::Contacted, MarkTarget::Certificate(sha256)) => {
                let unbound = Text {
                    ja: "「{state}」は事業所についての記録ですが、証明書 {id} の持ち主が分かりません。台帳IDを指定するか、shomei bind で持ち主を決めてください。",
                    en: "\"{state}\" is said of holders, and nobody knows whose certificate {id} is. Give the holder's ID, or bind it with shomei bind.",
                };
                let unbound = fill(unbound);
                self.holder_of(session, &sha256)?.map(MarkTarget::Holder).ok_or(unbound)
            }
            (MarkState::Installed, MarkTarget::Holder(key)) => {
                let of_certificates = Text {
                    ja: "「{state}」は証明書についての記録です。{id} のどの証明書かを指定してください。",
                    en: "\"{state}\" is said of certificates. Say which one of {id}.",
                };
                let of_certificates = fill(of_certificates);
                self.depot.bring_up_to_date(session)?;
                let held = self.depot.inventory.held_by(&[(key.register, key.id)]).map_err(|e| self.failed(&e))?;
                let ids = held.iter().map(|sha256| format!("\n  sha256:{}", bind::short(sha256)));
                Err(of_certificates + &ids.collect::<String>())
            }
            (_, target) => Ok(target),
        })
    }

    /// Whose a certificate is, as judged now.
    fn holder_of(&mut self, session: &Session, sha256: &[u8; 32]) -> Result<Option<HolderKey>, Failure> {
        self.depot.bring_up_to_date(session)?;
        self.depot.inventory.holder_of(sha256).map_err(|error| self.failed(&error))
    }

    /// Tells of a PC that the register does not know: a slip of the pen would leave the right one
    /// without its mark.
    fn know_place(&mut self, session: &Session, target: &MarkTarget, place: &str) -> Result<(), Failure> {
        let MarkTarget::Certificate(sha256) = target else { return Ok(()) };
        let Some(key) = self.holder_of(session, sha256)? else { return Ok(()) };
        let Some(holder) = self.office.holder(&key).filter(|holder| !holder.places.is_empty()) else { return Ok(()) };
        let fold = crate::register::plain;
        if holder.places.iter().all(|known| fold(known) != fold(place)) {
            let text = Text {
                ja: "{place} は台帳にある {holder} の PC({places})ではありません。記録はしました。誤りなら mark --undo で取り消してください。",
                en: "{place} is none of the PCs that the register has of {holder} ({places}). It is recorded all the same; if it is wrong, use mark --undo.",
            };
            let places = office::joined(&holder.places, self.lang);
            complain(&text.fill(self.lang, &[("place", &place), ("holder", &key.id), ("places", &places)]));
        }
        Ok(())
    }

    /// Records marks, all or none, and says so. What is recorded already is not recorded again.
    fn record(&mut self, session: &Session, drafts: Vec<Draft>) -> Result<String, Failure> {
        // A connection of its own: what was judged for another policy is not kept in this one.
        let mut inventory = depot::open(&self.depot.settings, self.lang)?;
        let mut stamper = office::stamper(&inventory, session, &self.depot.settings)?;
        let (mut lines, mut entries) = (Vec::new(), Vec::new());
        for draft in drafts {
            let mark = draft.mark();
            let known = self.office.marks_of(&mark.target);
            if let Some(same) = known.iter().find(|one| says_the_same(one, &mark)) {
                lines.push((same.id, draft, true));
                continue;
            }
            let before = known.iter().rev().find(|one| one.state == mark.state && one.rule == mark.rule);
            let entry = stamper.entry(EntryBody::Mark(MarkRow::new(&mark, before.map(before_text))));
            self.office.marks.entry(mark.target.clone()).or_default().push(Mark { id: entry.id, ..mark });
            lines.push((entry.id, draft, false));
            entries.push(entry);
        }
        if !entries.is_empty() {
            office::record(&mut inventory, entries, &self.depot.settings, self.lang)?;
        }
        self.told(&lines)
    }

    fn told(&self, lines: &[(EntryId, Draft, bool)]) -> Result<String, Failure> {
        let ids = self.depot.inventory.office_ids().map_err(|error| self.failed(&error))?;
        let short = office::ShortNames::of(&ids);
        let line = |(id, draft, again): &(EntryId, Draft, bool)| {
            let again = Text { ja: "(記録済み)", en: " (recorded already)" }.get(self.lang).repeat(usize::from(*again));
            let title = draft.deed.state.title().get(self.lang);
            let about = escape::terminal(&draft.about(self.lang)).into_owned();
            format!("{}  {title}  {about}{again}\n", short.name(id))
        };
        Ok(lines.iter().map(line).collect())
    }
}

/// What held before: state and day.
fn before_text(mark: &Mark) -> String {
    let day = mark.on.map(|day| format!(" {day}")).unwrap_or_default();
    format!("{}{day}", mark.state.code())
}

fn says_the_same(one: &Mark, other: &Mark) -> bool {
    Mark { id: other.id, recorded: other.recorded, ..one.clone() } == *other
}
