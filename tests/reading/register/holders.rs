//! From rows to holders.

use shomei::register::{Agent, DeclaredCertificate, HolderKey, ServiceLine};

use super::scene::*;

#[test]
fn rows_of_one_id_are_one_holder() {
    let csv = "ID,名称,事業所番号,サービス,代理人ID,開始,担当者,代理開始日,代理終了日\n\
               A-2,二,1310000003,,,,,,\n\
               A-1,一,1310000001,介護,,,,,\n\
               A-1,,1310000001,障害,D-1,,山田,2026-04-01,2027-03-31\n\
               A-1,一,1310000002,介護・障害,,,山田,,\n";
    let found = holders(csv.as_bytes());
    assert_eq!(
        found.iter().map(|h| h.key.clone()).collect::<Vec<_>>(),
        ["A-1", "A-2"].map(|id| HolderKey { register: REGISTER.into(), id: id.into() })
    );
    let line = |number: &str, service: &str| ServiceLine {
        provider_number: Some(number.into()),
        service: Some(service.into()),
        agent: None,
    };
    let agent = Agent { id: "D-1".into(), from: Some(day("2026-04-01")), until: Some(day("2027-03-31")) };
    let expected = [
        line("1310000001", "kaigo"),
        ServiceLine { agent: Some(agent), ..line("1310000001", "shogai") },
        line("1310000002", "kaigo"),
        line("1310000002", "shogai"),
    ];
    assert_eq!(found[0].lines, expected);
    assert_eq!(found[0].contact.person.as_deref(), Some("山田"), "the first row that says it counts");
    assert_eq!(found[1].lines, [ServiceLine { provider_number: Some("1310000003".into()), ..ServiceLine::default() }]);
}

#[test]
fn id_and_name_are_enough() {
    let found = holders("ID,名称\nA-1,一\n".as_bytes()).remove(0);
    assert_eq!((found.lines.len(), found.declared, found.kind), (0, None, None));
    let found = holders("ID,名称,シリアル番号\nA-1,一,0786D1\n".as_bytes()).remove(0);
    assert_eq!(
        found.declared.map(|DeclaredCertificate { serial, expires_on }| (serial.is_some(), expires_on)),
        Some((true, None))
    );
}

#[test]
fn another_agent_in_another_time_is_another_line() {
    let csv = "ID,名称,事業所番号,サービス,代理人ID,代理開始日,代理終了日\n\
               A-1,一,1310000001,介護,D-1,,2026-03-31\nA-1,一,1310000001,介護,D-2,2026-04-01,\n";
    assert_eq!(holders(csv.as_bytes())[0].lines.len(), 2);
}

#[test]
fn a_row_in_error_takes_out_its_holder_and_no_other() {
    let csv = "ID,名称,事業所番号,種別\n\
               A-1,一,131000001,\nA-1,一,1310000002,\n\
               A-2,二,1310000003,\n\
               A-3,三,1310000004,\nA-3,三の二,1310000005,\n\
               ,名無し,1310000006,\n\
               A-4,,1310000007,何か\n\
               ,,,\n";
    let found = reading(csv.as_bytes());
    assert_eq!(ids(&found.holders), ["A-2"]);
    assert_eq!(found.ids_in_error.iter().map(String::as_str).collect::<Vec<_>>(), ["A-1", "A-3", "A-4"]);
    assert_eq!((found.rows, found.rows_without_id), (7, 1));
    let rows: Vec<u32> = found.mistakes.iter().map(|mistake| mistake.row).collect();
    assert_eq!(rows, [2, 6, 7, 8, 8], "all of them, by row: {:#?}", found.mistakes);
}

#[test]
fn the_order_of_rows_and_columns_does_not_matter() {
    let one = "ID,名称,事業所番号\nA-1,一,1310000001\nA-2,二,1310000002\n";
    let other = "事業所番号,ID,名称\n1310000002,A-2,二\n1310000001,A-1,一\n";
    assert_eq!(holders(one.as_bytes()), holders(other.as_bytes()));
}
