//! What the cells of each column may say.

use shomei::register::{ContactChannel, FeePayer, GridCell, Holder, HolderKind, HolderStatus};

use super::scene::*;

/// The one holder of a list with one more column.
#[track_caller]
fn with(header: &str, cell: &str) -> Holder {
    let bytes = workbook(&["ID", "名称", header], &[&[text("A-1"), text("一"), text(cell)]]);
    holders(&bytes).remove(0)
}

#[test]
fn days_in_every_spelling() {
    let spellings = [
        "2026-12-31",
        "2026/12/31",
        "2026.12.31",
        "2026年12月31日",
        "２０２６年１２月３１日",
        "2026 年 12 月 31 日",
        "20261231",
        "2026-12-31 00:00:00",
        "2026/12/31 9:30",
        "2026-12-31T00:00:00",
        "2026－12－31",
        "令和8年12月31日",
        "令和 8年12月31日",
        "令８．１２．３１",
        "㋿8年12月31日",
        "R8.12.31",
        "r8/12/31",
        "Ｒ08-12-31",
    ];
    for spelling in spellings {
        assert_eq!(with("パスワード変更日", spelling).password_changed, Some(day("2026-12-31")), "{spelling}");
    }
    let others = [
        ("H31.4.30", "2019-04-30"),
        ("平成元年1月8日", "1989-01-08"),
        ("㍻31年4月30日", "2019-04-30"),
        ("令和元年5月1日", "2019-05-01"),
        ("令和1年5月1日", "2019-05-01"),
        ("S64.1.7", "1989-01-07"),
        ("2024/2/29", "2024-02-29"),
        ("9999-12-31", "9999-12-31"),
    ];
    for (spelling, expected) in others {
        assert_eq!(with("パスワード変更日", spelling).password_changed, Some(day(expected)), "{spelling}");
    }
}

#[test]
fn numbers_that_say_all_of_themselves() {
    let row = [
        GridCell::Number(1_310_000_001.0),
        text("一"),
        GridCell::Number(1_310_000_001.0),
        GridCell::Number(20_261_231.0),
    ];
    let more = [GridCell::Number(1_500_001.0), GridCell::Number(13.0), GridCell::Number(3.5)];
    let row: Vec<GridCell> = row.into_iter().chain(more).collect();
    let headers = ["ID", "名称", "事業所番号", "有効期限", "〒", "都道府県", "備考"];
    let found = holders(&workbook(&headers, &[&row])).remove(0);
    assert_eq!(found.key.id, "1310000001");
    assert_eq!(found.lines[0].provider_number.as_deref(), Some("1310000001"));
    assert_eq!(found.declared.unwrap().expires_on, Some(day("2026-12-31")));
    assert_eq!(found.contact.postcode.as_deref(), Some("1500001"));
    assert_eq!((found.prefecture.as_deref(), found.notes.as_deref()), (Some("東京都"), Some("3.5")));
}

#[test]
fn ids_and_numbers_are_half_width() {
    let bytes = "ID,名称,事業所番号,電話,FAX,〒,メール,代理人ID\n\
                 ＫＪ－００１,一,１３１０００００ ０１,０３―１２３４―５６７８,03ー1234ー5679,〒１５０－０００１,ａ＠ｅｘａｍｐｌｅ．ｊｐ,Ｂ１\n";
    let found = holders(bytes.as_bytes()).remove(0);
    assert_eq!(found.key.id, "KJ-001");
    assert_eq!(found.lines[0].provider_number.as_deref(), Some("1310000001"));
    assert_eq!(found.lines[0].agent.as_ref().unwrap().id, "B1");
    let contact = found.contact;
    assert_eq!((contact.tel.as_deref(), contact.fax.as_deref()), (Some("03-1234-5678"), Some("03-1234-5679")));
    assert_eq!((contact.postcode.as_deref(), contact.mail.as_deref()), (Some("150-0001"), Some("a@example.jp")));
}

