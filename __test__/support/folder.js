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
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));
  return (name) => path.join(folder, name);
}

module.exports = { useFolder };
