//! The manual, made from the command definitions: a page of the program, and one for each command.

use clap::{Arg, Command};
use roff::{Inline, Roff, bold, italic, roman};

use super::help::GROUPS;
use crate::locale::{Lang, Text};
use crate::report::unbreakable;

/// A manual page: the name of its file, and its text as roff.
pub struct ManualPage {
    /// `shomei-audit.1`.
    pub file: String,
    /// The text.
    pub roff: String,
}

/// The manual in `lang`: a page of the program, and one for each command; `man/` and `man/ja/`.
pub fn manual(lang: Lang) -> Vec<ManualPage> {
    let root = super::definition(lang);
    let commands = root.get_subcommands().filter(|command| !command.is_hide_set());
    let of_commands = commands.map(|command| page_of_command(command, lang)).collect::<Vec<_>>();
    std::iter::once(page_of_program(&root, lang)).chain(of_commands).collect()
}

/// A page's head.
fn head(name: &str, about: &str, lang: Lang) -> Roff {
    let mut page = Roff::new();
    let title = name.to_uppercase();
    page.control("TH", [title.as_str(), "1", DATE, concat!("shomei ", env!("CARGO_PKG_VERSION")), "shomei"]);
    page.control("ad", ["l"]);
    page.control("nh", []);
    section(&mut page, Text { ja: "名前", en: "NAME" }, lang);
    page.text([roman(format!("{name} - {about}"))]);
    page
}

/// The day of the manual, which readers of manual pages ask for: that of the version.
const DATE: &str = "2026-11-30";

/// `shomei(1)`: what it is for, and where the rest is told.
fn page_of_program(root: &Command, lang: Lang) -> ManualPage {
    let mut page = head("shomei", &about(root), lang);
    section(&mut page, Text { ja: "書式", en: "SYNOPSIS" }, lang);
    let synopsis = Text { ja: "コマンド [オプション] [引数]...", en: "COMMAND [OPTIONS] [ARGUMENTS]..." };
    page.text([bold("shomei"), roman(" "), italic(synopsis.get(lang))]);
    section(&mut page, Text { ja: "説明", en: "DESCRIPTION" }, lang);
    paragraphs(&mut page, DESCRIPTION, lang);
    section(&mut page, Text { ja: "コマンド", en: "COMMANDS" }, lang);
    page.text([roman(SEE_COMMAND.get(lang))]);
    for (group, names) in GROUPS {
        page.control("SS", [group.get(lang)]);
        for command in names.iter().filter_map(|name| root.find_subcommand(name)) {
            page.control("TP", []);
            page.text([bold(format!("shomei {}", command.get_name()))]);
            page.text([roman(about(command))]);
        }
    }
    section(&mut page, Text { ja: "共通のオプション", en: "COMMON OPTIONS" }, lang);
    root.get_arguments()
        .filter(|argument| argument.get_id() != "version")
        .for_each(|argument| option(&mut page, argument));
    for (heading, entries) in REFERENCE {
        section(&mut page, *heading, lang);
        for (term, text) in *entries {
            page.control("TP", []);
            page.text([bold(*term)]);
            page.text([roman(text.get(lang))]);
        }
    }
    section(&mut page, Text { ja: "例", en: "EXAMPLES" }, lang);
    for (at, (text, example)) in EXAMPLES.iter().enumerate() {
        if at > 0 {
            page.control("PP", []);
        }
        page.text([roman(text.get(lang))]);
        page.control("RS", ["4"]);
        page.text([bold(*example)]);
        page.control("RE", []);
    }
    ManualPage { file: "shomei.1".into(), roff: breakable(&page.to_roff()) }
}

