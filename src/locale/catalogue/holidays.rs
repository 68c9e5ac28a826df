//! Messages about lists of holidays.

use super::Text;

texts! {
    // The list
    LIST_HEAD { ja: "国民の祝日・休日: {from} から {until} までの一覧({which})", en: "National holidays from {from} to {until} ({which})" }
    BUILT_IN { ja: "組み込み", en: "built in" }
    IMPORTED { ja: "取り込んだもの", en: "imported" }
    LIST_SOURCE { ja: "出典: {source}", en: "Source: {source}" }
    LIST_FILE { ja: "ファイル: {file}", en: "File: {file}" }
    LIST_OVERDUE {
        ja: "翌年の祝日は毎年2月に公表され、この先の年がもう出ているはずです。内閣府の syukujitsu.csv を入手し、shomei holidays import で取り込んでください。",
        en: "The next year's holidays come out each February, so a later year must be out by now: get the Cabinet Office's syukujitsu.csv and use shomei holidays import.",
    }
    COLUMN_DAY { ja: "日付", en: "DAY" }
    COLUMN_WEEKDAY { ja: "曜日", en: "WEEKDAY" }
    COLUMN_NAME { ja: "名称", en: "NAME" }
    SUNDAY { ja: "日", en: "Sun" }
    MONDAY { ja: "月", en: "Mon" }
    TUESDAY { ja: "火", en: "Tue" }
    WEDNESDAY { ja: "水", en: "Wed" }
    THURSDAY { ja: "木", en: "Thu" }
    FRIDAY { ja: "金", en: "Fri" }
    SATURDAY { ja: "土", en: "Sat" }

    // holidays-jp.yaml
    /// A list of nothing would make a business day of every holiday.
    NO_HOLIDAYS { ja: "祝日が1日もありません", en: "there is no holiday" }
    /// Help.
    WRITE_HOLIDAYS { ja: "from から until までの祝日・休日を、「2027-01-01: 元日」のようにすべて書いてください", en: "write all holidays from `from` until `until`, like \"2027-01-01: 元日\"" }
    /// A key that is no day.
    NO_DAY { ja: "「{text}」は日付ではありません", en: "\"{text}\" is not a day" }
    /// Help.
    WRITE_DAY { ja: "2027-01-01 のように書いてください", en: "write it like 2027-01-01" }
    /// A holiday outside the list's ends.
    OUTSIDE { ja: "{from} から {until} までの外にあります", en: "this is not between {from} and {until}" }
    /// Help.
    WIDEN { ja: "その年の祝日がすべて揃っているなら from と until を広げ、揃っていないならこの行を消してください", en: "move `from` or `until` if all holidays of its year are here, else remove the line" }
    /// English for a name that no day has.
    NOBODYS_NAME { ja: "「{name}」という名前の祝日は days にありません", en: "no holiday in `days` is called \"{name}\"" }
    /// Help.
    SAME_NAME { ja: "days にある名前のとおりに書くか、この行を消してください", en: "write it as in `days`, or remove the line" }

    // syukujitsu.csv
    SHEET_TOO_LARGE { ja: "{most} MiB を超えています。内閣府の syukujitsu.csv か確かめてください。", en: "it is larger than {most} MiB: is it the Cabinet Office's syukujitsu.csv?" }
    SHEET_ENCODING { ja: "{row}行目が CP932(シフト JIS)でも UTF-8 でも読めません。内閣府の syukujitsu.csv をもう一度入手し、保存し直さずに指定してください。", en: "row {row} is neither CP932 nor UTF-8. Get the Cabinet Office's syukujitsu.csv again and name it as it came." }
    SHEET_HEADS { ja: "1行目が「国民の祝日・休日月日,国民の祝日・休日名称」ではありません。内閣府の syukujitsu.csv か確かめてください。", en: "row 1 is not 国民の祝日・休日月日,国民の祝日・休日名称: is it the Cabinet Office's syukujitsu.csv?" }
    SHEET_EMPTY { ja: "祝日が1日もありません。内閣府の syukujitsu.csv をもう一度入手してください。", en: "it has no holiday. Get the Cabinet Office's syukujitsu.csv again." }
    SHEET_UNFINISHED { ja: "{year}年の11月以降の祝日がないため、その年は揃っていません。途中で切れていないか確かめ、内閣府の syukujitsu.csv をもう一度入手してください。", en: "{year} has no holiday in November or December, so that year is not complete. See whether the file was cut off, and get the Cabinet Office's syukujitsu.csv again." }
    SHEET_NO_DAY { ja: "{row}行目: 「{text}」は日付ではありません(2027/1/1 の形です)", en: "row {row}: \"{text}\" is not a day of the form 2027/1/1" }
    SHEET_NO_NAME { ja: "{row}行目: 祝日の名前がありません", en: "row {row}: the name is missing" }
    SHEET_ODD_NAME { ja: "{row}行目: 名前に制御文字があるか、{most}文字を超えています", en: "row {row}: the name has control characters or more than {most} characters" }
    SHEET_TWICE { ja: "{row}行目: {day} は{other}行目にもあります", en: "row {row}: {day} is also in row {other}" }
    SHEET_MORE { ja: "ほかに {n} 行", en: "and {n} rows more" }
    SHEET_AGAIN { ja: "取り込みませんでした。内閣府の syukujitsu.csv をもう一度入手してください。", en: "Nothing was taken in. Get the Cabinet Office's syukujitsu.csv again." }
}
