/** Character classes of secret formats, as bit sets that one table lookup tests. */

const DIGIT = 1;
const LOWER_A_TO_F = 2;
const UPPER_A_TO_F = 4;
const LOWER_G_TO_Z = 8;
const UPPER_G_TO_Z = 16;
const UNDERSCORE = 32;
const HYPHEN = 64;
const DOT = 128;
const PLUS_OR_SLASH = 256;
const EQUALS = 512;
const TILDE = 1024;
const COLON = 2048;
const PERCENT = 4096;
const AT = 8192;
/** Characters of unquoted values: no white space, quote, backslash or angle bracket. */
const UNQUOTED = 16384;
const NON_ASCII = 32768;
/** Characters of unquoted values that do not separate lists, calls, URLs or sentences. */
const UNSTOPPED = 65536;

const LETTERS = LOWER_A_TO_F | UPPER_A_TO_F | LOWER_G_TO_Z | UPPER_G_TO_Z;
const ALNUM = DIGIT | LETTERS;
const WORD = ALNUM | UNDERSCORE | HYPHEN;
const BASE64 = ALNUM | PLUS_OR_SLASH;

/** By the name that a format uses: see token-format.ts. */
export const CHAR_CLASSES = {
  digit: DIGIT,
  hex: DIGIT | LOWER_A_TO_F,
  anyhex: DIGIT | LOWER_A_TO_F | UPPER_A_TO_F,
  letter: LETTERS,
  upper: DIGIT | UPPER_A_TO_F | UPPER_G_TO_Z,
  lower: DIGIT | LOWER_A_TO_F | LOWER_G_TO_Z,
  alnum: ALNUM,
  word: WORD,
  'word.': WORD | DOT,
  'word=': WORD | EQUALS,
  'word.=': WORD | DOT | EQUALS,
  'word%': WORD | PERCENT,
  'word.%': WORD | PERCENT | DOT,
  // In a URL, signs are written as %2B, %2F and %3D.
  base64: BASE64 | EQUALS | PERCENT,
  'base64.': BASE64 | DOT | EQUALS,
  'base64-': BASE64 | EQUALS | UNDERSCORE | HYPHEN | PERCENT,
  'word~.': WORD | DOT | TILDE,
  path: BASE64 | UNDERSCORE | HYPHEN | DOT | EQUALS | PERCENT | AT | COLON | TILDE,
  unquoted: UNQUOTED,
  unstopped: UNSTOPPED,
  name: WORD | DOT | NON_ASCII,
} as const;
export type CharClass = (typeof CHAR_CLASSES)[keyof typeof CHAR_CLASSES];

const TABLE = new Uint32Array(128);
for (let code = 33; code < 127; code++) TABLE[code] = bitsOf(String.fromCharCode(code));

function bitsOf(char: string): number {
  let bits = `"'\`\\<>`.includes(char) ? 0 : `;&,)]}|#`.includes(char) ? UNQUOTED : UNQUOTED | UNSTOPPED;
  if (/[0-9]/.test(char)) bits |= DIGIT;
  else if (/[a-f]/.test(char)) bits |= LOWER_A_TO_F;
  else if (/[A-F]/.test(char)) bits |= UPPER_A_TO_F;
  else if (/[g-z]/.test(char)) bits |= LOWER_G_TO_Z;
  else if (/[G-Z]/.test(char)) bits |= UPPER_G_TO_Z;
  else if (char === '_') bits |= UNDERSCORE;
  else if (char === '-') bits |= HYPHEN;
  else if (char === '.') bits |= DOT;
  else if (char === '+' || char === '/') bits |= PLUS_OR_SLASH;
  else if (char === '=') bits |= EQUALS;
  else if (char === '~') bits |= TILDE;
  else if (char === ':') bits |= COLON;
  else if (char === '%') bits |= PERCENT;
  else if (char === '@') bits |= AT;
  return bits;
}

/** Whether a UTF-16 unit is of a class; NaN, the unit beyond the ends of a text, belongs to no class. */
export function isOfClass(code: number, charClass: CharClass): boolean {
  if (code < 128) return (TABLE[code]! & charClass) !== 0;
  return code > 160 && (charClass & (NON_ASCII | UNQUOTED | UNSTOPPED)) !== 0 && !isPunctuation(code);
}

/** Spaces, invisible signs and punctuation beyond ASCII. */
function isPunctuation(code: number): boolean {
  return (code >= 0x2000 && code < 0x2070) || (code >= 0x3000 && code < 0x3040) || code >= 0xfe00;
}
