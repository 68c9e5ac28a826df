//! Texts of the register: its columns and words, files that cannot be read as a table, mistakes in
//! rows.

use super::Text;

texts! {
    // Columns

    HOLDER_ID { ja: "台帳ID", en: "holder ID" }
    NAME { ja: "名称", en: "name" }
    KIND { ja: "種別", en: "kind" }
    PROVIDER_NUMBER { ja: "事業所番号", en: "provider number" }
    PREFECTURE { ja: "都道府県", en: "prefecture" }
    SERVICES { ja: "請求サービス", en: "services" }
    BILLED_BY { ja: "代理人ID", en: "billed by" }
    BILLED_FROM { ja: "代理開始日", en: "billed from" }
    BILLED_TO { ja: "代理終了日", en: "billed to" }
    CATEGORY { ja: "証明書利用区分", en: "usage category" }
    USES { ja: "請求のほかの利用", en: "uses" }
    PLACES { ja: "端末・設置場所", en: "PCs or places" }
    PERSON { ja: "担当者", en: "person" }
    MAIL { ja: "メール", en: "mail" }
    TEL { ja: "電話番号", en: "tel" }
    FAX { ja: "FAX番号", en: "fax" }
    POSTCODE { ja: "郵便番号", en: "postcode" }
    ADDRESS { ja: "住所", en: "address" }
    CHANNEL { ja: "連絡方法", en: "channel" }
    PAYER { ja: "手数料支払方法", en: "payer" }
    PASSWORD_CHANGED { ja: "パスワード変更日", en: "password changed" }
    STATUS { ja: "利用状況", en: "status" }
    STATUS_SINCE { ja: "利用状況の開始日", en: "status since" }
    DECLARED_SERIAL { ja: "シリアル番号(申告)", en: "declared serial" }
    DECLARED_EXPIRY { ja: "有効期限(申告)", en: "declared expiry" }
    TAG { ja: "タグ", en: "tag" }
    NOTES { ja: "備考", en: "notes" }

    // Words

    KIND_PROVIDER { ja: "事業所", en: "provider" }
    KIND_AGENT { ja: "代理人", en: "agent" }
    CHANNEL_MAIL { ja: "メール", en: "mail" }
    CHANNEL_LETTER { ja: "郵送", en: "letter" }
    CHANNEL_FAX { ja: "FAX", en: "fax" }
    CHANNEL_PHONE { ja: "電話", en: "phone" }
    PAYER_DEDUCTION { ja: "相殺", en: "deduction" }
    PAYER_TRANSFER { ja: "振込", en: "transfer" }
    STATUS_ACTIVE { ja: "利用中", en: "active" }
    STATUS_SUSPENDED { ja: "休止", en: "suspended" }
    STATUS_CLOSED { ja: "廃止", en: "closed" }
    STATUS_MOVED { ja: "代理へ移行", en: "moved to agent" }
    STATUS_ELSEWHERE { ja: "他社管理", en: "managed elsewhere" }

    MARK_APPLIED { ja: "申請済", en: "applied" }
    MARK_ISSUED { ja: "発行済", en: "issued" }
    MARK_INSTALLED { ja: "導入済", en: "installed" }
    MARK_CONTACTED { ja: "連絡済", en: "contacted" }
    MARK_NOT_RENEWING { ja: "更新しない", en: "not renewing" }
    MARK_REVOCATION_REQUESTED { ja: "失効申請済", en: "revocation requested" }
    MARK_ACKNOWLEDGED { ja: "確認済", en: "acknowledged" }
    MARK_PASSWORD_CHANGED { ja: "パスワード変更", en: "password changed" }
    MARK_NOTE { ja: "メモ", en: "note" }
    /// A word and the code that means the same.
    WORD_AND_CODE { ja: "{word}({code})", en: "{word} ({code})" }

    // Files

    GRID_EMPTY { ja: "値の入ったセルがありません。シートとファイルを確かめてください。", en: "there is no cell with a value; is it the right file and sheet?" }
    GRID_BYTES { ja: "ファイルが大きすぎます(上限 {most} MB)。要らないシートや画像を除いて保存し直してください。", en: "the file is too large (at most {most} MB); save it again without sheets and pictures that are not needed." }
    GRID_UNPACKED { ja: "展開すると大きすぎるブックです(上限 {most} MB)。要らないシートを除いて保存し直してください。", en: "the workbook is too large when unpacked (at most {most} MB); save it again without sheets that are not needed." }
    GRID_ROWS { ja: "行が多すぎます(上限 {most} 行)。ファイルを分けてください。", en: "there are too many rows (at most {most}); split the file." }
    GRID_COLUMNS { ja: "{row}行目の列が多すぎます(上限 {most} 列)。区切り文字と引用符を確かめてください。", en: "row {row} has too many columns (at most {most}); look at its separators and quotes." }
    GRID_CELLS { ja: "セル {cell} までで値が多すぎます(上限 {most} セル、または文字 256 MB)。ファイルを分けてください。", en: "there are too many values up to cell {cell} (at most {most} cells, or 256 MB of text); split the file." }
    GRID_CELL { ja: "セル {cell} が長すぎます(上限 {most} 文字)。CSV なら、閉じていない引用符がないか確かめてください。", en: "cell {cell} is too long (at most {most} characters); in CSV, look for a quote that is not closed." }
    GRID_ENCODING { ja: "文字コードが分かりません。UTF-8、UTF-16、Shift_JIS(CP932)のいずれかで保存し直してください。", en: "the text is in no known encoding; save it as UTF-8, UTF-16 or Shift_JIS (CP932)." }
    GRID_ENCODING_LINE { ja: "{line}行目の文字コードが分かりません。UTF-8、UTF-16、Shift_JIS(CP932)のいずれかで保存し直してください。", en: "line {line} is in no known encoding; save the file as UTF-8, UTF-16 or Shift_JIS (CP932)." }
    GRID_QUOTE { ja: "{line}行目で始まる引用符(\")が閉じていません。このまま読むと行がつながってしまいます。直して保存し直してください。", en: "a quote (\") is opened in line {line} and not closed, so that rows would run together; mend it and save the file again." }
    GRID_NOT_A_TABLE { ja: "表ではありません。Excel のブック(XLSX、XLSM、XLSB、XLS)、ODS、CSV のいずれかを指定してください。", en: "this is no table; give an Excel workbook (XLSX, XLSM, XLSB, XLS), ODS or CSV." }
    GRID_OTHER_FORMAT { ja: "読めない形式の表です(HTML など)。Excel で XLSX として保存し直してください。", en: "a table in a format that cannot be read (HTML or the like); save it as XLSX." }
    GRID_ENCRYPTED { ja: "パスワードの付いたブックです。パスワードを外して保存し直してください。", en: "the workbook needs a password to be opened; save it without one." }
    GRID_DAMAGED { ja: "ブックが壊れているようです。Excel で開いて保存し直してください。{detail}", en: "the workbook seems to be damaged; open it in Excel and save it again. {detail}" }
    GRID_NO_SUCH_SHEET { ja: "「{wanted}」というシートはありません。あるのは {sheets} です。", en: "there is no sheet \"{wanted}\"; there are {sheets}." }

    // Headers

    COMMA { ja: "、", en: ", " }
    QUOTED { ja: "「{text}」", en: "\"{text}\"" }
    NO_SUCH_ROW { ja: "{row}行目に見出しがありません。見出しの行を確かめてください。", en: "there are no headers in row {row}; which row are they in?" }
    MISSING_COLUMNS { ja: "{row}行目の見出しに、{columns}にあたる列がありません。見出しは {headers} です。", en: "among the headers in row {row} none is the column {columns}; the headers are {headers}." }
    AMBIGUOUS { ja: "「{column}」にあたる見出しが複数あります: {headers}。", en: " More than one header is the column \"{column}\": {headers}." }
    /// A header and where it stands.
    HEADER_AT { ja: "「{text}」({letters}列)", en: "\"{text}\" (column {letters})" }
    /// After what is missing or ambiguous.
    HOW_TO_MAP { ja: "どの見出しがその列かを「見出し={code}」の形で指定するか、見出しの行を指定してください。", en: " Say which header it is, as \"HEADER={code}\", or which row holds the headers." }

    CARE_RECIPIENTS { ja: "{row}行目の見出し({headers})は、介護サービスの利用者の名簿のものです。事業所・代理人の台帳を指定してください。台帳に間違いなければ、ID と名称の列を --map で指定してください。", en: "the headers in row {row} ({headers}) are those of a list of care recipients. Give the register of providers and agents; if it is that, name its columns of IDs and names with --map." }

    // Mistakes in rows

    /// Begins a mistake.
    ROW { ja: "{row}行目", en: "row {row}" }
    /// Begins what is said of several rows, `2–5, 9`.
    ROWS { ja: "{rows}行目", en: "rows {rows}" }
    ROW_RANGE { ja: "{first}〜{last}", en: "{first}–{last}" }
    /// Before the row, where several sheets are read.
    IN_SHEET { ja: "シート「{sheet}」", en: "sheet \"{sheet}\", " }
    /// The first of several values.
    VALUES { ja: "「{value}」など", en: "\"{value}\" and others: " }
    IN_COLUMN { ja: "「{column}」", en: ", {column}" }
    COLON { ja: ": ", en: ": " }
    VALUE { ja: "「{value}」", en: "\"{value}\" " }
    /// The words of a column.
    KNOWN_WORDS { ja: "使える語は {words} です", en: "it must be one of {words}" }
    DID_YOU_MEAN { ja: "。「{word}」の誤りではありませんか", en: "; did you mean \"{word}\"?" }
    ID_MISSING { ja: "IDがありません。どの事業所・代理人の行か分かるように、IDを入れてください。", en: "there is no ID; enter one, so that it is known whose row this is." }
    ID_NUMBER { ja: "は数値のIDで、先頭の 0 などが失われたおそれがあります。セルの書式を「文字列」にして入れ直してください(補うことはしません)。", en: "is a number where an ID belongs: leading zeros may be lost. Format the cell as text and enter the ID again; nothing is padded." }
    NAME_MISSING { ja: "名称がありません。名称を入れてください。", en: "there is no name; enter one." }
    NAME_NUMBER { ja: "は数値で、名称ではありません。合計の行が混じっていないか、列がずれていないか確かめてください。", en: "is a number and no name. Check for a row of sums, or for columns that are shifted." }
    PROVIDER_NUMBER_SHORT { ja: "は9桁で、先頭の 0 が失われています(推測して補うことはしません)。Excel で列を選び、［データ］→［区切り位置］の最後の画面で［文字列］を選んで［完了］してから、10桁で入れ直してください(セルの書式を「文字列」にするだけでは戻りません)。", en: "has nine digits: a leading zero was lost, and nothing is padded. In Excel, select the column, choose Data > Text to Columns, pick Text on its last page and finish; then enter all ten digits. Changing the cell format alone does not help." }
    NO_PREFECTURE { ja: "は47都道府県のどれでもありません。このままでは都道府県ごとの決まり(受付期間など)が使われません。", en: "is none of the 47 prefectures, so the terms of its prefecture are not applied; correct it." }
    MAIL_UNUSABLE { ja: "には、メールの宛先として使えない部分があります。アドレスだけを書いてください(複数は ; で区切る)。補足は備考の列に書きます。", en: "has a part that mail cannot use. Enter nothing but addresses, with ; between them, and remarks in the column of notes." }
    NO_DIGITS { ja: "は電話番号ではないため、取り込みません。", en: "is no telephone number and is left out." }
    NO_POSTCODE { ja: "は7桁の郵便番号ではないため、取り込みません。", en: "is not a postcode of seven digits and is left out." }
    NOTHING_ABOVE { ja: "の上の行に値がありません。値を入れてください。", en: "has no value above it; enter the value." }
    UNVALUED { ja: "は計算結果の入っていない数式です(プログラムが書いたファイルに多い状態です)。Excel で開いて保存し直してください。", en: "is a formula without a value, as files written by scripts have it. Open the file in Excel and save it." }
    CELL_TOO_MANY { ja: "見出しより多くのセルがあります。値の中の区切り文字を引用符(\")で囲んでください。", en: "there are more cells than headers. Put values that contain the separator in quotes (\")." }
    CELL_TOO_MANY_READINGS { ja: "見出しより多くのセルがあります。このまま読むと {as_it_is}、1つの値が分かれたものとして読むと {joined} です。値の中の区切り文字を引用符(\")で囲んでください。", en: "there are more cells than headers. As it is, it reads {as_it_is}; with two cells joined, {joined}. Put values that contain the separator in quotes (\")." }
    CELL_TOO_FEW { ja: "ほかの行よりセルが少なく、{columns} がありません。途中で切れた行なら直し、空欄なら区切り文字を補ってください。", en: "there are fewer cells than in the other rows: nothing for {columns}. If the row is cut off, complete it; if they are empty, add the separators." }
    DAY_OTHER_WEEKDAY { ja: "は日付と曜日が合いません({day} は{weekday}曜日です)。どちらが正しいか確かめてください。", en: "has another weekday than its day: {day} is a {weekday}. Check which of the two is right." }
    /// What was done to read values; the rows and an example.
    NOTE_NUMBER_AS_ID { ja: "数値のIDを、そのままの数字で読みました(列のすべてが数値のため。{rows}行目、例: {value})。", en: "numbers are taken as IDs by their digits, since the whole column is numbers (rows {rows}; {value})." }
    NOTE_ZERO_RESTORED { ja: "数値になって失われた先頭の 0 を戻しました({rows}行目、例: {value})。", en: "the leading zeros that numbers had lost are back (rows {rows}; {value})." }
    NOTE_DITTO { ja: "「〃」などを上の行の値と読みました({rows}行目、例: {value})。", en: "ditto marks are read as the value above (rows {rows}; {value})." }
    PROVIDER_NUMBER_WRONG { ja: "は10桁の数字ではありません。先頭の 0 が失われていないか確かめ、セルの書式を「文字列」にして10桁で入れ直してください。", en: "is not ten digits. Leading zeros may be lost: format the cell as text and enter all ten." }
    NUMBER_FOR_TEXT { ja: "は数値になっていて、先頭の 0 などが失われたおそれがあります。セルの書式を「文字列」にして入れ直してください。", en: "is a number where text belongs: leading zeros may be lost. Format the cell as text and enter it again." }
    DAY_FOR_TEXT { ja: "は日付に変わっています。セルの書式を「文字列」にして入れ直してください。", en: "has been turned into a date. Format the cell as text and enter it again." }
    DAY_UNREADABLE { ja: "を日付として読めません。2026-12-31、2026/12/31、2026年12月31日、令和8年12月31日 のように書いてください。", en: "cannot be read as a day. Write it like 2026-12-31, 2026/12/31 or 令和8年12月31日." }
    DAY_IMPOSSIBLE { ja: "という日はありません。正しい日付に直してください。", en: "is a day that does not exist; correct it." }
    DAY_SHORT_YEAR { ja: "は年が2桁で、西暦か和暦か分かりません。2026-12-31 や R8.12.31 のように書いてください。", en: "has a year of two digits, western or Japanese. Write it like 2026-12-31 or R8.12.31." }
    DAY_OTHER_ERA { ja: "は元号の期間の外です。{right}({day})のことなら、そう書き直してください。", en: "lies outside its era. If {day} ({right}) is meant, write that." }
    DAY_NUMBER { ja: "はただの数値です。セルの書式を「日付」にするか、2026-12-31 のように書いてください。", en: "is a plain number. Format the cell as a date, or write it like 2026-12-31." }
    UNKNOWN_WORD { ja: "は使えません。{known}。", en: "is not known here; {known}." }
    UNKNOWN_PART { ja: "のうち「{part}」は使えません。{known}。", en: "has the part \"{part}\", which is not known here; {known}." }
    SERIAL_UNREADABLE { ja: "をシリアル番号として読めません。07 86 D1 のように16進数を2桁ずつ書いてください。", en: "cannot be read as a serial number. Write pairs of hexadecimal digits, like 07 86 D1." }
    FAULT { ja: "は数式のエラーです。数式を直すか、値を入れてください。", en: "is what a formula without result gives; mend the formula or enter the value." }
    DISAGREES { ja: "が{row}行目の「{first}」と違います。同じIDの行では同じ値にするか、後の行では空けてください。", en: "differs from \"{first}\" in row {row}. Rows of one ID must agree; the later ones may be left empty." }
    LINE_TWICE { ja: "と同じ事業所番号・サービス・代理人が{row}行目にあります。どちらかの行を消してください。", en: "stands with the same provider number and agent in row {row} already; remove one of the two." }
    AGENT_IS_SELF { ja: "は自分のIDです。代理人のIDを入れるか、自分で請求するなら空けてください。", en: "is the holder's own ID; enter the agent's, or nothing where it bills for itself." }
    AGENT_MISSING { ja: "代理人のIDがありません。IDを入れるか、代理の開始日と終了日を消してください。", en: "there is no agent's ID; enter it, or remove the days from and to which it bills." }
    PERIOD_REVERSED { ja: "が開始日 {from} より前です。日付を確かめてください。", en: "lies before the first day, {from}; look at both." }

    // Writing

    TABLE_ROWS { ja: "行が多すぎて Excel の形式では書けません(上限 {most} 行)。CSV で書き出してください。", en: "there are too many rows for Excel (at most {most}); write CSV." }
    TABLE_CELL { ja: "{row}行目の「{header}」が長すぎて Excel の形式では書けません(上限 {most} 文字)。CSV で書き出してください。", en: "row {row}, {header}: too long for Excel (at most {most} characters); write CSV." }
    TABLE_OTHER { ja: "Excel の形式で書けませんでした。{detail}", en: "the workbook could not be made. {detail}" }
    UNENCODABLE { ja: "{row}行目の「{header}」にある「{character}」(U+{code})は CP932 にありません。〓 に置き換えました。", en: "row {row}, {header}: \"{character}\" (U+{code}) is not in CP932 and was written as 〓." }
    REMEDIES { ja: "shomei: 直すところ", en: "shomei: what to correct" }
    SHEET_REGISTER { ja: "台帳", en: "register" }
}

/// The days of the week, from Monday.
pub const WEEKDAYS: [Text; 7] = [
    Text { ja: "月", en: "Monday" },
    Text { ja: "火", en: "Tuesday" },
    Text { ja: "水", en: "Wednesday" },
    Text { ja: "木", en: "Thursday" },
    Text { ja: "金", en: "Friday" },
    Text { ja: "土", en: "Saturday" },
    Text { ja: "日", en: "Sunday" },
];
