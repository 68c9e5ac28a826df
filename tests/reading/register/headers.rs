//! Which header is which column.

use shomei::locale::Lang;
use shomei::register::{
    ColumnMapping, Grid, GridHeader, MappingError, MappingProposal, RegisterColumn, find_headers, propose,
};

use super::scene::*;

fn of(csv: &str) -> Grid {
    Grid::read(csv.as_bytes(), None, &|_| true).unwrap()
}

fn proposal(csv: &str) -> MappingProposal {
    propose(&of(csv), &ColumnMapping::default(), None).unwrap_or_else(|error| panic!("{}", error.text(Lang::En)))
}

fn mapping(pairs: &[(&str, Option<RegisterColumn>)]) -> ColumnMapping {
    let mut mapping = ColumnMapping::default();
    for (header, column) in pairs {
        mapping.set(header, *column);
    }
    mapping
}

fn columns(proposal: &MappingProposal) -> Vec<(RegisterColumn, u32)> {
    proposal.columns.iter().map(|(column, at)| (*column, *at)).collect()
}

#[test]
fn every_column_is_known_by_its_titles_and_its_code() {
    for name in [|c: RegisterColumn| c.title().ja, |c: RegisterColumn| c.title().en, |c: RegisterColumn| c.code()] {
        let headers: Vec<String> =
            RegisterColumn::ALL.into_iter().map(|column| format!("\"{}\"", name(column))).collect();
        let proposal = proposal(&headers.join(","));
        let expected: Vec<_> = RegisterColumn::ALL.into_iter().zip(0..).collect();
        assert_eq!(columns(&proposal), expected);
        assert!(proposal.ignored.is_empty() && proposal.ambiguous.is_empty());
    }
}

#[test]
fn codes_are_stable_and_lead_back() {
    let codes: Vec<&str> = RegisterColumn::ALL.into_iter().map(RegisterColumn::code).collect();
    let expected = "holder-id name kind provider-number prefecture services billed-by billed-from billed-to category \
                    uses places person mail tel fax postcode address channel payer password-changed status status-since \
                    declared-serial declared-expiry tag notes";
    assert_eq!(codes.join(" "), expected);
    assert!(RegisterColumn::ALL.into_iter().all(|column| RegisterColumn::of_code(column.code()) == Some(column)));
    assert_eq!(RegisterColumn::of_code("nope"), None);
}

#[test]
fn headers_as_offices_write_them() {
    let cases = [
        ("ＩＤ", RegisterColumn::HolderId),
        ("管理 番号", RegisterColumn::HolderId),
        ("事業所名", RegisterColumn::Name),
        ("※施設名称", RegisterColumn::Name),
        ("事業所\n番号", RegisterColumn::ProviderNumber),
        ("事業所番号(10桁)", RegisterColumn::ProviderNumber),
        ("事業所コード【必須】", RegisterColumn::ProviderNumber),
        ("証明書利用区分", RegisterColumn::Category),
        ("利用区分", RegisterColumn::Category),
        ("サービス", RegisterColumn::Services),
        ("端末", RegisterColumn::Places),
        ("ＰＣ名", RegisterColumn::Places),
        ("ﾊﾟｿｺﾝ名", RegisterColumn::Places),
        ("担当者", RegisterColumn::Person),
        ("メールアドレス", RegisterColumn::Mail),
        ("E-mail", RegisterColumn::Mail),
        ("電話", RegisterColumn::Tel),
        ("ＴＥＬ", RegisterColumn::Tel),
        ("℡", RegisterColumn::Tel),
        ("ＦＡＸ", RegisterColumn::Fax),
        ("〒", RegisterColumn::Postcode),
        ("所在地", RegisterColumn::Address),
        ("パスワード変更日", RegisterColumn::PasswordChanged),
        ("有効期限(申告)", RegisterColumn::DeclaredExpiry),
        ("有効期限", RegisterColumn::DeclaredExpiry),
        ("シリアル番号", RegisterColumn::DeclaredSerial),
        ("Serial No.", RegisterColumn::DeclaredSerial),
        ("連絡方法", RegisterColumn::Channel),
        ("支払方法", RegisterColumn::Payer),
        ("状態", RegisterColumn::Status),
        ("メモ", RegisterColumn::Notes),
    ];
    for (header, column) in cases {
        let others = match column {
            RegisterColumn::HolderId => "\"名称\"",
            RegisterColumn::Name => "\"ID\"",
            _ => "\"ID\",\"名称\"",
        };
        let proposal = proposal(&format!("{others},\"{header}\"\n"));
        assert_eq!(proposal.columns.get(&column).copied(), Some(others.split(',').count() as u32), "{header}");
    }
}

#[test]
fn the_row_that_knows_most_columns_is_the_header() {
    let proposal = proposal("事業所ID 名称 一覧\nID,名称,連絡先\nID,名称,担当者,電話,FAX\nA-1,一,山田\n");
    assert_eq!(proposal.header_row, 3);
    let given = propose(&of("x\nID,名称,メモ\nID,名称,担当者,電話\n"), &ColumnMapping::default(), Some(2)).unwrap();
    assert_eq!((given.header_row, given.columns.contains_key(&RegisterColumn::Notes)), (2, true));
}

#[test]
fn headers_that_are_repeated_on_each_page_are_no_rows() {
    let found = reading("ID,名称\nA-1,一\nID,名称\nＩＤ,名 称\nA-2,二\n".as_bytes());
    assert_eq!((ids(&found.holders), found.rows), (vec!["A-1", "A-2"], 2));
}

