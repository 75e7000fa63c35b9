/** A token cursor for recursive-descent parsing of clauses. */

import { fillers, leadOuts } from './lexicon.js';
import type { Token } from './command-tokens.js';
import { Unread } from './unreadable.js';

/** Parses a clause from left to right. `end` rejects unconsumed tokens. */
export class Cursor {
  readonly #tokens: readonly Token[];
  readonly #request: string;
  #at = 0;

  constructor(tokens: readonly Token[], request: string) {
    this.#tokens = tokens;
    this.#request = request;
  }

  get position(): number {
    return this.#at;
  }

  /** The next token, skipping fillers and punctuation. */
  peek(): Token | undefined {
    while (isPassedOver(this.#tokens[this.#at])) this.#at++;
    return this.#tokens[this.#at];
  }

  next(): Token | undefined {
    const token = this.peek();
    if (token) this.#at++;
    return token;
  }

  /** Consumes one of these words or phrases; undefined, consuming nothing, if none matches. */
  take(...phrases: readonly string[]): string | undefined {
    return phrases.find((phrase) => this.#takePhrase(phrase.split(' ')));
  }

  /** Consumes a list separator: a comma, `and`, or both. */
  takeSeparator(): boolean {
    const comma = this.#tokens[this.#at]?.text === ',';
    return this.take('and') !== undefined || comma;
  }

  /** Consumes one of these words or fails. */
  expect(reason: string, ...phrases: readonly string[]): string {
    return this.take(...phrases) ?? this.fail(reason);
  }

  /** Backtracks if `attempt` does not match. */
  maybe<T>(attempt: () => T | undefined): T | undefined {
    const start = this.#at;
    const result = attempt();
    if (result === undefined) this.#at = start;
    return result;
  }

  atEnd(): boolean {
    return this.peek() === undefined;
  }

  /** Fails unless all tokens are consumed. */
  end(): void {
    this.take(...leadOuts);
    if (!this.atEnd()) this.fail(`they do not know what to do with '${this.rest()}'.`);
  }

  /** The unconsumed text, verbatim. */
  rest(): string {
    const token = this.peek();
    return token ? this.#request.slice(token.start, this.#tokens.at(-1)!.end) : '';
  }

  /** The unconsumed text verbatim, with its fillers, and the marks that end the request. Consumes it. */
  takeRest(): string {
    const token = this.#tokens[this.#at];
    this.#at = this.#tokens.length;
    if (!token) return '';
    const rest = this.#request.slice(token.start, this.#tokens.at(-1)!.end);
    return this.isLastClause ? rest + this.#ending() : rest;
  }

  /** Whether only marks follow this clause in the request. */
  get isLastClause(): boolean {
    return /^[.,;:!?\s]*$/.test(this.#ending());
  }

  #ending(): string {
    return this.#request.slice(this.#tokens.at(-1)?.end ?? 0).trimEnd();
  }

  fail(reason: string): never {
    throw new Unread(reason, this.#at);
  }

  #takePhrase(words: readonly string[]): boolean {
    const start = this.#at;
    const taken = words.every((word) => {
      const token = this.next();
      return token?.kind === 'word' && token.text.toLowerCase() === word;
    });
    if (!taken) this.#at = start;
    return taken;
  }
}

function isPassedOver(token: Token | undefined): boolean {
  return (
    token !== undefined &&
    (token.kind === 'mark' || (token.kind === 'word' && fillers.has(token.text.toLowerCase())))
  );
}
