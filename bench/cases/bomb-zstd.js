'use strict';

module.exports = require('./bomb-gzip').bomb('zstd');
