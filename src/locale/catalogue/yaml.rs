//! Mistakes in YAML files, and their remedies.

use super::Text;

texts! {
    /// Before the help line of a mistake.
    HELP { ja: "対処", en: "help" }
    /// Joins the words of a list.
    COMMA { ja: "、", en: ", " }
    /// Follows an unknown word.
    DID_YOU_MEAN { ja: "。「{word}」の誤りではありませんか", en: ", did you mean \"{word}\"?" }

    /// A key that is not known.
    UNKNOWN_KEY { ja: "「{key}」というキーはありません", en: "unknown key \"{key}\"" }
    /// Help.
    KEYS_HERE { ja: "ここに書けるキーは {keys} です", en: "the keys here are {keys}" }
    /// A key that must be there.
    MISSING_KEY { ja: "必須のキー「{key}」がありません", en: "the key \"{key}\" is missing" }
    /// Help: the key's own description.
    KEY_MEANS { ja: "{key} は次のものです: {about}", en: "{key} is: {about}" }
    /// The same key twice in one mapping.
    DUPLICATE_KEY { ja: "キー「{key}」が2度書かれています(最初は{line}行目)", en: "the key \"{key}\" stands here twice (first on line {line})" }
    /// Help.
    REMOVE_ONE { ja: "どちらか一方を消してください", en: "remove one of the two" }
    /// A key that is a list or a mapping.
    COMPLEX_KEY { ja: "キーは1つの語でなければなりません", en: "a key must be one word" }

    /// Nothing where something must be.
    EMPTY_VALUE { ja: "値がありません", en: "a value is missing" }
    /// Help.
    WRITE_OR_REMOVE { ja: "値を書くか、このキーごと消してください", en: "write a value, or remove the key" }
    /// A mapping is expected.
    EXPECTED_MAP { ja: "「キー: 値」の組が必要な所です", en: "\"key: value\" pairs belong here" }
    /// A list is expected.
    EXPECTED_LIST { ja: "一覧が必要な所です", en: "a list belongs here" }
    /// Help.
    WRITE_LIST { ja: "1つだけでも、各項目を「- 」で始めてください", en: "begin each item with \"- \", even a single one" }
    /// One value is expected.
    EXPECTED_TEXT { ja: "値を1つだけ書く所です", en: "a single value belongs here" }
    /// Help.
    WRITE_TEXT { ja: "[ や {open} で始まる値は \" \" で囲んでください", en: "quote a value that begins with [ or {open}" }
    /// Too few items.
    TOO_FEW { ja: "少なくとも{least}件必要です", en: "at least {least} needed here" }

    /// A value of another form.
    NOT_A { ja: "「{value}」は{kind}ではありません", en: "\"{value}\" is not {kind}" }
    /// Help.
    WRITE_LIKE { ja: "{example} のように書いてください", en: "write it like {example}" }
    /// A word that is not known.
    NOT_ONE_OF { ja: "「{value}」という値はありません", en: "unknown value \"{value}\"" }
    /// Help.
    WORDS_HERE { ja: "使える値は {words} です", en: "it must be one of {words}" }
    /// Not a number, or too small or too great.
    NOT_WHOLE { ja: "「{value}」は{least}以上{most}以下の整数ではありません", en: "\"{value}\" is not a whole number from {least} to {most}" }
    /// Help.
    WRITE_DIGITS { ja: "単位や桁区切りを付けず、半角数字だけで書いてください", en: "write digits only, without unit or separators" }

    /// Anchors and aliases.
    NO_ALIASES { ja: "アンカー(&)と別名(*)は使えません", en: "anchors (&) and aliases (*) are not allowed" }
    /// Help: each value stands where it holds.
    WRITE_OUT { ja: "値をその場に書いてください。* で始まる値は \" \" で囲んでください", en: "write the value out; quote a value that begins with *" }
    /// Tags.
    NO_TAGS { ja: "タグ(!)は使えません", en: "tags (!) are not allowed" }
    /// Help.
    REMOVE_TAG { ja: "タグを消してください。! で始まる値は \" \" で囲んでください", en: "remove the tag; quote a value that begins with !" }
    /// More than one document.
    DOCUMENTS { ja: "2つ目の文書が始まっています", en: "a second document begins here" }
    /// Help.
    ONE_DOCUMENT { ja: "1つのファイルには1つの文書だけを書いてください(--- を消す)", en: "keep one document to a file (remove the ---)" }
    /// More bytes than allowed.
    TOO_LARGE { ja: "ファイルが大きすぎます({bytes}バイト。上限{most}バイト)", en: "the file is too large ({bytes} bytes; at most {most})" }
    /// Help.
    RIGHT_FILE { ja: "正しいファイルを指定したか確かめてください", en: "see whether this is the file you meant" }
    /// Nested too deeply.
    TOO_DEEP { ja: "入れ子が深すぎます(上限{most}段)", en: "nested too deeply (at most {most} levels)" }
    /// Not UTF-8.
    NOT_UTF8 { ja: "UTF-8 の文字ではありません", en: "this is not UTF-8" }
    /// Help.
    SAVE_AS_UTF8 { ja: "文字コード UTF-8 で保存し直してください(Shift_JIS や UTF-16 は読めません)", en: "save the file as UTF-8 (Shift_JIS and UTF-16 are not read)" }

    /// A tab in the indentation.
    TAB { ja: "字下げにタブは使えません", en: "a tab cannot indent" }
    /// Help.
    USE_SPACES { ja: "タブを空白に置き換えてください", en: "replace the tab with spaces" }
    /// A quotation that does not end.
    OPEN_QUOTE { ja: "引用符が閉じられていません", en: "the quotation does not end" }
    /// Help.
    CLOSE_QUOTE { ja: "同じ引用符(\" または ')で閉じてください", en: "end it with the same mark, \" or '" }
    /// Brackets that do not fit.
    BRACKETS { ja: "括弧の対応か、区切りの「,」が合っていません", en: "the brackets or the commas between them do not fit" }
    /// Help.
    CLOSE_BRACKETS { ja: "[ ] と {open} {close} の対応と、項目の間の「,」を確かめてください", en: "see that each [ and {open} has its ] and {close}, and commas between the items" }
    /// Indentation or colon.
    INDENTATION { ja: "字下げか「: 」の使い方が合っていません", en: "the indentation or a \": \" does not fit" }
    /// Help.
    ALIGN { ja: "同じ段のキーの字下げをそろえ、「: 」や「 #」を含む値は \" \" で囲んでください", en: "align the keys of one level, and quote a value that contains \": \" or \" #\"" }
    /// A character with which no plain value begins.
    CHARACTER { ja: "「{character}」で値を始めることはできません", en: "a value cannot begin with {character}" }
    /// Help.
    QUOTE { ja: "値を \" \" で囲んでください", en: "quote the value" }
    /// A backslash sequence that is not known.
    ESCAPE { ja: "\" \" の中の \\ の使い方が合っていません", en: "a \\ inside \" \" begins an escape that is not known" }
    /// Help.
    QUOTE_SINGLE { ja: "\\ を文字として書くには、値を ' ' で囲んでください", en: "to write a \\ itself, quote the value with ' '" }
    /// Anything else that the grammar does not allow.
    GRAMMAR { ja: "YAML の文法に合いません({parser})", en: "not valid YAML: {parser}" }
    /// Help.
    SEE_LINE { ja: "この行とその前の行を確かめてください", en: "look at this line and the one before it" }
    /// A document that holds together but cannot be used.
    UNUSABLE { ja: "この文書は使えません", en: "this document cannot be used" }
}
