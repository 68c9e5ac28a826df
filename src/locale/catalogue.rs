//! Messages by subject: YAML, configuration, policy, holidays, register, inventory, mail and
//! listing. Texts of one rule, command, report or YAML key are in its own file.

use super::Text;

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident { ja: $ja:expr, en: $en:expr $(,)? })*) => {
        $(#[allow(missing_docs)] $(#[$doc])* pub const $name: Text = Text { ja: $ja, en: $en };)*
        /// All texts with their names, for the test that compares both languages.
        pub const ALL: &[(&str, Text)] = &[$((stringify!($name), $name)),*];
    };
}

// Below the macro, which they use.
pub mod config;
pub mod holidays;
pub mod inventory;
pub mod mail;
pub mod policy;
pub mod reading;
pub mod register;
pub mod yaml;

texts! {
    // Words
    TRUSTED { ja: "信頼", en: "trusted" }
    UNTRUSTED { ja: "信頼せず", en: "untrusted" }
    UNDETERMINED { ja: "判定保留", en: "undetermined" }
    FINE { ja: "良好", en: "fine" }

    // The table
    ANSWER_NOTHING { ja: "証明書は見つかりませんでした。", en: "No certificate was found." }
    ANSWER_FINE {
        ja: "証明書 {total} 枚に、対応が必要なものはありません。",
        en: "{total} certificates, none of which needs attention.",
    }
    ANSWER {
        ja: "証明書 {total} 枚のうち {attention} 枚に対応が必要です(エラー {errors} 件、警告 {warnings} 件)。",
        en: "{attention} of {total} certificates need attention (errors: {errors}, warnings: {warnings}).",
    }
    ANSWER_EXPIRED { ja: "期限切れ {n} 枚。", en: " Expired: {n}." }
    ANSWER_SOON { ja: "30日以内に期限を迎えるもの {n} 枚。", en: " Expiring within 30 days: {n}." }
    ANSWER_GAP { ja: "発行停止期間の日付を持つもの {n} 枚。", en: " Dated in an issuance gap: {n}." }
    ANSWER_UNREADABLE { ja: "読めなかったファイル {n} 件。", en: " Files that could not be read: {n}." }
    UNITS {
        ja: "台帳の {holders} 件の次の請求(事業所番号とサービスごと): できる {can}、不明 {unknown}、できない {cannot}。",
        en: "The coming claims of {holders} holders, by provider number and service: {can} can be billed for, {unknown} unknown, {cannot} cannot.",
    }
    JUDGED_AT { ja: "判定日時 {at}、ポリシー {policy}({file})", en: "Judged at {at} by the policy {policy} ({file})" }
    ONLY_WORST {
        ja: "枚数が多いため、急ぐもの {n} 枚だけを示します。全件は --format csv か --format json で出力してください。",
        en: "There are many; these are the {n} most urgent. For all of them use --format csv or --format json.",
    }
    ALIKE { ja: "ほか{n}枚", en: "{n} more" }
    TIMES { ja: "(同じ指摘 {n}件)", en: " ({n} times)" }
    COLUMN_SEVERITY { ja: "区分", en: "level" }
    COLUMN_END { ja: "有効期限", en: "ends on" }
    COLUMN_DAYS { ja: "残日数", en: "days" }
    COLUMN_GENERATION { ja: "世代", en: "root" }
    COLUMN_VERDICT { ja: "検証結果", en: "verdict" }
    COLUMN_NAME { ja: "名前", en: "name" }
    COLUMN_FINDINGS { ja: "指摘", en: "findings" }
    COLUMN_PATH { ja: "場所", en: "place" }
    COUNT { ja: "({n}件)", en: "({n})" }
    REMEDY { ja: "    対処: ", en: "    what to do: " }
    MORE { ja: "ほか {n} 件(全件は --format csv)", en: "and {n} more (all of them: --format csv)" }
    PASSED_OVER { ja: "証明書なし: {path}", en: "no certificate: {path}" }
    CLOSING {
        ja: "証明書を持つファイル {files} 件、証明書 {certificates} 枚(認証局を含む)。証明書のないファイル {passed_over} 件。抑制した指摘 {suppressed} 件。",
        en: "{files} files with certificates, {certificates} certificates (CAs included); {passed_over} files without; {suppressed} findings suppressed.",
    }

    // Import
    IMPORTED {
        ja: "取り込みました。新しいファイル {new}、変わったファイル {changed}、変わらないファイル {unchanged}、なくなったファイル {gone}。新しい証明書 {certificates} 枚。",
        en: "Imported. Files: {new} new, {changed} changed, {unchanged} unchanged, {gone} gone. New certificates: {certificates}.",
    }
    NOT_READ {
        ja: "証明書のないファイル {passed_over}。",
        en: "Files without certificate: {passed_over}.",
    }
    UNREAD {
        ja: "点検記録全体で、証明書を読めなかったファイル: どのパスワードでも開かない {locked}、破損 {damaged}、未対応の形式や方式 {unsupported}、上限を超える {limited}、証明書の入っていない証明書ファイル {barren}、開けない {unreadable}。",
        en: "Files of the whole inventory of which certificates could not be read: no password opens {locked}, damaged {damaged}, form or algorithm not supported {unsupported}, beyond a limit {limited}, certificate files without a certificate {barren}, cannot be opened {unreadable}.",
    }
    LINKS {
        ja: "シンボリックリンク {n} 件はたどっていません(たどるには --follow)。",
        en: "Symbolic links not followed: {n} (to follow them: --follow).",
    }
    IMPORT_NEXT {
        ja: "一覧は shomei list、経過は shomei diff、1件の詳細は shomei show で見られます。",
        en: "See shomei list for all of them, shomei diff for what changed, shomei show for one.",
    }
    SOURCE_UNOPENED {
        ja: "{path} を開けません: {error}。場所と読み取りの権限を確かめてください。ここにあったファイルの記録は変えていません。",
        en: "cannot open {path}: {error}. Check the place and the permission to read. What is recorded of it stays as it was.",
    }
    SOURCE_EMPTY {
        ja: "{path} にファイルが1つもありません(前回は {before} 個)。共有フォルダーがつながっていないのかもしれないので、なくなったとは記録しません。本当に空なら --accept-gone を付けて実行してください。",
        en: "{path} holds no file (last time {before}). A share may not be mounted, so nothing is recorded as gone; if it is really empty, use --accept-gone.",
    }
    SOURCE_MOVED {
        ja: "{path} が前回と違うディスクにあります(前回 {before}、今回 {now})。見当たらないファイルを、なくなったとは記録しません。入れ替えたのなら --accept-gone を付けて実行してください。",
        en: "{path} lies on another file system ({before} before, {now} now). What was not found is not recorded as gone; if that is intended, use --accept-gone.",
    }
}
