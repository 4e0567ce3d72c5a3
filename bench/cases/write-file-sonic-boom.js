'use strict';

const { perWrite, timesFaster, versus } = require('../rows');
const { measure } = require('./write-file');

module.exports = {
  measure,
  sides: () => ['sluice', 'sonic-boom'],
  rows: (ours, theirs) => [
    versus('sonic-boom', {
      work: 'the same, beside sonic-boom with a `minLength` of 4,096',
      ...perWrite(ours, theirs),
      ...timesFaster(ours, theirs, 'nanoseconds', 1.5),
    }),
  ],
};
