/** Separates reasoning that a model writes into its answer between `think` tags. */

const OPEN = '<think>';
const CLOSE = '</think>';

/**
 * Splits an answer, complete or as far as it was streamed, into reasoning and text. Only a block at the very start counts;
 * templates of some models put the opening tag into the prompt, so that the answer has only the closing one, on a line of its
 * own.
 */
export function splitReasoning(answer: string): { text: string; reasoning?: string } {
  const start = answer.trimStart();
  if (start.startsWith(OPEN)) {
    const end = start.indexOf(CLOSE);
    if (end === -1) return { text: '', reasoning: start.slice(OPEN.length).trim() };
    return separate(start.slice(OPEN.length, end), start.slice(end + CLOSE.length));
  }
  // The tag may still be on its way.
  if (start !== '' && OPEN.startsWith(start)) return { text: '' };
  const closing = /(?:^|\n)[ \t]*<\/think>[ \t]*\n/.exec(answer);
  if (!closing || answer.includes(OPEN)) return { text: answer };
  return separate(answer.slice(0, closing.index), answer.slice(closing.index + closing[0].length));
}

function separate(reasoning: string, text: string): { text: string; reasoning?: string } {
  const thought = reasoning.trim();
  return { text: text.trimStart(), ...(thought ? { reasoning: thought } : {}) };
}
