'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

/** Gives `work` the path of a folder of its own, which is removed when it is done. */
async function inFolder(work) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-storm-'));
  try {
    return await work(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

module.exports = { inFolder };
