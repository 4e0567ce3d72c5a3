'use strict';

const { randomBytes } = require('node:crypto');

/** What a file is called that is to replace another, until it is complete: nobody can have been there before. */
const temporaryName = () => `.sluice-${randomBytes(8).toString('hex')}.tmp`;

module.exports = { temporaryName };
