//! What every rule's file needs.

pub(super) use super::{Answer, Evidence, Family, Finding, Judge, Named, Rule, Value, Word};
pub(super) use crate::audit::facts::{CertificateFacts, ContainerFacts, Context, HolderFacts};
pub(super) use crate::calendar::{Day, Instant};
pub(super) use crate::certificate::{CertificateRole, spaced_hex};
pub(super) use crate::container::KeyInspection;
pub(super) use crate::locale::Text;
pub(super) use crate::policy::Severity;

/// The civil day of `instant`; the instant itself where it has none ("no expiry", year 9999).
pub(super) fn day_value(context: &Context, instant: Instant) -> Value {
    context.policy.zone.day(instant).map_or(Value::Instant(instant), Value::Day)
}

/// Civil days from the day judged to the day of `instant`.
pub(super) fn days_until(context: &Context, instant: Instant) -> Option<i64> {
    Some((context.policy.zone.day(instant)? - context.today()?).whole_days())
}
