/** A scanner that tracks the quoting context of a POSIX shell command while it is assembled. */

import { DYNAMIC, interpreterOf } from './script-word.js';

/** A context in which a value can be quoted. */
type Quotable = 'bare' | 'double' | 'single';

/** Where a position is: a quotable context, a comment, or one in which data would become code. */
export type ShellContext = Readonly<{ kind: Quotable | 'comment' } | { kind: 'code'; inside: string }>;

type Frame = {
  kind: Quotable | 'comment' | 'ansi' | 'backtick' | 'brace' | 'substitution';
  /** Open parentheses of a substitution. */
  depth: number;
  /** The simple command around a substitution. */
  words: string[];
  word: string | undefined;
};

type HereDocument = { delimiter: string; strip: boolean };

/**
 * A scanner over the text of a command. It does not parse the grammar: what it cannot track with certainty, such as a
 * here-document or `case` inside `$( )`, counts as code to the end of the command.
 */
export class ShellScanner {
  readonly #frames: Frame[] = [frame('bare')];
  /** Completed words of the current simple command, without quotes; the unfinished word, if one has begun. */
  #words: string[] = [];
  #word: string | undefined;
  /** Whether the next word is the target of a redirection. */
  #redirecting = false;
  #escaped = false;
  #dollar = false;
  #previous = '';
  /** The number of consecutive `<`. */
  #less = 0;
  /** The delimiter of a here-document while it is scanned. */
  #delimiter: (HereDocument & { begun: boolean; quote: string }) | undefined;
  readonly #pending: HereDocument[] = [];
  /** The unfinished line of a here-document's body. */
  #line: string | undefined;
  #lost = false;

  /** Advances over text. */
  scan(text: string): void {
    for (const char of text) {
      this.#step(char);
      this.#previous = char;
    }
  }

  /** Records a value that was inserted quoted: it is part of a word and does not change the context. */
  skip(value: string): void {
    this.#add(value);
    this.#previous = 'x';
  }

  /** Whether text here, unquoted, could be the name of a command or an assignment before it. */
  get atCommandName(): boolean {
    const isText = this.#line !== undefined || this.#delimiter !== undefined;
    return this.#words.length === 0 && isBare(this.#top.kind) && !isText;
  }

  /** The context at this position. */
  get context(): ShellContext {
    const inside = this.#codeAround();
    if (inside !== undefined) return { kind: 'code', inside };
    const { kind } = this.#top;
    if (kind === 'comment') return { kind };
    const interpreter = interpreterOf(this.#words, this.#word ?? '');
    return interpreter === undefined
      ? { kind: kind as Quotable }
      : { kind: 'code', inside: `the code for \`${interpreter}\`` };
  }

  get #top(): Frame {
    return this.#frames.at(-1)!;
  }

