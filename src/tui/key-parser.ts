/** Parses the bytes of a terminal into keys, pastes, mouse events and query responses. */

import type { Key } from '../view/base/key.js';
import { parseBackground } from './background-colour.js';

/** A parser of terminal input. One chunk may hold many keys; a paste is one key; a sequence may be split across chunks. */
export interface KeyParser {
  push(chunk: string): readonly Key[];
  /** Whether an Esc is buffered that may start a sequence. An unfinished paste or query response is awaited without a timeout. */
  readonly pending: boolean;
  /** The timeout elapsed: the buffered byte was the Esc key. */
  flush(): readonly Key[];
}

/** Creates a parser with an empty buffer. */
export function createKeyParser(): KeyParser {
  let held = '';
  const take = (final: boolean): readonly Key[] => {
    const keys: Key[] = [];
    while (held !== '') {
      const step = nextKey(held, final);
      if (step === undefined) break;
      held = held.slice(step.length);
      if (step.key) keys.push(step.key);
    }
    return keys;
  };
  return {
    push(chunk) {
      held += chunk;
      return take(false);
    },
    get pending() {
      return held !== '' && !held.startsWith(pasteStart) && !held.startsWith(answerStart);
    },
    flush: () => take(true),
  };
}

type Step = Readonly<{ length: number; key?: Key }>;

const pasteStart = '\x1b[200~';
const pasteEnd = '\x1b[201~';
/** The prefix of the terminal's response to the background colour query. No user types this much within the Esc timeout. */
const answerStart = '\x1b]11;';
/** Maximum length of a query response; anything longer is discarded. */
const LONGEST_ANSWER = 64;

/** Parses the first key of `text`; undefined while it may be incomplete. Unknown sequences are skipped. */
function nextKey(text: string, final: boolean): Step | undefined {
  if (text[0] !== '\x1b') return character(text);
  if (text.startsWith(pasteStart)) {
    const end = text.indexOf(pasteEnd);
    if (end === -1) return undefined;
    return { length: end + pasteEnd.length, key: paste(text.slice(pasteStart.length, end)) };
  }
  if (text.startsWith(answerStart)) return answer(text);
  // oxlint-disable-next-line no-control-regex
  const sequence = /^\x1b(?:\[(?:<?[\d;?]*[ -/]*[@-~])|O[A-Za-z])/.exec(text)?.[0];
  if (sequence !== undefined)
    return { length: sequence.length, ...(mouse(sequence) ?? named(sequences[sequence])) };
  // oxlint-disable-next-line no-control-regex
  const unfinished = /^\x1b(?:\[<?[\d;?]*[ -/]*|O|\](?:1(?:1)?)?)?$/.test(text);
  if (unfinished && !final) return undefined;
  return { length: 1, ...named('esc') };
}

function character(text: string): Step {
  const first = String.fromCodePoint(text.codePointAt(0)!);
  const code = first.charCodeAt(0);
  const control = controls[first];
  if (control !== undefined)
    return { length: 1, key: { name: control, text: control === 'space' ? ' ' : '' } };
  if (code < 0x20) return { length: 1, key: { name: `ctrl+${String.fromCharCode(code + 0x60)}`, text: '' } };
  return { length: first.length, key: { name: first, text: first } };
}

/** OSC sequences end with BEL or ST. */
function answer(text: string): Step | undefined {
  // oxlint-disable-next-line no-control-regex
  const end = /\x07|\x1b\\/.exec(text);
  if (!end) return text.length > LONGEST_ANSWER ? { length: text.length } : undefined;
  const background = parseBackground(text.slice(answerStart.length, end.index));
  return {
    length: end.index + end[0].length,
    ...(background === undefined ? {} : { key: { name: 'background', text: background } }),
  };
}

function paste(text: string): Key {
  return { name: 'paste', text };
}

/** Parses a mouse report (SGR, mode 1006): the wheel, and presses of the left button. */
function mouse(sequence: string): { key?: Key } | undefined {
  const report = /\[<(\d+);(\d+);(\d+)([Mm])$/.exec(sequence);
  if (!report) return undefined;
  const [, button, column, row, end] = report;
  if (button === '64' || button === '65') return named(button === '64' ? 'wheel-up' : 'wheel-down');
  if (button !== '0' || end !== 'M') return {};
  return { key: { name: 'click', text: '', x: Number(column) - 1, y: Number(row) - 1 } };
}

function named(name: string | undefined): { key?: Key } {
  return name === undefined ? {} : { key: { name, text: '' } };
}

const controls: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  ' ': 'space',
  '\x7f': 'backspace',
  '\b': 'backspace',
};

const sequences: Readonly<Record<string, string>> = {
  '\x1b[A': 'up',
  '\x1b[B': 'down',
  '\x1b[C': 'right',
  '\x1b[D': 'left',
  '\x1bOA': 'up',
  '\x1bOB': 'down',
  '\x1bOC': 'right',
  '\x1bOD': 'left',
  '\x1b[H': 'home',
  '\x1b[F': 'end',
  '\x1bOH': 'home',
  '\x1bOF': 'end',
  '\x1b[1~': 'home',
  '\x1b[4~': 'end',
  '\x1b[7~': 'home',
  '\x1b[8~': 'end',
  '\x1b[5~': 'pageup',
  '\x1b[6~': 'pagedown',
  '\x1b[3~': 'delete',
  '\x1b[Z': 'shift+tab',
};
