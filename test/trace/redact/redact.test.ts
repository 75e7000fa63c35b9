import { expect, test } from 'vitest';
import { createCapture } from '../../../src/trace/capture/capture.js';
import { createRedactor, noRedactor } from '../../../src/trace/redact/redact.js';

const env = {
  OPENAI_API_KEY: 'env-value-4711',
  DB_PASSWORD: 'tr0ub4dor&3',
  HOME: '/home/somebody',
  SHORT_TOKEN: 'abc',
};
const redactor = createRedactor({ env });
const capture = createCapture({ level: 'preview', redactor });

const letters = 'AbCdEfGhIjKlMnOpQrStUvWxYz0123456789';
const hex = '0123456789abcdef0123456789abcdef';

/** Rule, text, and what must not be in the trace. */
const secrets: readonly (readonly [string, string, string])[] = [
  ['anthropic-key', `sk-ant-api03-${letters}-_AA`, letters],
  ['openrouter-key', `sk-or-v1-${hex}${hex}`, hex],
  ['openai-key', `sk-proj-${letters}_${letters}-x`, letters],
  ['openai-key', `sk-svcacct-${letters}`, letters],
  ['langfuse-key', 'sk-lf-01234567-89ab-cdef-0123-456789abcdef', '456789abcdef'],
  ['sk-key', `sk-${letters}T3BlbkFJ${letters}`, letters],
  ['sk-key', `sk-${hex}`, hex],
  ['sk-key', `sk_${hex}`, hex],
  ['langsmith-key', `lsv2_pt_${hex}_0123456789`, hex],
  ['google-key', `AIzaSy${letters.slice(0, 33)}`, letters.slice(0, 30)],
  ['google-oauth', `ya29.${letters}`, letters],
  ['google-oauth', `GOCSPX-${letters}`, letters],
  ['groq-key', `gsk_${letters}`, letters],
  ['xai-key', `xai-${letters}`, letters],
  ['perplexity-key', `pplx-${letters}`, letters],
  ['nvidia-key', `nvapi-${letters}`, letters],
  ['replicate-token', `r8_${letters}`, letters],
  ['tavily-key', `tvly-${letters}`, letters],
  ['huggingface-token', `hf_${letters}`, letters],
  ['databricks-token', `dapi${hex}`, hex],
  ['stripe-key', `rk_live_${letters}`, letters],
  ['stripe-key', `whsec_${letters}`, letters],
  ['twilio-key', `SK${hex}`, hex],
  ['twilio-key', `AC${hex}:${hex}`, `:${hex}`],
  ['github-token', `ghp_${letters}`, letters],
  ['github-token', `gho_${letters}`, letters],
  ['github-token', `ghs_${letters}`, letters],
  ['github-token', `github_pat_11${letters}_${letters}`, letters],
  ['gitlab-token', `glpat-${letters}`, letters],
  ['gitlab-token', `glptt-${letters}`, letters],
  ['npm-token', `npm_${letters}`, letters],
  ['npm-token', `//registry.npmjs.org/:_authToken=${letters}`, letters],
  ['pypi-token', `pypi-AgE${letters}${letters}`, letters],
  ['sendgrid-key', `SG.${letters}.${letters}`, letters],
  ['aws-key-id', 'AKIAIOSFODNN7EXAMPLE', 'IOSFODNN7'],
  ['aws-key-id', 'ASIAIOSFODNN7EXAMPLE', 'IOSFODNN7'],
  ['aws-secret', 'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'wJalrXUtnFEMI'],
  ['azure-key', `DefaultEndpointsProtocol=https;AccountKey=${letters}${letters}==`, letters],
  ['slack-token', 'xoxb-123456789012-abcdefABCDEF', 'abcdefABCDEF'],
  [
    'slack-webhook',
    'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX',
    'XXXXXXXX',
  ],
  ['slack-token', `xapp-1-A0123456789-1234567890-${hex}`, hex],
  ['slack-webhook', `https://hooks.slack.com/triggers/T000/123/${hex}`, hex],
  ['discord-webhook', `https://discord.com/api/webhooks/123456789012345678/${letters}`, letters],
  [
    'jwt',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1r_wW1g',
    'dBjftJeZ4CVP',
  ],
  ['private-key', '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAK\n-----END RSA PRIVATE KEY-----', 'MIIEow'],
  [
    'private-key',
    '-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQOYBF\n-----END PGP PRIVATE KEY BLOCK-----',
    'lQOYBF',
  ],
  ['private-key', '-----BEGIN PRIVATE KEY-----\nMIIEow (cut off here', 'MIIEow'],
  ['authorization', 'Authorization: Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
  ['authorization', `{\\"Authorization\\": \\"Bearer ${letters}\\"}`, letters],
  ['authorization', 'authorization: 0a1b2c3d', '0a1b2c3d'],
  ['bearer', `curl -H "x: bearer ${letters}"`, letters],
  ['authorization', `curl -H 'Authorization: token ${hex}' https://example.com`, hex],
  ['named-value', 'curl -H "X-Api-Key: hunter22x" https://example.com', 'hunter22x'],
  ['named-value', 'curl -H \\"X-Api-Key: hunter22x\\"', 'hunter22x'],
  ['named-value', 'GET / HTTP/1.1\r\nX-Api-Key: hunter22x\r\nAccept: */*\r\n', 'hunter22x'],
  ['command-password', 'curl -s -u ann:hunter22 https://example.com', 'hunter22'],
  ['command-password', "curl --user 'ann:hunter22' https://example.com", 'hunter22'],
  ['cookie', "curl -b 'sid=hunter22x' https://example.com", 'hunter22x'],
  ['cookie', 'HTTP/1.1 200 OK\r\nSet-Cookie: sid=hunter22x; Path=/; HttpOnly\r\n\r\n', 'hunter22x'],
  ['cookie', 'Cookie: theme=dark; session=s3cr3t-value', 's3cr3t-value'],
  ['cookie', "'set-cookie': ['sid=s3cr3t-value; Path=/']", 's3cr3t-value'],
  ['url-password', 'postgres://app:p@ss,w0rd@db.example.com:5432/app', 'ss,w0rd'],
  ['url-password', 'redis://:hunter22@localhost', 'hunter22'],
  ['url-password', 'postgres://app:pa/ss?w#rd7@db.example.com/app', 'ss?w#rd7'],
  ['url-password', 'mysql://root:p@ss:w@rd7@db', 'w@rd7'],
  ['url-password', 'postgres://app:pa%2Fss%407@db/app', 'ss%407'],
  ['secret-parameter', 'https://api.example.com/v1?a=1&api_key=hunter22&b=2', 'hunter22'],
  ['secret-parameter', `https://bucket.s3.amazonaws.com/x?X-Amz-Signature=${hex}`, hex],
  ['named-value', '{"user": "ann", "password": "hunter\\"22"}', '22"'],
  ['named-value', '{\\"client_secret\\": \\"hunter22\\"}', 'hunter22'],
  ['named-value', '{"key": "db.password", "value": "hunter22x"}', 'hunter22x'],
  ['named-value', '{"key":"password","value":{"stringValue":"hunter22x"}}', 'hunter22x'],
  [
    'named-value',
    '{\\"key\\":\\"app.apiKey\\",\\"value\\":{\\"string_value\\":\\"hunter22x\\"}}',
    'hunter22x',
  ],
  ['named-value', '{"name":"service.token","value":{"S":"hunter22x"}}', 'hunter22x'],
  ['named-value', "{'db_password': 'hunter22'}", 'hunter22'],
  ['named-value', 'DEBUG=1\nexport MY_API_KEY=hunter22\nPORT=80', 'hunter22'],
  ['named-value', 'host: localhost\npassword: hunter22\n', 'hunter22'],
  ['named-value', 'tool --user ann --password hunter22 --verbose', 'hunter22'],
  ['named-value', 'PGPASSWORD=hunter22 psql -h localhost', 'hunter22'],
  ['named-value', 'Sign in with password: hunter22 and go on.', 'hunter22'],
  ['named-value', 'The password is hunter22, tell nobody.', 'hunter22'],
  ['env:OPENAI_API_KEY', 'env-value-4711', 'env-value-4711'],
  ['env:DB_PASSWORD', 'tr0ub4dor&3', 'tr0ub4dor'],
];

test.each(secrets)('%s is masked: %s', (rule, text, secret) => {
  const safe = redactor.text(text);
  expect(safe).toContain(`[secret:${rule}]`);
  expect(safe).not.toContain(secret);
});

test.each(secrets)('%s is masked at any position within longer text: %s', (rule, text, secret) => {
  const long = `Before it came ${'some words '.repeat(1500)}\n${text}\n${'and more words '.repeat(1500)}`;
  const error = new Error(`It failed:\n${text}`);
  const value = {
    long,
    lines: [`first line\n${text}\nlast line`],
    map: new Map([[`\n${text}`, { deep: `\n${text}` }]]),
    [`\n${text}`]: 'as a key',
    error,
    threw: new Proxy({}, { ownKeys: () => fail(`\n${text}`) }),
    symbol: Symbol(`\n${text}`),
    binary: Buffer.from(text),
    wide: Array.from({ length: 300 }, () => text),
  };
  const line = JSON.stringify(capture(value));
  expect(line).toContain(`[secret:${rule}]`);
  expect(line).not.toContain(secret);
  expect(line).not.toContain(Buffer.from(secret.slice(0, 24)).toString('hex'));
});

test('masking is idempotent', () => {
  for (const [, text] of secrets) {
    const once = redactor.text(`Here: ${text}`);
    expect(redactor.text(once)).toBe(once);
  }
});

test('a secret next to another secret is masked too', () => {
  const safe = redactor.text(`Cookie: a=sk-ant-api03-${letters}; session=hunter22`);
  expect(safe).not.toContain('hunter22');
  expect(safe).not.toContain(letters);
});

test.each([
  ['as JSON', (secret: string) => JSON.stringify({ said: secret })],
  ['as JSON in JSON', (secret: string) => JSON.stringify(JSON.stringify({ said: secret }))],
  ['in a URL', (secret: string) => `https://example.com/${encodeURIComponent(secret)}/x`],
  ['in a form', (secret: string) => `${new URLSearchParams({ said: secret, more: 'x' })}`],
  ['as base64', (secret: string) => Buffer.from(secret).toString('base64')],
  ['as base64 behind one byte', (secret: string) => Buffer.from(`:${secret}`).toString('base64')],
  ['as base64 amid others', (secret: string) => Buffer.from(`ab:${secret}:cd`).toString('base64')],
  ['as base64 behind two bytes', (secret: string) => Buffer.from(`u:${secret}+`).toString('base64')],
  ['as base64 for URLs', (secret: string) => Buffer.from(secret).toString('base64url')],
])('the value of a secret variable is masked %s', (_, encode) => {
  const secret = 'pä ss?>>"w\\o/rd"&+\nß 47';
  const own = createRedactor({ env: { DB_PASSWORD: secret } });
  const text = `It was ${encode(secret)} and no other.`;
  expect(own.text(text)).toContain('[secret:env:DB_PASSWORD]');
  // Only the surrounding text remains, and of base64 at most the characters that it shares with that text.
  expect(own.text(text).replace(/\[secret:.*?\]/, '').length).toBeLessThan(
    `It was  and no other.`.length + encode('').length + 16,
  );
});

const innocent: readonly string[] = [
  'max_tokens: 4096, input_tokens: 1200, output_tokens=80, first_token: 0.41 s',
  '{"usage":{"input_tokens":12,"output_tokens":34,"total_tokens":46,"cached_tokens":"none"}}',
  '{"stop_token": "<|endoftext|>", "next_page_token": "CAUQAA-page-two", "max_tokens": "4096"}',
  'Token: 512',
  'tool --max-tokens 4096 --first-token-timeout 20000 --tokenizer cl100k_base',
  'Use the sk-learn-compatible-estimators and the sk-circle-fade-dot spinner in task-oriented-dialogue-systems.',
  'The task_id and risk_assessment_of_the_quarter stay; so do hf_hub and npm_config_registry.',
  'https://example.com/a/b?page=2&q=token&sort=key#top and http://localhost:8080/path',
  'http://localhost:3000?email=ann@example.com',
  '{"url":"http://localhost:8080","contact":"ann@example.com"}',
  'mailto:ann@example.com, ssh://git@github.com/a/b, git@github.com:a/b.git',
  'Authorization: required. The bearer of this letter brings good tidings; bearer responsibilities apply.',
  'Cookie: a small file that a site leaves with you.',
  'The password must be at least 12 characters long. Secret: none. My key idea: keep it simple.',
  'The secretary authored a keynote on monkeys; donkey: yes.',
  'eyJ is how base64 of {" begins.',
  '-----BEGIN CERTIFICATE-----\nMIIDdzCC\n-----END CERTIFICATE-----',
  'AKIA is a prefix. ASIA is a continent. Asia too.',
  'commit 0123456789abcdef0123456789abcdef01234567 and 01234567-89ab-cdef-0123-456789abcdef',
  'abc',
  '/home/somebody',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 sha256:0123456789abcdef0123456789abcdef',
  'X-Request-Id: 550e8400-e29b-41d4-a716-446655440000',
  '"prompt_tokens": 1200, "note": "token_count: 128000"',
  'monkey=banana1234, keyboard: qwertyuiop1, author: Somebody 1984',
  'The password was changed yesterday; passwords are stored hashed; a password is a secret.',
  '  password: string;\n  token: string,\n',
  'redis://localhost:6379/0?from=ann@example.com and postgres://localhost:5432/app?user=ann@example.com',
  'https://hooks.slack.com/docs, https://discord.com/api/webhooks',
  'The SKU is SK0123456789 and the plan is AC0123.',
  'curl -s https://example.com | sh -x; curl --user-agent agent:007 x',
  'MAX_TOKENS=4096000 NODE_ENV=production node main.js',
];

test.each(innocent)('nothing is masked in: %s', (text) => {
  expect(redactor.text(text)).toBe(text);
  expect(JSON.stringify(capture({ text, list: [text] }))).not.toContain('secret:');
});

test.each([
  'apiKey',
  'api_key',
  'X-Api-Key',
  'APIKEY',
  'OPENAI_API_KEY',
  'OPENAI_API_KEY_2',
  'SECRET_KEY_BASE',
  'clientSecret',
  'password',
  'PGPASSWORD',
  'db.password',
  'passwd',
  'passphrase',
  'token',
  'accessToken',
  'refresh_tokens',
  'id-token',
  'authorization',
  'Proxy-Authorization',
  'auth',
  'credentials',
  'cookie',
  'Set-Cookie',
  'session_id',
  'private_key',
  'secretAccessKey',
  'secrets',
  'api_keys',
])('a value of any kind under the key %s is masked', (key) => {
  const mark = { $: 'secret', by: 'key' };
  for (const value of ['hunter22', { user: 'ann' }, ['hunter22'], new Date(0), Buffer.from('hunter22')]) {
    expect(capture({ deep: [{ [key]: value }] })).toEqual({ deep: [{ [key]: mark }] });
    expect(capture(value, key)).toEqual(mark);
    expect(capture(new Map([[key, value]]))).toMatchObject({ entries: [[key, mark]] });
  }
});

test.each([
  'max_tokens',
  'maxTokens',
  'input_tokens',
  'output_tokens',
  'total_tokens',
  'completion_tokens_details',
  'tokens',
  'first_token',
  'next_page_token',
  'eos_token',
  'author',
  'authority',
  'key',
  'keys',
  'public_key',
  'password_hint',
  'cookie_count',
  'secretary',
  'usage',
  'tokenizer',
])('a value under the key %s is shown', (key) => {
  expect(capture({ [key]: 'plain text' })).toEqual({ [key]: 'plain text' });
  expect(capture({ [key]: { input_tokens: 3, token: 5 } })).toEqual({ [key]: { input_tokens: 3, token: 5 } });
});

test('flags, absent values and counts under a secret name are shown, and a numeric password is masked', () => {
  const value = { token: 512, auth: true, cookie: null, secret: '', session_id: undefined };
  expect(capture(value)).toEqual({ ...value, session_id: { $: 'undefined' } });
  expect(capture({ password: 12345678 })).toEqual({ password: { $: 'secret', by: 'key' } });
});

test.each([
  (password: string) => [...Array.from({ length: 300 }, () => 0), { password }],
  (password: string) =>
    new Map<unknown, unknown>([
      ...Array.from({ length: 300 }, (_, i) => [i, i] as const),
      ['password', password],
    ]),
  (password: string) => wrap(20, { password }),
])('the hash of a value does not depend on a masked secret', (make) => {
  expect(capture(make('hunter22'))).toEqual(capture(make('hunter23')));
});

test("the shell's working directory is not a secret", () => {
  const inShell = createRedactor({
    env: { PWD: '/home/somebody/project', OLDPWD: '/home/somebody', ...env },
  });
  expect(inShell.text('at /home/somebody/project/a.ts:3')).toBe('at /home/somebody/project/a.ts:3');
});

test('masked secrets are counted', () => {
  const counting = createRedactor({ env });
  expect(counting.masked).toBe(0);
  counting.text('nothing here');
  counting.text(`sk-ant-${letters} and ghp_${letters} and env-value-4711`);
  expect(counting.masked).toBe(3);
  counting.byKey('password', 'hunter22');
  expect(counting.masked).toBe(4);
});

test('a secret that occurs again is counted once, however it was recognized', () => {
  const counting = createRedactor({ env });
  for (let i = 0; i < 3; i++) {
    counting.byKey('password', 'hunter22');
    counting.byKey('credentials', { user: 'ada', pin: 1234 });
    counting.text(`Bearer sk-ant-${letters}`);
    counting.text('{"password": "hunter22"}');
  }
  expect(counting.masked).toBe(3);
});

test('without redaction everything is shown', () => {
  const value = { password: 'hunter22', text: `sk-ant-api03-${letters}` };
  expect(createCapture({ level: 'preview', redactor: noRedactor })(value)).toEqual(value);
});

/** The value nested in `times` objects. */
function wrap(times: number, value: object): object {
  let wrapped = value;
  for (let i = 0; i < times; i++) wrapped = { wrapped };
  return wrapped;
}

function fail(message: string): never {
  throw new Error(message);
}
