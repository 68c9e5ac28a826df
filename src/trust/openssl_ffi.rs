//! The calls of OpenSSL that its safe bindings lack, behind a safe interface. The only `unsafe` of
//! the crate.
//!
//! What they are for: OpenSSL picks issuers by name and key identifier, so that a forged identifier
//! hides the right issuer; here the path is given, and `check_issued` accepts along it only the
//! next certificate of the path; where no path is given (a CRL's signer), it compares names only.
//! The verify callback collects every error instead of stopping at the first, and with each the CRL
//! that it is about, since OpenSSL goes on with a CRL that has just failed. CRLs are given from
//! memory, since a store finds no indirect one. The initial policy set is any-policy, since an
//! empty one means none. And even a built-in OpenSSL obeys `OPENSSL_CONF` unless told not to.
#![expect(unsafe_code, reason = "five calls of OpenSSL that the safe bindings lack; no other file has such code")]

use std::cell::RefCell;
use std::os::raw::c_int;

use foreign_types::{ForeignType, ForeignTypeRef};
use openssl::error::ErrorStack;
use openssl::stack::Stack;
use openssl::x509::store::X509Store;
use openssl::x509::verify::X509VerifyParam;
use openssl::x509::{X509, X509Crl, X509Ref, X509StoreContext};
use openssl_sys as ffi;

unsafe extern "C" {
    fn X509_STORE_set_check_issued(store: *mut ffi::X509_STORE, check: CheckIssued);
    fn X509_STORE_CTX_set_verify_cb(ctx: *mut ffi::X509_STORE_CTX, callback: VerifyCallback);
    fn X509_STORE_CTX_set0_crls(ctx: *mut ffi::X509_STORE_CTX, crls: *mut ffi::stack_st_X509_CRL);
    fn X509_STORE_CTX_get0_current_crl(ctx: *const ffi::X509_STORE_CTX) -> *mut ffi::X509_CRL;
    fn X509_STORE_CTX_get0_parent_ctx(ctx: *const ffi::X509_STORE_CTX) -> *mut ffi::X509_STORE_CTX;
    fn X509_VERIFY_PARAM_add0_policy(param: *mut ffi::X509_VERIFY_PARAM, policy: *mut ffi::ASN1_OBJECT) -> c_int;
}

type CheckIssued = extern "C" fn(*mut ffi::X509_STORE_CTX, *mut ffi::X509, *mut ffi::X509) -> c_int;
type VerifyCallback = extern "C" fn(c_int, *mut ffi::X509_STORE_CTX) -> c_int;

const OPENSSL_INIT_NO_LOAD_CONFIG: u64 = 0x80;
const NID_ANY_POLICY: c_int = 746;

/// What the callbacks of the verification on this thread read and write.
#[derive(Default)]
struct CallbackState {
    path: Vec<*mut ffi::X509>,
    errors: Vec<VerifierError>,
}

thread_local! {
    static RUNNING: RefCell<CallbackState> = RefCell::default();
}

/// An error that the verifier reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct VerifierError {
    /// `X509_V_ERR_…`.
    pub code: i32,
    /// The certificate it is about, 0 being the leaf; on the way to a CRL's signer, the one whose
    /// revocation is being looked up.
    pub depth: i32,
    /// The CRL it is about, by its address, where there is one. Never to be followed.
    pub crl: usize,
    /// It was reported on the path of a CRL's signer.
    pub in_crl_path: bool,
}

/// Keeps OpenSSL from loading the host's openssl.cnf. To be called before any other use of OpenSSL.
pub(super) fn isolate() {
    // SAFETY: a plain initialiser that may be called any number of times, from any thread.
    unsafe { ffi::OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, std::ptr::null_mut()) };
}

/// Lets `store` follow the path that [`failures`] is given.
pub(super) fn follow_given_path(store: &X509Store) {
    // SAFETY: the store is alive; the callback has the signature that OpenSSL calls.
    unsafe { X509_STORE_set_check_issued(store.as_ptr(), check_issued) };
}

/// Makes any certificate policy acceptable at the start.
pub(super) fn accept_any_policy(param: &X509VerifyParam) {
    // SAFETY: the parameter is alive and takes over the object, which is a static of OpenSSL.
    unsafe { X509_VERIFY_PARAM_add0_policy(param.as_ptr(), ffi::OBJ_nid2obj(NID_ANY_POLICY)) };
}

