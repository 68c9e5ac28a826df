//! Imports that were stopped, as answers begin with them.

use std::fmt::Display;

use crate::calendar::Zone;
use crate::inventory::{UnfinishedImport, instant};
use crate::locale::{Lang, Text};

/// How far a stopped import came, and what to do.
pub fn unfinished_sentence(one: &UnfinishedImport, zone: Zone, lang: Lang) -> String {
    let at = zone.local(instant(one.began));
    let values: [(&str, &dyn Display); 5] =
        [("root", &one.root), ("host", &one.host), ("at", &at), ("read", &one.read), ("least", &one.least)];
    let text = Text {
        ja: "{root}({host})の {at} の取り込みは完了していません(少なくとも {least} ファイルのうち {read})。読んでいない証明書は、以下の結果に含まれません。もう一度 shomei import を実行してください。",
        en: "the import of {root} ({host}) of {at} did not finish: {read} of at least {least} files. Certificates that it did not read are missing here. Run shomei import again.",
    };
    text.fill(lang, &values)
}

/// The same without the names of the computer and the folder, for an anonymous report.
pub(in crate::report) fn anonymous_sentence(one: &UnfinishedImport, zone: Zone, lang: Lang) -> String {
    let at = zone.local(instant(one.began));
    let text = Text {
        ja: "{at} の取り込みは完了していません(少なくとも {least} ファイルのうち {read})。読んでいない証明書は、以下の結果に含まれません。",
        en: "an import of {at} did not finish: {read} of at least {least} files. Certificates that it did not read are missing here.",
    };
    text.fill(lang, &[("at", &at), ("read", &one.read), ("least", &one.least)])
}
