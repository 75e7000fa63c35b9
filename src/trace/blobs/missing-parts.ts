/** Measures and describes what of a captured value was truncated or masked and is nowhere in the trace. */
import { plural } from '../../lib/text/format.js';
import { isMarked, type Captured, type Marked } from '../event/captured.js';
import { fullValue, NO_BLOBS, type BlobStore } from './blob-store.js';

/** What to do about a truncated value, for every notice of one. */
export const KEEP_HINT = '--capture full keeps it';

/** What a value lacks: characters of texts, elements of collections, and masked secrets. */
export type MissingParts = { characters: number; entries: number; masked: number };

/** Parts visited: values refer to each other, so that a few lines could expand without end. */
const MAX_VISITED = 500_000;
const MASKS = /\[secret:[^\]]*\]/g;

/** Measures what is missing of a value and its parts at any depth, with the full values that were kept. */
export function measureMissing(value: Captured, values: BlobStore = NO_BLOBS): MissingParts {
  const missing: MissingParts = { characters: 0, entries: 0, masked: 0 };
  const open: Captured[] = [value];
  for (let visited = 0; open.length > 0 && visited < MAX_VISITED; visited++) {
    const part = fullValue(open.pop()!, values);
    if (typeof part === 'string') missing.masked += part.match(MASKS)?.length ?? 0;
    if (typeof part !== 'object' || part === null) continue;
    if (isMarked(part)) addMarked(missing, part);
    for (const child of Object.values(part)) if (child !== undefined) open.push(child as Captured);
  }
  return missing;
}

function addMarked(missing: MissingParts, part: Marked): void {
  switch (part.$) {
    case 'cut-text':
      missing.characters += part.size - part.head.length - part.tail.length;
      break;
    case 'cut-list':
      missing.entries += part.size - part.head.length - part.tail.length;
      break;
    case 'cut-object':
      missing.entries += part.size - Object.keys(part.head).length;
      break;
    case 'map':
      missing.entries += part.size - part.entries.length;
      break;
    case 'set':
      missing.entries += part.size - part.values.length;
      break;
    case 'deep':
    case 'omitted':
      if (part.of === 'string') missing.characters += part.size;
      else missing.entries += part.size;
      break;
    case 'secret':
      missing.masked++;
      break;
  }
}

/**
 * The notice of what is missing: `293,000 characters and 130 entries are not in the trace (--capture full keeps it), 1 secret is
 * masked`; undefined if the value is complete.
 */
export function formatMissing({ characters, entries, masked }: MissingParts): string | undefined {
  const amounts = [
    characters > 0 ? plural(characters, 'character') : '',
    entries > 0 ? plural(entries, 'entry', 'entries') : '',
  ].filter(Boolean);
  const isOne = characters + entries === 1;
  const notices = [
    amounts.length > 0
      ? `${amounts.join(' and ')} ${isOne ? 'is' : 'are'} not in the trace (${KEEP_HINT})`
      : '',
    masked > 0 ? `${plural(masked, 'secret')} ${masked === 1 ? 'is' : 'are'} masked` : '',
  ].filter(Boolean);
  return notices.length > 0 ? notices.join(', ') : undefined;
}
