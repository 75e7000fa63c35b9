/** Keeps one line at the end of a terminal that is redrawn in place, below everything else that is printed. */

type Stream = Pick<NodeJS.WriteStream, 'write' | 'on' | 'off'> & { readonly columns: number };

export type StatusLineOptions = Readonly<{
  /** The terminal that the line is drawn on. */
  stream: Stream;
  /** Other streams of the same terminal. */
  others: readonly Stream[];
  /** The line for a width in cells, which it must not exceed; empty for none. May have colours. */
  render: (columns: number) => string;
}>;

const ERASE_BELOW = '\u001b[J';

/**
 * The cursor stays at the start of the line. So whatever is printed next replaces it, and a terminal that wraps the line when
 * it becomes narrower keeps the cursor on its first row: erasing from there on leaves nothing behind. All writes to the
 * streams are intercepted: the line is erased before and drawn again after them, once they have ended with a newline.
 */
export class StatusLine {
  readonly #options: StatusLineOptions;
  readonly #draw: (text: string) => void;
  readonly #restore: (() => void)[];
  #drawn = '';
  #isLineStart = true;

  constructor(options: StatusLineOptions) {
    this.#options = options;
    const { stream, others } = options;
    const write = stream.write;
    this.#draw = (text) => void write.call(stream, text);
    this.#restore = [stream, ...others].map((each) => this.#intercept(each));
    stream.on('resize', this.update);
  }

  /** Draws the line again if it has changed. */
  readonly update = (): void => {
    if (!this.#isLineStart) return;
    // The last column stays empty: some terminals wrap when it is written.
    const line = this.#options.render(Math.max(1, this.#options.stream.columns - 1));
    if (line === this.#drawn) return;
    this.#draw(`${this.#drawn === '' ? '' : ERASE_BELOW}${line}${line === '' ? '' : '\r'}`);
    this.#drawn = line;
  };

  /** Erases the line and leaves the streams as they were. */
  close(): void {
    this.#erase();
    this.#options.stream.off('resize', this.update);
    for (const restore of this.#restore.splice(0)) restore();
  }

  #erase(): void {
    if (this.#drawn !== '') this.#draw(ERASE_BELOW);
    this.#drawn = '';
  }

  #intercept(stream: Stream): () => void {
    const { write } = stream;
    const intercepted = (...args: Parameters<typeof write>): boolean => {
      this.#erase();
      this.#isLineStart = endsLine(args[0]) ?? this.#isLineStart;
      return write.apply(stream, args);
    };
    stream.write = intercepted as typeof write;
    return () => {
      stream.write = write;
    };
  }
}

/** Whether a chunk ends with a newline; undefined if it is empty. */
function endsLine(chunk: string | Uint8Array): boolean | undefined {
  if (chunk.length === 0) return undefined;
  return chunk.at(-1) === '\n' || chunk.at(-1) === 10;
}
