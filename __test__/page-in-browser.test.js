'use strict';

// The real pages in a real browser: Chromium, by `CHROMIUM` or on the PATH. Without one these tests are skipped, and say so.

const { PassThrough, Readable } = require('node:stream');
const { finished } = require('node:stream/promises');
const { pathToFileURL } = require('node:url');
const { createSlowWritableStream, observe } = require('..');
const { Browser, findChromium } = require('./support/chromium');
const { useFolder } = require('./support/folder');
const { HOSTILE, pipeThrough } = require('./support/pages');
const {
  closeAfterEach,
  destroyAfterEach,
  stuckWritable,
  track,
  wait,
} = require('./support/streams');

const chromium = findChromium();
const withBrowser = chromium ? describe : describe.skip;
const LONG = 'a-name-that-goes-on-and-on-without-any-space-'.repeat(4);

destroyAfterEach();
const file = useFolder();

let browser;
beforeAll(() => {
  if (chromium) browser = new Browser(chromium);
});
afterAll(() => browser?.close());

const keep = closeAfterEach();
const watch = (...streams) => keep(observe(...streams));

/** What there is to see: how much of each chart is coloured, as only lines are, and what is wider than it may be. */
const LOOK = `(() => {
  const coloured = (canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      const [red, green, blue] = data.slice(at, at + 3);
      if (Math.max(red, green, blue) - Math.min(red, green, blue) > 60) count += 1;
    }
    return count;
  };
  const gaps = [...document.querySelectorAll('.chart')].map((place) =>
    place.clientWidth - place.querySelector('canvas')?.clientWidth);
  const words = [...document.querySelectorAll('h1, h2, h3, p, li, dd, dt, label, figcaption')];
  const isCut = (element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 &&
    getComputedStyle(element).display !== 'inline';
  const { right } = document.documentElement.getBoundingClientRect();
  return {
    verdict: document.querySelector('.verdict').textContent,
    data: JSON.parse(document.getElementById('data').textContent).verdict.text,
    stages: document.querySelectorAll('.stage').length,
    rails: [...document.querySelectorAll('.stage')].filter((stage) =>
      Math.abs(stage.querySelector('.rail').clientHeight - stage.clientHeight) <= 1).length,
    loose: [...document.querySelectorAll('article')].filter((article) => {
      const bottoms = [...article.children].map((child) => child.getBoundingClientRect().bottom);
      return article.getBoundingClientRect().bottom - Math.max(...bottoms) > 20;
    }).length,
    charts: [...document.querySelectorAll('canvas')].map(coloured),
    gaps,
    tooWide: document.documentElement.scrollWidth - innerWidth,
    cut: words.filter(isCut).map((element) => element.textContent),
    outside: words.filter((element) => element.getBoundingClientRect().right > right + 1).length,
    hurt: window.hurt,
  };
})()`;

/** Opens what an observation reports, looks, and expects that nothing was complained of and nothing asked for. */
async function lookAt(observation, options) {
  await observation.report(file('page.html'));
  const url = pathToFileURL(file('page.html')).href;
  const page = await browser.open();
  await page.go(url, options);
  const seen = await page.evaluate(LOOK);
  expect(page.errors).toEqual([]);
  expect(page.requests).toEqual([url]);
  expect(seen).toMatchObject({ cut: [], outside: 0, loose: 0, verdict: seen.data });
  expect(seen.tooWide).toBeLessThanOrEqual(0);
  for (const gap of seen.gaps) expect(gap).toBe(0);
  expect(seen.rails).toBe(seen.stages);
  expect(seen).not.toHaveProperty('hurt');
  return { page, ...seen };
}

/** Both widths and both schemes; a browser takes much of a machine that has other tests to run. */
const SCREENS = [
  { width: 390, height: 844 },
  { width: 1280, height: 900, dark: true },
];

