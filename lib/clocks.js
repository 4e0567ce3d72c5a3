'use strict';

// How a stream's stage spends its time. The names are those of src/pressure/spending.rs; times are milliseconds.

const native = require('../binding.js');

/** @returns {import('../types/clocks').Clocks} */
function readClocks(handle) {
  const { elapsed, busy, starved, waiting, ...blocked } = native.times(handle);
  return { elapsed, busy, blocked, starved, waiting };
}

module.exports = { readClocks };
