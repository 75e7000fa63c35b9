/**
 * A key as the program knows it: `j`, `G`, `enter`, `ctrl+c`, `shift+tab`, `paste` with everything that was pasted, with a
 * mouse `wheel-up`, `wheel-down` and `click`, and `background` with `dark` or `light` from the response to the background query.
 */
export type Key = Readonly<{
  name: string;
  /** What typing it writes; empty for keys that write nothing. */
  text: string;
  /** The cell of a click, from 0. */
  x?: number;
  y?: number;
}>;
