'use strict';

const { readFileSync } = require('node:fs');
const path = require('node:path');
const sluice = require('..');
const promises = require('../promises');
const { allFormats, allTransforms, oneShot } = require('./support/codecs');
const { lines } = require('./support/data');
const { reported } = require('./support/program');

const text = lines(500);
const names = allTransforms.map(({ name }) => oneShot(name));
const nameOf = (run) =>
  Object.keys(sluice)
    .find((key) => sluice[key] === run)
    .slice(0, -'Sync'.length);

test('there is one of every format', () => {
  expect(Object.keys(promises).sort()).toEqual(names.sort());
});

describe.each(allFormats)('$name', ({ encodeSync, decodeSync }) => {
  const encode = promises[nameOf(encodeSync)];
  const decode = promises[nameOf(decodeSync)];

  test('the promise has the bytes', async () => {
    expect((await decode(await encode(text))).equals(text)).toBe(true);
    expect(String(await decode(await encode('text', {})))).toBe('text');
  });

  test('with info, the engine too', async () => {
    const { buffer, engine } = await encode(text, { info: true });
    expect(decodeSync(buffer).equals(text)).toBe(true);
    expect(engine).toMatchObject({ bytesConsumed: text.length, _closed: true });
  });

  test('it rejects with what the callback is given, and with what is thrown', async () => {
    const given = await new Promise((resolve) => sluice[nameOf(decodeSync)]('bad data', resolve));
    const { code, message } = given;
    await expect(decode('bad data')).rejects.toMatchObject({ code, message });
    await expect(decode('x', { chunkSize: 1 })).rejects.toMatchObject({ code: 'ERR_OUT_OF_RANGE' });
    await expect(encode(5)).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
    const limit = encode(text, { maxOutputLength: 1 });
    await expect(limit).rejects.toMatchObject({ code: 'ERR_BUFFER_TOO_LARGE' });
  });
});

test('many at a time', async () => {
  const packed = await Promise.all(Array.from({ length: 50 }, (_, i) => promises.gzip(`${i}`)));
  const unpacked = await Promise.all(packed.map((bytes) => promises.gunzip(bytes)));
  expect(unpacked.map(String)).toEqual(Array.from({ length: 50 }, (_, i) => `${i}`));
});

test('the package exports them to CommonJS and to ES modules', async () => {
  const root = path.join(__dirname, '..');
  const { exports } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const { require: cjs, import: esm } = exports['./promises'];
  const same = await reported(`
    const cjs = require(${JSON.stringify(path.join(root, cjs))});
    import(${JSON.stringify(path.join(root, esm))}).then((esm) => {
      console.log(JSON.stringify([Object.keys(cjs).every((name) => cjs[name] === esm[name]), esm.default === cjs]));
    });
  `);
  expect(same).toEqual([true, true]);
});
