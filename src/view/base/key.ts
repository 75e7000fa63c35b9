/** The key type: what the program sees of a key press, paste or mouse event. */

/**
 * A key: `j`, `G`, `enter`, `ctrl+c`, `shift+tab`; `paste` with the pasted text; `wheel-up`, `wheel-down` and `click`
 * from the mouse; and `background` with `dark` or `light` from the response to the background query.
 */
export type Key = Readonly<{
  name: string;
  /** The text it inserts; empty for keys that insert none. */
  text: string;
  /** The 0-based cell of a click. */
  x?: number;
  y?: number;
}>;
