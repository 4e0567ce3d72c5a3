'use strict';

// A process in full flow that exits in the middle of it: FOLDER FIRST MOST MILLISECONDS.

const { startFlows } = require('./flows');

const [folder, ...numbers] = process.argv.slice(2);
const [first, most, milliseconds] = numbers.map(Number);
startFlows(folder, first, most);
setTimeout(() => process.exit(7), milliseconds);
