//! Notes the day of the build, before which no clock can be right, and gives the program for Windows
//! its icon, its version and its manifest.

use std::time::{SystemTime, UNIX_EPOCH};

fn main() {
    note_day();
    println!("cargo::rerun-if-changed=packaging/windows/shomei.ico");
    println!("cargo::rerun-if-changed=packaging/windows/shomei.manifest");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("windows") {
        return;
    }
    let mut resources = winresource::WindowsResource::new();
    resources
        .set_icon("packaging/windows/shomei.ico")
        .set_manifest_file("packaging/windows/shomei.manifest")
        .set("ProductName", "shomei")
        .set("FileDescription", "shomei - certificate lifecycle toolkit")
        .set("OriginalFilename", "shomei.exe");
    if let Err(error) = resources.compile() {
        println!("cargo::error=cannot make the resources of the program (is windres or rc.exe there?): {error}");
    }
}

fn note_day() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=SOURCE_DATE_EPOCH");
    // Packagers set it so that a build can be repeated to the byte.
    let set = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.trim().parse().ok());
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let seconds: u64 = set.unwrap_or_else(now);
    println!("cargo::rustc-env=SHOMEI_BUILT={seconds}");
}
