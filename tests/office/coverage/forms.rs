//! The forms of the answer, in both languages.

use serde_json::{Value, json};
use shomei::audit::holding::{CoverageReason, RemarkKind};
use shomei::locale::Lang;
use shomei::report::list::coverage::UNITS;

use super::scene::{Office, validate};
use crate::common::ROOT;
use crate::common::schema::with_an_unknown_field;

fn office() -> Office {
    let office = Office::with(&[
        ("a.p12", "9990000001", "2025-01-06", "2028-01-05T23:59:59"),
        ("b.cer", "9990000002", "2025-01-06", "2028-01-05T23:59:59"),
        ("c.p12", "9990000003", "2023-12-06", "2026-12-05T23:59:59"),
    ]);
    office.register(&[
        "A1,さくら苑,,9990000001,東京都,介護,共通",
        "B1,けやき,,9990000002,東京都,介護,共通",
        "C1,=つくし,,9990000003,東京都,障害,共通",
        "D1,なずな,,9990000004,東京都,障害,共通",
    ]);
    office
}

#[test]
fn the_table_answers_first_in_numbers() {
    let office = office();
    let said = office.coverage(&["--lang", "ja", "--all"]);
    assert_eq!((said.code, said.stderr.as_str()), (1, ""));
    let expected = "\
2026-12-01 から 2026-12-10 までの請求期間: 請求できる 1件、途中の日まで請求できる 1件、判定できない 1件、請求できない 1件(事業所番号・サービスごと)。

請求できない (1)
  - なずな (D1): 9990000004 障害者総合支援
    理由: 証明書がない
    対処: 証明書の発行を申請する(すでにあるなら、点検する場所に加えるか台帳と結び付ける)

請求期間の途中の日まで請求できる (1)
  - =つくし (C1): 9990000003 障害者総合支援
    2026-12-05 までは請求できる
    その後の理由: 請求期間の途中で期限が切れる
    対処: 2026-12-05 までに請求を送信し、更新を申請する
    備考: 証明書の期限(2026-12-05)が、通知文書を取得する日より前。期限までに取得するか、更新が必要

判定できない (1)
  - けやき (B1): 9990000002 介護保険
    理由: 証明書だけで、秘密鍵はパソコンの中かもしれない
    対処: そのパソコンで請求できるか確かめる

請求できる (1)
  - さくら苑 (A1): 9990000001 介護保険

次に: いつまでに何を申請するかは shomei plan、1件の事情は shomei show 台帳ID、台帳の誤りは shomei register check。

判定日時 2026-11-23 09:02:00 +09:00、ポリシー lab(policy.yaml)
";
    assert_eq!(said.stdout, expected);
}

#[test]
fn the_table_says_the_same_in_english_and_lists_who_can_only_where_asked() {
    let office = office();
    let said = office.coverage(&["--lang", "en", "--as-of", "2026-11-23"]);
    let expected = "\
Claim period from 2026-12-01 to 2026-12-10: 1 can submit claims, 1 until a day within it, 1 cannot be determined, 1 cannot (by provider number and service).

Cannot submit claims (1)
  - なずな (D1): 9990000004 disability welfare
    why: there is no certificate
    what to do: apply for a certificate (or, where there is one, audit it too or bind it to the holder)

Can submit claims until a day within the period (1)
  - =つくし (C1): 9990000003 disability welfare
    can submit claims until 2026-12-05
    why not after that: the certificate ends within the claim period
    what to do: send the claims by 2026-12-05, and apply for a renewal
    remark: the certificate expires (2026-12-05) before the notices are fetched: fetch them by then, or renew it

Cannot be determined (1)
  - けやき (B1): 9990000002 long-term care insurance
    why: just the certificate was found; its key may lie in a PC's own store
    what to do: try on the PC that has it

Next: what to apply for by when: shomei plan; one holder's story: shomei show ID; mistakes in the register: shomei
register check.

Judged at 2026-11-23 09:02:00 +09:00 by the policy lab (policy.yaml), from what was known at the end of 2026-11-23
";
    assert_eq!(said.stdout, expected);
}

