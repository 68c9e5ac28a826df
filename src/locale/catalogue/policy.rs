//! Mistakes in a policy beyond the form of single values.

use super::Text;

texts! {
    /// A span of days that ends before it begins.
    REVERSED { ja: "{from} より前の {until} で終わっています", en: "this ends on {until}, before it begins on {from}" }
    /// Help.
    SWAP { ja: "2つの日付を確かめてください", en: "look at the two days" }
    /// The same CA twice.
    AUTHORITY_TWICE { ja: "この認証局は{line}行目にもあります", en: "this CA is also on line {line}" }
    /// Help.
    ONE_AUTHORITY { ja: "同じ名前の認証局は1つにまとめ、世代ごとに pins へ書いてください", en: "keep one entry per name, with one pin per generation" }
    /// The same pin name twice.
    PIN_TWICE { ja: "ピン「{id}」は{line}行目にもあります", en: "the pin \"{id}\" is also on line {line}" }
    /// Help.
    OTHER_ID { ja: "世代ごとに違う id を付けてください", en: "give each generation its own id" }
    /// The same fingerprint twice.
    FINGERPRINT_TWICE { ja: "同じ拇印が{line}行目にもあります", en: "the same fingerprint is also on line {line}" }
    /// Help.
    COPY_AGAIN { ja: "認証局の公表する値を写し直してください", en: "copy it again from what the CA publishes" }
    /// Two pins for one date of issue.
    PINS_OVERLAP { ja: "発行日の範囲が、ピン「{id}」({line}行目)と重なっています", en: "these dates of issue overlap those of pin \"{id}\" on line {line}" }
    /// Help.
    ONE_PIN_A_DAY { ja: "どの発行日にも世代が1つに決まるよう、issues の from と until を直してください", en: "set from and until of `issues` so that each date of issue has one generation" }
    /// A pin that issues in a gap.
    PIN_IN_GAP { ja: "発行日の範囲が、発行の停止期間({line}行目)と重なっています", en: "these dates of issue overlap the gap on line {line}" }
    /// Help.
    LEAVE_GAP { ja: "停止期間の前日で終えるか、翌日から始めてください", en: "end the day before the gap, or begin the day after it" }
    /// A pin that issues while it is not valid.
    ISSUES_OUTSIDE { ja: "発行日の範囲が、このルートの有効期間({from} ~ {until})からはみ出しています", en: "these dates of issue exceed the root's validity, {from} to {until}" }
    /// Two gaps over one day, or two lengths for one date of issue.
    SPANS_OVERLAP { ja: "この期間は{line}行目の期間と重なっています", en: "these days overlap those on line {line}" }
    /// Help.
    ONE_SPAN_A_DAY { ja: "1つの日に1つだけ当てはまるよう、from と until を直してください", en: "set from and until so that each day falls into one of them" }
    /// A validity of nothing.
    NO_LENGTH { ja: "有効期間の長さがありません", en: "this says no length" }
    /// Help.
    GIVE_LENGTH { ja: "years か months に1以上の数を書いてください", en: "give years or months" }
    /// The same tier twice.
    TIER_TWICE { ja: "{days}日の段階は{line}行目にもあります", en: "the tier of {days} days is also on line {line}" }
    /// A tier nearer to the end that is milder.
    TIER_MILDER { ja: "{days}日の段階が、より早い{other}日の段階({line}行目)より軽くなっています", en: "the tier of {days} days is milder than the earlier one of {other} days on line {line}" }
    /// Help.
    GRAVER { ja: "期限に近いほど重い(か同じ)重大度にしてください", en: "the nearer the end, the graver it must be (or as grave)" }
    /// A rule that is not known.
    UNKNOWN_RULE { ja: "「{code}」という規則はありません", en: "unknown rule \"{code}\"" }
    /// Help.
    LIST_RULES { ja: "shomei explain --list で規則の一覧が見られます", en: "`shomei explain --list` lists the rules" }
    /// A suppression of everything.
    NO_CONDITION { ja: "条件がありません", en: "there is no condition here" }
    /// A pattern over everything.
    MATCHES_ALL { ja: "「{pattern}」はすべてのファイルに当てはまります", en: "\"{pattern}\" fits every file" }
    /// Help.
    GIVE_CONDITION { ja: "sha256、serial、subject、path のどれかで対象を絞ってください。規則そのものを止めるには severities に off と書きます", en: "say which ones by sha256, serial, subject or path; to turn the rule off, use `severities`" }
    /// The same name for two services, or for two usage categories.
    ID_TWICE { ja: "id「{id}」は{line}行目にもあります", en: "the id \"{id}\" is also on line {line}" }
    /// Help.
    OTHER_NAME { ja: "それぞれに違う id を付けてください", en: "give each its own id" }
    /// One word that means two things.
    WORD_TWICE { ja: "「{word}」は{line}行目の「{id}」の書き方でもあります", en: "\"{word}\" is also a word for \"{id}\" on line {line}" }
    /// Help.
    ONE_MEANING { ja: "台帳の語がどれか1つに決まるよう、片方から除いてください", en: "remove it from one of them, so that a word in a register means one thing" }
    /// A service that no entry of `services` describes.
    UNKNOWN_SERVICE { ja: "「{id}」というサービスは services にありません", en: "`services` has no \"{id}\"" }
    UNKNOWN_USE { ja: "uses に「{id}」はありません", en: "`uses` has no \"{id}\"" }
    /// A usage category that no entry of `categories` describes.
    UNKNOWN_CATEGORY { ja: "「{id}」という利用区分は categories にありません", en: "`categories` has no \"{id}\"" }
    /// Help.
    IDS_HERE { ja: "書ける id は {ids} です", en: "the ids are {ids}" }
    /// Help.
    NO_IDS { ja: "先にその一覧を書いてください", en: "write that list first" }
    /// A claim period that ends before it begins.
    PERIOD_REVERSED { ja: "{from}日より前の{until}日で終わっています", en: "this ends on day {until}, before it begins on day {from}" }
    /// Help.
    SWAP_DAYS { ja: "from と until を確かめてください(月をまたぐ期間は書けません)", en: "look at from and until (a period lies within one month)" }
    /// Hours that end before they begin.
    HOURS_REVERSED { ja: "終わりの時刻が、始まりの時刻より後ではありません", en: "this ends before it begins" }
    /// Help.
    SWAP_HOURS { ja: "from と until の時刻を確かめてください", en: "check the times in from and until" }
    /// A pattern that tells nothing.
    PATTERN_IDLE { ja: "このパターンからは何も分かりません", en: "this pattern tells nothing" }
    /// Help.
    GIVE_PLACEHOLDER { ja: "{open}id} か {open}provider_number} を入れるか、category を書いてください", en: "put {open}id} or {open}provider_number} into it, or give a category" }
}