/// The page of a command and those below it.
fn page_of_command(command: &Command, lang: Lang) -> ManualPage {
    let name = format!("shomei-{}", command.get_name());
    let mut page = head(&name, &about(command), lang);
    section(&mut page, Text { ja: "書式", en: "SYNOPSIS" }, lang);
    let mut synopses = Vec::new();
    synopsis(command, "shomei", lang, &mut synopses);
    for (at, one) in synopses.iter().enumerate() {
        if at > 0 {
            page.control("br", []);
        }
        page.text([bold(one.as_str())]);
    }
    section(&mut page, Text { ja: "説明", en: "DESCRIPTION" }, lang);
    page.text([roman(about(command))]);
    if command.has_subcommands() {
        let own = own_arguments(command);
        if !own.is_empty() {
            section(&mut page, Text { ja: "オプション", en: "OPTIONS" }, lang);
            own.into_iter().for_each(|argument| option(&mut page, argument));
        }
        section(&mut page, Text { ja: "コマンド", en: "COMMANDS" }, lang);
        for below in command.get_subcommands() {
            commands(&mut page, &format!("shomei {}", command.get_name()), below, lang);
        }
    } else {
        options(&mut page, command, lang);
    }
    section(&mut page, Text { ja: "関連項目", en: "SEE ALSO" }, lang);
    page.text([
        bold("shomei"),
        roman(
            Text {
                ja: "(1): 共通のオプション、終了コード、環境変数、例",
                en: "(1): common options, exit status, environment, examples",
            }
            .get(lang),
        ),
    ]);
    ManualPage { file: format!("{name}.1"), roff: breakable(&page.to_roff()) }
}

/// How a command is written, and those below it.
fn synopsis(command: &Command, parent: &str, lang: Lang, found: &mut Vec<String>) {
    let name = format!("{parent} {}", command.get_name());
    if !command.is_subcommand_required_set() {
        found.push(format!("{name} {}", super::help::usage(command, lang)));
    }
    command.get_subcommands().for_each(|below| synopsis(below, &name, lang, found));
}

fn own_arguments(command: &Command) -> Vec<&Arg> {
    let is_own = |argument: &&Arg| argument.get_id() != "help" && !argument.is_global_set() && !argument.is_hide_set();
    command.get_arguments().filter(is_own).collect()
}

/// The flags of a command, under their headings: the limits in a section of their own.
fn options(page: &mut Roff, command: &Command, lang: Lang) {
    let limits = Text { ja: "上限", en: "Limits" }.get(lang);
    let (of_limits, own): (Vec<&Arg>, Vec<&Arg>) =
        own_arguments(command).into_iter().partition(|argument| argument.get_help_heading() == Some(limits));
    if !own.is_empty() {
        section(page, Text { ja: "オプション", en: "OPTIONS" }, lang);
        own.into_iter().for_each(|argument| option(page, argument));
    }
    if !of_limits.is_empty() {
        section(page, Text { ja: "上限", en: "LIMITS" }, lang);
        of_limits.into_iter().for_each(|argument| option(page, argument));
    }
}

fn paragraphs(page: &mut Roff, text: Text, lang: Lang) {
    for (at, paragraph) in text.get(lang).split("\n\n").enumerate() {
        if at > 0 {
            page.control("PP", []);
        }
        page.text([roman(paragraph)]);
    }
}

/// Where the commands' own pages are.
const SEE_COMMAND: Text = Text {
    ja: "コマンドごとの説明は shomei-コマンド(1) にあります(man shomei-audit など)。shomei help コマンド でも見られます。",
    en: "Each command has a page, shomei-COMMAND(1), such as man shomei-audit; shomei help COMMAND tells the same.",
};

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

/// A command below another, and those below it.
fn commands(page: &mut Roff, parent: &str, command: &Command, lang: Lang) {
    let name = format!("{parent} {}", command.get_name());
    let usage = super::help::usage(command, lang);
    let arguments = usage.split_once(']').map_or("", |(_, rest)| rest).trim().to_string();
    page.control("SS", [format!("{name} {arguments}").trim()]);
    page.text([roman(about(command))]);
    own_arguments(command).into_iter().for_each(|argument| option(page, argument));
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
                    ja: "--fail-on 以上の指摘がある。照合や検証の結果が一致しない。接続できない(connect)。",
                    en: "Findings at or above it; a comparison, validation or connection that failed.",
                },
            ),
            (
                "2",
                Text {
                    ja: "コマンドを実行できない。引数や設定の誤り、指定した場所を開けないなど。フォルダーの中の壊れたファイルは指摘であり、2 にはならない。",
                    en: "The command could not be carried out: arguments, configuration, or a source that was named cannot be opened. A damaged file inside a folder is a finding, not a 2.",
                },
            ),
            (
                "3",
                Text {
                    ja: "判定できない(verify と connect)。", en: "It cannot be determined (verify and connect)."
                },
            ),
            (
                "check",
                Text {
                    ja: "監視システムの終了コード: 0 OK、1 WARNING、2 CRITICAL、3 UNKNOWN。",
                    en: "The codes of monitoring systems: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.",
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
