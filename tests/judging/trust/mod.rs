//! Trust, by the command: certificates, CRLs and PKCS#12 files are forged by the test with keys
//! made on the spot; what `audit` and `verify` say of them is compared with what must be said.
//! No test depends on today's date.

mod bundles;
mod certificates;
mod crls;
mod differential;
mod forge;
mod gap;
mod keys;
mod lists;
mod neighbours;
mod ocsp;
mod pkits;
mod rollover;
mod roots;
mod scene;
mod verdicts;
mod verify;
mod words;
