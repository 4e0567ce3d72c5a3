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
  afterEach(() => removeFolder(folder));
  return (name) => path.join(folder, name);
}

/** A file that is still being opened when its test ends may appear in the middle of it: Node looks for it but once. */
function removeFolder(folder) {
  for (let tries = 10; ; tries -= 1) {
    try {
      return fs.rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      if (error.code !== 'ENOTEMPTY' || tries === 0) throw error;
    }
  }
}

module.exports = { useFolder };
