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
  let variables;
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
  // A variable that the code declared and did not reach has no value yet.
  const valueOf = (variable) => {
    try {
      return variable();
    } catch {
      return undefined;
    }
  };
  return {
    run: (work, mustReturn) => {
      work(...values).then((returned) => {
        const result = returned === undefined && mustReturn ? valueOf(variables.result) : returned;
        const next = valueOf(variables.next);
        if (result === undefined && mustReturn) return end({ error: 'it gives no result. Write an expression, return a value, or assign it to result.' });
        if (next !== undefined && next !== null && typeof next !== 'string') return end({ error: 'next is ' + show(next) + '. Assign it the name of an action, as text.' });
        end({ result, next: next === null ? undefined : next });
      }).catch(fail);
    },
    watch: (result, next) => {
      variables = { result, next };
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
  // The code may assign result and next with or without declaring them. The functions that read them are created in the
  // block of the code, so that they see its own declarations, wherever it returns.
  const read = (name) => '() => ' + (name === 'next' && names.includes('next') ? 'undefined' : 'typeof ' + name + ' === "undefined" ? undefined : ' + name);
  const watch = '__pflow.watch(' + read('result') + ', ' + read('next') + '); ';
  const declare = (variables) => variables.filter((name) => !names.includes(name)).map((name) => 'let ' + name + '; ').join('');
  const expression = code.replace(/[;\s]+$/, '');
  if (!/^\s*(?:result|next)\s*=(?![=>])/.test(expression)) {
    try {
      return script('__pflow.run(' + head + declare(['result', 'next']) + watch + 'return (' + expression + '\n);}, false)');
    } catch {
      // Not an expression.
    }
  }
  let problem;
  // A declaration by var or of a function does not go with one around it.
  for (const variables of [['result', 'next'], ['result'], ['next'], []]) {
    try {
      return script('__pflow.run(' + head + declare(variables) + '{ ' + watch + code + '\n;}}, true)');
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}

function lineOf(stack) {
  const match = /(?:^|[\s(])code:(\d+)/.exec(stack);
  return match ? Number(match[1]) : undefined;
}

// As text: a message of objects that are nested thousands of levels deep is lost on its way.
function post(outcome) {
  parentPort.postMessage(JSON.stringify(outcome));
}

try {
  const script = compile();
  vm.runInContext('const __pflow = (' + prelude + ')(JSON.parse(' + JSON.stringify(values) + '), 1000000);', context);
  script.runInContext(context);
  const text = vm.runInContext('__pflow.outcome()', context);
  const outcome = typeof text === 'string' ? JSON.parse(text) : { stdout: '', stderr: '', error: 'it waits for something that never comes.' };
  if ('error' in outcome) post({ ...outcome, line: lineOf(outcome.stack || '') });
  else post({ ...outcome, result: 'result' in outcome ? outcome.result : null });
} catch (error) {
  post({ stdout: '', stderr: '', error: error.message, line: lineOf(String(error.stack)) });
}
`;
