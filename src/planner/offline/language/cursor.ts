import { fillers, leadOuts } from './lexicon.js';
import type { Token } from './command-tokens.js';
import { Unread } from './unreadable.js';

/** Reads a clause from left to right. Whatever is not taken is found by `end`. */
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

  /** The next token that is neither a filler nor punctuation. */
  peek(): Token | undefined {
    while (isPassedOver(this.#tokens[this.#at])) this.#at++;
    return this.#tokens[this.#at];
  }

  next(): Token | undefined {
    const token = this.peek();
    if (token) this.#at++;
    return token;
  }

  /** Takes one of these words, or phrases of several words; undefined, and nothing taken, if none is next. */
  take(...phrases: readonly string[]): string | undefined {
    return phrases.find((phrase) => this.#takePhrase(phrase.split(' ')));
  }

  /** Takes what stands between the parts of a list: a comma, `and`, or both. */
  takeSeparator(): boolean {
    const comma = this.#tokens[this.#at]?.text === ',';
    return this.take('and') !== undefined || comma;
  }

  /** Takes one of these words or says what is missing. */
  expect(reason: string, ...phrases: readonly string[]): string {
    return this.take(...phrases) ?? this.fail(reason);
  }

  /** Goes on from where `attempt` began when it comes to nothing. */
  maybe<T>(attempt: () => T | undefined): T | undefined {
    const start = this.#at;
    const result = attempt();
    if (result === undefined) this.#at = start;
    return result;
  }

  atEnd(): boolean {
    return this.peek() === undefined;
  }

  /** Every word must have been taken. */
  end(): void {
    this.take(...leadOuts);
    if (!this.atEnd()) this.fail(`they do not know what to do with '${this.rest()}'.`);
  }

  /** What has not been taken, as it is written. */
  rest(): string {
    const token = this.peek();
    return token ? this.#request.slice(token.start, this.#tokens.at(-1)!.end) : '';
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
