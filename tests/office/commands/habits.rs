//! Three hundred offices, from a folder of certificates and a list with the habits of its field to
//! the right coverage in three commands, by a policy without patterns; counted by another program.

use serde_json::Value;

use crate::common::home::Home;
use crate::common::policies::lab_with;
use crate::common::python;

/// Reads the folder, writes the list as offices keep it, and prints who can submit claims and who
/// cannot, by the numbers in the names of files and nothing else.
const LIST: &str = r#"
import datetime, json, openpyxl, os, re, sys
numbers = {}
for folder, _, files in os.walk(sys.argv[1]):
    for name in files:
        if found := re.match(r"(\d{10}) (.+)\.", name):
            numbers.setdefault(found[1], found[2])
numbers = sorted(numbers.items())
book = openpyxl.Workbook()
sheet = book.active
sheet.title = "事業所一覧"
sheet["A1"] = "令和8年度 電子証明書 管理台帳"
sheet["H2"] = "令和8年11月9日現在"
headers = ["No", "管理番号", "事業所の名称", "事業所番号(10桁)", "都道府県", "サービスの種類", "電子証明書の種類", "担当", "E-mail", "TEL", "〒", "状況", "電子証明書の有効期限"]
prefectures = ["長野県", "長 野 県", "ﾅｶﾞﾉｹﾝ", "20", "〃", "長野", "長野県松本市"]
mails = ["k{n}@example.jp", "岳 樹 <k{n}@example.jp>", "k{n}@example.jp; l{n}@example.jp", "－", "mailto:k{n}@example.jp", None]
# The last ten have no certificate here.
offices = numbers + [(f"98{n:08}", f"証明書なし{n}") for n in range(10)]
at = 4
for index, (number, name) in enumerate(offices):
    if index % 60 == 0:
        # Each page repeats its headers.
        for column, header in enumerate(headers, 1):
            sheet.cell(at, column, header)
        at += 1
    n = index + 1
    row = [n, n, name, int(number), prefectures[index % 7], "介護", "共通", "〃" if index % 3 else "岳 樹", (mails[index % 6] or "").format(n=n) or None,
           260000000 + n if index % 2 else f"026-{n:03}-0001", 3900000 + n, "〇" if index % 5 else "－", "未登録" if index % 2 else None]
    for column, value in enumerate(row, 1):
        sheet.cell(at, column, value)
    sheet.cell(at, 4).number_format = "0000000000"
    at += 1
for row in [["", "合計", f"{len(offices)}件"], [], ["【凡例】"], ["", "〇", "利用中"], ["", "※", "事務局で記入"], ["", "更新日", "R8.11.9"]]:
    for column, value in enumerate(row, 1):
        sheet.cell(at, column, value or None)
    at += 1
book.create_sheet("記入のしかた").append(["事業所番号は10桁で書いてください"])
book.save("list.xlsx")
print(json.dumps({"can": len(numbers), "cannot": len(offices) - len(numbers), "all": len(offices)}))
"#;

#[test]
fn a_folder_and_a_list_with_all_its_habits_become_the_right_answer() {
    let home = Home::on("2026-11-23").configured();
    home.write("policy.yaml", lab_with(&[]));
    home.write("shomei.yaml", "policy: policy.yaml\ninventory: inventory.sqlite\n");
    home.ok(&["lab", "lab", "--holders", "300", "--faults", "none", "--at", "2026-11-23"]);
    let fleet = home.path("lab/fleet").display().to_string();
    let printed = python::printed_in(home.folder(), &["-c", LIST, &fleet], b"");
    let expected: Value = serde_json::from_slice(&printed).unwrap();
    let count = |key: &str| expected[key].as_u64().unwrap();
    assert!(count("can") >= 300, "{expected}");

    home.ok(&["import", "--password-file", "lab/passwords.txt", &fleet]);
    let said = home.run(&["register", "import", "list.xlsx", "--map-value", "状況", "〇=利用中"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{}", said.stdout);
    assert!(said.stdout.contains(&format!("New: {}, changed: 0", count("all"))), "{}", said.stdout);
    let coverage = home.json(&["coverage"]);
    let unit = |key: &str| coverage["units"][key].as_u64().unwrap_or(0);
    assert_eq!((unit("can"), unit("cannot")), (count("can"), count("cannot")), "{}", coverage["units"]);
    assert_eq!(unit("can_until") + unit("unknown"), 0, "{}", coverage["units"]);
    // Every prefecture is one, every telephone number whole, and the list of next month changes nothing.
    let csv = home.ok(&["register", "export", "--lang", "ja"]);
    assert_eq!(csv.matches("長野県").count() as u64, count("all"));
    assert_eq!(csv.matches(",026").count() as u64, count("all"));
    let again = home.ok(&["register", "import", "list.xlsx"]);
    assert!(again.contains(&format!("unchanged: {}", count("all"))), "{again}");
}
