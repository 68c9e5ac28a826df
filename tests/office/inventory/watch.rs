//! An office watched on two days: what it holds comes from the samples.

use std::path::Path;

use serde_json::Value;
use shomei::inventory::{EntryBody, EntrySequence, StoreWriter, StoredHolderRow, WriteBatch};
use shomei::register::Holder;

use super::scene::{Scene, said};
use crate::common::schema::validate;

/// The first day, and a moment on it.
pub const DAY1: &str = "2026-09-01";
pub const NOW1: &str = "2026-09-01T03:00:00Z";
/// The second.
pub const NOW2: &str = "2026-11-23T03:00:00Z";

/// Passwords of the samples that are used.
const PASSWORDS: &str = "naniwa-5678\nhimawari-2024\nGion-Matsuri\nkinshachi-99\n";

/// What lies in the office on the first day: name there, sample.
const FIRST: [(&str, &str); 10] = [
    ("root 2013.cer", "本部/認証局/e-seikyuu CA 2013.cer"),
    ("root 2019.cer", "本部/認証局/e-seikyuu CA 2019.cer"),
    ("ends 2026-10-02.p12", "大阪府/更新/訪問介護とんび(旧).p12"),
    ("ends 2026-12-23.p12", "大阪府/期限/残り30日.p12"),
    ("ends 2026-11-01.p12", "大阪府/期限/期限切れ.p12"),
    ("himawari.p12", "東京都/訪問介護ひまわり.p12"),
    ("renge.p12", "東京都/訪問看護れんげ.p12"),
    ("renge copy.p12", "東京都/訪問看護れんげ.p12"),
    ("forged.p12", "京都府/署名が偽.p12"),
    ("old root.p12", "京都府/失効と同じ番号.p12"),
];

/// The office on the first day, imported and with a register.
pub fn office() -> Scene {
    let scene = Scene::new();
    std::fs::create_dir_all(scene.path("fleet/pc2")).unwrap();
    std::fs::write(scene.path("passwords.txt"), PASSWORDS).unwrap();
    FIRST.iter().for_each(|(name, sample)| bring(&scene, name, sample));
    import(&scene, NOW1);
    register(&scene, NOW1, &table(&scene, "090-0000-0001"));
    scene
}

/// What happens between the days, and the second import: one ends, one is moved, one renewed,
/// a copy is removed, and time goes on.
pub fn second_day(scene: &Scene) {
    std::fs::remove_file(scene.path("fleet/ends 2026-11-01.p12")).unwrap();
    std::fs::remove_file(scene.path("fleet/renge copy.p12")).unwrap();
    std::fs::rename(scene.path("fleet/himawari.p12"), scene.path("fleet/pc2/himawari.p12")).unwrap();
    bring(scene, "ends 2029-07-06.p12", "大阪府/更新/訪問介護とんび(新).p12");
    import(scene, NOW2);
}

/// Puts a sample into the office.
pub fn bring(scene: &Scene, name: &str, sample: &str) {
    let fleet = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/fleet");
    std::fs::copy(fleet.join(sample), scene.path("fleet").join(name)).unwrap();
    scene.age();
}

/// Imports; what is wrong with certificates is no matter.
pub fn import(scene: &Scene, now: &str) -> Value {
    let report = scene.import_at(now, &["--fail-on", "never"]);
    assert_eq!(report["code"], 0, "{report}");
    report
}

/// A register of four: one in Osaka with the certificate that ends in December, two in Tokyo, and
/// one there without any.
fn table(scene: &Scene, tel: &str) -> String {
    let serial = |path: &str| {
        let list = json(scene, NOW1, &["list", path]);
        list["certificates"][0]["serial"].as_str().unwrap_or_else(|| panic!("{path}: {list}")).to_string()
    };
    let (osaka, tokyo, renge) = (serial("2026-12-23"), serial("himawari"), serial("renge"));
    format!(
        "台帳ID,名称,都道府県,事業所番号,請求サービス,証明書利用区分,電話番号,タグ,シリアル番号(申告)\n\
         O-1,訪問介護なにわ,大阪府,2799000001,介護,介護保険証明書,{tel},北,{osaka}\n\
         T-1,訪問介護ひまわり,東京都,1399000001,介護,介護保険証明書,,南,{tokyo}\n\
         T-2,就労支援なし,東京都,1399000002,障害,障害者総合支援証明書,,南,\n\
         T-3,訪問看護れんげ,東京都,1399000003,介護,共通,,,{renge}\n"
    )
}

