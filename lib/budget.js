'use strict';

// Budgets: one bound for the bytes of many streams. The books are kept in Rust (src/flow/pool.rs).

const native = require('../binding.js');
const { invalidArgType, outOfRange } = require('./errors');
const { unlinkEverything } = require('./link');

function checkBytes(value, name) {
  if (typeof value !== 'number') throw invalidArgType(name, 'of type number', value);
  if (value !== Infinity && !(Number.isSafeInteger(value) && value > 0)) {
    throw outOfRange(name, 'an integer > 0, or Infinity', value);
  }
}

let handleOf;
let ofProcess;

class Budget {
  #handle;

  constructor(options) {
    if (typeof options !== 'object' || options === null) {
      throw invalidArgType('options', 'of type object', options);
    }
    checkBytes(options.bytes, 'options.bytes');
    this.#handle = native.createBudget(options.bytes);
  }

  static {
    handleOf = (value) => (#handle in value ? value.#handle : undefined);
    ofProcess = new Budget({ bytes: Infinity });
    ofProcess.#handle = native.processBudget();
  }

  static get default() {
    return ofProcess;
  }

  get bytes() {
    return native.balance(this.#handle).bytes;
  }

  set bytes(value) {
    checkBytes(value, 'bytes');
    const used = native.setBudget(this.#handle, value);
    if (used !== undefined) throw outOfRange('bytes', `>= ${used}, which are in use`, value);
    unlinkEverything();
  }

  get used() {
    return native.balance(this.#handle).used;
  }

  get peak() {
    return native.balance(this.#handle).peak;
  }

  get waiting() {
    return native.balance(this.#handle).waiting;
  }
}

/** What the binding knows an option's budget by; `undefined` for that of the process. */
function budgetOption(value) {
  if (value === undefined) return undefined;
  const handle = typeof value === 'object' && value !== null ? handleOf(value) : undefined;
  if (handle === undefined) {
    throw invalidArgType('options.budget', 'an instance of Budget', value);
  }
  return handle;
}

module.exports = { Budget, budgetOption };