#[test]
fn register_check_says_the_same_of_the_coming_period() {
    let office = office();
    let coverage = office.json(&[]);
    let check: Value = serde_json::from_str(&office.run(&["register", "check", "--format", "json"]).stdout).unwrap();
    assert_eq!(coverage["units"], check["units"]);
    assert_eq!(coverage["period"], check["period"]);
    for list in ["cannot", "can_until", "unknown", "can"] {
        let mut units = coverage[list].as_array().unwrap().clone();
        for unit in &mut units {
            assert_eq!(unit.as_object_mut().unwrap().remove("subject"), Some(Value::Null));
        }
        assert_eq!(json!(units), check[list]);
    }
    let table = |said: crate::common::command::CommandResult| {
        said.stdout.split("\n\n").take(4).map(String::from).collect::<Vec<_>>()
    };
    assert_eq!(table(office.coverage(&[])), table(office.run(&["register", "check"])));
}

#[test]
fn a_spreadsheet_has_a_row_a_unit() {
    let office = office();
    let said = office.coverage(&["--month", "2027-02", "--format", "csv", "--lang", "ja", "--output", "out.csv"]);
    assert_eq!((said.code, said.stdout.as_str()), (1, ""));
    let text = std::fs::read_to_string(office.path("out.csv")).unwrap();
    let rows: Vec<&str> = text.strip_prefix('\u{feff}').unwrap().lines().collect();
    assert_eq!(rows[0], UNITS.csv().map(|(head, _)| head).collect::<Vec<_>>().join(","));
    let expected = [
        "2027-02-01,2027-02-10,default,C1,'=つくし,,9990000003,shogai,cannot,C1,expired,請求期間の前に期限が切れる,すぐに更新を申請する,,,",
        "2027-02-01,2027-02-10,default,D1,なずな,,9990000004,shogai,cannot,D1,no-certificate,証明書がない,証明書の発行を申請する(すでにあるなら、点検する場所に加えるか台帳と結び付ける),,,",
        "2027-02-01,2027-02-10,default,B1,けやき,,9990000002,kaigo,unknown,B1,bare-certificate,証明書だけで、秘密鍵はパソコンの中かもしれない,そのパソコンで請求できるか確かめる,,,",
        "2027-02-01,2027-02-10,default,A1,さくら苑,,9990000001,kaigo,can,A1,,,,,,",
    ];
    assert_eq!(rows[1..], expected);
}

#[test]
fn documents_are_as_the_schema_says_and_no_field_is_undocumented() {
    let office = office();
    let documents = [
        office.json(&[]),
        office.json(&["--month", "2027-02", "--holder", "A1", "--only", "can", "--as-of", "2026-11-23"]),
        office.json(&["--prefecture", "東京都", "--lang", "ja"]),
        Office::with(&[("a.p12", "9990000001", "2025-01-06", "2028-01-05T23:59:59")]).json(&[]),
    ];
    validate(&documents.iter().collect::<Vec<_>>(), false);
    for document in [&documents[0], &documents[3]] {
        let spoilt = with_an_unknown_field(document);
        assert!(spoilt.len() > 5);
        validate(&spoilt.iter().collect::<Vec<_>>(), true);
    }
}

/// The pages explain every reason with the words that the answer has.
#[test]
fn every_reason_is_explained_in_both_languages() {
    for lang in [Lang::Ja, Lang::En] {
        let page = format!("{ROOT}/docs/{}/coverage.md", lang.code());
        let page = std::fs::read_to_string(page).unwrap();
        for reason in CoverageReason::ALL {
            let row = format!("| `{}` | {} | {} |", reason.code(), reason.text().get(lang), reason.way_out().get(lang));
            assert!(page.lines().any(|line| line == row), "{lang:?}: {row}");
        }
        for remark in RemarkKind::ALL {
            let row = format!("| `{}` | {} |", remark.code(), remark.text().get(lang));
            assert!(page.lines().any(|line| line == row), "{lang:?}: {row}");
        }
    }
}
