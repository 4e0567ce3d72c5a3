'use strict';

const fs = require('node:fs');
const { once } = require('node:events');
const { Duplex, Readable, Transform, Writable } = require('node:stream');
const { gunzipSync } = require('node:zlib');
const sluice = require('..');
const { Gzip, WriteStream, createGzip } = sluice;
const { transforms } = require('./support/codecs');
const { useFolder } = require('./support/folder');
const { collect, destroyAfterEach, track } = require('./support/streams');

destroyAfterEach();
const file = useFolder();

describe('the streams are real', () => {
  test.each(transforms)('$name is a Transform', ({ name, create }) => {
    const stream = track(create());
    for (const Class of [sluice[name], Transform, Duplex, Readable, Writable]) {
      expect(stream instanceof Class).toBe(true);
    }
    expect(stream.constructor.name).toBe(name);
    expect(track(new sluice[name]()) instanceof sluice[name]).toBe(true);
  });

  test('the sinks are Writables, and no Readables', () => {
    for (const stream of [
      track(sluice.createWriteStream(file('target'))),
      track(sluice.createSlowWritableStream()),
    ]) {
      expect(stream instanceof Writable).toBe(true);
      expect(stream instanceof Readable).toBe(false);
    }
  });

  test('objectMode is none of theirs', () => {
    expect(track(createGzip()).writableObjectMode).toBe(false);
    expect(track(createGzip()).readableObjectMode).toBe(false);
  });
});

describe('a subclass', () => {
  class Shouting extends Gzip {
    write(chunk, ...rest) {
      return super.write(String(chunk).toUpperCase(), ...rest);
    }
  }

  test('with an overridden write() sees each chunk once, and not that of end()', async () => {
    const stream = track(new Shouting());
    stream.write('abc');
    stream.write('def', () => {});
    stream.end('ghi');
    expect(gunzipSync(await collect(stream)).toString()).toBe('ABCDEFghi');
  });

  test('with an overridden _write() sees each chunk', async () => {
    class Written extends Gzip {
      _write(chunk, encoding, callback) {
        super._write(Buffer.from(String(chunk).toUpperCase()), encoding, callback);
      }
    }
    const stream = track(new Written());
    stream.write('abc');
    stream.end('def');
    expect(gunzipSync(await collect(stream)).toString()).toBe('ABCDEF');
  });

  test.each(['_transform', '_write'])(
    'is what a stream is whose %s() was replaced, from then on',
    async (name) => {
      const stream = track(createGzip());
      stream.write('abc');
      const original = stream[name];
      stream[name] = function (chunk, encoding, callback) {
        original.call(this, Buffer.from(String(chunk).toUpperCase()), encoding, callback);
      };
      expect(Object.keys(stream)).toContain(name);
      stream.write('def');
      stream.end('ghi');
      expect(gunzipSync(await collect(stream)).toString()).toBe('abcDEFGHI');
    },
  );

  test('in the way of Node 0.x has a _transform() of its own', async () => {
    function Old() {
      Gzip.call(this);
    }
    Old.prototype = Object.create(Gzip.prototype);
    Old.prototype._transform = function (chunk, encoding, callback) {
      Gzip.prototype._transform.call(this, Buffer.from('x'), encoding, callback);
    };
    const stream = track(new Old());
    stream.write('abc');
    stream.end('def');
    expect(gunzipSync(await collect(stream)).toString()).toBe('xx');
  });

  test('is what pipe() writes to', async () => {
    const stream = track(new Shouting());
    Readable.from(['abc', 'def']).pipe(stream);
    expect(gunzipSync(await collect(stream)).toString()).toBe('ABCDEF');
  });

  test('may override _destroy() and call on', async () => {
    const seen = [];
    class Noted extends WriteStream {
      _destroy(error, callback) {
        seen.push(error);
        super._destroy(error, callback);
      }
    }
    const stream = track(new Noted(file('target')));
    stream.end('x');
    await once(stream, 'close');
    expect(seen).toEqual([null]);
    expect(fs.readFileSync(file('target'), 'utf8')).toBe('x');
  });

  test('write() can be replaced on an object, as instrumentation does', async () => {
    const stream = track(createGzip());
    const { write } = stream;
    const seen = [];
    stream.write = function replaced(...args) {
      seen.push(args[0]);
      return write.apply(this, args);
    };
    stream.write('a');
    stream.end('b');
    expect(gunzipSync(await collect(stream)).toString()).toBe('ab');
    expect(seen).toEqual(['a']);
  });

  test('Writable.prototype.write, called around it, arrives all the same', async () => {
    const stream = track(createGzip());
    const callback = jest.fn();
    stream.write('a');
    Writable.prototype.write.call(stream, 'b', callback);
    Writable.prototype.write.call(stream, '63', 'hex');
    stream.end();
    expect(gunzipSync(await collect(stream)).toString()).toBe('abc');
    expect(callback).toHaveBeenCalledTimes(1);
  });
});
