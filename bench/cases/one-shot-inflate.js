'use strict';

const { oneShot } = require('../one-shot');

module.exports = oneShot({
  title: '`inflateSync()`',
  encode: 'deflateSync',
  decode: 'inflateSync',
  direction: 'decode',
});
