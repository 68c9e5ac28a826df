//! The register, read and written: workbooks by openpyxl and xlwt, text by Python, and what we
//! write read by openpyxl and by ourselves.

mod columns;
mod files;
mod habits;
mod headers;
mod holders;
mod hostile;
mod mistakes;
mod roundtrip;
mod scene;
mod written;
