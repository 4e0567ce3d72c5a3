'use strict';

// The bytes over time that charts are drawn from.

const { History } = require('../lib/observe/history');

const reading = (bytesIn, buffered = 0) => ({ bytesIn, bytesOut: 2 * bytesIn, buffered });

test('it begins with where everything begins, and each point counts from there', () => {
  const history = new History(2);
  history.add(0, [reading(0), reading(0)]);
  history.add(105, [reading(10, 3), reading(1)]);
  history.add(210, [reading(30, 2), reading(2)]);
  expect(history.points()).toEqual({
    times: [0, 105, 210],
    stages: [
      { bytesIn: [0, 10, 30], bytesOut: [0, 20, 60], buffered: [0, 3, 2] },
      { bytesIn: [0, 1, 2], bytesOut: [0, 2, 4], buffered: [0, 0, 0] },
    ],
  });
});

test('what comes too soon joins the last point, and the most that was buffered stays', () => {
  const history = new History(1);
  history.add(0, [reading(0)]);
  history.add(2, [reading(1, 9)]);
  history.add(100, [reading(10, 1)]);
  history.add(200, [reading(20, 5)]);
  history.add(240, [reading(24, 2)]);
  expect(history.points()).toEqual({
    times: [0, 100, 240],
    stages: [{ bytesIn: [0, 10, 24], bytesOut: [0, 20, 48], buffered: [0, 9, 5] }],
  });
});

test('memory is bounded: points join, and neither bytes nor peaks are lost', () => {
  const history = new History(1, 20);
  const peak = 1234;
  for (let n = 0; n <= 10_000; n += 1) {
    history.add(100 * n, [reading(7 * n, n === 3 ? peak : 1)]);
    const { times, stages } = history.points();
    expect(times.length).toBeLessThanOrEqual(20);
    expect(times[0]).toBe(0);
    expect(times.at(-1)).toBe(100 * n);
    expect(stages[0].bytesIn.at(-1)).toBe(7 * n);
  }
  const { times, stages } = history.points();
  expect(times.length).toBeGreaterThanOrEqual(10);
  expect(Math.max(...stages[0].buffered)).toBe(peak);
  // A point that was joined is still one of those that were given.
  for (const [n, at] of times.entries()) expect(stages[0].bytesIn[n]).toBe((7 * at) / 100);
  const widths = times.slice(1).map((at, n) => at - times[n]);
  expect(Math.max(...widths.slice(0, -1))).toBeLessThanOrEqual(
    2 * Math.min(...widths.slice(0, -1)),
  );
});
