'use strict';

/** @type {import('jest').Config} */
module.exports = {
  testMatch: ['<rootDir>/__test__/**/*.test.js'],
  testEnvironment: 'node',
  // Real files and deliberately slow sinks, on machines that are busy.
  testTimeout: 30_000,
  modulePathIgnorePatterns: ['<rootDir>/target/', '<rootDir>/npm/'],
};
