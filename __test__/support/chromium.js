'use strict';

/** A real browser, driven through its DevTools protocol: two pipes, and messages of JSON with a zero byte behind each. */

const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** The browser that `CHROMIUM` names, or one on the PATH. Windows cannot hand the pipes on. */
function findChromium() {
  if (process.platform === 'win32') return undefined;
  const candidates = process.env.CHROMIUM ? [process.env.CHROMIUM] : NAMES;
  return candidates.find((name) => spawnSync(name, ['--version']).status === 0);
}

class Browser {
  #child;
  #folder;
  #rest = '';
  #last = 0;
  #calls = new Map();
  #pages = new Map();

  constructor(program) {
    this.#folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-browser-'));
    const flags = [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      `--user-data-dir=${this.#folder}`,
      '--remote-debugging-pipe',
      'about:blank',
    ];
    const stdio = ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'];
    this.#child = spawn(program, flags, { stdio });
    const [, , , input, output] = this.#child.stdio;
    input.on('error', () => {});
    output.setEncoding('utf8').on('data', (text) => this.#read(text));
    this.#child.once('exit', () => this.#fail(new Error('the browser has ended')));
    this.#child.once('error', (error) => this.#fail(error));
  }

  send(method, params = {}, sessionId = undefined) {
    const id = (this.#last += 1);
    const answer = new Promise((resolve, reject) => this.#calls.set(id, { resolve, reject }));
    this.#child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return answer;
  }

  /** A tab that notes what goes wrong in it, and all that it asks for. */
  async open() {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const attached = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, attached.sessionId);
    this.#pages.set(attached.sessionId, page);
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await page.send(`${domain}.enable`);
    return page;
  }

  async close() {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exit = once(this.#child, 'exit');
      this.send('Browser.close').catch(() => {});
      await exit;
    }
    fs.rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 });
  }

  #read(text) {
    const messages = (this.#rest + text).split('\0');
    this.#rest = messages.pop();
    for (const message of messages) this.#take(JSON.parse(message));
  }

  #take({ id, result, error, method, params, sessionId }) {
    if (id === undefined) {
      this.#pages.get(sessionId)?.note(method, params);
      return;
    }
    const { resolve, reject } = this.#calls.get(id);
    this.#calls.delete(id);
    if (error) reject(new Error(error.message));
    else resolve(result);
  }

  #fail(error) {
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
  }
}

class Page {
  /** What the console, the page's scripts and its policy complained of. */
  errors = [];
  /** What was asked for. */
  requests = [];
  #browser;
  #session;
  #loaded = () => {};

  constructor(browser, session) {
    this.#browser = browser;
    this.#session = session;
  }

  send(method, params) {
    return this.#browser.send(method, params, this.#session);
  }

  note(method, params) {
    if (method === 'Page.loadEventFired') this.#loaded();
    if (method === 'Network.requestWillBeSent') this.requests.push(params.request.url);
    if (method === 'Log.entryAdded') this.errors.push(params.entry.text);
    if (method === 'Runtime.consoleAPICalled') this.errors.push(`console.${params.type}`);
    if (method === 'Runtime.exceptionThrown') {
      const { text, exception } = params.exceptionDetails;
      this.errors.push(exception?.description ?? text);
    }
  }

  /** Opens an address as a screen of that width would show it. */
  async go(url, { width = 1280, height = 900, dark = false } = {}) {
    const mobile = width < 600;
    const metrics = { width, height, deviceScaleFactor: 1, mobile };
    await this.send('Emulation.setDeviceMetricsOverride', metrics);
    const features = [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }];
    await this.send('Emulation.setEmulatedMedia', { features });
    const loaded = new Promise((resolve) => (this.#loaded = resolve));
    await this.send('Page.navigate', { url });
    await loaded;
  }

  /** The value of an expression, once its promise has one. */
  async evaluate(expression) {
    const params = { expression, returnByValue: true, awaitPromise: true };
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', params);
    if (exceptionDetails) throw new Error(exceptionDetails.exception.description);
    return result.value;
  }

  /** A PNG of the whole page. */
  async screenshot() {
    const { data } = await this.send('Page.captureScreenshot', { captureBeyondViewport: true });
    return Buffer.from(data, 'base64');
  }
}

module.exports = { Browser, findChromium };
