//! The manual page, made from the command definitions.

use clap::{Arg, Command};
use roff::{Inline, Roff, bold, italic, roman};

use crate::locale::{Lang, Text};
use crate::report::unbreakable;

/// The manual page in `lang`, as roff: `man/shomei.1` and `man/ja/shomei.1`.
pub fn man_page(lang: Lang) -> String {
    let root = super::command(lang);
    let mut page = Roff::new();
    page.control("TH", ["SHOMEI", "1", "", concat!("shomei ", env!("CARGO_PKG_VERSION")), "shomei"]);
    page.control("ad", ["l"]);
    page.control("nh", []);
    section(&mut page, Text { ja: "名前", en: "NAME" }, lang);
    page.text([roman(format!("shomei - {}", about(&root)))]);
    section(&mut page, Text { ja: "書式", en: "SYNOPSIS" }, lang);
    let synopsis = Text { ja: "コマンド [オプション] [引数]...", en: "COMMAND [OPTIONS] [ARGUMENTS]..." };
    page.text([bold("shomei"), roman(" "), italic(synopsis.get(lang))]);
    section(&mut page, Text { ja: "説明", en: "DESCRIPTION" }, lang);
    for paragraph in DESCRIPTION.get(lang).split("\n\n") {
        page.control("PP", []);
        page.text([roman(paragraph)]);
    }
    section(&mut page, Text { ja: "コマンド", en: "COMMANDS" }, lang);
    for command in root.get_subcommands() {
        commands(&mut page, "shomei", command, lang);
    }
    section(&mut page, Text { ja: "共通のオプション", en: "COMMON OPTIONS" }, lang);
    root.get_arguments().for_each(|argument| option(&mut page, argument));
    for (heading, entries) in REFERENCE {
        section(&mut page, *heading, lang);
        for (term, text) in *entries {
            page.control("TP", []);
            page.text([bold(*term)]);
            page.text([roman(text.get(lang))]);
        }
    }
    section(&mut page, Text { ja: "例", en: "EXAMPLES" }, lang);
    for (text, example) in EXAMPLES {
        page.control("PP", []);
        page.text([roman(text.get(lang))]);
        page.control("RS", ["4"]);
        page.text([bold(*example)]);
        page.control("RE", []);
    }
    breakable(&page.to_roff())
}

/// Lets lines break beside wide characters, which roff does not do by itself.
fn breakable(roff: &str) -> String {
    let line = |line: &str| match line.starts_with('.') {
        true => line.to_string(),
        false => unbreakable(line).join("\\:").replace(" \\:", " "),
    };
    roff.lines().map(line).collect::<Vec<_>>().join("\n") + "\n"
}

fn section(page: &mut Roff, name: Text, lang: Lang) {
    page.control("SH", [name.get(lang)]);
}

fn about(command: &Command) -> String {
    command.get_about().map(ToString::to_string).unwrap_or_default()
}

/// A command and those below it.
fn commands(page: &mut Roff, parent: &str, command: &Command, lang: Lang) {
    let name = format!("{parent} {}", command.get_name());
    let usage = super::help::usage(command, lang);
    let arguments = usage.split_once(']').map_or("", |(_, rest)| rest).trim().to_string();
    page.control("SS", [format!("{name} {arguments}").trim()]);
    page.text([roman(about(command))]);
    let own = command.get_arguments().filter(|argument| argument.get_id() != "help" && !argument.is_global_set());
    own.for_each(|argument| option(page, argument));
    for below in command.get_subcommands() {
        commands(page, &name, below, lang);
    }
}

fn option(page: &mut Roff, argument: &Arg) {
    let value = argument.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
    let takes_value = argument.get_action().takes_values();
    let mut term: Vec<Inline> = Vec::new();
    if let Some(short) = argument.get_short() {
        term.extend([bold(format!("-{short}")), roman(", ")]);
    }
    if let Some(long) = argument.get_long() {
        term.push(bold(format!("--{long}")));
    }
    if let Some(value) = value.filter(|_| takes_value) {
        if !term.is_empty() {
            term.push(roman(" "));
        }
        term.push(italic(value));
    }
    page.control("TP", []);
    page.text(term);
    page.text([roman(argument.get_help().map(ToString::to_string).unwrap_or_default())]);
}

