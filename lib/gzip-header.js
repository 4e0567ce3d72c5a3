'use strict';

// The fields of a gzip header (RFC 1952): what a program gives to write, and what it is told of one that was read.

const { isAnyArrayBuffer, isDate } = require('node:util').types;
const { copyOf } = require('./codec-options');
const { invalidArgType, invalidArgValue, outOfRange } = require('./errors');

/** The length of the extra field is written in 16 bits, the time in 32. */
const MAX_EXTRA = 65_535;
const MAX_SECONDS = 2 ** 32 - 1;

/** A string of Latin-1, which a zero byte ends, so that it can hold none. */
function textField(value, name) {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw invalidArgType(name, 'of type string', value);
  const bytes = Buffer.from(value, 'latin1');
  if (bytes.includes(0) || bytes.toString('latin1') !== value) {
    throw invalidArgValue(name, value, 'must be Latin-1 without null characters');
  }
  return bytes;
}

function extraField(value, name) {
  if (value === undefined) return undefined;
  if (!ArrayBuffer.isView(value) && !isAnyArrayBuffer(value)) {
    throw invalidArgType(
      name,
      'an instance of Buffer, TypedArray, DataView, or ArrayBuffer',
      value,
    );
  }
  if (value.byteLength > MAX_EXTRA) {
    throw outOfRange(`${name}.byteLength`, `<= ${MAX_EXTRA}`, value.byteLength);
  }
  return copyOf(value);
}

/** A Date, or seconds since 1970. */
function timeField(value, name) {
  if (value === undefined) return 0;
  const seconds = isDate(value) ? Math.floor(value.getTime() / 1000) : value;
  if (typeof seconds !== 'number') {
    throw invalidArgType(name, 'of type number or an instance of Date', value);
  }
  if (!(seconds >= 0 && seconds <= MAX_SECONDS)) {
    throw outOfRange(name, `>= 0 and <= ${MAX_SECONDS} seconds`, seconds);
  }
  return Math.floor(seconds);
}

/** The option `header`, for native code. */
function headerOption(value) {
  if (value === undefined) return undefined;
  if (value === null || typeof value !== 'object') {
    throw invalidArgType('options.header', 'of type object', value);
  }
  return {
    name: textField(value.name, 'options.header.name'),
    comment: textField(value.comment, 'options.header.comment'),
    extra: extraField(value.extra, 'options.header.extra'),
    mtime: timeField(value.mtime, 'options.header.mtime'),
  };
}

/** What `'header'` tells, of what native code has read. */
function headerRead({ name, comment, extra, mtime, os, text }) {
  return {
    name: name?.toString('latin1'),
    comment: comment?.toString('latin1'),
    extra,
    mtime,
    os,
    text,
  };
}

module.exports = { headerOption, headerRead };
