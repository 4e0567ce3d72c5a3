'use strict';

const { Transform } = require('node:stream');
const { inherits } = require('node:util');
const zlib = require('node:zlib');
const sluice = require('..');
const { allTransforms, knownTransforms } = require('./support/codecs');
const { runProgram } = require('./support/program');
const { collect, destroyAfterEach, through, thrown, track } = require('./support/streams');

destroyAfterEach();

const withoutNew = allTransforms.filter(({ name }) => !name.startsWith('Zstd'));

/** The names of a class and of what it inherits from. */
function lineage(Class) {
  const names = [];
  // Up to what all functions inherit from, which has no name.
  for (let at = Class; at.name !== ''; at = Object.getPrototypeOf(at)) names.push(at.name);
  return names;
}

describe.each(allTransforms)('$name', ({ name, create }) => {
  const Class = sluice[name];

  test('is made by new and by its factory', () => {
    for (const stream of [new Class(), create(), new Class({}), create(null)]) {
      expect(track(stream)).toBeInstanceOf(Class);
      expect(stream).toBeInstanceOf(Transform);
      expect(stream.constructor).toBe(Class);
    }
  });

  test('can be extended by class', () => {
    class Own extends Class {
      constructor(options) {
        super(options);
        this.own = true;
      }
    }
    const stream = track(new Own());
    expect(stream).toBeInstanceOf(Class);
    expect(stream).toMatchObject({ own: true, constructor: Own });
  });
});

test.each(knownTransforms)('$name inherits as in node:zlib', ({ name }) => {
  expect(lineage(sluice[name])).toEqual(lineage(zlib[name]));
});

test('zstd inherits as in Node 26', () => {
  expect(lineage(sluice.ZstdCompress).slice(0, 4)).toEqual([
    'ZstdCompress',
    'Zstd',
    'ZlibBase',
    'Transform',
  ]);
});

describe.each(withoutNew)('$name without new', ({ name }) => {
  const Class = sluice[name];

  test('is an instance too, with the options', () => {
    const stream = track(Class({ chunkSize: 100 }));
    expect(stream).toBeInstanceOf(Class);
    expect(stream._chunkSize).toBe(100);
    expect(thrown(() => Class({ chunkSize: 1 }))).toMatchObject({ code: 'ERR_OUT_OF_RANGE' });
  });

  test('can be extended in the way of Node 0.x', () => {
    function Own(options) {
      Class.call(this, options);
      this.own = true;
    }
    inherits(Own, Class);
    const stream = track(new Own());
    expect(stream).toBeInstanceOf(Class);
    expect(stream.own).toBe(true);
  });
});

test('zstd needs new', () => {
  expect(thrown(() => sluice.ZstdCompress())).toBeInstanceOf(TypeError);
});

test('DEP0184 is warned of once, as by Node 26', async () => {
  const { stderr, code } = await runProgram(
    'sluice.Gzip().destroy(); sluice.Gzip().destroy(); sluice.Inflate().destroy(); new sluice.Gzip().destroy();',
  );
  expect(code).toBe(0);
  expect(stderr.match(/DEP0184/g)).toHaveLength(1);
  expect(stderr).toContain("Instantiating Gzip without the 'new' keyword has been deprecated.");
});

describe('a subclass that overrides', () => {
  test('_transform() sees every chunk, as of crc32-stream', async () => {
    const seen = [];
    class Counting extends sluice.DeflateRaw {
      _transform(chunk, encoding, callback) {
        seen.push(String(chunk));
        super._transform(chunk, encoding, callback);
      }
    }
    const output = await through(track(new Counting()), ['abc', Buffer.from('def'), 'ghi']);
    expect(zlib.inflateRawSync(output).toString()).toBe('abcdefghi');
    expect(seen).toEqual(['abc', 'def', 'ghi']);
  });

  test('_transform() may change what it sees, and fail', async () => {
    class Shouting extends sluice.Gzip {
      _transform(chunk, encoding, callback) {
        if (chunk.includes('!')) callback(new Error('too loud'));
        else super._transform(Buffer.from(String(chunk).toUpperCase()), encoding, callback);
      }
    }
    const shouting = new Shouting();
    const output = collect(track(shouting));
    const called = [];
    shouting.write('abc', () => called.push('abc'));
    shouting.write(new Uint8Array([100, 101]), () => called.push('de'));
    shouting.end('f', () => called.push('end'));
    expect(zlib.gunzipSync(await output).toString()).toBe('ABCDEF');
    expect(called).toEqual(['abc', 'de', 'end']);
    const failing = track(new Shouting());
    failing.end('loud!');
    const error = await new Promise((resolve) => failing.on('error', resolve));
    expect(error.message).toBe('too loud');
  });

  test('_transform() is held back by a slow reader all the same', async () => {
    class Plain extends sluice.Gzip {
      _transform(...args) {
        super._transform(...args);
      }
    }
    const stream = track(new Plain({ level: 0, highWaterMark: 1000 }));
    let written = 0;
    while (written < 10_000_000 && stream.write(Buffer.alloc(100))) written += 100;
    expect(written).toBeLessThan(10_000_000);
    const bytes = collect(stream);
    stream.end();
    expect(zlib.gunzipSync(await bytes).length).toBe(written + 100);
  });

  test('push() sees the output, and _flush() may add to it', async () => {
    let pushed = 0;
    class Own extends sluice.Gzip {
      push(chunk, encoding) {
        if (chunk) pushed += chunk.length;
        return super.push(chunk, encoding);
      }

      _flush(callback) {
        super._flush((error) => {
          this.push(zlib.gzipSync('more'));
          callback(error);
        });
      }
    }
    const output = await through(track(new Own()), ['text and ']);
    expect(pushed).toBe(output.length);
    expect(zlib.gunzipSync(output).toString()).toBe('text and more');
  });
});
