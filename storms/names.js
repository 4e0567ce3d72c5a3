'use strict';

/** Storms that would end the process if memory were used that is not ours: what a sanitizer would explain. */
const CRASHING = [
  'terminated-workers',
  'exiting-processes',
  'collected-at-every-turn',
  'destroyed-at-every-point',
  'writes-from-listeners',
  'changing-buffers',
  'buffers-of-other-threads',
  'passing-workers',
];

/**
 * Each is a file beside this one; `run({ short, random })` resolves to what it has counted, and throws when it fails. Those
 * behind the first count memory, or take the allocator's place.
 */
const STORMS = [
  ...CRASHING,
  'refused-memory',
  'bombs',
  'members',
  'empty-blocks',
  'windows',
  'open-streams',
  'dropped-streams',
  'failing-decoders',
];

module.exports = { CRASHING, STORMS };
