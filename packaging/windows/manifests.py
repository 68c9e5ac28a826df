"""Writes the manifests for scoop and winget: manifests.py VERSION ZIP FOLDER.

The address of the download is the releaser's to fill in: SHOMEI_DOWNLOAD, or a placeholder that both
programs refuse.
"""
import hashlib, json, os, pathlib, sys

version, archive, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
digest = hashlib.sha256(archive.read_bytes()).hexdigest()
base = os.environ.get("SHOMEI_DOWNLOAD", "https://FILL-IN.invalid").rstrip("/")
address = f"{base}/{archive.name}"
folder = archive.stem
about = "Certificate lifecycle toolkit: import, validate, flag, track, plan and report client certificates of private CAs"

(out / "shomei.json").write_text(json.dumps({
    "version": version,
    "description": about,
    "homepage": base,
    "license": "MIT|Apache-2.0",
    "architecture": {"64bit": {"url": address, "hash": digest, "extract_dir": folder}},
    "bin": "shomei.exe",
}, indent=4) + "\n", encoding="utf-8")

winget = out / "winget"
winget.mkdir(exist_ok=True)
head = f"PackageIdentifier: Shomei.Shomei\nPackageVersion: {version}\n"
(winget / "Shomei.Shomei.yaml").write_text(
    head + "DefaultLocale: ja-JP\nManifestType: version\nManifestVersion: 1.6.0\n", encoding="utf-8")
(winget / "Shomei.Shomei.installer.yaml").write_text(
    head + "InstallerType: zip\nNestedInstallerType: portable\nNestedInstallerFiles:\n"
    f"- RelativeFilePath: {folder}\\shomei.exe\n  PortableCommandAlias: shomei\n"
    f"Installers:\n- Architecture: x64\n  InstallerUrl: {address}\n  InstallerSha256: {digest.upper()}\n"
    "ManifestType: installer\nManifestVersion: 1.6.0\n", encoding="utf-8")
(winget / "Shomei.Shomei.locale.ja-JP.yaml").write_text(
    head + "PackageLocale: ja-JP\nPublisher: The shomei developers\nPackageName: shomei\nLicense: MIT OR Apache-2.0\n"
    "ShortDescription: クライアント証明書(PKCS#12 ほか)の点検、期限の管理、更新の計画と報告\n"
    "ManifestType: defaultLocale\nManifestVersion: 1.6.0\n", encoding="utf-8")
