'use strict';

const PATTERN = Buffer.from(Array.from({ length: 251 }, (_, n) => n));

/** So many bytes that tell where they are. */
const content = (length) => Buffer.alloc(length, PATTERN);

module.exports = { content };