/// Runs the verifier along `path` (leaf first, anchor last; the anchor is the store's) and
/// returns every error it reported. `others` are certificates that may have signed CRLs.
pub(super) fn failures(
    store: &X509Store,
    path: &[&X509Ref],
    others: &[&X509Ref],
    crls: &[&X509Crl],
) -> Result<Vec<VerifierError>, ErrorStack> {
    let leaf = path[0];
    let mut chain: Stack<X509> = Stack::new()?;
    for certificate in path[1..].iter().chain(others) {
        chain.push(X509Ref::to_owned(certificate))?;
    }
    let lists = CrlStack::new(crls);
    let path: Vec<_> = path.iter().map(|c| c.as_ptr()).collect();
    RUNNING.with_borrow_mut(|running| *running = CallbackState { path, errors: Vec::new() });
    let outcome = X509StoreContext::new()?.init(store, leaf, &chain, |ctx| {
        // SAFETY: the context is initialised and `lists` outlives it; set0 takes no ownership
        // of CRLs (X509_STORE_CTX_cleanup does not free them).
        unsafe {
            X509_STORE_CTX_set0_crls(ctx.as_ptr(), lists.0.cast());
            X509_STORE_CTX_set_verify_cb(ctx.as_ptr(), collect);
        }
        ctx.verify_cert()
    });
    let running = RUNNING.take();
    let mut errors = running.errors;
    if !outcome? && errors.is_empty() {
        // A failure that no callback saw is still one.
        errors.push(VerifierError { code: ffi::X509_V_ERR_UNSPECIFIED, depth: 0, crl: 0, in_crl_path: false });
    }
    Ok(errors)
}

/// A stack that borrows CRLs; the safe bindings know no stack of them.
struct CrlStack<'a>(*mut ffi::OPENSSL_STACK, std::marker::PhantomData<&'a X509Crl>);

impl<'a> CrlStack<'a> {
    fn new(crls: &[&'a X509Crl]) -> CrlStack<'a> {
        // SAFETY: the pointers are alive for 'a, and the stack does not own them.
        let stack = unsafe { ffi::OPENSSL_sk_new_null() };
        for crl in crls {
            // SAFETY: as above; a failed push (out of memory) leaves the CRL out.
            unsafe { ffi::OPENSSL_sk_push(stack, crl.as_ptr().cast()) };
        }
        CrlStack(stack, std::marker::PhantomData)
    }
}

impl Drop for CrlStack<'_> {
    fn drop(&mut self) {
        // SAFETY: made by `new`, freed once, the elements are not owned.
        unsafe { ffi::OPENSSL_sk_free(self.0) };
    }
}

/// Whether `issuer` may have issued `x`. Along the given path that is the next certificate and no
/// other, compared by address, since the verifier works on the objects that it was given.
/// Elsewhere, on the path of a CRL's signer, the names decide, and key identifiers are ignored
/// because anybody can forge them.
extern "C" fn check_issued(ctx: *mut ffi::X509_STORE_CTX, x: *mut ffi::X509, issuer: *mut ffi::X509) -> c_int {
    // SAFETY: OpenSSL calls this with living pointers.
    let by_name =
        || unsafe { ffi::X509_NAME_cmp(ffi::X509_get_issuer_name(x), ffi::X509_get_subject_name(issuer)) == 0 };
    // SAFETY: as above.
    let is_crl_path = unsafe { !X509_STORE_CTX_get0_parent_ctx(ctx).is_null() };
    let follows = RUNNING.with_borrow(|running| match running.path.iter().position(|c| *c == x) {
        Some(at) if !is_crl_path => running.path.get(at + 1) == Some(&issuer),
        _ => by_name(),
    });
    c_int::from(follows)
}

extern "C" fn collect(ok: c_int, ctx: *mut ffi::X509_STORE_CTX) -> c_int {
    if ok == 0 {
        // SAFETY: OpenSSL calls this with a living context, whose parent lives longer.
        let failure = unsafe {
            let parent = X509_STORE_CTX_get0_parent_ctx(ctx);
            let outer = if parent.is_null() { ctx } else { parent };
            VerifierError {
                code: ffi::X509_STORE_CTX_get_error(ctx),
                depth: ffi::X509_STORE_CTX_get_error_depth(outer),
                crl: X509_STORE_CTX_get0_current_crl(outer) as usize,
                in_crl_path: !parent.is_null(),
            }
        };
        RUNNING.with_borrow_mut(|running| running.errors.push(failure));
    }
    1
}

/// The certificate as OpenSSL reads it, if it can.
pub(super) fn read(der: &[u8]) -> Option<X509> {
    X509::from_der(der).ok()
}
