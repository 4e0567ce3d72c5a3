//! The doorbell: one weak thread-safe function for each environment, rung by stages, answered on the JS thread.
//!
//! However many streams have something to say while the JS thread is busy, it rings once. Before the environment goes,
//! its cleanup hook takes the function away under the lock that ringing takes, so nothing rings into a dead V8.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;

use napi::bindgen_prelude::{Function, JsValue, ToNapiValue};
use napi::{Env, Result, sys};
use napi_derive::napi;

use crate::sync::{Mutex, lock};

use super::chime::Chime;
use super::raw;
use super::reference::Native;

/// The half of a bell that any thread may touch.
#[derive(Debug)]
pub(super) struct Rope(Mutex<Ring>);

#[derive(Debug)]
struct Ring {
    /// `None` once the environment is going.
    function: Option<ThreadsafeFunction>,
    /// Streams that have something to say, in the order in which they came to it.
    waiting: Vec<u32>,
    /// Rung, and not answered yet.
    rung: bool,
}

#[derive(Debug, Clone, Copy)]
struct ThreadsafeFunction(sys::napi_threadsafe_function);

// SAFETY: Node's thread-safe functions may be called from any thread; this one only while `Ring` still holds it.
unsafe impl Send for ThreadsafeFunction {}

impl Rope {
    /// Rings for the stream `id`. Does nothing once the environment is going.
    pub(super) fn ring(&self, id: u32) {
        let mut ring = lock(&self.0);
        ring.waiting.push(id);
        Self::pull(&mut ring);
    }

    fn pull(ring: &mut Ring) {
        if ring.rung || ring.waiting.is_empty() {
            return;
        }
        if let Some(ThreadsafeFunction(function)) = ring.function {
            let mode = sys::ThreadsafeFunctionCallMode::nonblocking;
            // SAFETY: the function is taken out of `ring`, under the lock held here, before Node frees it.
            let status = unsafe { sys::napi_call_threadsafe_function(function, ptr::null_mut(), mode) };
            ring.rung = status == sys::Status::napi_ok;
        }
    }
}

/// The half of a bell that belongs to the JS thread.
#[derive(Debug)]
pub(super) struct Bell {
    pub(super) env: sys::napi_env,
    pub(super) rope: Arc<Rope>,
    streams: RefCell<HashMap<u32, Entry>>,
    next_id: Cell<u32>,
    /// Streams that hold the event loop.
    held: Cell<usize>,
    /// Whether the function holds it.
    holds_loop: Cell<bool>,
}

#[derive(Debug)]
struct Entry {
    chime: Arc<Chime>,
    /// The JS stream, weak while its stage is parked.
    object: sys::napi_ref,
}

/// Makes the bell of this environment. `dispatch(stream, events)` is called on the JS thread for every stream that has
/// something to say.
#[napi(catch_unwind, ts_return_type = "object")]
pub fn create_bell<'env>(
    env: &'env Env,
    #[napi(ts_arg_type = "(stream: object, events: number) => void")] dispatch: Function<'env>,
) -> Result<Native<Rc<Bell>>> {
    napi::bindgen_prelude::retain_current_module_for_unload_safety();
    let ring = Ring {
        function: None,
        waiting: Vec::new(),
        rung: false,
    };
    let bell = Rc::new(Bell {
        env: env.raw(),
        rope: Arc::new(Rope(Mutex::new(ring))),
        streams: RefCell::new(HashMap::new()),
        next_id: Cell::new(0),
        held: Cell::new(0),
        holds_loop: Cell::new(false),
    });
    let name = env.create_string("sluice")?;
    let context = Rc::into_raw(Rc::clone(&bell));
    let mut function = ptr::null_mut();
    // SAFETY: `context` is a reference of its own, given back in `finalize`; all values belong to this call.
    let status = unsafe {
        sys::napi_create_threadsafe_function(
            env.raw(),
            dispatch.raw(),
            ptr::null_mut(),
            name.raw(),
            0,
            1,
            context.cast_mut().cast(),
            Some(finalize),
            context.cast_mut().cast(),
            Some(answer),
            &mut function,
        )
    };
    if status != sys::Status::napi_ok {
        // SAFETY: Node did not take the reference.
        drop(unsafe { Rc::from_raw(context) });
    }
    raw::check(status)?;
    // SAFETY: the function was just made on this thread. Without a stream at work it holds nothing open.
    raw::check(unsafe { sys::napi_unref_threadsafe_function(env.raw(), function) })?;
    lock(&bell.rope.0).function = Some(ThreadsafeFunction(function));
    // Hooks run in reverse order, so this one runs before the function's own.
    let rope = Arc::into_raw(Arc::clone(&bell.rope));
    // SAFETY: `silence` takes the reference back, and runs once.
    raw::check(unsafe { sys::napi_add_env_cleanup_hook(env.raw(), Some(silence), rope.cast_mut().cast()) })?;
    Ok(Native::new(bell))
}

unsafe extern "C" fn silence(rope: *mut c_void) {
    // SAFETY: the reference that `create_bell` let go for this hook.
    let rope = unsafe { Arc::from_raw(rope.cast_const().cast::<Rope>()) };
    let mut ring = lock(&rope.0);
    ring.function = None;
    ring.waiting = Vec::new();
}

