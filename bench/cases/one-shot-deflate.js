'use strict';

const { oneShot } = require('../one-shot');

module.exports = oneShot({
  title: '`deflateSync()`',
  encode: 'deflateSync',
  decode: 'inflateSync',
  direction: 'encode',
});