#[test]
fn words_in_japanese_in_english_and_by_code() {
    for (spelling, kind) in
        [("事業所", HolderKind::Provider), ("代理人", HolderKind::Agent), ("Agent", HolderKind::Agent)]
    {
        assert_eq!(with("種別", spelling).kind, Some(kind), "{spelling}");
    }
    let statuses = [
        ("利用中", HolderStatus::Active),
        ("", HolderStatus::Active),
        ("休止", HolderStatus::Suspended),
        ("廃止", HolderStatus::Closed),
        ("代理へ移行", HolderStatus::MovedToAgent),
        ("moved-to-agent", HolderStatus::MovedToAgent),
        ("Moved to agent", HolderStatus::MovedToAgent),
        ("他社管理", HolderStatus::ManagedElsewhere),
    ];
    for (spelling, status) in statuses {
        assert_eq!(with("利用状況", spelling).status, status, "{spelling}");
    }
    let channels = [
        ("メール", ContactChannel::Mail),
        ("郵送", ContactChannel::Letter),
        ("ＦＡＸ", ContactChannel::Fax),
        ("ﾌｧｯｸｽ", ContactChannel::Fax),
        ("電話", ContactChannel::Phone),
        ("phone", ContactChannel::Phone),
    ];
    for (spelling, channel) in channels {
        assert_eq!(with("連絡方法", spelling).contact.channel, Some(channel), "{spelling}");
    }
    for (spelling, payer) in
        [("相殺", FeePayer::Deduction), ("振込", FeePayer::Transfer), ("transfer", FeePayer::Transfer)]
    {
        assert_eq!(with("支払方法", spelling).payer, Some(payer), "{spelling}");
    }
    let categories = [
        ("介護・障害共通証明書", "common"),
        ("共通", "common"),
        ("common", "common"),
        ("Long-term care certificate", "kaigo"),
    ];
    for (spelling, category) in categories {
        assert_eq!(with("利用区分", spelling).category.as_deref(), Some(category), "{spelling}");
    }
}

#[test]
fn every_code_and_title_is_read_back() {
    for one in HolderKind::ALL {
        let spellings = [one.code(), one.title().ja, one.title().en];
        assert!(spellings.into_iter().all(|spelling| with("種別", spelling).kind == Some(*one)), "{one:?}");
    }
    for one in HolderStatus::ALL {
        let spellings = [one.code(), one.title().ja, one.title().en];
        assert!(spellings.into_iter().all(|spelling| with("利用状況", spelling).status == *one), "{one:?}");
    }
    for one in ContactChannel::ALL {
        let spellings = [one.code(), one.title().ja, one.title().en];
        assert!(
            spellings.into_iter().all(|spelling| with("連絡方法", spelling).contact.channel == Some(*one)),
            "{one:?}"
        );
    }
    for one in FeePayer::ALL {
        let spellings = [one.code(), one.title().ja, one.title().en];
        assert!(spellings.into_iter().all(|spelling| with("支払方法", spelling).payer == Some(*one)), "{one:?}");
    }
}

#[test]
fn several_services_in_one_cell() {
    for spelling in [
        "介護・障害",
        "介護,障害",
        "介護、障害",
        "介護／障害",
        "介護 障害",
        "介護保険\n障害福祉",
        "kaigo;shogai",
        "介護・障害・介護",
    ] {
        let found = with("サービス", spelling);
        let services: Vec<_> = found.lines.iter().map(|line| line.service.as_deref().unwrap()).collect();
        assert_eq!(services, ["kaigo", "shogai"], "{spelling}");
    }
    // A name that holds such a sign is one service.
    assert_eq!(with("サービス", "long-term care").lines.len(), 1);
}

#[test]
fn places_are_separated_by_semicolons_and_line_breaks() {
    assert_eq!(with("端末", "PC-1; PC-2；事務室 奥\nPC-3;;PC-1").places, ["PC-1", "PC-2", "事務室 奥", "PC-3"]);
}

#[test]
fn serials_with_and_without_spaces() {
    for spelling in ["07 86 D1", "0786d1", "07:86:D1", "０７８６Ｄ１"] {
        assert_eq!(with("シリアル番号", spelling).declared.unwrap().serial.unwrap().hex(), "0786d1", "{spelling}");
    }
}

#[test]
fn what_is_copied_along_with_a_text_is_not_part_of_it() {
    let found = holders("ID,名称,備考\n\u{200b}A-1\u{feff},\u{3000}一\u{202e}号\t館 ,\"\u{7}上\r\n下\n\"\n".as_bytes())
        .remove(0);
    assert_eq!(
        (found.key.id.as_str(), found.name.as_str(), found.notes.as_deref()),
        ("A-1", "一号 館", Some("上\n下"))
    );
}
