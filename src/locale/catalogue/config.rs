//! Messages about the configuration and password maps.

use super::Text;

texts! {
    /// Where a setting is from.
    FROM_COMMAND_LINE { ja: "コマンド行", en: "command line" }
    /// Where a setting is from.
    FROM_ENVIRONMENT { ja: "環境変数 {name}", en: "environment variable {name}" }
    /// Where a setting is from.
    FROM_DEFAULT { ja: "既定", en: "default" }
    /// Where a setting is from.
    FROM_LOCALE { ja: "OSの言語設定", en: "the system's locale" }
    /// A configuration that cannot be read.
    UNREADABLE { ja: "設定ファイル {path}({from}で指定)を読めません: {error}。場所と読み取りの権限を確かめてください。", en: "cannot read the configuration {path} (given by {from}): {error}. Check the place and the permissions." }
    /// Where the path of a configuration is from.
    FROM_USER_FOLDER { ja: "ユーザーの設定フォルダー", en: "the user's configuration directory" }

    /// A limit that is not known.
    UNKNOWN_LIMIT { ja: "「{name}」という制限はありません", en: "unknown limit \"{name}\"" }
    /// Help.
    LIMITS_HERE { ja: "変えられる制限は {names} です", en: "the limits are {names}" }

    /// Neither or both of `file` and `env`.
    ONE_SOURCE { ja: "file と env のどちらか一方が必要です", en: "exactly one of file and env belongs here" }
    /// Help: a password never stands in the map.
    WRITE_SOURCE { ja: "file にはパスワードを書いたファイル、env には環境変数の名前を書いてください。パスワードそのものは書きません", en: "file names a file of passwords, env an environment variable; the password itself is never written here" }
    /// A pattern that an earlier rule has.
    NEVER_REACHED { ja: "{line}行目に同じパターンがあり、この規則は使われません", en: "line {line} has the same pattern, so this rule is never used" }
    /// Help.
    MERGE_RULES { ja: "どちらか一方を消すか、パスワードを1つのファイルにまとめてください", en: "remove one of the two, or put both passwords into one file" }
}
