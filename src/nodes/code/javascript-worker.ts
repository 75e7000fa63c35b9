/** Source of the worker that runs JavaScript. */

/**
 * The program of the worker thread of a code node, as text, so that it needs no file after bundling. Inputs enter the
 * context and the result leaves it as JSON text only: the code never receives an object of the surrounding thread.
 */
export const workerSource = String.raw`
const { parentPort, workerData } = require('node:worker_threads');
const vm = require('node:vm');

const { code, names, values } = workerData;
// Promises settle before evaluation returns: the context has no timers, so nothing can happen later.
const context = vm.createContext(Object.create(null), { microtaskMode: 'afterEvaluate' });

function prelude(values, maxPrinted) {
  const printed = { stdout: [], stderr: [] };
  let size = 0;
  let outcome;
  let next;
  const show = (value) => {
    if (typeof value === 'string') return value;
    try {
      return (typeof value === 'object' && !(value instanceof Error) && JSON.stringify(value)) || String(value);
    } catch {
      return String(value);
    }
  };
  const print = (stream) => (...all) => {
    const line = all.map(show).join(' ') + '\n';
    size += line.length;
    if (size <= maxPrinted) printed[stream].push(line);
  };
  const [out, err] = [print('stdout'), print('stderr')];
  globalThis.console = { log: out, info: out, debug: out, warn: err, error: err };
  const end = (result) => {
    const streams = { stdout: printed.stdout.join(''), stderr: printed.stderr.join('') };
    outcome = JSON.stringify({ ...streams, ...result });
  };
  const fail = (error) => {
    const isError = error instanceof Error;
    end({ error: isError ? error.name + ': ' + error.message : 'it threw ' + show(error), stack: isError ? String(error.stack) : '' });
  };
  return {
    run: (work, mustReturn) => {
      work(...values).then((result) => {
        if (result === undefined && mustReturn) return end({ error: 'it gives no result. Write an expression, return a value, or assign it to result.' });
        end({ result, next });
      }).catch(fail);
    },
    assigned: (result, following) => {
      if (typeof following === 'string') next = following;
      return result;
    },
    outcome: () => outcome,
  };
}

function compile() {
  const head = 'async (' + names.join(', ') + ') => {"use strict"; ';
  // The code starts on the first compiled line, so that line numbers in errors are its own.
  const script = (text) => new vm.Script(text, { filename: 'code' });
  for (const name of names) {
    try {
      new vm.Script('"use strict"; (' + name + ') => {}');
      if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name)) throw new SyntaxError();
    } catch {
      throw new Error("the input '" + name + "' cannot be the name of a variable.");
    }
  }
  try {
    return script('__pflow.run(' + head + 'return (' + code.replace(/[;\s]+$/, '') + '\n);}, false)');
  } catch {
    // Not an expression. Statements may return, or assign the variables result and next.
    const variable = (name) => 'typeof ' + name + ' === "undefined" ? undefined : ' + name;
    const action = names.includes('next') ? 'undefined' : variable('next');
    return script('__pflow.run(' + head + code + '\n;return __pflow.assigned(' + variable('result') + ', ' + action + ');}, true)');
  }
}

function lineOf(stack) {
  const match = /(?:^|[\s(])code:(\d+)/.exec(stack);
  return match ? Number(match[1]) : undefined;
}

try {
  const script = compile();
  vm.runInContext('const __pflow = (' + prelude + ')(JSON.parse(' + JSON.stringify(values) + '), 1000000);', context);
  script.runInContext(context);
  const text = vm.runInContext('__pflow.outcome()', context);
  const outcome = typeof text === 'string' ? JSON.parse(text) : { stdout: '', stderr: '', error: 'it waits for something that never comes.' };
  if ('error' in outcome) parentPort.postMessage({ ...outcome, line: lineOf(outcome.stack || '') });
  else parentPort.postMessage({ ...outcome, result: 'result' in outcome ? outcome.result : null });
} catch (error) {
  parentPort.postMessage({ stdout: '', stderr: '', error: error.message, line: lineOf(String(error.stack)) });
}
`;
