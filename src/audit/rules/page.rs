//! The page of a rule, and the document of all pages.

use super::{CodedWord, Evidence, REASONS, RULES, Rule, RuleFamily, reason_word};
use crate::locale::{Lang, Text};
use crate::policy::{Desks, Severity};

/// The page of one rule, in plain text that is Markdown too: what it finds, why that matters,
/// what to do and who to turn to by the desks of the policy, and where this is from.
pub fn page(rule: &Rule, desks: &Desks, lang: Lang) -> String {
    section(rule, desks, lang, "#")
}

/// All pages as one Markdown document: `docs/<lang>/rules.md`.
pub fn document(lang: Lang) -> String {
    let mut out = format!("# {}\n\n{}\n", DOCUMENT_TITLE.get(lang), DOCUMENT_LEAD.get(lang));
    for family in FAMILIES {
        let rules: Vec<&Rule> = RULES.iter().copied().filter(|rule| rule.family == family).collect();
        out += &format!("\n## {}\n\n{}", family_name(family).get(lang), table(&rules, lang));
        for rule in rules {
            out += &format!("\n{}", section(rule, &Desks::default(), lang, "###"));
        }
    }
    out + &reasons(lang)
}

const FAMILIES: [RuleFamily; 6] =
    [RuleFamily::Trust, RuleFamily::Life, RuleFamily::Key, RuleFamily::Container, RuleFamily::Holder, RuleFamily::Run];

const DOCUMENT_TITLE: Text = Text { ja: "監査の規則", en: "The rules of the audit" };
const DOCUMENT_LEAD: Text = Text {
    ja: "`shomei explain CODE` と同じ内容です。このファイルは規則から生成しています。直すときは \
         `src/audit/rules/` の規則を直し、`SHOMEI_BLESS=1 cargo test --test judging` を実行してください。\
         重大度はポリシー(severities)で変えられます。",
    en: "What `shomei explain CODE` says. Generated from the rules: to change it, change `src/audit/rules/` and run \
         `SHOMEI_BLESS=1 cargo test --test judging`. The policy may change severities (`severities`).",
};
const HEADINGS: Text = Text {
    ja: "| 規則 | 重大度 | 見つけるもの |\n| --- | --- | --- |\n",
    en: "| rule | severity | finds |\n| --- | --- | --- |\n",
};
const FACTS: Text = Text {
    ja: "重大度: {severity} / 分類: {family} / 導入: {since}",
    en: "Severity: {severity} / family: {family} / since {since}",
};
const SAYS: Text = Text { ja: "指摘の文面", en: "What the finding says" };
const WHAT: Text = Text { ja: "何を見つけるか", en: "What it finds" };
const WHY: Text = Text { ja: "なぜ問題か", en: "Why it matters" };
const REMEDY: Text = Text { ja: "どうすればよいか", en: "What to do" };
const SOURCE: Text = Text { ja: "出典", en: "Source" };
const EVIDENCE: Text =
    Text { ja: "証拠の項目(文面の {} に入る値)", en: "Evidence (what stands for {} in its texts)" };
const REASONS_TITLE: Text = Text { ja: "検証結果の理由", en: "Reasons of a verdict" };
const REASONS_HEADINGS: Text =
    Text { ja: "| 理由 | 意味 |\n| --- | --- |\n", en: "| reason | meaning |\n| --- | --- |\n" };

fn section(rule: &Rule, desks: &Desks, lang: Lang, level: &str) -> String {
    let remedy = Evidence::new().fill_with_desks(&rule.remedy, desks, lang);
    let facts = FACTS.fill(
        lang,
        &[
            ("severity", &severity_name(rule.severity).get(lang)),
            ("family", &family_name(rule.family).get(lang)),
            ("since", &rule.since),
        ],
    );
    let mut out = format!("{level} {}: {}\n\n{facts}\n", rule.code, rule.title.get(lang));
    for (heading, text) in [
        (SAYS, rule.message.get(lang)),
        (WHAT, rule.what.get(lang)),
        (WHY, rule.why.get(lang)),
        (REMEDY, remedy.as_str()),
        (SOURCE, rule.source.get(lang)),
    ] {
        out += &format!("\n{level}# {}\n\n{text}\n", heading.get(lang));
    }
    let names: Vec<String> = rule.evidence.iter().map(|name| format!("`{name}`")).collect();
    out += &format!("\n{level}# {}\n\n{}\n", EVIDENCE.get(lang), names.join(", "));
    out
}

fn table(rules: &[&Rule], lang: Lang) -> String {
    let row = |rule: &&Rule| {
        let severity = severity_name(rule.severity).get(lang);
        format!("| `{}` | {severity} | {} |\n", rule.code, rule.title.get(lang))
    };
    HEADINGS.get(lang).to_string() + &rules.iter().map(row).collect::<String>()
}

fn reasons(lang: Lang) -> String {
    let row = |word: CodedWord| format!("| `{}` | {} |\n", word.code, word.show(lang));
    let rows: String = REASONS.iter().map(reason_word).map(row).collect();
    format!("\n## {}\n\n{}{rows}", REASONS_TITLE.get(lang), REASONS_HEADINGS.get(lang))
}

/// A severity for people.
pub fn severity_name(severity: Severity) -> Text {
    match severity {
        Severity::Error => Text { ja: "エラー", en: "error" },
        Severity::Warning => Text { ja: "警告", en: "warning" },
        Severity::Info => Text { ja: "情報", en: "info" },
    }
}

/// A family for people.
pub fn family_name(family: RuleFamily) -> Text {
    match family {
        RuleFamily::Trust => Text { ja: "信頼", en: "trust" },
        RuleFamily::Life => Text { ja: "有効期間", en: "life" },
        RuleFamily::Key => Text { ja: "鍵と形式", en: "key and form" },
        RuleFamily::Container => Text { ja: "ファイル", en: "container" },
        RuleFamily::Holder => Text { ja: "事業所・代理人", en: "holders" },
        RuleFamily::Run => Text { ja: "監査全体", en: "run" },
    }
}
