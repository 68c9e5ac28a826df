//! Every text that is not a rule's own, not a command's help and not a key's of a YAML file.

use super::Text;

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident { ja: $ja:expr, en: $en:expr $(,)? })*) => {
        $($(#[$doc])* pub const $name: Text = Text { ja: $ja, en: $en };)*
        /// All texts with their names, for the test that compares both languages.
        pub const ALL: &[(&str, Text)] = &[$((stringify!($name), $name)),*];
    };
}

// Below the macro, which they use.
pub mod config;
pub mod policy;
pub mod yaml;

texts! {
    /// Status word of a verdict.
    TRUSTED { ja: "信頼", en: "trusted" }
    /// Status word of a verdict.
    UNTRUSTED { ja: "信頼せず", en: "untrusted" }
    /// Status word of a verdict.
    UNDETERMINED { ja: "判定保留", en: "undetermined" }
}
