//! `container-limit`.

use super::each_problem;
use crate::audit::rules::prelude::*;
use crate::container::{ContainerProblem, Limit};

/// It asks for more than the limits allow.
pub static RULE: Rule = Rule {
    code: "container-limit",
    family: RuleFamily::Container,
    severity: Severity::Error,
    since: "0.1.0",
    evidence: &["limit", "asked", "allowed", "flag", "untried"],
    title: Text { ja: "上限を超えるファイル", en: "Beyond a limit" },
    message: Text {
        ja: "{limit}が上限を超えるため、読むのを止めました(要求 {asked}、上限 {allowed})。",
        en: "Reading stopped at a limit: {limit} ({asked} asked for, {allowed} allowed).",
    },
    remedy: Text {
        ja: "信頼できる相手のファイルなら、`{flag}` で上限を上げて読み直してください。心当たりのないファ\
             イルなら開かず、入手先を確認してください。",
        en: "If the file is from somebody you trust, raise the limit with `{flag}`. If you do not know \
             it, do not open it, and find out where it came from.",
    },
    what: Text {
        ja: "読み取りの前に、ファイルが求める大きさと計算量を上限と比べ、超えるものは読まずに指摘します。\
             上限は通常のファイルであれば十分な値です。untried は、上限のために試せなかったパスワードの数です。",
        en: "The size and the work that a file asks for are compared with the limits before they are spent. The \
             defaults let honest files through. `untried` counts the passwords that were not tried because of it.",
    },
    why: Text {
        ja: "繰り返し回数を何十億と書いたファイルを1つ置くだけで、監査全体を止めることができます。\
             上限はそれを防ぎます。",
        en: "A single file that asks for billions of iterations could stop the whole audit. The limits prevent \
             that.",
    },
    source: Text {
        ja: "RFC 8018 4.2 繰り返し回数。上限の値と根拠は shomei の説明書。",
        en: "RFC 8018 section 4.2, iteration count. The limits and their reasons: shomei's documentation.",
    },
    judge: RuleCheck::Container(judge),
};

fn judge(facts: &ContainerFacts, _: &RuleContext) -> RuleAnswer {
    each_problem(facts, |problem| {
        let ContainerProblem::Limit { limit, asked, allowed, untried } = problem else { return None };
        let number = |n: &u64| i64::try_from(*n).unwrap_or(i64::MAX);
        let evidence = Evidence::new()
            .with("limit", CodedWord::new(limit.code(), limit_text(*limit)))
            .with("asked", number(asked))
            .with("allowed", number(allowed))
            .with("flag", limit.flag())
            .with("untried", i64::try_from(*untried).unwrap_or(i64::MAX));
        Some(evidence)
    })
}

fn limit_text(limit: Limit) -> Text {
    match limit {
        Limit::Bytes => Text { ja: "ファイルの大きさ(バイト)", en: "size of the file in bytes" },
        Limit::Iterations => Text { ja: "鍵の導出の繰り返し回数", en: "iterations of a key derivation" },
        Limit::Work => Text { ja: "1つのファイルに使う計算量", en: "work spent on one file" },
        Limit::ScryptMemory => Text { ja: "scrypt が使うメモリー(バイト)", en: "memory of scrypt in bytes" },
        Limit::Depth => Text { ja: "入れ子の深さ", en: "depth of nesting" },
        Limit::Bags => Text { ja: "エントリの数", en: "number of bags or blocks" },
        Limit::Certificates => Text { ja: "証明書の数", en: "number of certificates" },
    }
}
