//! `shomei policy`: check, show, schema.

use super::prelude::*;
use crate::app::policy_new::policy_of_roots;
use crate::policy;

pub(super) fn command(lang: Lang) -> Command {
    command! { lang; "policy" "ポリシーを検査・表示します" "Checks and shows policies"; }
        .subcommand_required(true)
        .subcommand(command! { lang;
            "check" "ポリシーの誤りを、場所と直し方とともにすべて示します"
                "Tells all mistakes in a policy, each with its place and what to do";
            positional "file" (flags::FILE) "検査するポリシー(既定: 有効なポリシー)"
                "the policy (default: the one in force)";
            arg (arguments::policy(lang));
        })
        .subcommand(command! { lang;
            "show" "有効なポリシーを、--policy にそのまま渡せる YAML で表示します"
                "Prints the policy in force as YAML that --policy takes again";
            arg (arguments::policy(lang));
        })
        .subcommand(command! { lang;
            "new" "認証局のルート証明書からポリシーを作ります" "Write a policy from the root certificates of a CA";
            file "from-root" "ルート証明書のファイル(世代がいくつもあれば、すべて)"
                "the root certificates; all generations, where there are several"
                => |arg| arg.num_args(1..).required(true);
            filled "name" (flags::NAME) "ポリシーの名前(英小文字・数字・ハイフン。既定: our-ca)"
                "the policy's name, in lower-case letters, digits and hyphens (default: our-ca)";
        })
        .subcommand(command! { lang;
            "schema" "ポリシーの JSON Schema を表示します" "Prints the JSON Schema of policies";
        })
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    match matches.subcommand() {
        Some(("check", sub)) => {
            let named = sub.get_one::<PathBuf>("file");
            let policy = match named {
                Some(path) => Settings::read_policy_file(path, session.context.lang)?,
                None => arguments::settings(session, sub).read_policy(&session.context)?,
            };
            let pins: usize = policy.authorities.iter().map(|a| a.pins.len()).sum();
            let text = Text {
                ja: "{file}: 誤りはありません(ポリシー {name}、ピン {pins} 件)\n",
                en: "{file}: no mistakes (policy {name}, {pins} pins)\n",
            };
            session.print(
                &text.fill(session.context.lang, &[("file", &policy.file), ("name", &policy.name), ("pins", &pins)]),
            )?;
        }
        Some(("show", sub)) => {
            let policy = arguments::settings(session, sub).read_policy(&session.context)?;
            session.print(&policy.yaml)?;
        }
        Some(("new", sub)) => {
            let roots: Vec<PathBuf> = sub.get_many("from-root").into_iter().flatten().cloned().collect();
            let name = sub.get_one::<String>("name").map_or("our-ca", String::as_str);
            session.print(&policy_of_roots(&session.context, name, &roots)?)?;
        }
        _ => {
            let schema = serde_json::to_string_pretty(&policy::schema()).unwrap_or_default();
            session.print(&(schema + "\n"))?;
        }
    }
    Ok(Outcome::Clean)
}
