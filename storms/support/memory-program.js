'use strict';

// A program that may be refused memory: NAME is one of memory-programs.js. Prints `right`, or the code of what failed.

const { programs } = require('./memory-programs');

const CODE =
  /^(ERR_MEMORY_ALLOCATION_FAILED|ZSTD_error_memory_allocation|ERR__ERROR_ALLOC_\w+|ERR_ZLIB_INITIALIZATION_FAILED)$/;

programs[process.argv[2]]().then(
  () => console.log('right'),
  (error) => {
    if (!CODE.test(error.code)) throw error;
    console.log(error.code);
  },
);