  #codeAround(): string | undefined {
    if (this.#line !== undefined || this.#delimiter || this.#less === 2) return 'a here-document';
    for (const { kind } of this.#frames) {
      if (kind === 'substitution') return '$( )';
      if (kind === 'backtick') return 'backticks';
      if (kind === 'brace') return "the shell's own ${ }";
      if (kind === 'ansi') return "$' '";
    }
    if (this.#escaped) return 'the character after a backslash';
    if (this.#dollar) return 'the name after a $';
    return this.#lost ? 'a command that cannot be followed' : undefined;
  }

  #step(char: string): void {
    if (this.#line !== undefined) return this.#stepInBody(char);
    if (this.#delimiter) {
      if (this.#stepInDelimiter(char)) return;
    }
    const { kind } = this.#top;
    if (this.#escaped) {
      this.#escaped = false;
      if (char !== '\n') this.#add(char);
      return;
    }
    if (this.#dollar) {
      this.#dollar = false;
      if (char === '(') return this.#push('substitution', 1);
      if (char === '{') return this.#push('brace');
      if (char === "'" && isBare(kind)) return this.#push('ansi');
    }
    switch (kind) {
      case 'single':
        if (char === "'") this.#frames.pop();
        else this.#add(char);
        return;
      case 'ansi':
        if (char === '\\') this.#escaped = true;
        else if (char === "'") this.#frames.pop();
        return;
      case 'backtick':
        if (char === '\\') this.#escaped = true;
        else if (char === '`') this.#frames.pop();
        return;
      case 'comment':
        if (char === '\n') {
          this.#frames.pop();
          this.#step(char);
        }
        return;
      case 'double':
      case 'brace':
        if (char === (kind === 'double' ? '"' : '}')) this.#frames.pop();
        else if (!this.#opens(char, kind)) this.#add(char);
        return;
      default:
        this.#stepInCommand(char, kind);
    }
  }

  /** Handles the characters that have the same meaning inside and outside double quotes. */
  #opens(char: string, kind: Frame['kind']): boolean {
    if (char === '\\') this.#escaped = true;
    else if (char === '$') this.#dollar = true;
    else if (char === '`') this.#push('backtick');
    else if (char === '"' && kind !== 'double') this.#push('double');
    else if (char === "'" && kind !== 'double') this.#push('single');
    else return false;
    // The expansion is unknown; the word has started, so the # in $# does not begin a comment.
    if (char === '$' || char === '`') this.#add(DYNAMIC);
    else if (char !== '\\') this.#word ??= '';
    return true;
  }

  #stepInCommand(char: string, kind: 'bare' | 'substitution'): void {
    const less = char === '<' ? this.#less + 1 : 0;
    if (this.#less === 2 && char !== '<') {
      if (kind === 'substitution') this.#lost = true;
      else this.#delimiter = { delimiter: '', strip: false, begun: false, quote: '' };
      this.#less = 0;
      return this.#step(char);
    }
    this.#less = less;
    if (char === '#' && this.#word === undefined) return this.#push('comment');
    const afterArrow = this.#previous === '<' || this.#previous === '>';
    if (char === '(' && afterArrow) {
      this.#redirecting = false;
      return this.#push('substitution', 1);
    }
    if (this.#opens(char, kind)) return;
    if (char === ' ' || char === '\t') return this.#endWord();
    if (char === '<' || char === '>') {
      // A file descriptor is part of the redirection.
      if (/^\d+$/.test(this.#word ?? '')) this.#word = undefined;
      this.#endWord();
      this.#redirecting = true;
      return;
    }
    // In `2>&1` and `&>`, & belongs to the redirection; a command in the background looks the same.
    if ((char === '&' && this.#previous !== '&') || (char === '|' && this.#previous === '>'))
      return this.#endWord();
    if (';&|\n()'.includes(char)) {
      this.#endWord();
      this.#words = [];
      this.#redirecting = false;
      if (kind === 'substitution' && char === '(') this.#top.depth++;
      if (kind === 'substitution' && char === ')' && --this.#top.depth === 0) this.#leave();
      if (char === '\n' && kind === 'bare' && this.#pending.length > 0) this.#line = '';
      return;
    }
    this.#add(char);
  }

  /** Scans the delimiter after `<<`. Returns whether the character belonged to it. */
  #stepInDelimiter(char: string): boolean {
    const reading = this.#delimiter!;
    if (reading.quote) {
      if (char === reading.quote) reading.quote = '';
      else reading.delimiter += char;
      return true;
    }
    if (!reading.begun && char === '-' && !reading.strip) {
      reading.strip = true;
      return true;
    }
    if (!reading.begun && (char === ' ' || char === '\t')) return true;
    if (/[\s;&|()<>]/.test(char)) {
      const { delimiter, strip } = reading;
      this.#pending.push({ delimiter, strip });
      this.#delimiter = undefined;
      return false;
    }
    reading.begun = true;
    if (char === "'" || char === '"') reading.quote = char;
    else if (char !== '\\') reading.delimiter += char;
    return true;
  }

  #stepInBody(char: string): void {
    if (char !== '\n') {
      this.#line += char;
      return;
    }
    const { delimiter, strip } = this.#pending[0]!;
    const line = strip ? this.#line!.replace(/^\t+/, '') : this.#line;
    if (line === delimiter) this.#pending.shift();
    this.#line = this.#pending.length > 0 ? '' : undefined;
  }

  #push(kind: Frame['kind'], depth = 0): void {
    const isCommand = kind === 'substitution';
    this.#frames.push({ kind, depth, words: this.#words, word: this.#word });
    if (!isCommand) return;
    this.#words = [];
    this.#word = undefined;
  }

  #leave(): void {
    const { words, word } = this.#frames.pop()!;
    this.#words = words;
    this.#word = word ?? '';
  }

  #add(text: string): void {
    if (this.#line !== undefined) this.#line += text;
    else if (this.#delimiter) this.#delimiter.delimiter += text;
    else this.#word = (this.#word ?? '') + text;
  }

  #endWord(): void {
    if (this.#word === undefined) return;
    // The parentheses of its patterns are unbalanced, so the end of the substitution would not be found.
    if (this.#word === 'case' && this.#frames.length > 1) this.#lost = true;
    if (this.#redirecting) this.#redirecting = false;
    else this.#words.push(this.#word);
    this.#word = undefined;
  }
}

function frame(kind: Frame['kind']): Frame {
  return { kind, depth: 0, words: [], word: undefined };
}

function isBare(kind: Frame['kind']): kind is 'bare' | 'substitution' {
  return kind === 'bare' || kind === 'substitution';
}
