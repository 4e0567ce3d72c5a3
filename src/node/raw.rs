//! The few N-API calls that napi-rs has no fast or fitting form for, each checked and with its reason to be safe.

use std::ffi::c_void;
use std::ptr;

use napi::{Error, Result, Status, sys};

/// Turns a status into a result.
pub(super) fn check(status: sys::napi_status) -> Result<()> {
    match status {
        sys::Status::napi_ok => Ok(()),
        other => Err(Error::from_status(Status::from(other))),
    }
}

/// A weak reference to an object: it does not keep it alive until [`hold`] is called.
pub(super) fn weak_reference(env: sys::napi_env, object: sys::napi_value) -> Result<sys::napi_ref> {
    let mut reference = ptr::null_mut();
    // SAFETY: `env` and `object` come from the call that is running on the JS thread.
    check(unsafe { sys::napi_create_reference(env, object, 0, &mut reference) })?;
    Ok(reference)
}

/// The object behind a weak reference, or `None` when it has been collected.
pub(super) fn dereference(env: sys::napi_env, reference: sys::napi_ref) -> Option<sys::napi_value> {
    let mut value = ptr::null_mut();
    // SAFETY: the reference is deleted only when its entry leaves the bell's table, and this one is in it.
    let status = unsafe { sys::napi_get_reference_value(env, reference, &mut value) };
    (status == sys::Status::napi_ok && !value.is_null()).then_some(value)
}

/// Makes a weak reference strong.
pub(super) fn hold(env: sys::napi_env, reference: sys::napi_ref) {
    // SAFETY: as in `dereference`. The count that comes back is of no interest.
    unsafe { sys::napi_reference_ref(env, reference, ptr::null_mut()) };
}

/// Makes it weak again.
pub(super) fn unhold(env: sys::napi_env, reference: sys::napi_ref) {
    // SAFETY: as in `dereference`; every call pairs with a `hold` before it.
    unsafe { sys::napi_reference_unref(env, reference, ptr::null_mut()) };
}

/// Forgets a reference.
pub(super) fn delete_reference(env: sys::napi_env, reference: sys::napi_ref) {
    // SAFETY: called once, when the entry that owns the reference has left the table. Node allows it in finalizers.
    unsafe { sys::napi_delete_reference(env, reference) };
}

/// Tells V8 how much memory outside its heap an object keeps, so that it knows when to collect.
pub(super) fn adjust_external_memory(env: sys::napi_env, change: i64) {
    let mut total = 0;
    // SAFETY: a JS-thread call with a valid `env`; Node allows it in finalizers.
    unsafe { sys::napi_adjust_external_memory(env, change, &mut total) };
}

/// Hands an exception that is pending to Node as uncaught. Left pending in a thread-safe function it would be a
/// deprecation warning and no more (DEP0168).
pub(super) fn report_exception(env: sys::napi_env) {
    let mut is_pending = false;
    let mut exception = ptr::null_mut();
    // SAFETY: JS-thread calls with the `env` of the running callback.
    unsafe {
        sys::napi_is_exception_pending(env, &mut is_pending);
        if is_pending && sys::napi_get_and_clear_last_exception(env, &mut exception) == sys::Status::napi_ok {
            raise(env, exception);
        }
    }
}

/// Hands an error to Node as uncaught.
pub(super) fn raise(env: sys::napi_env, error: sys::napi_value) {
    // SAFETY: a JS-thread call with a value of the running callback. Nothing of ours is borrowed or locked: listeners
    // of 'uncaughtException' run within, and may come back into this module.
    unsafe { sys::napi_fatal_exception(env, error) };
}

/// Whether `value` is a typed array whose memory is gone: transferred, or resized to before its end.
pub(super) fn is_detached(env: sys::napi_env, value: sys::napi_value) -> bool {
    let (mut buffer, mut is_detached) = (ptr::null_mut(), false);
    // SAFETY: a value of the running call; what is not asked for may be null. Of what is no typed array Node says so,
    // and leaves `buffer` null.
    unsafe {
        sys::napi_get_typedarray_info(
            env,
            value,
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            &mut buffer,
            ptr::null_mut(),
        ) == sys::Status::napi_ok
            && sys::napi_is_detached_arraybuffer(env, buffer, &mut is_detached) == sys::Status::napi_ok
            && is_detached
    }
}

/// An external value that owns `data`.
pub(super) fn external<T>(env: sys::napi_env, data: Box<T>) -> Result<sys::napi_value> {
    unsafe extern "C" fn finalize<T>(_env: sys::napi_env, data: *mut c_void, _hint: *mut c_void) {
        // SAFETY: `data` is the box that `external` let go, and Node finalizes once.
        let data = unsafe { Box::from_raw(data.cast::<T>()) };
        // A panic must not cross into Node; a value whose drop panics is a bug that leaks.
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(data)));
    }
    let data = Box::into_raw(data);
    let mut value = ptr::null_mut();
    // SAFETY: `data` is valid until `finalize` runs, which happens once, on the JS thread.
    let status = unsafe {
        sys::napi_create_external(env, data.cast(), Some(finalize::<T>), ptr::null_mut(), &mut value)
    };
    if status != sys::Status::napi_ok {
        // SAFETY: Node did not take the box, so it is still ours.
        drop(unsafe { Box::from_raw(data) });
    }
    check(status)?;
    Ok(value)
}
