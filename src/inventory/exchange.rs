//! From one inventory to another: NDJSON, a line a certificate, CRL or entry, in an order that
//! depends on nothing but what they are. Merging is the union.

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};

use super::entry::HistoryEntry;
use super::store::{InventoryError, StoreContents, StoreWriter, StoredCertificate, WriteBatch};
use crate::audit::CertificateSummary;
use crate::certificate::{Certificate, Crl, hex, parse_hex};

/// The first line of every export.
pub const SCHEMA: &str = "shomei/inventory/1";

/// Lines written at once while merging.
const BATCH: usize = 1024;

/// The longest line that is read: a certificate is some kilobytes, a public CRL at most some 40
/// megabytes, in hexadecimal twice that.
const LONGEST: u64 = 160 << 20;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ExchangeLine {
    Schema(String),
    Certificate(String),
    Crl(String),
    Entry(Box<HistoryEntry>),
}

/// What a merge brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MergeReport {
    /// Lines read.
    pub lines: u64,
    /// Certificates that were new.
    pub certificates: u64,
    /// Lines that could not be read, by number, and why.
    pub bad: Vec<(u64, ExchangeError)>,
}

/// Why a line cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExchangeError {
    /// The file does not begin as an export does.
    NoExport,
    /// It is no line of an export, or of one by a newer version.
    Unknown(String),
    /// What should be a certificate or CRL is none.
    NotDer,
}

/// Writes everything.
pub fn export(store: &dyn StoreContents, out: &mut dyn Write) -> Result<(), InventoryError> {
    put(out, &ExchangeLine::Schema(SCHEMA.into()))?;
    store.each_certificate(&mut |der| put(out, &ExchangeLine::Certificate(hex(der))))?;
    for crl in store.crls()? {
        put(out, &ExchangeLine::Crl(hex(&crl.der)))?;
    }
    store.entries(i64::MIN, &[], &mut |entry| put(out, &ExchangeLine::Entry(Box::new(entry))))?;
    Ok(out.flush()?)
}

fn put(out: &mut dyn Write, line: &ExchangeLine) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

/// Adds everything that an export holds. A line that cannot be read is told and passed over; of
/// a file that is no export nothing is read.
pub fn merge(store: &mut dyn StoreWriter, input: &mut dyn BufRead) -> Result<MergeReport, InventoryError> {
    let mut merged = MergeReport::default();
    let mut batch = WriteBatch::default();
    let mut text = Vec::new();
    loop {
        text.clear();
        if io::Read::take(&mut *input, LONGEST).read_until(b'\n', &mut text)? == 0 {
            break;
        }
        merged.lines += 1;
        let outcome = take(&text, merged.lines == 1, &mut batch);
        if let Err(bad) = outcome {
            let fatal = bad == ExchangeError::NoExport;
            merged.bad.push((merged.lines, bad));
            if fatal {
                return Ok(merged);
            }
        }
        if batch.certificates.len() + batch.crls.len() + batch.entries.len() >= BATCH {
            merged.certificates += store.record(&std::mem::take(&mut batch))?;
        }
    }
    merged.certificates += store.record(&batch)?;
    Ok(merged)
}

fn take(text: &[u8], first: bool, batch: &mut WriteBatch) -> Result<(), ExchangeError> {
    let line: ExchangeLine = match serde_json::from_slice(text) {
        Ok(line) => line,
        Err(_) if first => return Err(ExchangeError::NoExport),
        Err(error) => return Err(ExchangeError::Unknown(error.to_string())),
    };
    let der = |text: &str| parse_hex(text).ok_or(ExchangeError::NotDer);
    match line {
        ExchangeLine::Schema(schema) if first && schema == SCHEMA => {}
        _ if first => return Err(ExchangeError::NoExport),
        // Exports put one after another are an export.
        ExchangeLine::Schema(schema) if schema == SCHEMA => {}
        ExchangeLine::Schema(schema) => return Err(ExchangeError::Unknown(schema)),
        ExchangeLine::Certificate(text) => {
            let certificate = Certificate::parse(&der(&text)?).map_err(|_| ExchangeError::NotDer)?;
            let summary = CertificateSummary::of(&certificate);
            batch.certificates.push(StoredCertificate { certificate, summary });
        }
        ExchangeLine::Crl(text) => batch.crls.push(Crl::parse(&der(&text)?).map_err(|_| ExchangeError::NotDer)?),
        ExchangeLine::Entry(entry) => batch.entries.push(*entry),
    }
    Ok(())
}
