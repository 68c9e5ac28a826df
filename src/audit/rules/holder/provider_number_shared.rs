//! `provider-number-shared`.

use crate::audit::rules::prelude::*;

/// Two holders of the register have one provider number.
pub static RULE: Rule = Rule {
    code: "provider-number-shared",
    family: RuleFamily::Holder,
    severity: Severity::Warning,
    since: "0.1.0",
    evidence: &["holder", "name", "numbers", "others"],
    title: Text { ja: "事業所番号の重複", en: "Provider number of two holders" },
    message: Text {
        ja: "{name}({holder})の事業所番号 {numbers} は、台帳のほかの事業所({others})にもあります。",
        en: "The provider number {numbers} of {name} ({holder}) is also in the register for {others}.",
    },
    remedy: Text {
        ja: "どちらの事業所番号が正しいかを指定通知書などで確認し、台帳を直して取り込み直してください。事\
             業を引き継いだ場合は、古いほうの利用状況を「廃止」にしてください。",
        en: "Check which holder has the number, correct the register and import it again. If one took \
             over the business of the other, set the status of the earlier one to closed.",
    },
    what: Text {
        ja: "同じ事業所番号が、台帳の2つ以上の利用中の事業所にあるものを指摘します。同じ名称で、行ごとに\
             サービスが異なるものは、1つの事業所とみなします。代理人の行、廃止した事業所は数えません。",
        en: "A provider number that two or more active providers of the register have. Rows of one name, \
             each for services of its own, are one provider. Rows of agents and closed providers are \
             not counted.",
    },
    why: Text {
        ja: "事業所番号は証明書と請求の単位です。重複していると、請求できるかどうかと更新の案内を取り違え\
             ます。",
        en: "Certificates and claims go by provider number. If two holders have the same one, coverage \
             and reminders are mixed up.",
    },
    source: Text {
        ja: "証明書は事業所番号ごとに1枚(国保連合会の案内、奈良県)。",
        en: "One certificate per provider number (notice of the Nara federation).",
    },
    judge: RuleCheck::Holder(judge),
};

fn judge(facts: &HolderFacts, _: &RuleContext) -> RuleAnswer {
    if facts.shared_numbers.is_empty() {
        return RuleAnswer::Clear;
    }
    let numbers: Vec<String> = facts.shared_numbers.iter().map(|(number, _)| number.clone()).collect();
    let mut others: Vec<String> =
        facts.shared_numbers.iter().flat_map(|(_, keys)| keys.iter().map(super::shown)).collect();
    others.sort();
    others.dedup();
    RuleAnswer::found(super::about(facts.holder).with("numbers", numbers).with("others", others))
}
