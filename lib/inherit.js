'use strict';

// Classes that can be called without `new`, as those of node:zlib can, and be inherited from in the way of Node 0.x.

/** Puts `methods` and accessors on a prototype, where they are as good as those of a `class`. */
function define(prototype, methods) {
  for (const key of Reflect.ownKeys(methods)) {
    const descriptor = Object.getOwnPropertyDescriptor(methods, key);
    Object.defineProperty(prototype, key, { ...descriptor, enumerable: false });
  }
}

/** Makes the function `Class` a subclass of `Base`. */
function inherit(Class, Base, methods = {}) {
  Object.setPrototypeOf(Class.prototype, Base.prototype);
  Object.setPrototypeOf(Class, Base);
  define(Class.prototype, methods);
}

module.exports = { define, inherit };
