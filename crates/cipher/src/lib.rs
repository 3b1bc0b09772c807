//! The cipher beneath the town's file (SQLCipher on OpenSSL's libcrypto), set up so that a program may end at any time.
//!
//! Both libraries tear their state down when the process exits, while the threads that hold connections may still be
//! closing theirs: the program then crashes after its work is done, and a window that was closed properly is reported
//! as broken. Nothing needs that tearing down, as the operating system takes the memory back. libcrypto is told so
//! here; SQLCipher by the macros in `.cargo/config.toml`. Must not know what is stored, or where.

use std::sync::Once;

// For its link to libcrypto.
use libsqlite3_sys as _;

/// `OPENSSL_INIT_NO_ATEXIT`, the same in every release since 1.1.1.
const NO_CLEANUP_AT_EXIT: u64 = 0x0008_0000;

#[allow(unsafe_code, reason = "the one C function of this crate")]
unsafe extern "C" {
    fn OPENSSL_init_crypto(options: u64, settings: *const core::ffi::c_void) -> core::ffi::c_int;
}

/// To be called before the first connection: libcrypto takes the wish at its first use only.
pub fn outlive_the_exit() {
    static ASKED: Once = Once::new();
    ASKED.call_once(|| {
        // SAFETY: the function may be called from any thread at any time, takes a bit set, and a null pointer for "no
        // settings". Where it fails, the libraries clean up as they would have.
        #[allow(unsafe_code, reason = "see above")]
        unsafe {
            OPENSSL_init_crypto(NO_CLEANUP_AT_EXIT, core::ptr::null());
        }
    });
}