/// The register with another telephone number of O-1.
pub fn register_again(scene: &Scene, now: &str, tel: &str) {
    register(scene, now, &table(scene, tel));
}

fn register(scene: &Scene, now: &str, table: &str) {
    std::fs::write(scene.path("register.csv"), table).unwrap();
    let arguments = ["register", "import", "register.csv", "--policy", "lab"];
    said(&scene.command_at(now, &arguments).output().unwrap());
}

/// What a reading command prints, in English.
pub fn told(scene: &Scene, now: &str, arguments: &[&str]) -> String {
    said(&scene.command_at(now, &[arguments, &["--policy", "lab"]].concat()).output().unwrap())
}

/// What a reading command prints in Japanese.
pub fn told_in_japanese(scene: &Scene, now: &str, arguments: &[&str]) -> String {
    let arguments = [arguments, &["--policy", "lab"]].concat();
    said(&scene.command_in("ja", now, &arguments).output().unwrap())
}

/// What it says as JSON.
pub fn json(scene: &Scene, now: &str, arguments: &[&str]) -> Value {
    let text = told(scene, now, &[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {text}"))
}

/// What it complains of; the exit code must be 2.
pub fn complaint(scene: &Scene, now: &str, arguments: &[&str]) -> String {
    let output = scene.command_at(now, &[arguments, &["--policy", "lab"]].concat()).output().unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// The file names of the certificates in a list, in order.
pub fn files(list: &Value) -> Vec<String> {
    let file = |certificate: &Value| file_name(certificate["path"].as_str().unwrap());
    list["certificates"].as_array().unwrap().iter().map(file).collect()
}

/// The last part of a path, without its ending.
pub fn file_name(path: &str) -> String {
    Path::new(path).file_stem().unwrap().to_string_lossy().into_owned()
}

/// Records holders of a register as no file could bring them.
pub fn record_holders(scene: &Scene, now: &str, holders: &[Holder]) {
    let mut store = super::scene::opened(&scene.path("inventory.sqlite"));
    let now = shomei::calendar::parse_instant(now, shomei::calendar::Zone::UTC).unwrap();
    let mut stamper = EntrySequence::new(&store, now).unwrap();
    let entries = holders.iter().map(|holder| {
        stamper.entry(EntryBody::Holder {
            register: holder.key.register.clone(),
            id: holder.key.id.clone(),
            holder: Some(StoredHolderRow::new(holder)),
            by: None,
            import: None,
        })
    });
    let entries = entries.collect();
    store.record(&WriteBatch { entries, ..WriteBatch::default() }).unwrap();
}

/// Documents, one a line, against a published schema or one of its definitions.
pub fn valid(schema: &str, definition: Option<&str>, documents: &[Value]) {
    let schema = format!("docs/schemas/{schema}.json");
    let arguments: Vec<&str> = [schema.as_str()].into_iter().chain(definition).collect();
    validate(&arguments, documents);
}

#[test]
fn imports_are_as_their_schema_says() {
    let scene = office();
    let mut first = import(&scene, NOW2);
    std::fs::remove_dir_all(scene.path("fleet")).unwrap();
    let mut unopened = scene.import_at(NOW2, &[]);
    std::fs::create_dir(scene.path("fleet")).unwrap();
    let mut empty = import(&scene, NOW2);
    assert_eq!(unopened["sources"][0]["not_compared"], "unopened");
    assert_eq!(empty["sources"][0]["not_compared"], "empty");
    for document in [&mut first, &mut unopened, &mut empty] {
        document.as_object_mut().unwrap().retain(|key, _| key != "told" && key != "code");
    }
    valid("import", None, &[first, unopened, empty]);
}
