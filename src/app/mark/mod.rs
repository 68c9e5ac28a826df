//! What people did about certificates and holders: recorded one by one, from a table, or taken
//! back.

mod draft;
mod sheet;
mod undo;

pub use draft::{MarkDetails, MarkDraft, MarkWords, state_of};
pub use sheet::{import_sheet, write_template};
pub use undo::undo;

use super::open_inventory::{self, InventoryOptions, OpenInventory};
use super::record::{self, ShortNames};
use super::resolve_id::{self, Wanted};
use super::{AppError, Context, bind};
use crate::calendar::Day;
use crate::inventory::{EntryBody, History, InventoryError, MarkRow, ResolvedId, Store};
use crate::locale::{Lang, Text};
use crate::register::{HolderKey, Mark, MarkState, MarkTarget, RegisterState};

/// A mark that is recorded.
pub struct RecordedMark {
    /// The short name of its entry.
    pub entry: String,
    pub draft: MarkDraft,
    /// It was recorded before.
    pub is_known: bool,
}

/// Records that something was done about each of some IDs: all of them, or none.
pub fn mark(
    context: &Context,
    inventory: InventoryOptions,
    words: MarkWords,
    ids: &[String],
) -> Result<Vec<RecordedMark>, AppError> {
    let lang = context.lang;
    let mut recorder = MarkRecorder::open(context, inventory)?;
    let details = MarkDetails::of_words(words, (recorder.today, recorder.latest), lang).map_err(AppError::Message)?;
    if ids.is_empty() {
        let text = Text {
            ja: "どの証明書・事業所のことかを指定してください(shomei mark 状態 ID…)。",
            en: "say which certificates or holders: shomei mark STATE ID…",
        };
        return Err(AppError::new(text, lang, &[]));
    }
    let (mut drafts, mut wrong) = (Vec::new(), Vec::new());
    for id in ids {
        match recorder.draft(context, &details, id)? {
            Ok(draft) => drafts.push(draft),
            Err(what) => wrong.push(what),
        }
    }
    if !wrong.is_empty() {
        return Err(AppError::Message(wrong.join("\n")));
    }
    recorder.record(context, drafts)
}

/// What is needed to put marks to paper: the inventory, and the office.
struct MarkRecorder {
    opened: OpenInventory,
    office: RegisterState,
    today: Option<Day>,
    /// The last day on which anything can have been done: today, or the day judged.
    latest: Option<Day>,
    lang: Lang,
}

impl MarkRecorder {
    fn open(context: &Context, inventory: InventoryOptions) -> Result<MarkRecorder, AppError> {
        let lang = context.lang;
        let opened = OpenInventory::open(context, inventory)?;
        let office = opened.inventory.office().map_err(|error| opened.failed(&error, context))?;
        // Where a past moment is judged, what is done is done then: a later mark would not count.
        let today = opened.judging.policy.zone.day(context.now.min(opened.judging.at));
        let latest = opened.judging.policy.zone.day(context.now.max(opened.judging.at));
        Ok(MarkRecorder { opened, office, today, latest, lang })
    }

    fn failed(&self, error: &InventoryError) -> AppError {
        open_inventory::failed(error, &self.opened.settings, self.lang)
    }

    /// A mark of `details` on what `id` means. The inner error is for people.
    fn draft(
        &mut self,
        context: &Context,
        details: &MarkDetails,
        id: &str,
    ) -> Result<Result<MarkDraft, String>, AppError> {
        let meant = match resolve_id::one(&self.opened.inventory, id, Wanted::Either).map_err(|e| self.failed(&e))? {
            Ok(meant) => meant,
            Err(unclear) => return Ok(Err(unclear.text(self.lang))),
        };
        let name = resolve_id::named(&meant);
        let target = match self.aimed(context, details.state, meant)? {
            Ok(target) => target,
            Err(what) => return Ok(Err(what)),
        };
        if let (MarkState::Installed, Some(place)) = (details.state, &details.place) {
            self.know_place(context, &target, place)?;
        }
        Ok(Ok(MarkDraft { details: details.clone(), target, name }))
    }