withBrowser(
  `in ${chromium ?? 'Chromium, which is not to be found: set CHROMIUM to its path'}`,
  () => {
    test.each(SCREENS)('30 stages on %j', async (screen) => {
      const streams = pipeThrough(30);
      const observation = watch(streams);
      await finished(streams['stage 29']);
      await wait(150);
      const { stages, charts } = await lookAt(observation, screen);
      expect(stages).toBe(30);
      expect(charts).toHaveLength(3);
      for (const coloured of charts) expect(coloured).toBeGreaterThan(200);
    });

    test.each(SCREENS)('nothing but names, long and hostile ones, on %j', async (screen) => {
      const names = [...HOSTILE, LONG];
      const streams = pipeThrough(names.length, { names: (n) => names[n] });
      const observation = watch(streams);
      await finished(streams[LONG]);
      await wait(150);
      expect(await lookAt(observation, screen)).toMatchObject({ stages: names.length });
    });

    test.each(SCREENS)('nothing yet on %j', async (screen) => {
      const observation = watch({ rows: track(new PassThrough()), sink: stuckWritable() });
      const { verdict } = await lookAt(observation, screen);
      expect(verdict).toBe('nothing has happened yet');
    });

    test.each(SCREENS)('branches, and a failure, on %j', async (screen) => {
      const source = track(Readable.from([Buffer.alloc(1000)]));
      const branches = Array.from({ length: 6 }, () => track(new PassThrough()));
      const sink = createSlowWritableStream({ bytesPerSecond: 1e6 });
      for (const branch of branches) {
        source.pipe(branch).pipe(sink, { end: false });
      }
      sink.on('error', () => {});
      const observation = watch({ source, ...branches, sink });
      await wait(60);
      sink.destroy(new Error('the remote has gone away, and will not come back'));
      await wait(60);
      const { page } = await lookAt(observation, screen);
      const text = await page.evaluate("document.querySelector('header .error').textContent");
      expect(text).toContain('the remote has gone away');
    });

    test('a line is drawn or not, as one picks', async () => {
      const streams = pipeThrough(3);
      const observation = watch(streams);
      await finished(streams['stage 2']);
      await wait(150);
      const { page, charts } = await lookAt(observation, SCREENS[1]);
      for (const coloured of charts) expect(coloured).toBeGreaterThan(200);
      await page.evaluate(
        "document.querySelectorAll('.lines input').forEach((box) => box.click())",
      );
      await wait(100);
      expect((await page.evaluate(LOOK)).charts).toEqual([0, 0, 0]);
    });

    test('a live page follows the streams to their end, and says when nobody answers', async () => {
      const [rows, sink] = [track(new PassThrough()), track(new PassThrough())];
      rows.pipe(sink).resume();
      const observation = watch({ rows, sink });
      const stuck = watch({ stuck: stuckWritable() });
      const [served, other] = [await observation.serve(), await stuck.serve()];
      keep(served);
      keep(other);
      const [page, lost] = [await browser.open(), await browser.open()];
      await lost.go(other.url);
      await other.close();
      await page.go(served.url);
      const text = () => page.evaluate('document.body.innerText');
      expect(await text()).toContain('Still running');
      rows.write(Buffer.alloc(10_000));
      while (!(await text()).includes('10.0 kB')) await wait(50);
      rows.end();
      while (!(await text()).includes('Over since')) await wait(50);
      const asked = page.requests.length;
      expect(await page.evaluate(LOOK)).toMatchObject({ verdict: observation.verdict().text });
      expect(page.errors).toEqual([]);
      expect(new Set(page.requests)).toEqual(new Set([served.url, `${served.url}state`]));

      while (await lost.evaluate("document.getElementById('lost').hidden")) await wait(50);
      expect(await lost.evaluate('document.body.innerText')).toContain('stuck');
      // What is over is not asked for again.
      await wait(2500);
      expect(page.requests).toHaveLength(asked);
    });
  },
);
