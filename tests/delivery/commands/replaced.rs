//! An inventory that is to be replaced or pruned while a delivery goes on: what was sent stays
//! recorded.

use std::time::Duration;

use serde_json::json;

use super::scene::{Office, Smtp, by_mail};
use crate::common::process::{finish, until};
use crate::odd_server::OddServer;

#[test]
fn what_is_sent_meanwhile_stays_recorded_and_goes_out_once() {
    for delivery in ["notify", "run"] {
        for replacing in
            [&["inventory", "restore", "copy.sqlite"][..], &["inventory", "prune", "--before", "2027-01-01", "--yes"]]
        {
            // The first message is taken, and the answer takes five seconds.
            let odd = OddServer::with(json!([{"at": "END", "times": 1, "do": "late"}]));
            let holders = [by_mail("A", "a", "2027-01-15"), by_mail("B", "b", "2027-01-15")];
            let office = Office::new(&Smtp::odd(&odd).patiently(), &holders, "  report_on: monthly 11");
            office.ok(&["inventory", "backup", "copy.sqlite"]);
            let sending = office.start(&[delivery]);
            until(|| odd.so_far().contents().len() == 1);

            let mut waiting = office.start(replacing);
            // Whoever reads or marks waits for neither.
            assert_eq!(office.run(&["mark", "contacted", "holder:A"]).code, 0);
            assert_eq!(office.run(&["list"]).code, 0);
            std::thread::sleep(Duration::from_millis(300));
            assert!(waiting.try_wait().unwrap().is_none(), "{delivery} {replacing:?}");
            assert_eq!(odd.so_far().contents().len(), 1, "the answer is still to come");

            let sent = finish(sending, 60);
            assert_eq!(sent.status.code(), Some(0), "{}", String::from_utf8_lossy(&sent.stderr));
            let replaced = finish(waiting, 60);
            let told = String::from_utf8_lossy(&replaced.stderr).into_owned();
            assert_eq!(replaced.status.code(), Some(0), "{told}");
            assert!(told.contains("使用中"), "{told}");
            let said = String::from_utf8_lossy(&replaced.stdout).into_owned();
            assert_eq!(said.contains("引き継ぎ"), replacing[1] == "restore", "{said}");

            assert_eq!(office.told_of("declared:"), 2, "{delivery} {replacing:?}");
            assert_eq!(office.run(&["notify"]).code, 0);
            let to: Vec<String> = odd.end().contents().iter().map(|(to, _)| to.concat()).collect();
            assert_eq!(
                to,
                ["<a@care.example>", "<b@care.example>", "<kanri@care.example>"],
                "{delivery} {replacing:?}"
            );
        }
    }
}
