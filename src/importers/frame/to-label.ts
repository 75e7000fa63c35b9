/** Shortens a text to a label. */

const LABEL_LENGTH = 80;

/** The first line of a text, truncated: enough to recognise the text. */
export function toLabel(text: string | undefined): string | undefined {
  const line = text
    ?.split('\n')
    .find((each) => each.trim() !== '')
    ?.trim();
  return line === undefined || line.length <= LABEL_LENGTH ? line : `${line.slice(0, LABEL_LENGTH - 1)}…`;
}
