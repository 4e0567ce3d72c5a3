'use strict';

/**
 * Tests of memory that comes back, which the sanitizer keeps for a while; and a browser, which does not start where the
 * sanitizer's runtime is there before its own memory.
 */
const LEFT_OUT = ['bombs', 'garbage', 'page-in-browser'];

/** The storms whose crashes a sanitizer would explain. Those left out count memory, or take the allocator's place. */
const STORMS = [
  'terminated-workers',
  'exiting-processes',
  'collected-at-every-turn',
  'destroyed-at-every-point',
  'writes-from-listeners',
  'changing-buffers',
  'buffers-of-other-threads',
  'passing-workers',
];

module.exports = { LEFT_OUT, STORMS };
