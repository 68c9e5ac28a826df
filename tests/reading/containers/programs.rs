//! Certificates, keys and containers made by other programs at test time.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use tempfile::TempDir;

/// A folder with a CA and certificates of every kind of key, each `NAME.pem`, `NAME.key` and
/// `NAME.der`.
pub struct Lab {
    folder: TempDir,
}

/// The names and how openssl makes their keys.
const KEYS: &[(&str, &[&str])] = &[
    ("ca", &["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]),
    ("rsa", &["rsa:2048"]),
    ("ec", &["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]),
    ("ed25519", &["ed25519"]),
    ("other", &["ec", "-pkeyopt", "ec_paramgen_curve:P-384"]),
];

/// The lab, made once for all tests.
pub fn lab() -> &'static Lab {
    static LAB: OnceLock<Lab> = OnceLock::new();
    LAB.get_or_init(|| {
        let lab = Lab { folder: tempfile::tempdir().expect("a folder") };
        for (name, key) in KEYS {
            lab.certificate(name, key);
        }
        lab.dsa();
        lab
    })
}

impl Lab {
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        std::fs::write(self.path(name), bytes).expect("a file is written");
        self.path(name)
    }

    /// Runs a program in the folder; it must succeed.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let output = self.try_run(program, arguments);
        let told = || String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{program} {arguments:?}: {}", told());
        output
    }

    /// Runs a program in the folder.
    pub fn try_run(&self, program: &str, arguments: &[&str]) -> Output {
        let output = Command::new(program).args(arguments).current_dir(self.folder.path()).output();
        output
            .unwrap_or_else(|error| panic!("{program} is needed to make test files ({error}); ./tests/run installs it"))
    }

    pub fn openssl(&self, arguments: &[&str]) -> Output {
        self.run("openssl", arguments)
    }

    fn certificate(&self, name: &str, key: &[&str]) {
        let (pem, key_file, der) = (format!("{name}.pem"), format!("{name}.key"), format!("{name}.der"));
        let subject = format!("/C=JP/O=試験/CN={name}");
        let request = ["req", "-x509", "-utf8", "-subj", &subject, "-nodes", "-keyout", &key_file, "-newkey"];
        let usage = if name == "ca" { "basicConstraints=critical,CA:TRUE" } else { "basicConstraints=CA:FALSE" };
        let config = self.write("req.cnf", b"[req]\ndistinguished_name=dn\n[dn]\n");
        let config = config.to_str().expect("a path in UTF-8");
        let rest = ["-out", &pem, "-days", "3650", "-config", config, "-addext", usage];
        let mut arguments: Vec<&str> = request.to_vec();
        arguments.extend(key);
        arguments.extend(rest);
        if name != "ca" {
            arguments.extend(["-CA", "ca.pem", "-CAkey", "ca.key"]);
        }
        self.openssl(&arguments);
        self.openssl(&["x509", "-in", &pem, "-outform", "DER", "-out", &der]);
        self.openssl(&["pkey", "-in", &key_file, "-outform", "DER", "-out", &format!("{name}.key.der")]);
    }

    /// DSA has its parameters in a file of their own.
    fn dsa(&self) {
        let options = ["-pkeyopt", "dsa_paramgen_bits:1024", "-out", "dsa.params"];
        self.openssl(&[&["genpkey", "-genparam", "-algorithm", "DSA"][..], &options].concat());
        self.openssl(&["genpkey", "-paramfile", "dsa.params", "-out", "dsa.key"]);
        let subject = ["-subj", "/CN=dsa", "-out", "dsa.pem", "-days", "3650", "-config", "req.cnf"];
        self.openssl(&[&["req", "-x509", "-key", "dsa.key"][..], &subject].concat());
        self.openssl(&["x509", "-in", "dsa.pem", "-outform", "DER", "-out", "dsa.der"]);
        self.openssl(&["pkey", "-in", "dsa.key", "-outform", "DER", "-out", "dsa.key.der"]);
    }

    /// A PKCS#12 with certificate and key `name` by openssl with its legacy algorithms at hand.
    pub fn pkcs12(&self, name: &str, password: &str, options: &[&str]) -> Vec<u8> {
        let file = unique("p12");
        let output = self.try_pkcs12(name, password, options, &file);
        assert!(output.status.success(), "{options:?}: {}", String::from_utf8_lossy(&output.stderr));
        self.read(&file)
    }

    pub fn try_pkcs12(&self, name: &str, password: &str, options: &[&str], file: &str) -> Output {
        let (pem, key, password) = (format!("{name}.pem"), format!("{name}.key"), format!("pass:{password}"));
        let files = ["-export", "-in", &pem, "-inkey", &key, "-passout", &password, "-out", file];
        let providers = ["pkcs12", "-provider", "default", "-provider", "legacy"];
        self.try_run("openssl", &[&providers[..], &files, options].concat())
    }

    /// Runs the script that makes what no program writes.
    pub fn made(&self, arguments: &[&str]) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reading/containers/made.py");
        let script = script.to_str().expect("a path in UTF-8");
        self.run("python3", &[&[script][..], arguments].concat());
    }
}

/// A file name that no other test uses.
pub fn unique(extension: &str) -> String {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    format!("made-{}.{extension}", COUNT.fetch_add(1, Ordering::Relaxed))
}
