'use strict';

const js = require('@eslint/js');
const globals = require('globals');

module.exports = [
  { ignores: ['binding.js', 'coverage/', 'target/', 'npm/', 'lib/observe/vendor/'] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'consistent-return': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-implicit-coercion': ['error', { boolean: true, number: true, string: true }],
      'no-throw-literal': 'error',
      'no-unused-vars': ['error', { args: 'after-used', caughtErrors: 'all' }],
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'prefer-promise-reject-errors': 'error',
      strict: ['error', 'global'],
    },
  },
  {
    files: ['**/*.js'],
    languageOptions: { sourceType: 'commonjs', ecmaVersion: 2023, globals: globals.node },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { sourceType: 'module', ecmaVersion: 2023, globals: globals.nodeBuiltin },
  },
  {
    // The script of a page, behind uPlot and what of units.js it needs.
    files: ['lib/observe/page/client.js'],
    languageOptions: {
      sourceType: 'script',
      globals: { ...globals.browser, uPlot: false, formatBytes: false, formatTime: false },
    },
    rules: { strict: 'off' },
  },
  {
    files: ['__test__/**/*.js'],
    languageOptions: { globals: globals.jest },
  },
];
