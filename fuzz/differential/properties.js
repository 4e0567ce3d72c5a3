'use strict';

// What is compared: for each kind of case, what Sluice and the oracle must have in common.

const assert = require('node:assert');
const { inspect, isDeepStrictEqual } = require('node:util');
const { callCase, observeCall } = require('./bad-options');
const {
  CALLBACK,
  apart,
  forgetsDictionary,
  isBeyondWindow,
  losesOutput,
  mayHoldBack,
  without,
} = require('./differences');
const { decodeByOracle, formats } = require('./formats');
const { decodeCase, encodeCase, observeOneShot } = require('./one-shots');
const { decoderCase, encoderCase, observeStream } = require('./streams');
const { realOptions } = require('./options');

const formatOf = ({ make, call }) =>
  formats.find(
    (format) =>
      [format.encoder, format.decoder].includes(make) ||
      [format.encode, format.decode].includes(call),
  );

function sameBytes(ours, theirs, what) {
  if (ours.equals(theirs)) return;
  let at = 0;
  while (at < ours.length && ours[at] === theirs[at]) at += 1;
  const lengths = `${ours.length} bytes from Sluice, ${theirs.length} from the oracle`;
  assert.fail(`${what}: ${lengths}, different from byte ${at} on`);
}

/** Errors, events, counts: all but the bytes. */
function sameFate(c, ours, theirs) {
  const [mine, other] = apart(c, ours, theirs).map((seen) => without(seen, 'output', 'resetAt'));
  if (isDeepStrictEqual(mine, other)) return;
  const show = (seen) => inspect(seen, { breakLength: 110, depth: 5 });
  assert.fail(`Sluice: ${show(mine)}\noracle: ${show(other)}`);
}

/** What Sluice promises by itself, where the oracle does not: every callback once and in order, no 'data' too late. */
function keptPromises({ events, calls }) {
  const called = events.filter((name) => CALLBACK.test(name));
  assert.strictEqual(called.length, calls, `${calls} callbacks are due: ${events}`);
  // That of a params() which changes nothing waits for nobody.
  const numbers = called
    .filter((name) => !name.startsWith('params'))
    .map((name) => /\d+/.exec(name)[0]);
  assert.ok(
    numbers.every((number, i) => i === 0 || Number(number) > numbers[i - 1]),
    `out of order: ${events}`,
  );
  const last = events.lastIndexOf('data');
  for (const name of ['end', 'error', 'close']) {
    assert.ok(!events.includes(name) || events.indexOf(name) > last, `'data' too late: ${events}`);
  }
}

/** Both sides' encoded bytes must mean the same to the oracle's decoder; theirs with the dictionary that they had. */
function sameMeaning(c, ours, theirs, theirDictionary, what) {
  const { dictionary } = realOptions(c.options);
  const decode = (bytes, given) =>
    decodeByOracle(formatOf(c), bytes, { partial: true, dictionary: given });
  const [mine, other] = [decode(ours, dictionary), decode(theirs, theirDictionary)];
  const length = mayHoldBack(formatOf(c), c.options)
    ? Math.min(mine.length, other.length)
    : undefined;
  sameBytes(mine.subarray(0, length), other.subarray(0, length), what);
}

function checkEncoder(c, ours, theirs) {
  sameFate(c, ours, theirs);
  if (ours.events) keptPromises(ours);
  if (!ours.output || !theirs.output || theirs.error) return;
  const { dictionary } = realOptions(c.options);
  const given = forgetsDictionary(formatOf(c), c) ? undefined : dictionary;
  const [last, theirLast] = [ours, theirs].map((seen) => seen.output.subarray(seen.resetAt ?? 0));
  sameMeaning(c, last, theirLast, given, 'decoded');
  if (c.resetAfter) {
    const [first, theirFirst] = [ours, theirs].map(({ output, resetAt }) =>
      output.subarray(0, resetAt),
    );
    sameMeaning(c, first, theirFirst, dictionary, 'decoded, of what stood before the reset');
  }
}

function checkDecoder(c, ours, theirs) {
  sameFate(c, ours, theirs);
  if (ours.events) keptPromises(ours);
  if (!ours.output || !theirs.output || (ours.error && !theirs.error)) return;
  let [mine, other] = [ours.output, theirs.output];
  if (theirs.error) mine = mine.subarray(0, other.length);
  const isShort = losesOutput(formatOf(c)) || isBeyondWindow(ours, theirs);
  if (theirs.error && isShort) other = other.subarray(0, mine.length);
  sameBytes(mine, other, 'decoded');
}

/** @type {{ name: string, share: number, cases: object, observe: Function, check: Function }[]} */
const properties = [
  {
    name: 'encoder-streams',
    share: 5,
    cases: encoderCase,
    observe: observeStream,
    check: checkEncoder,
  },
  {
    name: 'decoder-streams',
    share: 7,
    cases: decoderCase,
    observe: observeStream,
    check: checkDecoder,
  },
  {
    name: 'one-shot-encoders',
    share: 3,
    cases: encodeCase,
    observe: observeOneShot,
    check: checkEncoder,
  },
  {
    name: 'one-shot-decoders',
    share: 3,
    cases: decodeCase,
    observe: observeOneShot,
    check: checkDecoder,
  },
  {
    name: 'bad-options',
    share: 2,
    cases: callCase,
    observe: observeCall,
    check: (c, ours, theirs) => sameFate(c, ours, theirs),
  },
];

module.exports = { properties };
