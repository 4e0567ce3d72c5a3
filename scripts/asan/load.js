'use strict';

// Required by every Node under the sanitizer, workers too: the addon is the one that ASAN_ADDON names. The variable that
// `binding.js` has for that is no help, since every addon that is built with napi-rs, as one of Jest's is, obeys it.

const path = require('node:path');

const { dlopen } = process;

process.dlopen = (module, filename, ...flags) => {
  const isOurs = /^sluice\..+\.node$/.test(path.basename(filename));
  return dlopen.call(process, module, isOurs ? process.env.ASAN_ADDON : filename, ...flags);
};