const DESCRIPTION: Text = Text {
    ja: "shomei は、電子請求受付システムなどのクライアント証明書(PKCS#12 ほか)を多数まとめて点検する道具です。\
         フォルダーにある証明書を読み、認証局の公表値(ピン)と照合して検証し、期限・異常・鍵の状態をポリシーで判定して、対処とともに示します。\n\n\
         パスワードや秘密鍵を、ログ、エラー、レポートに出すことはありません。点検されるファイルの側から設定やポリシーを読むこともありません。",
    en: "shomei looks after client certificates of private CAs, above all those of the Japanese online reception system \
         for care claims. It reads every certificate in a folder (PKCS#12 first of all), validates it against the pinned \
         roots, judges it by policy and tells what is wrong, what is about to be, and what to do.\n\n\
         Passwords and private keys never reach a log, an error or a report, and nothing is ever picked up from the files \
         being audited but the certificates themselves.",
};

type Entries = &'static [(&'static str, Text)];

const REFERENCE: &[(Text, Entries)] = &[
    (
        Text { ja: "終了コード", en: "EXIT STATUS" },
        &[
            ("0", Text { ja: "--fail-on 以上の指摘がない。", en: "Nothing at or above --fail-on." }),
            (
                "1",
                Text {
                    ja: "--fail-on 以上の指摘がある。照合や検証の結果が一致しない。",
                    en: "Findings at or above it; a comparison or validation that failed.",
                },
            ),
            (
                "2",
                Text {
                    ja: "コマンドを実行できない。引数や設定の誤り、指定した場所を開けないなど。フォルダーの中の壊れたファイルは指摘であり、2 にはならない。",
                    en: "The command could not be carried out: arguments, configuration, or a source that was named cannot be opened. A damaged file inside a folder is a finding, not a 2.",
                },
            ),
        ],
    ),
    (
        Text { ja: "環境変数", en: "ENVIRONMENT" },
        &[
            (
                "SHOMEI_CONFIG",
                Text {
                    ja: "設定ファイルの場所。--config が優先する。",
                    en: "The configuration file, unless --config names one.",
                },
            ),
            (
                "SHOMEI_DATA",
                Text {
                    ja: "証明書台帳(DB)、認証局証明書、送信箱、config.yaml を置くフォルダー(既定: 利用者のフォルダー)。",
                    en: "The folder of the inventory, the CA certificates, the outbox and config.yaml (default: the user's folders).",
                },
            ),
            ("NO_COLOR", Text { ja: "空でなければ色を付けない。", en: "No colours, if not empty." }),
            (
                "CLICOLOR, CLICOLOR_FORCE, TERM",
                Text {
                    ja: "CLICOLOR=0 か TERM=dumb なら色を付けない。CLICOLOR_FORCE が空でなければ、端末でなくても付ける。--color が優先する。",
                    en: "No colours if CLICOLOR is 0 or TERM is dumb; colours even without a terminal if CLICOLOR_FORCE is not empty. --color wins.",
                },
            ),
            (
                "LC_ALL, LC_MESSAGES, LANG",
                Text {
                    ja: "表示言語。ja で始まれば日本語、ほかは英語。",
                    en: "The language: Japanese if it begins with ja, else English.",
                },
            ),
        ],
    ),
];

const EXAMPLES: &[(Text, &str)] = &[
    (
        Text { ja: "共有フォルダーを点検する。", en: "Audit a share." },
        "shomei audit --password-file passwords.txt /mnt/share",
    ),
    (
        Text { ja: "表計算ソフトで開ける一覧を作る。", en: "Make a list for a spreadsheet." },
        "shomei audit --format csv --output audit.csv /mnt/share",
    ),
    (
        Text { ja: "来年3月1日の時点で点検してみる。", en: "Rehearse the first of next March." },
        "shomei audit --at 2027-03-01 /mnt/share",
    ),
    (
        Text {
            ja: "来月請求できないのは誰か、なぜかを調べる。", en: "Ask who cannot bill next month, and why."
        },
        "shomei register check",
    ),
    (Text { ja: "規則の説明を読む。", en: "Read about a rule." }, "shomei explain issued-in-gap"),
];
