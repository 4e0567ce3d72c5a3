'use strict';

const { randomBytes } = require('node:crypto');

/**
 * What a file is called that is to replace another, until it is complete. Short, so that it fits wherever the final name
 * fits; unguessable, so that nobody waits there.
 */
const temporaryName = () => `.sluice-${randomBytes(8).toString('hex')}.tmp`;

module.exports = { temporaryName };
