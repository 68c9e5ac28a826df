//! What can be written to.

use shomei::deliver::mail::is_address;

#[test]
fn addresses_of_the_field_are_known() {
    for address in [
        "tanaka@care.example",
        "a@b.co",
        "o'brien+kaigo@sub.care-office.example.jp",
        "root@localhost",
        "a..b@docomo.ne.jp",
        "taro.@ezweb.ne.jp",
        ".taro@softbank.ne.jp",
        "\"a..b\"@docomo.ne.jp",
        "_x-@xn--wgv71a.jp",
    ] {
        assert!(is_address(address), "{address}");
    }
}

#[test]
fn rubbish_of_a_register_is_not_written_to() {
    let long = format!("{}@care.example", "a".repeat(65));
    for rubbish in [
        "",
        "なし",
        "未定",
        "-",
        "@",
        "tanaka",
        "tanaka@",
        "@care.example",
        "tanaka@gmail",
        "tanaka@@care.example",
        "tanaka@care..example",
        "tanaka@care.example.",
        "tanaka@-care.example",
        "tanaka @care.example",
        " tanaka@care.example",
        "tanaka@care.example ",
        "tanaka@care.example\n",
        "tanaka@care.example\r\nRCPT TO:<x@y.example>",
        "tanaka@care.example,sato@care.example",
        "tanaka@care.example; sato@care.example",
        "田中 <tanaka@care.example>",
        "<tanaka@care.example>",
        "mailto:tanaka@care.example",
        "tanaka＠care.example",
        "tanaka@care。example",
        "たなか@care.example",
        "tanaka@介護.example",
        "tanaka@192.0.2.1",
        "tanaka@care.123",
        "03-1234-5678",
        "\"a\"b\"@care.example",
        "\"a b\"@care.example",
        "\"\"@care.example",
        "\"@care.example",
        long.as_str(),
    ] {
        assert!(!is_address(rubbish), "{rubbish:?}");
    }
}
