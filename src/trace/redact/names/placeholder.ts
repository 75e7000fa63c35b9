/** Distinguishes placeholders and look-alikes from secrets. */

import { MASK_START } from '../scan/secret-findings.js';

/** Whether a value under the name of a secret is a reference, placeholder, type or flag. `quoted` values are not code. */
export function isPlaceholder(value: string, quoted: boolean): boolean {
  const text = value.slice(0, LONGEST_LOOKED_AT).replace(SCHEME, '');
  if (
    text.includes(MASK_START) ||
    EMPTY.test(text) ||
    TYPE_OR_FLAG.test(text) ||
    REFERENCE.test(text) ||
    isNamePath(text) ||
    STAND_IN.test(text)
  )
    return true;
  return !quoted && CODE.some((each) => each.test(text));
}

const LONGEST_LOOKED_AT = 200;

const SCHEME = /^(?:Bearer|Basic|Token)[ \t]+/i;

/** A row of one and the same sign, a mask, dots. */
const EMPTY =
  /^(?:(.)\1*|[*•●.xX#_-]{3,}|\[(?:secret|redacted|masked|hidden|removed|filtered)\b[^\]]*\]?|\(?(?:none|empty|redacted|masked|hidden|removed|filtered|not set|unset|n\/a|null|nil|undefined)\)?)$/i;

const TYPE_OR_FLAG =
  /^(?:string|str|text|number|int(?:eger)?|long|float|double|bool(?:ean)?|char|byte|bytes|buffer|uint8array|object|array|list|dict|any|unknown|never|void|null|nil|none|undefined|true|false|yes|no|on|off|optional|required|default|enabled|disabled|password|secret(?:str|string)?|token|basic|bearer|digest|oauth2?|apikey|inherit|auto|varchar|uuid|email|file|hidden|function|symbol|missing|invalid|expired|valid|revoked|unauthorized|forbidden|denied|wrong|incorrect|accepted|verified|changed|updated)(?:\[\]|\(\d{0,5}\)|\?|!)?(?:\s*\|\s*\w+)*[;,.]?$/i;

/** `${KEY}`, `$KEY`, `{{ key }}`, `%KEY%`, `%(key)s`, `<key>`, `{key}`, `process.env.KEY`, `!Ref Key`, `arn:aws:secretsmanager:…`. */
const REFERENCE = new RegExp(
  '^["\'`(]?(?:' +
    [
      '\\$\\{(?!.*:[-=]).*',
      '\\$\\(.*',
      '\\$(?:[A-Z_][A-Z0-9_]*|[a-z_]+|env:\\w+|[A-Za-z]+(?:[.>:-]+[A-Za-z_]\\w*)+(?:\\(.*)?)',
      '\\{\\{.*',
      '\\{[A-Za-z_][\\w.]{0,60}(?:![rsa])?\\}',
      '#\\{.*',
      '%[A-Za-z_]\\w*%',
      '%\\(\\w+\\)s',
      '%[sdv]',
      '<[^<>]{1,60}>',
      '\\[[A-Z][A-Z_ -]{1,40}\\]',
      '\\?',
      '!(?:Ref|Sub|GetAtt|ImportValue|Join|vault|env)\\b.*',
      'arn:[a-z-]+:(?:secretsmanager|ssm|kms):.*',
      '(?:op|vault|ssm|sm|gcp-?sm|azkv|awssm|aws-?sm|sops|keyring|secret|env|file|ref(?:\\+\\w+)?)://[\\w./#:@ -]+',
      '(?:env|vault|ssm|secretsmanager|file):[\\w./#-]+',
      '(?:process\\.env|import\\.meta\\.env|os\\.environ|os\\.getenv|getenv|System\\.getenv|Deno\\.env|Bun\\.env|ENV|std::env|Environment|Sys\\.getenv|secrets|vars|settings|self|this|credentials|creds|keyring|getpass)(?:\\??\\.|\\[|\\(|::|->)\\S*',
      '[A-Za-z_.]+\\(\\)',
    ].join('|') +
    ')["\'`;,)]*$',
);

/** A path of names that ends in the word for a secret: `config.apiKey`. The end is tested first: most values fail there. */
function isNamePath(text: string): boolean {
  return SECRET_WORD_END.test(text) && NAME_PATH.test(text);
}

const SECRET_WORD_END =
  /(?:key|KEY|Key|token|TOKEN|Token|secret|SECRET|Secret|password|PASSWORD|Password|passwd|pwd|auth|Auth)["'`;,)]*$/;
const NAME_PATH = /^["'`(]?[A-Za-z_]+(?:\.[A-Za-z_]+)+["'`;,)]*$/;

/** Words that say that the secret itself is to be put here. */
const STAND_IN =
  /^(?:<|\[)?(?:(?:your|ur|my-?your|enter|insert|paste|replace|example|sample|dummy|fake|placeholder|todo|fixme|tbd)(?:[\W_].*|[A-Za-z]*)|.*[\W_](?:here|placeholder)|change[\W_]?(?:me|it|this)|x{3,}(?:[\W_]x{3,})*|\.\.\.|…)(?:>|\])?$/i;

/** What an unquoted value may be in code: a call, a path of names, another name for a secret. */
const CODE = [
  /^(?:[A-Za-z_$][\w$]*(?:\??\.|::|->))*[A-Za-z_$][\w$]*(?:\(.*|\[.*|<.*|!|\?\.?)[;,)]*$/,
  /^&?(?:[A-Za-z_$][A-Za-z_$]*(?:\??\.|::|->))+[A-Za-z_$][A-Za-z_$]*[;,)]*$/,
  /^[@:&*]?[a-z_$]*(?:password|passwd|secret|token|key|pwd|auth|credential|cred|cookie)s?[;,)]*$/i,
  /^(?:await|new|null|typeof|function|lambda|async)\b/,
  /^[@:][A-Za-z_.]+[;,)]*$/,
];

/** Whether a value looks random enough to be a token although its name does not say that it is one. */
export function isTokenLike(value: string): boolean {
  const { length } = value;
  if (length < SHORTEST_TOKEN || length > 512 || !/\d/.test(value) || !/^[\w+/=.~-]+$/.test(value))
    return false;
  if (!/[A-Za-z]/.test(value) || /^\.{0,2}\//.test(value)) return false;
  // A path or a compound of words.
  const segments = value.split(/[/._~-]/);
  if (segments.length > 1 && segments.some((each) => /^[A-Za-z]{4,}$/.test(each))) return false;
  // Names and paths are words with a number here and there; a token changes between letters and digits again and again.
  const changes = value.match(/[a-zA-Z][\d]|[\d][a-zA-Z]|[a-z][A-Z]/g)?.length ?? 0;
  if (changes < 4 || changes * 8 < length) return false;
  // The most expensive checks come last: few values reach them.
  return !UUID.test(value) && !/^[\da-f]+$/i.test(value) && !isPlaceholder(value, true);
}

/** A shorter text does not look random enough to be distinguished from a word. */
export const SHORTEST_TOKEN = 16;

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** Whether prose that names a secret is followed by one: letters and digits mixed, or many digits, and no number with a unit. */
export function isSecretWord(value: string): boolean {
  if (value.length < 6 || value.length > 512) return false;
  if (/^[\d.,:/-]+$/.test(value)) return /^\d{12,}$/.test(value);
  return /\d/.test(value) && /[A-Za-z]/.test(value);
}

/** Counts are no secrets; a password of digits is. */
export function isCount(value: string, hidesNumbers: boolean): boolean {
  return (
    /^[-+]?[\d.,_]+%?$/.test(value) &&
    (hidesNumbers ? value.length < 4 : value.replace(/\D/g, '').length < 12)
  );
}
