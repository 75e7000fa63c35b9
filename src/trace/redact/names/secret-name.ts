/** Judges by its name whether a key, a variable, a header, a flag or a column holds a secret. */

/**
 * How certain a name is. The value of a `certain` one is masked unless it is a placeholder, under a `likely` one if it is one
 * word of letters and digits, under a `possible` one if it looks random; `none` tells nothing.
 */
export type NameStrength = 'certain' | 'likely' | 'possible' | 'none';

/** Word endings that make a name secret anywhere: `dbpassword`, `clientSecret`, `OAUTH_TOKEN`. */
const CERTAIN_END = new RegExp(
  [
    'passw(?:or(?:d|t|de)|d)s?',
    'pass_?(?:phrase|code|key)s?',
    'psk|mot_?de_?passe|kennwort|contrase(?:ñ|n)a|senha|wachtwoord|hasło|haslo|lösenord|losenord',
    'пароль|密码|密碼|パスワード|비밀번호',
    'secrets?',
    'credentials?|creds',
    'api_?(?:keys?|secrets?|tokens?)',
    '(?:access|refresh|auth|session|bearer|csrf|xsrf|security|identity|id|personal|deploy|bot|service|api|oauth2?)_?tokens?',
    'auth_?keys?',
    'mnemonic|seed_?phrase|recovery_?phrase',
    'connection_?strings?|conn_?str',
    'account_?key|shared_?access_?(?:key|signature)',
  ]
    .map((each) => `(?:${each})`)
    .join('|')
    .replace(/^/, '(?:')
    .replace(/$/, ')$'),
);

/** Words that are secret as the last word of a name: `X-Auth`, `set-cookie`, `signing_key`, `db_pass`. */
const CERTAIN_WORD = new RegExp(
  '(?:^|_)(?:' +
    [
      'pwd|token|auth|authorization|authtoken|bearer|cookies?|session_?id|secretkey',
      '(?:user|root|admin|db|database|my_?sql|pg|postgres|redis|mongo|smtp|mail|imap|ftp|sftp|ssh|http|ldap|proxy|login|key|store|rabbitmq|amqp|wifi|wp|app)_?pass',
      '(?:access|private|secret|signing|encryption|decryption|subscription|account|master|shared|service|ssh|storage|client|admin|server|licen[cs]e|deploy|webhook|ingest|ingestion|write|hmac|aes|rsa|jwt|crypto|ssl|tls|pgp|gpg|rest|sdk|insert|consumer|app|application|auth|rapidapi|vault|unseal|pre_?shared|private_?ai)_?keys?',
      '(?:private|client)_?key_?(?:data|id|pem)',
    ].join('|') +
    ')$',
);

/** Names of a secret, but of other things too. */
const LIKELY_WORD = /(?:^|_)(?:pass|pw|pat|jwt|otp|passcode|sid)$/;

/** Names that hold a token now and then, and something ordinary more often. */
const POSSIBLE_WORD =
  /(?:^|_)(?:key|sig|signature|nonce|dsn|code|hash|session|csrf|xsrf|license|pem|keystore|[a-z0-9]+_key)$/;

/** The ids that belong to a secret, of services whose ids scanners count as one. */
const SERVICE_ID =
  /(?:^|_)(?:adobe|asana|bitbucket|discord|finicity|linked_?in|looker|message_?bird|plaid|send_?bird|sumo_?logic|new_?relic|spotify|paypal|twitch|zoom)_(?:[a-z]+_)?(?:client|access|api|app|application)_?id$/;