#[test]
fn the_provider_number_serves_as_id_where_there_is_no_other() {
    let proposal = proposal("事業所番号,事業所名,サービス\n1310000001,一,介護\n");
    assert!(proposal.id_is_provider_number());
    let found = holders("事業所番号,事業所名,サービス\n１３１０００００01,一,介護\n1310000001,,障害\n".as_bytes());
    assert_eq!((ids(&found), found[0].lines.len()), (vec!["1310000001"], 2));
    assert!(!self::proposal("事業所番号,ID,事業所名\n").id_is_provider_number());
}

#[test]
fn what_the_user_says_outweighs_what_a_header_is_called() {
    let csv = "No.,お客様コード,名称,電話,備考\n1,A-1,一,03-0000-0000,x\n";
    let given = mapping(&[
        ("お客様　ｺｰﾄﾞ", Some(RegisterColumn::HolderId)),
        ("備考", None),
        ("電話", Some(RegisterColumn::Tag)),
        ("古い列", Some(RegisterColumn::Fax)),
    ]);
    let proposal = propose(&of(csv), &given, None).unwrap();
    assert_eq!(
        columns(&proposal),
        [(RegisterColumn::HolderId, 1), (RegisterColumn::Name, 2), (RegisterColumn::Tag, 3)]
    );
    assert_eq!(proposal.unused, ["古い列"]);
    let ignored: Vec<&str> = proposal.ignored.iter().map(|header| header.text.as_str()).collect();
    assert_eq!(ignored, ["No.", "備考"]);
    // What is kept serves as what is given the next time.
    let again = propose(&of(csv), &proposal.mapping, None).unwrap();
    assert_eq!((columns(&again), again.mapping), (columns(&proposal), proposal.mapping));
}

#[test]
fn a_surer_header_is_taken_before_a_vaguer_one() {
    let proposal = proposal("法人名,事業所名,ID,コード\n");
    assert_eq!(columns(&proposal), [(RegisterColumn::HolderId, 2), (RegisterColumn::Name, 1)]);
    assert_eq!(self::proposal("コード,法人名\n").columns.len(), 2);
}

#[test]
fn two_headers_of_one_column_are_neither_taken_nor_hidden() {
    let proposal = proposal("ID,名称,電話,TEL\n");
    assert_eq!(columns(&proposal), [(RegisterColumn::HolderId, 0), (RegisterColumn::Name, 1)]);
    let [ambiguous] = proposal.ambiguous.as_slice() else { panic!("{proposal:?}") };
    assert_eq!(ambiguous.column, RegisterColumn::Tel);
    assert_eq!(
        ambiguous.headers,
        [GridHeader { at: 2, text: "電話".into() }, GridHeader { at: 3, text: "TEL".into() }]
    );
    assert_eq!(ambiguous.text(Lang::Ja), "「電話番号」にあたる見出しが複数あります: 「電話」(C列)、「TEL」(D列)。");
    assert_eq!(
        ambiguous.text(Lang::En),
        " More than one header is the column \"tel\": \"電話\" (column C), \"TEL\" (column D)."
    );
    let given = mapping(&[("TEL", Some(RegisterColumn::Tel))]);
    let settled = propose(&of("ID,名称,電話,TEL\n"), &given, None).unwrap();
    assert_eq!((settled.columns[&RegisterColumn::Tel], settled.ambiguous.len()), (3, 0));
}

#[test]
fn without_id_or_name_the_headers_found_are_listed() {
    let error = propose(&of("一覧\n氏,電話\n山田,03\n"), &ColumnMapping::default(), None).unwrap_err();
    let ja = "2行目の見出しに、「台帳ID」、「名称」にあたる列がありません。見出しは 「氏」、「電話」 です。\
              どの見出しがその列かを「見出し=holder-id」の形で指定するか、見出しの行を指定してください。";
    let en = "among the headers in row 2 none is the column \"holder ID\", \"name\"; the headers are \"氏\", \"電話\". \
              Say which header it is, as \"HEADER=holder-id\", or which row holds the headers.";
    assert_eq!((error.text(Lang::Ja).as_str(), error.text(Lang::En).as_str()), (ja, en));
    let error = propose(&of("ID,管理番号,名称\n"), &ColumnMapping::default(), None).unwrap_err();
    assert!(error.text(Lang::Ja).contains("「台帳ID」にあたる見出しが複数あります: 「ID」(A列)、「管理番号」(B列)。"));
    assert!(matches!(error, MappingError::Missing { missing, .. } if missing == [RegisterColumn::HolderId]));
    let error = propose(&of("ID,名称\n"), &ColumnMapping::default(), Some(7)).unwrap_err();
    assert_eq!(error.text(Lang::Ja), "7行目に見出しがありません。見出しの行を確かめてください。");
    assert_eq!(error.text(Lang::En), "there are no headers in row 7; which row are they in?");
}

#[test]
fn headers_of_other_lists_are_found_by_their_spellings() {
    let grid = of("申請の記録\n\n証明書,状　態,日付,備考\nsha256:00,申請済,R8.4.1,x\n");
    let wanted: [&[&str]; 4] = [&["対象", "証明書"], &["状態", "state"], &["ない"], &["on", "日付"]];
    assert_eq!(find_headers(&grid, &wanted), Some((3, vec![Some(0), Some(1), None, Some(2)])));
    assert_eq!(grid.row(4).unwrap().cell(2).day(), Some(day("2026-04-01")));
    assert_eq!(grid.row(4).unwrap().cell(3).day(), None);
    assert_eq!(find_headers(&grid, &[&["ない"]]), None);
}
