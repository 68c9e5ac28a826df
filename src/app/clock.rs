//! Whether the clock can be right: a computer with an empty battery starts years ago, and what it
//! records and sends then is wrong.

use super::{AppError, Context};
use crate::calendar::{Instant, Zone};
use crate::locale::Text;

/// So far a clock may be behind: it is set back by hours, and computers differ by minutes.
const BEHIND: time::Duration = time::Duration::DAY;

/// So far it may be ahead of what was recorded last: an office that uses shomei once a year.
const AHEAD: time::Duration = time::Duration::days(366);

/// When this program was built, in seconds since 1970.
const BUILT: &str = env!("SHOMEI_BUILT");

/// Why a clock cannot be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockDoubt {
    /// It is before the program was built.
    BeforeBuild(Instant),
    /// It is before what was recorded last.
    BeforeLast(Instant),
    /// It is more than a year after what was recorded last.
    LongAfterLast(Instant),
}

/// Why the clock cannot be right, beside what the inventory recorded last.
pub fn doubt(context: &Context, last: Option<Instant>) -> Option<ClockDoubt> {
    let now = context.now;
    let built = BUILT.parse().ok().and_then(|seconds| Instant::from_unix_timestamp(seconds).ok());
    // A trial names moments of the past.
    if let Some(built) = built.filter(|built| !context.is_trial && *built - now > BEHIND) {
        return Some(ClockDoubt::BeforeBuild(built));
    }
    let last = last?;
    match () {
        () if last - now > BEHIND => Some(ClockDoubt::BeforeLast(last)),
        () if now - last > AHEAD => Some(ClockDoubt::LongAfterLast(last)),
        () => None,
    }
}

/// Refuses to record anything while the clock cannot be right, unless the user says that it is.
pub fn check(context: &Context, last: Option<Instant>, zone: Zone) -> Result<(), AppError> {
    let Some(doubt) = doubt(context, last).filter(|_| !context.accepts_clock) else { return Ok(()) };
    let (text, other) = match doubt {
        ClockDoubt::BeforeBuild(at) => (BEFORE_BUILD, at),
        ClockDoubt::BeforeLast(at) => (BEFORE_LAST, at),
        ClockDoubt::LongAfterLast(at) => (LONG_AFTER_LAST, at),
    };
    Err(AppError::new(text, context.lang, &[("now", &zone.local(context.now)), ("other", &zone.local(other))]))
}

/// Refuses a configuration that names the moment: as copied from the samples, every run would judge
/// that day, and notify of it.
pub fn refuse_configured_moment(context: &Context) -> Result<(), AppError> {
    let Some(at) = &context.config.at else { return Ok(()) };
    let text = Text {
        ja: "設定({place})に at: {at} があります。このままでは毎回この日時で判定し、案内することになります。この行を消してください(試すときは run --at を使います)。",
        en: "the configuration ({place}) has at: {at}, so every run would judge that moment and notify of it. Remove the line (for a trial use run --at).",
    };
    let place = at.from.print(context.lang);
    Err(AppError::new(text, context.lang, &[("place", &place), ("at", &at.value)]))
}

const BEFORE_BUILD: Text = Text {
    ja: "このパソコンの時計は {now} で、この shomei が作られた日({other})より前です。何も記録・送信・削除していません。時計を合わせて、もう一度実行してください。時計が正しい場合は --accept-clock を付けます。",
    en: "the clock of this computer says {now}, which is before this shomei was built ({other}). Nothing was recorded, sent or deleted. Set the clock and run this again; if the clock is right, add --accept-clock.",
};

const BEFORE_LAST: Text = Text {
    ja: "このパソコンの時計は {now} で、点検記録(DB)の最後の記録({other})より前です。今の時計か、その記録のときの時計が誤っています。何も記録・送信・削除していません。時計を合わせて、もう一度実行してください。今の時計が正しい場合は --accept-clock を付けます(最後に記録した内容が有効になります)。",
    en: "the clock of this computer says {now}, which is before the last entry of the inventory ({other}). Either clock was wrong. Nothing was recorded, sent or deleted. Set the clock and run this again; if the clock is right now, add --accept-clock (what is recorded last takes effect).",
};

const LONG_AFTER_LAST: Text = Text {
    ja: "このパソコンの時計は {now} で、点検記録(DB)の最後の記録({other})から 1 年を超えて進んでいます。何も記録・送信・削除していません。時計を合わせて、もう一度実行してください。時計が正しい場合は --accept-clock を付けます。",
    en: "the clock of this computer says {now}, more than a year after the last entry of the inventory ({other}). Nothing was recorded, sent or deleted. Set the clock and run this again; if the clock is right, add --accept-clock.",
};
