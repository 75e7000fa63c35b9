import { isSecretName } from './secret-name.js';

/** `lead` is what stays in front of the secret. Each pattern is anchored by what ordinary text does not have. */
type Rule = Readonly<{ name: string; pattern: RegExp }>;

/** Secrets by their shape. */
const RULES: readonly Rule[] = [
  { name: 'anthropic-key', pattern: /\bsk-ant-[A-Za-z0-9_-]{16,}/g },
  { name: 'openrouter-key', pattern: /\bsk-or-[A-Za-z0-9_-]{16,}/g },
  { name: 'openai-key', pattern: /\bsk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,}/g },
  { name: 'langfuse-key', pattern: /\bsk-lf-[0-9a-f-]{30,}/g },
  // Words joined by hyphens after "sk-" are prose or CSS; a key is one run of letters and digits.
  { name: 'sk-key', pattern: /\bsk[-_](?=[A-Za-z]*[0-9])[A-Za-z0-9]{20,}[A-Za-z0-9_-]*/g },
  { name: 'langsmith-key', pattern: /\blsv2_(?:pt|sk)_[A-Za-z0-9_]{20,}/g },
  { name: 'google-key', pattern: /\bAIza[A-Za-z0-9_-]{35}/g },
  { name: 'google-oauth', pattern: /\b(?:ya29\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,})/g },
  { name: 'groq-key', pattern: /\bgsk_[A-Za-z0-9]{20,}/g },
  { name: 'xai-key', pattern: /\bxai-[A-Za-z0-9]{20,}/g },
  { name: 'perplexity-key', pattern: /\bpplx-[A-Za-z0-9]{20,}/g },
  { name: 'nvidia-key', pattern: /\bnvapi-[A-Za-z0-9_-]{20,}/g },
  { name: 'replicate-token', pattern: /\br8_[A-Za-z0-9]{30,}/g },
  { name: 'tavily-key', pattern: /\btvly-[A-Za-z0-9-]{20,}/g },
  { name: 'huggingface-token', pattern: /\bhf_[A-Za-z0-9]{20,}/g },
  { name: 'databricks-token', pattern: /\bdapi[0-9a-f]{32}/g },
  { name: 'stripe-key', pattern: /\b(?:[rs]k_(?:live|test)|whsec)_[A-Za-z0-9]{16,}/g },
  { name: 'github-token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})/g },
  { name: 'gitlab-token', pattern: /\bgl(?:pat|ptt|dt|rt|cbt|ft|soat)-[A-Za-z0-9_-]{20,}/g },
  { name: 'npm-token', pattern: /\bnpm_[A-Za-z0-9]{36}/g },
  { name: 'pypi-token', pattern: /\bpypi-AgE[A-Za-z0-9_-]{50,}/g },
  { name: 'sendgrid-key', pattern: /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g },
  { name: 'aws-key-id', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { name: 'aws-secret', pattern: /(?<lead>aws_secret_access_key\\*["'\s:=]{1,5})[A-Za-z0-9/+=]{40}/gi },
  { name: 'azure-key', pattern: /(?<lead>\bAccountKey=)[A-Za-z0-9/+=]{40,}/g },
  { name: 'slack-token', pattern: /\bx(?:ox[abeoprs]|app)-[A-Za-z0-9-]{10,}/g },
  {
    name: 'slack-webhook',
    pattern: /https:\/\/hooks\.slack\.com\/(?:services|triggers|workflows)\/[A-Za-z0-9/]{20,}/g,
  },
  {
    name: 'discord-webhook',
    pattern: /(?<lead>discord(?:app)?\.com\/api\/webhooks\/\d{1,30}\/)[\w-]{20,}/g,
  },
  { name: 'twilio-key', pattern: /\bSK[0-9a-f]{32}\b|(?<lead>\bAC[0-9a-f]{32}:)[0-9a-f]{32}\b/g },
  {
    name: 'jwt',
    pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g,
  },
  {
    name: 'private-key',
    pattern:
      /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
  },
  {
    name: 'authorization',
    pattern:
      /(?<lead>\bauthorization\\*["']?\s*[:=]\s*(?:\[(?!secret:))?\\*["']?(?:Bearer|Basic|Token|Digest|ApiKey)\s+)[^\s"'\\,;]{6,}/gi,
  },
  {
    name: 'authorization',
    pattern:
      /(?<lead>\bauthorization\\*["']?\s*[:=]\s*(?:\[(?!secret:))?\\*["']?)(?:(?=[^\s"'\\]*\d)[^\s"'\\,;]{6,}|[^\s"'\\,;]{16,})/gi,
  },
  { name: 'bearer', pattern: /(?<lead>\bBearer\s+)(?=[^\s"'\\]*\d)[A-Za-z0-9._~+/-]{16,}=*/gi },
  {
    name: 'cookie',
    pattern: /(?<lead>\bcookie\\*["']?\s*:\s*(?:\[(?!secret:)\s*)?\\*["']?)[^\s=;:"'\\]+=[^\r\n"'\\]+/gi,
  },
  {
    name: 'url-password',
    pattern: /(?<lead>\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@?#"'<>]{0,200}:)[^\s/?#"'<>`\\]{1,500}(?=@)/gi,
  },
  // A database's password may have what would end the host of a page; a port does not begin one.
  {
    name: 'url-password',
    pattern:
      /(?<lead>\b(?:postgres(?:ql)?|mysql|mariadb|mssql|sqlserver|rediss?|mongodb(?:\+srv)?|amqps?|s?ftp|smtps?|imaps?):\/\/[^\s/:@?#"'<>]{0,200}:)(?!\d{1,5}[/?#])[^\s"'<>`\\]{1,500}(?=@)/gi,
  },
  {
    name: 'command-password',
    pattern:
      /(?<lead>\bcurl\s(?:[^\n]{0,500}?\s)?(?:-u|--user|--proxy-user)[ =]?\\*["']?[^\s:"'\\]{1,100}:)[^\s"'\\]+/g,
  },
  {
    name: 'cookie',
    pattern: /(?<lead>\bcurl\s(?:[^\n]{0,500}?\s)?(?:-b|--cookie)[ =]?\\*["']?)[^\s=;:"'\\]+=[^\r\n"'\\]+/g,
  },
  { name: 'npm-token', pattern: /(?<lead>:_(?:authToken|auth|password)\s?=\s?)[^\s"']{6,}/g },
  {
    name: 'secret-parameter',
    pattern:
      /(?<lead>[?&](?:api_?key|access_?token|refresh_token|id_token|client_secret|secret|password|passwd|pwd|x-amz-signature|x-amz-security-token|x-goog-signature)=)[^&\s"'\\#]{6,}/gi,
  },
  { name: 'secret-parameter', pattern: /(?<lead>[?&](?:key|token|auth|sig|signature)=)[^&\s"'\\#]{16,}/gi },
];

/** A value beside its name: JSON in text, JSON in JSON, quoted by Python, a line of a settings file, a flag of a command. */
const NAMED_VALUES: readonly RegExp[] = [
  /(?<lead>"(?<key>[\w.-]{2,64})"\s*:\s*")(?:[^"\\]|\\.)+/g,
  /(?<lead>\\+"(?<key>[\w.-]{2,64})\\+"\s*:\s*\\+")[^"\\]+/g,
  /(?<lead>'(?<key>[\w.-]{2,64})'\s*:\s*')[^'\\]+/g,
  /(?<lead>^[ \t]{0,40}(?:export[ \t]{1,4})?(?<key>[A-Za-z][\w.-]{1,64})[ \t]{0,4}[:=][ \t]{0,4}["']?)[^\s"'\\]{6,}(?=["']?[ \t]*$)/gm,
  /(?<lead>\\*["'](?<key>[A-Za-z][\w-]{1,64}):[ \t]{0,4})[^\s"'\\][^"'\r\n\\]{5,}(?=\\*["'])/g,
  /(?<lead>(?<![\w$-])(?<key>[A-Z][A-Z0-9_]{2,64})=["']?)[^\s"'\\;$]{6,}/g,
  /(?<lead>(?<![\w-])--(?<key>[a-z][\w-]{1,64})[= ]["']?)[^\s"'\\-][^\s"'\\]{5,}/gi,
  // A sentence about a password has no word of letters and digits where the password would stand.
  /(?<lead>(?<![[\w-])(?<key>password|passwd|passphrase|pwd|secret|api[ _-]?key)(?:\s?[:=]|\s(?:is|was)\b:?)\s{0,4}["'`]?)(?=[^\s"'`\\,;()[\]{}<>]{0,200}[A-Za-z])(?=[^\s"'`\\,;()[\]{}<>]{0,200}\d)[^\s"'`\\,;()[\]{}<>]{6,}/gi,
];

/**
 * One look each that tells whether any rule can match: nearly all text ends here. They look for a sign that is rare in
 * text and then back at what stands before it, which is several times faster than trying every word. Only what a URL begins
 * with is as rare as that by itself: to look back for it from every colon is slow where there are many, as in JSON.
 */
const SUSPICIOUS_SHAPE =
  /[-_.](?<=\b(?:sk|gsk|xai|pplx|nvapi|r8|tvly|hf|rk|gh[pousr]|github_pat|glpat|npm|pypi|xox[abeoprs]|lsv2|xapp|gl(?:ptt|dt|rt|cbt|ft|soat)|whsec)[-_]|ya29\.|SG\.|hooks\.|(?:^|\s)--(?=[a-z]))|A(?:Iza|KIA|SIA)|(?:SK|AC)(?=[0-9a-f]{9})|webhooks(?=\/\d)|eyJ|dapi|GOCSPX|-----BEGIN/;
const SUSPICIOUS_NAME =
  /:\/\/[^\s/:@]{0,200}:|[:=](?<=(?:key|secret|password|passwd|passphrase|pwd|token|auth|authorization|credential|cookie)s?\d{0,3}\\*["']?\s*[:=]|[?&][\w-]{2,20}=)|bearer\s|curl\s|(?:password|passwd|passphrase|pwd|secret|key)\s(?:is|was)\s/i;

/** The shortest text that a rule can match. */
const MIN_LENGTH = 10;

/** The text with every secret that shows by its shape or by the name beside it replaced by what `mask` says for it and its rule. */
export function maskSecrets(text: string, mask: (rule: string, secret: string) => string): string {
  if (text.length < MIN_LENGTH || !(SUSPICIOUS_SHAPE.test(text) || SUSPICIOUS_NAME.test(text))) return text;
  let safe = text;
  for (const { name, pattern } of RULES) {
    safe = safe.replace(pattern, (match: string, ...rest: unknown[]) => {
      const { lead = '' } = groupsOf(rest);
      const value = match.slice(lead.length);
      return isMasked(value) ? match : lead + mask(name, value);
    });
  }
  for (const pattern of NAMED_VALUES) {
    safe = safe.replace(pattern, (match: string, ...rest: unknown[]) => {
      const { lead = '', key = '' } = groupsOf(rest);
      const value = match.slice(lead.length);
      return !isSecretName(key) || isMasked(value) || isPlain(value)
        ? match
        : lead + mask('named-value', value);
    });
  }
  return safe;
}

/** The named groups of a match are the last argument of a replacer. */
function groupsOf(rest: readonly unknown[]): { lead?: string; key?: string } {
  const last = rest.at(-1);
  return typeof last === 'object' && last !== null ? last : {};
}

/** Whether an earlier rule has masked the whole of it. */
function isMasked(text: string): boolean {
  return /^(?:(?:Bearer|Basic|Token)\s+)?\[secret:[^\]\s]*\]?$/i.test(text);
}

/** Counts and flags are no secrets. */
function isPlain(value: string): boolean {
  return /^(?:[\d.,]+|true|false|null|none|undefined|string|number|boolean|unknown|optional|required)[;,]?$/i.test(
    value,
  );
}
