//! Gives the program for Windows its icon, its version and its manifest; nothing elsewhere.

fn main() {
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
