'use strict';

// Where Sluice is known, and meant, to differ from node:zlib. Each difference has a name and a reason, says to which
// observations it applies, and takes out of both what may then differ; what is left must be equal. Nothing else in the
// harness makes allowances.

const CALLBACK = /^(?:write|flush|params|end) \d/;

const only = (events, wanted) => events.filter(wanted);
const without = (seen, ...fields) =>
  Object.fromEntries(Object.entries(seen).filter(([name]) => !fields.includes(name)));

/** Both sides through one function. */
const both = (change) => (ours, theirs) => [change(ours), change(theirs)];

/** Whether the reader's 'end' came before the last callback of who writes. */
function endsEarly({ events }) {
  const end = events.indexOf('end');
  return end >= 0 && only(events.slice(end), (name) => CALLBACK.test(name)).length > 0;
}

/** What zlib-rs's fast path can find; the first is what Sluice says of each. */
const FAST_PATH = [
  'invalid distance too far back',
  'invalid distance code',
  'invalid literal/length code',
];

const failureOf = ({ error, thrown }) => error ?? thrown;

/** Whether the decoder of encoded bytes is given a dictionary. */
const hasDictionary = (encoded) =>
  encoded !== undefined &&
  encoded.dictionary !== 'none' &&
  (encoded.dictionary !== 'same' || encoded.encoder.dictionary !== undefined);

const isTooLarge = (seen) => failureOf(seen)?.code === 'ERR_BUFFER_TOO_LARGE';

const isWindowTooLarge = (seen) =>
  failureOf(seen)?.code === 'ZSTD_error_frameParameter_windowTooLarge';

function withMessage(seen, message) {
  const field = seen.error ? 'error' : 'thrown';
  return { ...seen, [field]: { ...seen[field], message } };
}

/** One side alone minds a distance, and neither has found one of the two that are taken for it. */
const isBeyondWindow = (ours, theirs) => {
  const messages = [ours, theirs].map((seen) => failureOf(seen)?.message);
  return messages.includes(FAST_PATH[0]) && !messages.every((said) => FAST_PATH.includes(said));
};

