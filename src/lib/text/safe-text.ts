/** Sanitizes untrusted text and JSON before they reach a terminal. */

/**
 * Sanitizes untrusted text for the terminal, so that it cannot move the cursor, change the title, write the clipboard, reorder
 * text or hide it. Control characters become visible pictures (U+2400 block), bidi and zero-width characters become `‹U+202E›`.
 * Newlines are kept with `keepNewlines`; a tab becomes four spaces.
 */
export function safeText(text: string, options: { keepNewlines?: boolean } = {}): string {
  if (!NEEDS_CARE.test(text)) return text;
  let safe = '';
  for (const character of text) safe += picture(character, options.keepNewlines ?? false);
  return safe;
}

/**
 * Escapes the characters of a JSON text that a terminal interprets, reorders or hides (U+007F–9F, bidi, zero-width) as `\\u…`.
 * JSON.stringify escapes only those below U+0020. It stays the same JSON value.
 */
export function safeJson(json: string): string {
  return json.replace(ESCAPED_IN_JSON, (character) => `\\u${hex(character.charCodeAt(0)).toLowerCase()}`);
}

/** What `safeJson` escapes, in UTF-16 code units; the pairs are the tag characters U+E0000–E007F. */
const ESCAPED_IN_JSON =
  // oxlint-disable-next-line no-misleading-character-class -- every code unit is matched on its own
  /[\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb\ufffe\uffff]|\udb40(?=[\udc00-\udc7f])|(?<=\udb40)[\udc00-\udc7f]/g;

/** Matches anything that `picture` may change; most text has no match. Surrogates are included for the tag characters. */
const NEEDS_CARE =
  // oxlint-disable-next-line no-misleading-character-class -- variation selectors are matched on their own
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\ufff9-\uffff\ud800-\udfff]/;

function picture(character: string, keepNewlines: boolean): string {
  const code = character.codePointAt(0)!;
  if (code === 0x0a) return keepNewlines ? '\n' : '␊';
  if (code === 0x09) return '    ';
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  if (code >= 0x80 && code <= 0x9f) return `‹U+${hex(code)}›`;
  // Terminals disagree on the width of ZWJ and variation selectors, in emoji or alone, so they are dropped.
  if (code === 0x200d || (code >= 0xfe00 && code <= 0xfe0f)) return '';
  if (isInvisible(code)) return `‹U+${hex(code)}›`;
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  return character;
}

function isInvisible(code: number): boolean {
  return (
    code === 0x00ad ||
    code === 0x061c ||
    code === 0x115f ||
    code === 0x1160 ||
    code === 0x180e ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    code === 0x3164 ||
    code === 0xfeff ||
    (code >= 0xfff9 && code <= 0xfffb) ||
    code === 0xffff ||
    code === 0xfffe ||
    (code >= 0xe0000 && code <= 0xe007f)
  );
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, '0');
}
