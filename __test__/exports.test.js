'use strict';

const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const zlib = require('node:zlib');
const sluice = require('..');

const read = (name) => readFileSync(join(__dirname, '..', name), 'utf8');
const names = Object.keys(sluice).sort();

test('index.d.ts declares the exports, each and no other', () => {
  const declared = read('index.d.ts').matchAll(/^export (?:class|const|function) (\w+)/gm);
  expect(Array.from(declared, ([, name]) => name).sort()).toEqual(names);
});

test('index.mjs exports the same names', () => {
  const [, list] = /^export const \{(.*?)\} = sluice;/ms.exec(read('index.mjs'));
  expect(list.match(/\w+/g).sort()).toEqual(names);
});

test('the constants are those of index.d.ts, with the values of node:zlib', () => {
  const declared = read('index.d.ts').matchAll(/^ {2}readonly (Z_\w+): (-?\d+);/gm);
  const constants = Object.fromEntries(
    Array.from(declared, ([, name, value]) => [name, Number(value)]),
  );
  expect({ ...sluice.constants }).toEqual(constants);
  expect(zlib.constants).toMatchObject(constants);
});
