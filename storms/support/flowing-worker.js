'use strict';

// A worker in full flow, which says so: workerData has the arguments of startFlows().

const { parentPort, workerData } = require('node:worker_threads');
const { startFlows } = require('./flows');

startFlows(...workerData);
parentPort.postMessage('flowing');
