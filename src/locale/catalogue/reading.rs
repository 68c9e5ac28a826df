//! Messages of the commands that read the inventory: list, show, diff.

use super::Text;

texts! {
    // Of all
    JUDGED { ja: "判定日時 {at}", en: "Judged at {at}" }
    KNOWN_AS_OF { ja: "({day} の終わりに分かっていたことによる)", en: ", from what was known at the end of {day}" }
    FIRST_OF_MANY {
        ja: "件数が多いため、はじめの {n} 件だけを示します。全件は --format csv か --format json で出力してください。",
        en: "There are many; these are the first {n}. For all of them use --format csv or --format json.",
    }

    // List
    LIST_EMPTY {
        ja: "証明書台帳(DB)に証明書はありません。shomei import で取り込んでください。",
        en: "The inventory holds no certificate. Use shomei import to put some into it.",
    }
    LIST_NONE { ja: "証明書 {known} 枚のうち、条件に合うものはありません。", en: "None of {known} certificates fits." }
    LIST_ALL { ja: "証明書は {known} 枚です。", en: "{known} certificates." }
    LIST_SOME { ja: "証明書 {known} 枚のうち、条件に合うものは {total} 枚です。", en: "{total} of {known} certificates." }
    COLUMN_HOLDER { ja: "台帳", en: "holder" }
    HOLDER_UNKNOWN { ja: "不明", en: "unknown" }
    HOLDER_AMBIGUOUS { ja: "複数の候補", en: "ambiguous" }

    // Diff
    DIFF_SINCE_RUN { ja: "{at} の取り込みから", en: "Since the import of {at}" }
    DIFF_SINCE_DAY { ja: "{day} の終わりから", en: "Since the end of {day}" }
    DIFF_NOTHING { ja: "{since}、変わったことはありません。", en: "{since}: nothing changed." }
    DIFF_CHANGES { ja: "{since}の変化: {counts}。", en: "{since}: {counts}." }
    DIFF_COUNT { ja: "{word} {n}", en: "{word} {n}" }
    DIFF_NEW { ja: "新しい証明書", en: "new" }
    DIFF_GONE { ja: "なくなった証明書", en: "gone" }
    DIFF_MOVED { ja: "移った証明書", en: "moved" }
    DIFF_RENEWED { ja: "更新された証明書", en: "renewed" }
    DIFF_BETTER { ja: "良くなった証明書", en: "better" }
    DIFF_WORSE { ja: "悪くなった証明書", en: "worse" }
    COLUMN_BEFORE { ja: "以前", en: "before" }
    COLUMN_END_BEFORE { ja: "前の期限", en: "ended on" }
    COLUMN_FROM { ja: "以前の場所", en: "from" }

    // Show
    STORY_FINE { ja: "{name}: 対応が必要な指摘はありません。", en: "{name}: nothing needs attention." }
    STORY_ATTENTION {
        ja: "{name}: 対応が必要です(エラー {errors} 件、警告 {warnings} 件)。",
        en: "{name} needs attention (errors: {errors}, warnings: {warnings}).",
    }
    STORY_GONE { ja: "{name}: この証明書は、いま、どこにもありません。", en: "{name}: this certificate lies nowhere now." }
    STORY_LEFT { ja: "{name}: いま、台帳にありません。", en: "{name} does not stand in the register now." }
    NAME_AND_ID { ja: "{name}({id})", en: "{name} ({id})" }
    SUBJECT { ja: "所有者識別子", en: "subject" }
    ISSUER { ja: "発行者", en: "issuer" }
    SERIAL { ja: "シリアル番号", en: "serial number" }
    SHA1 { ja: "拇印(SHA-1)", en: "SHA-1" }
    SHA256 { ja: "拇印(SHA-256)", en: "SHA-256" }
    VALIDITY { ja: "有効期間", en: "valid" }
    FROM_TO { ja: "{from} から {until} まで", en: "{from} to {until}" }
    UNREADABLE { ja: "読めません", en: "cannot be read" }
    END { ja: "有効期限", en: "ends on" }
    END_AHEAD { ja: "{day}(残り {days} 日)", en: "{day} ({days} days left)" }
    END_PASSED { ja: "{day}({days} 日前)", en: "{day} ({days} days ago)" }
    END_EARLIER {
        ja: "{end}。証明書自体の期限は {own} ですが、発行元の証明書が先に切れます",
        en: "{end}; its own end is {own}, but what issued it ends before",
    }
    VERDICT { ja: "検証結果", en: "verdict" }
    GENERATION { ja: "{status}({generation} 世代)", en: "{status} (root {generation})" }
    LAST_VERDICT { ja: "最後の検証結果", en: "last verdict" }
    PATH { ja: "認証パス", en: "path" }
    REASON { ja: "理由", en: "reason" }
    WHOSE { ja: "台帳", en: "holder" }
    WHOSE_UNKNOWN { ja: "台帳のどれの証明書か分かりません", en: "not known" }
    WHOSE_NOBODY { ja: "台帳のどれのものでもない", en: "nobody's" }
    WHOSE_NO_REGISTER { ja: "台帳がまだありません", en: "there is no register" }
    WHOSE_AMBIGUOUS { ja: "候補が複数あり、決まりません: {candidates}", en: "several might be: {candidates}" }
    HOW_BY_HAND { ja: "人が決めた", en: "somebody said so" }
    HOW_SERIAL { ja: "台帳のシリアル番号(申告)による", en: "by the serial number in the register" }
    HOW_SUBJECT { ja: "同じ所有者識別子の証明書による", en: "by a certificate of the same subject" }
    HOW_PATTERN { ja: "ポリシーのパターンによる", en: "by a pattern of the policy" }
    HOW_PROVIDER_NUMBER { ja: "所有者識別子にある事業所番号による", en: "by the provider number in its subject" }
    CATEGORY { ja: "証明書利用区分", en: "usage category" }
    PUBLIC_KEY { ja: "公開鍵", en: "public key" }
    PLACES { ja: "場所", en: "Places" }
    PRIVATE_KEY { ja: "秘密鍵: {words}", en: "private key {words}" }
    FRIENDLY_NAME { ja: "フレンドリ名 {name}", en: "friendlyName {name}" }
    OPENED_WITH { ja: "開けたパスワード: {whence}", en: "opened with {whence}" }
    CERTIFICATES_ENCRYPTED { ja: "証明書の暗号化: {words}", en: "certificates encrypted with {words}" }
    KEYS_ENCRYPTED { ja: "秘密鍵の暗号化: {words}", en: "keys encrypted with {words}" }
    MAC { ja: "MAC: {words}", en: "MAC: {words}" }
    FINDINGS { ja: "指摘", en: "Findings" }
    NO_FINDINGS { ja: "なし", en: "none" }
    MARKS { ja: "記録", en: "Marks" }
    MARK_UNTIL { ja: "{day} まで", en: "until {day}" }
    MARK_BY { ja: "記録した人 {by}", en: "by {by}" }
    RENEWAL { ja: "更新", en: "Renewal" }
    RENEWED_BY { ja: "新しい証明書: {peer}", en: "renewed by {peer}" }
    RENEWED_IN_PLACE { ja: "導入まで済んでいます", en: "in place" }
    RENEWED_LACKING { ja: "まだ済んでいません: {lacking}", en: "not in place yet: {lacking}" }
    LACKING_PLACES { ja: "{places} で確認できない", en: "not found on {places}" }
    RENEWS { ja: "前の証明書: {peer}", en: "renews {peer}" }
    PEER { ja: "{subject}({sha256}、期限 {end}、{path})", en: "{subject} ({sha256}, ends on {end}, {path})" }
    STORY { ja: "経過", en: "Story" }
    SPOT { ja: "{host} の {path}", en: "{path} on {host}" }
    EVENT_SEEN { ja: "見つかった: {spot}", en: "seen at {spot}" }
    EVENT_GONE { ja: "なくなった: {spot}", en: "gone from {spot}" }
    EVENT_MOVED { ja: "移った: {from} から {to} へ", en: "moved from {from} to {to}" }
    EVENT_JUDGED { ja: "判定: {now}", en: "judged {now}" }
    EVENT_JUDGED_OTHERWISE { ja: "判定が変わった: {before} → {now}", en: "judged otherwise: {before} → {now}" }
    JUDGED_WITH { ja: "{verdict}({findings})", en: "{verdict} ({findings})" }
    EVENT_BOUND { ja: "台帳の {id} のものと決めた", en: "said to be {id}'s" }
    EVENT_BOUND_NOBODY { ja: "台帳のどれのものでもないと決めた", en: "said to be nobody's" }
    EVENT_UNBOUND { ja: "決めたことを取り消した", en: "what was said of its holder was taken back" }
    EVENT_MARKED { ja: "記録: {mark}", en: "marked: {mark}" }
    EVENT_UNMARKED { ja: "記録の取り消し: {mark}", en: "mark taken back: {mark}" }
    EVENT_RENEWED { ja: "新しい証明書 {sha256} が見つかった", en: "the certificate {sha256}, which renews it, was seen" }
    EVENT_TOLD { ja: "知らせたと記録({step})", en: "its holder was told ({step})" }
    EVENT_TOLD_AUDITORS { ja: "管理者だけに案内({step})", en: "only the auditors were notified ({step})" }
    EVENT_TOLD_BY_HAND {
        ja: "メール以外で案内することを管理者に連絡({step})",
        en: "the auditors were told that it goes by other means than mail ({step})",
    }
    TOLD_TO { ja: "宛先 {to}", en: "to {to}" }
    TOLD_SUBJECT { ja: "件名「{subject}」", en: "subject \"{subject}\"" }
    TOLD_IN_DOUBT { ja: "届いたかは不明", en: "whether it arrived is not known" }
    TOLD_OF_PASSWORD { ja: "システムのパスワード", en: "system password" }
    STEP_TIER { ja: "{days}日以内の案内", en: "tier of {days} days" }
    STEP_ENDED { ja: "期限切れの案内", en: "expired" }
    STEP_LAPSED { ja: "期限切れの案内、{time}回目", en: "lapsed, reminder {time}" }
    EVENT_ENTERED { ja: "台帳に載った", en: "entered into the register" }
    EVENT_CHANGED { ja: "台帳で変わった項目: {columns}", en: "the register changed: {columns}" }
    EVENT_UNCHANGED { ja: "台帳に同じ内容で載った", en: "entered into the register as before" }
    EVENT_LEFT { ja: "台帳から消えた", en: "no longer in the register" }

    // Show: a holder
    REGISTER { ja: "台帳の名前", en: "register" }
    SINCE { ja: "{status}({day} から)", en: "{status} (since {day})" }
    PASSWORD_EXPIRES { ja: "{changed}(期限 {expires})", en: "{changed} (expires on {expires})" }
    UNITS_HEADING { ja: "次の請求({first} から {last} まで)", en: "Coming claims ({first} to {last})" }
    UNIT { ja: "{number} {service}: {coverage}", en: "{number} {service}: {coverage}" }
    UNIT_NO_NUMBER { ja: "事業所番号なし", en: "no provider number" }
    UNIT_NO_SERVICE { ja: "サービス不明", en: "service unknown" }
    UNIT_THROUGH { ja: "請求する者: {ids}", en: "billed by {ids}" }
    COVERAGE_CAN { ja: "請求できる", en: "claims can be submitted" }
    COVERAGE_CAN_UNTIL { ja: "{until} まで請求できる({reasons})", en: "claims can be submitted until {until} ({reasons})" }
    COVERAGE_UNKNOWN { ja: "請求できるか判定できない({reasons})", en: "whether claims can be submitted cannot be determined ({reasons})" }
    COVERAGE_CANNOT { ja: "請求できない({reasons})", en: "claims cannot be submitted ({reasons})" }
    CERTIFICATES { ja: "証明書({n} 枚)", en: "Certificates ({n})" }
    PLAN { ja: "更新計画", en: "Renewal plan" }
    NO_PLAN { ja: "更新する証明書はありません", en: "there is no certificate to renew" }
    PLAN_ITEM { ja: "{which}(有効期限 {ends}): {outcome}", en: "{which} (expires on {ends}): {outcome}" }
    PLAN_EXCLUDED { ja: "計画に入れない({why})", en: "not in the plan ({why})" }
    DECLARED_CERTIFICATE { ja: "台帳に申告された証明書", en: "certificate declared in the register" }
    NO_DAY { ja: "不明", en: "unknown" }
    DAY_OF { ja: "{what} {day}", en: "{what}: {day}" }
    HOLDER_FEES {
        ja: "発行手数料({from}から{until}まで: {n}件、{yen}円、うち見込み {ahead}円)",
        en: "Fees ({from} to {until}, applications: {n}; {yen} yen, {ahead} of it forecast)",
    }
    FEE_ITEM { ja: "{day} 申請: {fee}({remarks})", en: "applied for on {day}: {fee} ({remarks})" }
    FEE_AHEAD { ja: "{day} 申請見込み: {fee}({remarks})", en: "to apply for on {day}: {fee} ({remarks})" }
    FEE_YEN { ja: "{yen}円", en: "{yen} yen" }
    FEE_UNKNOWN { ja: "額は不明", en: "fee unknown" }
    FEE_DAYS { ja: "{first} から {last} まで", en: "{first} to {last}" }
    FEE_PAYER { ja: "支払方法 {payer}", en: "payment: {payer}" }
    FEE_PRESUMED { ja: "申請日は発行日から推定", en: "day presumed from the day of issue" }
}