/** Names that end in a word for a secret but are not: text positions, counts, kinds, pages, prompts for a secret. */
const NOT_SECRET = new RegExp(
  '(?:^|_)(?:' +
    [
      '(?:first|last|next|prev|previous|per|max|min|page|continuation|stop|eos|bos|pad|unk|mask|cls|sep|special|num|n|count|type|of|input|output|prompt|completion|cached|start|end|begin|new|old|cancel|cancellation|sync|image|audio|video|text|thinking|reasoning|total|avg|mean|each|word|sub|extra|bad|current|lexer|syntax|css|design|delimiter|class|placeholder|uncached|draft|target|source|every|any|no|single|unknown|missing|abort|change|cursor|visual|ignore|separator|eot|fim|image_pad|forced|suppress)_?tokens?',
      '(?:is|has|have|needs?|requires?|show|hide|use|uses|allow|enable|enabled|disable|no|with|without|forgot|invalid|missing|wrong|bad|expired|unknown)_(?:[a-z]+_)?(?:secrets?|passwords?|passwd|tokens?|auth|credentials?|cookies?|(?:api_?)?keys?)',
      '(?:public|primary|foreign|cache|sort|partition|object|idempotency|unique|composite|hot|shortcut|group|row|map|index|lookup|range|answer|translation|i18n|message|config|order|field|column|json|dict|property|routing|join|candidate|arrow|home|end|page|enter|escape|tab|up|down|left|right|ctrl|alt|shift|any|each|first|last|next|prev|host|music|piano|schema|event|item|react|query|color|legend|entry|path|file|feature|flag|label|metric|tag)_?keys?',
      'tokens?_?(?:count|usage|limit|budget|type)s?',
    ].join('|') +
    ')$',
);
type Rating = Readonly<{ strength: NameStrength; hidesNumbers: boolean }>;

/** How much the name of a value tells. */
export function rateName(name: string): NameStrength {
  return ratingOf(name).strength;
}

/** Whether even a number under this name is secret. Under any other one it is a count: a count of tokens is no token. */
export function hidesNumbers(name: string): boolean {
  return ratingOf(name).hidesNumbers;
}

function ratingOf(name: string): Rating {
  const known = ratings.get(name);
  if (known !== undefined) return known;
  const words = toWords(name);
  const rating = { strength: rate(words), hidesNumbers: HIDES_NUMBERS.test(words) };
  if (name.length <= LONGEST_REMEMBERED) {
    if (ratings.size >= MOST_REMEMBERED) ratings.clear();
    ratings.set(name, rating);
  }
  return rating;
}

const HIDES_NUMBERS = /(?:passw|passphrase|passcode|pwd|secret|_pass$|^pass$)/;
const ratings = new Map<string, Rating>();
const MOST_REMEMBERED = 5000;
const LONGEST_REMEMBERED = 64;

/**
 * How every name that tells something ends. Most names do not, and then the long patterns, which take most of the time of creating
 * the first redactor of a process to compile, are not needed.
 */
const MAY_TELL =
  /[^\0-\x7f]|(?:wor[dt]e?|wd|phrase|code|key|psk|passe|wort|woord|senha|haslo|losenord|secret|cred|credential|token|mnemonic|string|str|signature|pwd|auth|authorization|bearer|cookie|id|pass|data|pem|pw|pat|jwt|otp|sig|nonce|dsn|hash|session|csrf|xsrf|license|keystore|contrasena)s?$/;

function rate(words: string): NameStrength {
  if (!MAY_TELL.test(words)) return 'none';
  if (NOT_SECRET.test(words)) return 'none';
  if (CERTAIN_END.test(words) || CERTAIN_WORD.test(words)) return 'certain';
  if (LIKELY_WORD.test(words) || SERVICE_ID.test(words)) return 'likely';
  return POSSIBLE_WORD.test(words) ? 'possible' : 'none';
}

/** Whether a key, a variable or a flag is secret by its name: `OPENAI_API_KEY` is, `max_tokens` and `first_token` are not. */
export function isSecretName(name: string): boolean {
  return rateName(name) === 'certain';
}

/** `OPENAI_API_KEY_2`, `SECRET_KEY_BASE`, `X-Api-Key` and `clientSecret` as `openai_api_key`, `secret_key`, `x_api_key` and so on. */
function toWords(name: string): string {
  return name
    .slice(-100)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9\u0080-\uffff]+/g, '_')
    .replace(/(?:_|^)?[_\d]*$/, '')
    .replace(
      /(?<=_(?:keys?|passwords?|secrets?|tokens?))_(?:base|value|string|str|plain|raw|text|var|env|prod|production|dev|staging|test|live)$/,
      '',
    )
    .replace(/^_+/, '');
}
