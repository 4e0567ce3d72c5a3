'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

/**
 * Gives each test of the file a folder of its own, removed afterwards.
 * @returns {(name: string) => string} the path of a file in it
 */
function useFolder() {
  let folder;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-test-'));
  });
  // A file that is still being opened when its test ends may appear in the middle of it.
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return (name) => path.join(folder, name);
}

module.exports = { useFolder };