const DIFFERENCES = [
  {
    name: "when 'data' comes",
    reason:
      "small writes are gathered and output comes in larger pieces, so 'data' stands elsewhere among the callbacks; " +
      "that it comes before 'end' and 'error' is checked on its own",
    applies: (ours) => Boolean(ours.events),
    allow: both((seen) => ({ ...seen, events: only(seen.events, (name) => name !== 'data') })),
  },
  {
    name: 'all data before an error',
    reason: 'a reader gets all that was decoded before the error; node:zlib may drop some',
    applies: (ours, theirs) => Boolean(ours.error && theirs.error && ours.output),
    allow: both((seen) => without(seen, 'bytesWritten')),
  },
  {
    name: "no 'finish' before a failure, and no callback left out",
    reason:
      "'finish' means that all input was taken, and callbacks that wait get the error; node:zlib says 'finish' before " +
      'it finds that the input is cut, and forgets the callback of the write that failed',
    applies: (ours, theirs) => Boolean(ours.events && theirs.error),
    allow: both((seen) => ({
      ...seen,
      events: only(seen.events, (name) => name !== 'finish' && !CALLBACK.test(name)),
    })),
  },
  {
    name: 'one message for three mistakes',
    reason:
      "zlib-rs forgets which of three mistakes its fast path found: the code is zlib's, the message the likeliest one",
    applies: (ours, theirs) =>
      failureOf(ours)?.message === FAST_PATH[0] && FAST_PATH.includes(failureOf(theirs)?.message),
    allow: (ours, theirs) => [ours, withMessage(theirs, FAST_PATH[0])],
  },
  {
    name: 'a distance beyond the window',
    reason:
      "zlib minds one in damaged data only where it reaches behind the call's own output, so by how the input was cut",
    applies: (ours, theirs, c) => isDamaged(c) && isBeyondWindow(ours, theirs),
    allow: () => [{}, {}],
  },
  {
    name: 'which mistake a brotli stream with a dictionary makes',
    reason:
      'what comes with a dictionary is decoded by another implementation than the rest, which tells fewer mistakes ' +
      'apart, and finds some before the bytes behind them have come',
    applies: (ours, theirs, c) =>
      [ours, theirs].some((seen) => failureOf(seen)?.code?.startsWith('ERR__ERROR_')) &&
      hasDictionary(c.encoded),
    allow: () => [{}, {}],
  },
  {
    name: 'which mistake zstd finds',
    reason:
      'it has several ways through the same data, of which it takes one by the room that it is given',
    applies: (ours, theirs) =>
      [ours, theirs].every((seen) => failureOf(seen)?.code?.startsWith('ZSTD_error_')),
    allow: both((seen) => without(seen, 'error', 'thrown')),
  },
  {
    name: 'the size of what an encoder makes',
    reason: 'it differs by a few bytes, and with it on which side of maxOutputLength it falls',
    applies: (ours, theirs, c) =>
      c.extras?.maxOutputLength && !c.encoded && isTooLarge(ours) !== isTooLarge(theirs),
    allow: () => [{}, {}],
  },
  {
    name: 'the limit before the error',
    reason:
      'a decoder stops at maxOutputLength; node:zlib looks at it once a chunk, and so finds a mistake first that comes ' +
      'behind it in the same chunk',
    applies: (ours, theirs, c) =>
      c.extras?.maxOutputLength && c.encoded && isTooLarge(ours) && failureOf(theirs),
    allow: () => [{}, {}],
  },
  {
    name: 'a zstd window above ZSTD_d_windowLogMax',
    reason:
      'zstd takes it where a whole frame and the room for its content come in one call; in how many calls it comes ' +
      'depends on who gathers the writes',
    applies: (ours, theirs) => [ours, theirs].filter(isWindowTooLarge).length === 1,
    allow: () => [{}, {}],
  },
  {
    name: 'a windowBits between 8 and 9',
    reason:
      'is 8, of which a raw encoder makes 9; Node hands it to zlib as it is, which fails at the first write',
    applies: (ours, theirs, c) => c.kind === 'options' && /"windowBits": 8\.5/.test(c.options),
    allow: () => [{}, {}],
  },
  {
    name: "no error behind the 'end'",
    reason:
      'what follows the last member of gzip is passed over, whole or in pieces; node:zlib ends the reader at a zero ' +
      'byte, and may fail after that at what comes in another chunk',
    applies: (ours, theirs) =>
      Boolean(theirs.events?.includes('end') && theirs.error && !ours.error),
    allow: both((seen) => ({
      ...without(seen, 'bytesWritten'),
      error: null,
      events: only(seen.events, (name) => name !== 'error'),
    })),
  },
  {
    name: "'end' before a callback",
    reason:
      'where the compressed data ends before the input does, the reader and the writer are told at about the same ' +
      'time, and bytesWritten counts no byte behind it, however the input was cut',
    applies: (ours, theirs, c) =>
      Boolean(
        ours.events && !theirs.error && isDamaged(c) && (endsEarly(ours) || endsEarly(theirs)),
      ),
    allow: both((seen) => ({
      ...without(seen, 'bytesWritten'),
      events: [
        only(seen.events, (name) => name !== 'end'),
        only(seen.events, (name) => !CALLBACK.test(name) && name !== 'finish'),
      ],
    })),
  },
  {
    name: 'a frame that is given up',
    reason:
      'from 26.12 on Node refuses to reset a zstd encoder whose frame has begun; what the program does with the bytes of ' +
      'that frame is its own to know, as it is in every other format',
    applies: (ours, theirs) =>
      failureOf(theirs)?.code === 'ERR_ZLIB_INCOMPLETE_FRAME' && !failureOf(ours),
    allow: () => [{}, {}],
  },
];

const isDamaged = (c) => c.encoded?.accidents.length > 0;

/** Both observations, without what the known differences allow. */
function apart(c, ours, theirs) {
  return DIFFERENCES.filter(({ applies }) => applies(ours, theirs, c)).reduce(
    ([mine, other], { allow }) => allow(mine, other),
    [ours, theirs],
  );
}

/** Engines whose decoder, when it fails, gives up what it has decoded and not handed out: Google's does. */
const losesOutput = ({ engine }) => engine === 'brotli';

/** Node's brotli does without its dictionary after a reset(); Sluice's keeps it, as all encoders that have one. */
const forgetsDictionary = ({ engine }, { resetAfter }) =>
  engine === 'brotli' && Boolean(resetAfter);

/** Flushes that leave nothing in an encoder, by engine. */
const BRINGS_OUT = { zlib: [1, 2, 3, 4], brotli: [1, 2], zstd: [1, 2] };

/** An encoder whose last flush is none of these holds back what it likes: neither side's share is promised. */
function mayHoldBack({ engine }, { finishFlush }) {
  return finishFlush !== undefined && !BRINGS_OUT[engine].includes(finishFlush);
}

module.exports = {
  CALLBACK,
  DIFFERENCES,
  apart,
  forgetsDictionary,
  isBeyondWindow,
  losesOutput,
  mayHoldBack,
  without,
};