    /// What a mark of this state is put on: a certificate, a holder, or a certificate's holder.
    fn aimed(
        &mut self,
        context: &Context,
        state: MarkState,
        meant: ResolvedId,
    ) -> Result<Result<MarkTarget, String>, AppError> {
        let name = resolve_id::named(&meant);
        let title = state.title().get(self.lang);
        let fill = |text: Text| text.fill(self.lang, &[("id", &name), ("state", &title)]);
        Ok(match (state, resolve_id::target(meant)) {
            (MarkState::PasswordChanged | MarkState::Contacted, MarkTarget::Certificate(sha256)) => {
                let unbound = Text {
                    ja: "「{state}」は事業所についての記録ですが、証明書 {id} の持ち主が分かりません。台帳IDを指定するか、shomei bind で持ち主を決めてください。",
                    en: "\"{state}\" is said of holders, and nobody knows whose certificate {id} is. Give the holder's ID, or bind it with shomei bind.",
                };
                let unbound = fill(unbound);
                self.holder_of(context, &sha256)?.map(MarkTarget::Holder).ok_or(unbound)
            }
            (MarkState::Installed, MarkTarget::Holder(key)) => {
                let of_certificates = Text {
                    ja: "「{state}」は証明書についての記録です。{id} のどの証明書かを指定してください。",
                    en: "\"{state}\" is said of certificates. Say which one of {id}.",
                };
                let of_certificates = fill(of_certificates);
                self.opened.bring_up_to_date(context)?;
                let held = self.opened.inventory.held_by(&[(key.register, key.id)]).map_err(|e| self.failed(&e))?;
                let ids = held.iter().map(|sha256| format!("\n  sha256:{}", bind::short(sha256)));
                Err(of_certificates + &ids.collect::<String>())
            }
            (_, target) => Ok(target),
        })
    }

    /// Whose a certificate is, as judged now.
    fn holder_of(&mut self, context: &Context, sha256: &[u8; 32]) -> Result<Option<HolderKey>, AppError> {
        self.opened.bring_up_to_date(context)?;
        self.opened.inventory.holder_of(sha256).map_err(|error| self.failed(&error))
    }

    /// Tells of a PC that the register does not know: a slip of the pen would leave the right one
    /// without its mark.
    fn know_place(&mut self, context: &Context, target: &MarkTarget, place: &str) -> Result<(), AppError> {
        let MarkTarget::Certificate(sha256) = target else { return Ok(()) };
        let Some(key) = self.holder_of(context, sha256)? else { return Ok(()) };
        let Some(holder) = self.office.holder(&key).filter(|holder| !holder.places.is_empty()) else { return Ok(()) };
        let fold = crate::register::plain;
        if holder.places.iter().all(|known| fold(known) != fold(place)) {
            let text = Text {
                ja: "{place} は台帳にある {holder} の PC({places})ではありません。記録はしました。誤りなら mark --undo で取り消してください。",
                en: "{place} is none of the PCs that the register has of {holder} ({places}). It is recorded all the same; if it is wrong, use mark --undo.",
            };
            let places = super::sheet::joined(&holder.places, self.lang);
            context.notice(&text.fill(self.lang, &[("place", &place), ("holder", &key.id), ("places", &places)]));
        }
        Ok(())
    }

    /// Records marks, all or none. What is recorded already is not recorded again.
    fn record(&mut self, context: &Context, drafts: Vec<MarkDraft>) -> Result<Vec<RecordedMark>, AppError> {
        // A connection of its own: what was judged for another policy is not kept in this one.
        let mut inventory = open_inventory::open(&self.opened.settings, context)?;
        let mut stamper = record::stamper(&inventory, context, &self.opened.settings)?;
        let (mut marks, mut entries) = (Vec::new(), Vec::new());
        for draft in drafts {
            let mark = draft.mark();
            let known = self.office.marks_of(&mark.target);
            if let Some(same) = known.iter().find(|one| says_the_same(one, &mark)) {
                marks.push((same.id, draft, true));
                continue;
            }
            let before = known.iter().rev().find(|one| one.state == mark.state && one.rule == mark.rule);
            let entry = stamper.entry(EntryBody::Mark(MarkRow::new(&mark, before.map(before_text))));
            self.office.marks.entry(mark.target.clone()).or_default().push(Mark { id: entry.id, ..mark });
            marks.push((entry.id, draft, false));
            entries.push(entry);
        }
        if !entries.is_empty() {
            record::record(&mut inventory, entries, &self.opened.settings, self.lang)?;
        }
        let ids = self.opened.inventory.office_ids().map_err(|error| self.failed(&error))?;
        let short = ShortNames::of(&ids);
        let recorded = |(id, draft, is_known)| RecordedMark { entry: short.name(&id), draft, is_known };
        Ok(marks.into_iter().map(recorded).collect())
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
