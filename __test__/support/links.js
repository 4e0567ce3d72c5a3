'use strict';

/** What is there to be seen of links: how many were made, and which bytes came through JS in spite of them. */

const native = require('../../binding.js');

/**
 * Counts, for each test of the file.
 * @returns {{ made: number, bytes: number }} links made, and bytes that JS took out of Rust
 */
function countLinks() {
  const counts = { made: 0, bytes: 0 };
  beforeEach(() => {
    Object.assign(counts, { made: 0, bytes: 0 });
    const { link, read } = native;
    jest.spyOn(native, 'link').mockImplementation((...ends) => {
      const isMade = link(...ends);
      if (isMade) counts.made += 1;
      return isMade;
    });
    jest.spyOn(native, 'read').mockImplementation((handle, target) => {
      counts.bytes += target.length;
      return read(handle, target);
    });
  });
  afterEach(() => jest.restoreAllMocks());
  return counts;
}

/** Resolves when the condition holds, looked at once in each turn of the event loop. */
async function until(condition) {
  const deadline = performance.now() + 4000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${condition}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

module.exports = { countLinks, until };
