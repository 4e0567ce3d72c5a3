'use strict';

const { readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');
const zlib = require('node:zlib');
const sluice = require('..');
const promises = require('../promises');
const { reported } = require('./support/program');

const root = join(__dirname, '..');
const read = (name) => readFileSync(join(root, name), 'utf8');
const types = readdirSync(join(root, 'types')).map((name) => read(join('types', name)));

/** What Node has from version 26 on. */
const ZIP = /^Zip|^(create|zip).*(Zip|Files)|ZipContentSize$/;
const isZip = (name) => ZIP.test(name);
const names = Object.keys(sluice).sort();

const declaredIn = (text) =>
  Array.from(text.matchAll(/^export (?:class|const|function) (\w+)/gm), ([, name]) => name);
const listed = (text, source) => {
  const [, list] = new RegExp(`^export const \\{(.*?)\\} = ${source};`, 'ms').exec(text);
  return list.match(/\w+/g);
};

describe('the three lists of exports', () => {
  test('the types declare the exports, each and no other', () => {
    const declared = declaredIn(types.join('\n')).sort();
    expect(declared.filter((name) => !isZip(name))).toEqual(names.filter((name) => !isZip(name)));
    expect(declared).toEqual(expect.arrayContaining(names));
  });

  test('index.d.ts passes on every file of types/', () => {
    const files = Array.from(read('index.d.ts').matchAll(/from '\.\/(\S+)'/g), ([, name]) => name);
    expect(files.map((name) => `${name}.d.ts`).sort()).toEqual(
      readdirSync(join(root, 'types')).map((name) => `types/${name}`),
    );
  });

  test('index.mjs exports the names that the types declare', () => {
    const declared = declaredIn(types.join('\n')).sort();
    expect(listed(read('index.mjs'), 'sluice').sort()).toEqual(declared);
  });

  test('the promises are declared, and exported to ES modules', () => {
    const exported = Object.keys(promises).sort();
    expect(declaredIn(read('promises.d.ts')).sort()).toEqual(exported);
    expect(listed(read('promises.mjs'), 'promises').sort()).toEqual(exported);
  });
});

describe('what node:zlib exports', () => {
  const attributes = (object, name) => {
    const descriptor = Object.getOwnPropertyDescriptor(object, name);
    if (descriptor === undefined) return undefined;
    const { value, writable, enumerable, configurable } = descriptor;
    return { type: typeof value, writable, enumerable, configurable };
  };

  test.each(Object.getOwnPropertyNames(zlib))('%s, with the same attributes', (name) => {
    expect(attributes(sluice, name)).toEqual(attributes(zlib, name));
  });

  test('functions have its names and lengths', () => {
    for (const name of Object.keys(zlib).filter((key) => !isZip(key))) {
      const [ours, theirs] = [sluice[name], zlib[name]];
      if (typeof theirs !== 'function') continue;
      expect([name, ours.length]).toEqual([name, theirs.length]);
      // Node 20 calls every factory "value".
      if (theirs.name !== 'value') expect([name, ours.name]).toEqual([name, theirs.name]);
    }
  });

  test('the functions of every format, on every Node', () => {
    for (const name of [
      'zstdCompress',
      'zstdCompressSync',
      'createZstdDecompress',
      'ZstdCompress',
    ]) {
      expect(typeof sluice[name]).toBe('function');
    }
  });

  test('ZIP archives are its own, where it has them', () => {
    for (const name of Object.keys(zlib).filter(isZip)) expect(sluice[name]).toBe(zlib[name]);
    expect(Object.keys(sluice).filter(isZip)).toEqual(Object.keys(zlib).filter(isZip));
  });
});

describe('the constants', () => {
  test('have the values of node:zlib, and are as constant', () => {
    const { ZLIB_VERNUM, ...values } = zlib.constants;
    expect(sluice.constants).toMatchObject(values);
    expect(sluice.constants.ZLIB_VERNUM).toBeGreaterThanOrEqual(ZLIB_VERNUM & 0xfff0);
    expect(Object.isFrozen(sluice.constants)).toBe(true);
    expect(Object.getPrototypeOf(sluice.constants)).toBe(null);
  });

  test('are those of types/constants.d.ts', () => {
    const [text] = read('types/constants.d.ts').split('export const codes');
    const declared = Array.from(text.matchAll(/^ {2}readonly (\w+): (-?\d+|number);/gm));
    expect({ ...sluice.constants }).toEqual(
      Object.fromEntries(
        declared.map(([, name, value]) => [name, value === 'number' ? Infinity : Number(value)]),
      ),
    );
  });

  test('codes lead from name to number and back', () => {
    expect(sluice.codes).toEqual(zlib.codes);
    expect(Object.isFrozen(sluice.codes)).toBe(true);
  });

  test('are found on the module too, but for those of brotli', () => {
    for (const [name, value] of Object.entries(sluice.constants)) {
      expect([name, sluice[name]]).toEqual([name, name.startsWith('BROTLI') ? undefined : value]);
    }
  });
});

test('an ES module gets the same objects', async () => {
  const same = await reported(
    `import(require.resolve(${JSON.stringify(join(root, 'index.mjs'))})).then((esm) => {
      const names = Object.keys(sluice);
      console.log(JSON.stringify(names.every((name) => esm[name] === sluice[name] && name in esm)));
    });`,
  );
  expect(same).toBe(true);
});
