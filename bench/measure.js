'use strict';

// One measurement in a process of its own: node bench/measure.js CASE IMPLEMENTATION CONTEXT
// Prints the result as JSON. What a case returns is checked by the case itself: a wrong byte is an exception.

const cases = require('./cases');
const implementations = require('./implementations');

const [name, implementation, context] = process.argv.slice(2);
const { measure } = cases[name]();

measure(implementations[implementation](), { ...JSON.parse(context), implementation }).then(
  (result) => process.stdout.write(JSON.stringify(result)),
  (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
