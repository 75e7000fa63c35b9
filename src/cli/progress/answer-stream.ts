/** Prints the answer of a model that becomes the output of a run while it streams. */
import { safeText } from '../../lib/text/safe-text.js';
import type { RunState } from '../../profile/run/run-state.js';
import { findNode } from '../../profile/run/span-tree.js';
import type { TraceEvent } from '../../trace/event/event.js';
import type { Session } from '../../session/session.js';

/** How much of the end of the printed text is looked for where the beginning is no longer kept. */
const OVERLAP = 256;

export class AnswerStream {
  /** The node whose answer is the output; undefined until the workflow is known, or where no answer is the output. */
  node: string | undefined;
  readonly #print: (text: string) => void;
  readonly #texts: Session['texts'];
  #call: number | undefined;
  #printed = '';
  #complete: string | undefined;

  constructor(texts: Session['texts'], print: (text: string) => void) {
    this.#texts = texts;
    this.#print = print;
  }

  /** The last answer that was printed to its end. */
  get complete(): string | undefined {
    return this.#complete;
  }

  /** Prints what has arrived since the last time. */
  update(): void {
    const text = this.#call === undefined ? undefined : this.#texts.textOf(this.#call);
    if (text !== undefined) this.#append(text);
  }

  /** Follows the calls of the node, and prints the rest of a finished answer. */
  apply(event: TraceEvent, state: RunState): void {
    if (event.type === 'llm.request' && this.#isOfNode(state, event.span)) this.#call = event.span;
    if (event.type === 'llm.response' && event.span === this.#call) {
      const { text } = event;
      if (typeof text === 'string' && text !== '') {
        const isWhole = this.#append(text);
        this.#endLine(text);
        if (isWhole) this.#complete = text;
      }
    }
    if (event.type === 'span.finished' && event.span === this.#call) {
      // An answer that was broken off stays on the screen; another attempt begins on a line of its own.
      this.#endLine(this.#printed);
      this.#call = undefined;
      this.#printed = '';
    }
  }

  #isOfNode(state: RunState, span: number): boolean {
    const node = findNode(state, span);
    const parent = node?.parent === undefined ? undefined : state.spans.get(node.parent);
    return node?.name === this.node && parent?.kind === 'stage' && parent.name === 'workflow';
  }

  /** Prints what a text adds to what is printed. Returns whether that is then the beginning of the text. */
  #append(text: string): boolean {
    const isBeginning = text.startsWith(this.#printed);
    const from = isBeginning ? this.#printed.length : this.#findEnd(text);
    if (from === undefined) return false;
    const added = text.slice(from);
    if (added === '') return isBeginning;
    this.#printed += added;
    this.#print(safeText(added, { keepNewlines: true }));
    return isBeginning;
  }

  /** Where the printed text ends in one of which only the end is kept. */
  #findEnd(text: string): number | undefined {
    const end = this.#printed.slice(-OVERLAP);
    const at = text.lastIndexOf(end);
    return at < 0 ? undefined : at + end.length;
  }

  #endLine(text: string): void {
    if (this.#printed !== '' && !text.endsWith('\n')) this.#print('\n');
    this.#printed = '';
  }
}
