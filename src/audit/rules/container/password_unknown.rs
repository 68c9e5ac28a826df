//! `password-unknown`.

use super::each_problem;
use crate::audit::rules::prelude::*;
use crate::container::ContainerProblem;

/// No candidate opens it.
pub static RULE: Rule = Rule {
    code: "password-unknown",
    family: RuleFamily::Container,
    severity: Severity::Error,
    since: "0.1.0",
    evidence: &["cause", "tried"],
    title: Text { ja: "パスワードが分からない", en: "Password unknown" },
    message: Text {
        ja: "開けるパスワードがありません({cause}。試したパスワード{tried}件)。",
        en: "No password opens it ({cause}; {tried} tried).",
    },
    remedy: Text {
        ja: "書き出した(エクスポートした)ときに決めたパスワードを、`--password-file FILE` か \
             `--password-map FILE` で指定してください。システムからダウンロードしたままのファイルなら、\
             証明書の発行に使ったパスワードも試してください(使えるかは公表されていません)。\
             `--try-typos` を付けると、全角と半角、大文字と小文字、前後の空白や改行、0 と O などの誤りも\
             試します。分からなければ、証明書の入っているパソコンから書き出し直してください。書き出せる\
             のは、鍵を「エクスポート可能」として取り込んだパソコンだけです。書き出せない場合は再発行が\
             必要です。{apply}",
        en: "Give the password chosen when the file was exported, with `--password-file FILE` or \
             `--password-map FILE`. If the file is as downloaded, also try the password used to issue \
             the certificate (no published source says whether it opens the file). `--try-typos` also \
             tries the usual errors: full-width letters, upper and lower case, a space or line end at \
             either end, 0 and O. If the password is lost, export the file again from the computer that \
             has the certificate. A key can be exported only where it was imported as exportable; \
             otherwise a new certificate is needed. {apply}",
    },
    what: Text {
        ja: "渡されたパスワードと空のパスワードのどれでも開けなかったファイルを指摘します。\
             完全性の確認用の値(MAC)があるファイルではパスワード違いと言い切れますが、ないファイルでは、\
             パスワード違いとファイルの破損を区別できません。ここでいうパスワードは、\
             証明書のファイルを書き出すときに決めたものです。システムにログインするパスワードでも、\
             証明書の発行申請に使うパスワード(証明書発行用パスワードなど)でもありません。",
        en: "A file that none of the given passwords and not the empty one opens. With an integrity check (MAC) it \
             is certain that the password is wrong; without one a wrong password and damage look the same. The \
             password meant is the one chosen when the file was exported: neither the one for logging in to a \
             system nor the one for having a certificate issued.",
    },
    why: Text {
        ja: "開けないファイルの証明書は監査できず、期限切れも見逃します。誰もパスワードを知らない控えは、\
             いざというとき使えません。",
        en: "What cannot be opened cannot be audited, and its end goes unseen. A backup whose password nobody knows \
             is none.",
    },
    source: Text {
        ja: "RFC 7292 4 章 PKCS#12 の完全性と暗号化。間違いやすい点は電子請求受付システムの FAQ Q1、Q8、Q9、\
             Q15(`shomei explain Q8`)。",
        en: "RFC 7292 section 4, integrity and privacy of PKCS#12. The usual mistakes: FAQ of the e-seikyuu system, \
             Q1, Q8, Q9, Q15 (`shomei explain Q8`).",
    },
    judge: RuleCheck::Container(judge),
};

fn judge(facts: &ContainerFacts, _: &RuleContext) -> RuleAnswer {
    each_problem(facts, |problem| {
        let ContainerProblem::Password { certain, tried } = problem else { return None };
        let cause = match certain {
            true => CodedWord::new("wrong-password", Text { ja: "パスワード違い", en: "wrong password" }),
            false => CodedWord::new(
                "wrong-password-or-damage",
                Text {
                    ja: "パスワード違い、またはファイルの破損", en: "wrong password, or the file is damaged"
                },
            ),
        };
        let tried = i64::try_from(*tried).unwrap_or(i64::MAX);
        Some(Evidence::new().with("cause", cause).with("tried", tried))
    })
}
