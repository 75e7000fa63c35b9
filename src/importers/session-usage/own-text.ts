/** Copies texts out of the lines that they are part of: V8 keeps the whole line while a part of it is referenced. */

/** Creates a function that copies a text; a text that was copied before is reused. */
export function createTextPool(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    let own = known.get(text);
    if (own === undefined) known.set((own = copyText(text)), own);
    return own;
  };
}

/** Copies a text that does not repeat. */
export function copyText(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