unsafe extern "C" fn finalize(_env: sys::napi_env, context: *mut c_void, _hint: *mut c_void) {
    // SAFETY: the reference that `create_bell` let go for the function. Its streams' handles have references too.
    drop(unsafe { Rc::from_raw(context.cast_const().cast::<Bell>()) });
}

/// Runs on the JS thread after a ring.
unsafe extern "C" fn answer(
    env: sys::napi_env,
    dispatch: sys::napi_value,
    context: *mut c_void,
    _data: *mut c_void,
) {
    // Node calls without an environment to empty the queue of a function that is going.
    if env.is_null() || dispatch.is_null() {
        return;
    }
    // SAFETY: the context is the bell that `finalize` has not given back yet.
    let bell = unsafe { &*context.cast_const().cast::<Bell>() };
    let _ = catch_unwind(AssertUnwindSafe(|| {
        bell.answer(env, dispatch);
        bell.hold_loop();
    }));
}

impl Bell {
    /// Enters a stream. It is not held: nobody rings for it until its stage has something to do.
    pub(super) fn enter(&self, object: sys::napi_value) -> Result<Arc<Chime>> {
        let object = raw::weak_reference(self.env, object)?;
        let mut streams = self.streams.borrow_mut();
        let mut id = self.next_id.get();
        while streams.contains_key(&id) {
            id = id.wrapping_add(1);
        }
        self.next_id.set(id.wrapping_add(1));
        let chime = Arc::new(Chime::new(id, Arc::clone(&self.rope)));
        streams.insert(
            id,
            Entry {
                chime: Arc::clone(&chime),
                object,
            },
        );
        Ok(chime)
    }

    /// Forgets a stream whose handle is dropped.
    pub(super) fn leave(&self, id: u32) {
        if let Some(entry) = self.streams.borrow_mut().remove(&id) {
            raw::delete_reference(self.env, entry.object);
        }
    }

    /// Keeps the stream, and with it the event loop, alive.
    pub(super) fn hold(&self, id: u32) {
        if let Some(entry) = self.streams.borrow().get(&id) {
            raw::hold(self.env, entry.object);
            self.count(1);
        }
    }

    /// Ends one `hold`.
    pub(super) fn unhold(&self, id: u32) {
        if let Some(entry) = self.streams.borrow().get(&id) {
            raw::unhold(self.env, entry.object);
            self.count(-1);
        }
    }

    fn count(&self, change: isize) {
        self.held.set(self.held.get().saturating_add_signed(change));
        self.hold_loop();
    }

    /// Has the event loop held while a stream holds it. What one of them has rung for before it let go, be it for
    /// another that waits for the same budget, is answered first.
    fn hold_loop(&self) {
        let ring = lock(&self.rope.0);
        let Some(ThreadsafeFunction(function)) = ring.function else {
            return;
        };
        let holds = self.held.get() > 0 || (self.holds_loop.get() && ring.rung);
        if self.holds_loop.replace(holds) == holds {
            return;
        }
        // SAFETY: on the JS thread, with a function that its environment still has: it goes on this thread too.
        unsafe {
            if holds {
                sys::napi_ref_threadsafe_function(self.env, function);
            } else {
                sys::napi_unref_threadsafe_function(self.env, function);
            }
        }
    }

    fn answer(&self, env: sys::napi_env, dispatch: sys::napi_value) {
        let waiting = {
            let mut ring = lock(&self.rope.0);
            ring.rung = false;
            std::mem::take(&mut ring.waiting)
        };
        let mut waiting = waiting.into_iter();
        while let Some(id) = waiting.next() {
            if self.tell(env, dispatch, id).is_err() {
                // Not a listener, whose errors `dispatch` raises. The others are told in a turn of their own.
                let mut ring = lock(&self.rope.0);
                ring.waiting.splice(0..0, waiting);
                Rope::pull(&mut ring);
                drop(ring);
                raw::report_exception(env);
                return;
            }
        }
    }

    /// Calls `dispatch` for one stream. No borrow is held: it comes back into this module.
    fn tell(&self, env: sys::napi_env, dispatch: sys::napi_value, id: u32) -> Result<()> {
        let found = self
            .streams
            .borrow()
            .get(&id)
            .map(|entry| (Arc::clone(&entry.chime), entry.object));
        let Some((chime, object)) = found else {
            return Ok(());
        };
        let events = chime.take_events();
        let Some(stream) = raw::dereference(env, object) else {
            return Ok(());
        };
        // SAFETY: all three belong to the handle scope that Node opened for this call.
        unsafe {
            let arguments = [stream, u32::to_napi_value(env, events)?];
            let mut receiver = ptr::null_mut();
            raw::check(sys::napi_get_undefined(env, &mut receiver))?;
            let mut ignored = ptr::null_mut();
            raw::check(sys::napi_call_function(
                env,
                receiver,
                dispatch,
                2,
                arguments.as_ptr(),
                &mut ignored,
            ))
        }
    }
}
