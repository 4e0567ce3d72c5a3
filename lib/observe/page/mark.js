'use strict';

/** What tells a page of ours from other files. */
const MARK = '<meta name="generator" content="sluice">';

module.exports = { MARK };
