'use strict';

const { parentPort, workerData } = require('node:worker_threads');
const { takePart } = require('./ring');

takePart(workerData).then((count) => parentPort.postMessage(count));
