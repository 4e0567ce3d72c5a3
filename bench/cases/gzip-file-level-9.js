'use strict';

module.exports = require('./gzip-file').gzipFile(9);
