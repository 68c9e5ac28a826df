//! What the commands say that read the inventory: list, show, diff.

use super::Text;

texts! {
    // Of all
    JUDGED { ja: "判定日時 {at}", en: "Judged at {at}" }
    KNOWN_AS_OF { ja: "({day} の終わりに分かっていたことによる)", en: ", from what was known at the end of {day}" }
    FIRST_OF_MANY {
        ja: "件数が多いため、はじめの {n} 件だけを示します。全件は --format csv か --format json で出力してください。",
        en: "There are many; these are the first {n}. For all of them use --format csv or --format json.",
    }

    // List
    LIST_EMPTY {
        ja: "証明書台帳(DB)に証明書はありません。shomei import で取り込んでください。",
        en: "The inventory holds no certificate. Use shomei import to put some into it.",
    }
    LIST_NONE { ja: "証明書 {known} 枚のうち、条件に合うものはありません。", en: "None of {known} certificates fits." }
    LIST_ALL { ja: "証明書は {known} 枚です。", en: "{known} certificates." }
    LIST_SOME { ja: "証明書 {known} 枚のうち、条件に合うものは {total} 枚です。", en: "{total} of {known} certificates." }
    COLUMN_HOLDER { ja: "台帳", en: "holder" }
    HOLDER_UNKNOWN { ja: "不明", en: "unknown" }
    HOLDER_AMBIGUOUS { ja: "複数の候補", en: "ambiguous" }
}
