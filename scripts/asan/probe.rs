//! An addon that reads memory which it has freed, for a sanitizer to report.

use std::ffi::c_void;
use std::hint::black_box;

/// Called by Node as it loads an addon.
#[unsafe(no_mangle)]
pub extern "C" fn napi_register_module_v1(_env: *mut c_void, exports: *mut c_void) -> *mut c_void {
    let freed: *const u64 = {
        let owned = black_box(Box::new(42_u64));
        black_box(&*owned)
    };
    // It is unsound, which is its purpose.
    let read = unsafe { freed.read_volatile() };
    black_box(read);
    exports
}
