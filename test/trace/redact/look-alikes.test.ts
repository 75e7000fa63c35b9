/** Values that look like a secret but are not: placeholders, references, types, counts, hashes, images, words. */

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createCapture } from '../../../src/trace/capture/capture.js';
import { createRedactor } from '../../../src/trace/redact/redact.js';

const redactor = createRedactor({ env: {} });
const capture = createCapture({ level: 'preview', redactor });

/** The texts that are changed by redaction. */
function findMasked(texts: readonly string[]): string[] {
  return texts.flatMap((text) => {
    const safe = redactor.text(text);
    return safe === text ? [] : [`${text} → ${safe}`];
  });
}

function findMaskedValues(values: readonly unknown[]): string[] {
  return values.flatMap((value) => {
    const captured = JSON.stringify(capture(value));
    return captured === JSON.stringify(value) ? [] : [`${JSON.stringify(value)} → ${captured}`];
  });
}

const names =
  'api_key API_KEY apiKey X-Api-Key token password client_secret access_token Authorization secret DB_PASSWORD private_key'.split(
    ' ',
  );

const placeholders: readonly string[] = [
  '$MY_KEY',
  '${MY_KEY}',
  '${{ secrets.MY_KEY }}',
  '$token',
  '${token}',
  '{{ token }}',
  '{{token}}',
  '%(token)s',
  '%TOKEN%',
  '{api_key}',
  '${env.API_KEY}',
  '$(cat /run/secrets/x)',
  '<your-key-here>',
  '<token>',
  '<TOKEN>',
  '[YOUR KEY]',
  '[API_KEY]',
  'your_api_key_here',
  'YOUR_API_KEY',
  'YOUR-TOKEN',
  'insert_your_key_here',
  'replace-me',
  'changeme',
  'example-token',
  'placeholder',
  '***',
  '********',
  'xxxx',
  'XXXXXXXX',
  'xxxx-xxxx-xxxx',
  '...',
  'REDACTED',
  '[REDACTED]',
  'process.env.API_KEY',
  'process.env["API_KEY"]',
  'os.environ["API_KEY"]',
  "os.getenv('API_KEY')",
  'System.getenv("API_KEY")',
  'ENV["API_KEY"]',
  'import.meta.env.VITE_KEY',
  'config.apiKey',
  'settings.SECRET_KEY',
  'self.token',
  'args.token',
  'getToken()',
  '!Ref ApiKey',
  'op://vault/item/field',
  'vault:secret/data/app#token',
  'arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/key-AbCdEf',
  'null',
  'None',
  'undefined',
  'true',
  'false',
  'string',
  'str',
  'required',
  'optional',
  'Bearer ${token}',
  'Bearer $TOKEN',
  'Bearer <token>',
  'Bearer {token}',
  'Bearer YOUR_TOKEN',
];

test.each(names)('no placeholder named %s is masked', (name) => {
  const texts = placeholders.flatMap((value) => {
    const quote = value.includes('"') ? "'" : '"';
    const plain = /\s/.test(value) ? [] : [`${name}=${value}`, `${name}: ${value}`];
    return [
      `{"${name}": ${JSON.stringify(value)}}`,
      `const x_${name.replaceAll('-', '_')} = ${quote}${value}${quote};`,
      ...plain,
    ];
  });
  expect(findMasked(texts)).toEqual([]);
  expect(findMaskedValues(placeholders.map((value) => ({ [name]: value })))).toEqual([]);
});

test.each(['$TOKEN', '${TOKEN}', '<token>', '{token}', 'YOUR_TOKEN', 'process.env.TOKEN'])(
  'the placeholder %s is shown in headers, flags, URLs, lists, XML and connection strings',
  (value) => {
    const texts = [
      `Authorization: Bearer ${value}`,
      `curl -H "Authorization: Bearer ${value}" https://x.example`,
      `tool --api-key ${value} run`,
      `https://x.example/?api_key=${value}`,
      `<apiKey>${value}</apiKey>`,
      `Server=x;Password=${value};`,
    ];
    expect(findMasked(texts)).toEqual([]);
    expect(findMaskedValues([['tool', '--api-key', value], [{ name: 'X-Api-Key', value }]])).toEqual([]);
  },
);

const ordinaryNames =
  'start_token end_token new_token cancellation_token next_token max_tokens stop_token bos_token pad_token continuation_token page_token token_type is_secret has_password tokenizer author authority public_key primary_key foreign_key cache_key sort_key partition_key idempotency_key key_id keyboard secretary passage compass signature_help cookie_policy keys monkey design pattern path token_count prompt_tokens auth_type auth_url token_url password_hint cookie_name session_name secret_name password_policy object_key turkey'.split(
    ' ',
  );

test("values of names that only resemble a secret's name are shown", () => {
  const values = [
    'plain text',
    '<|endoftext|>',
    'value-7',
    'users/42/profile',
    'hello world',
    'CAUQAA-page-two',
  ];
  const all = ordinaryNames.flatMap((name) =>
    [...values, '550e8400-e29b-41d4-a716-446655440000'].map((value) => [name, value] as const),
  );
  expect(findMasked(all.map(([name, value]) => `{"${name}": "${value}"}`))).toEqual([]);
  expect(findMaskedValues(all.map(([name, value]) => ({ [name]: value })))).toEqual([]);
  const words = all.filter(([, value]) => !/\s/.test(value));
  expect(findMasked(words.map(([name, value]) => `${name}=${value}`))).toEqual([]);
});

test('hashes, ids, versions and images are shown', () => {
  const texts = Array.from({ length: 25 }, (_, i) => {
    const digest = (algorithm: string) => createHash(algorithm).update(String(i)).digest('hex');
    const [md5, sha1, sha256, sha512] = ['md5', 'sha1', 'sha256', 'sha512'].map(digest) as [
      string,
      string,
      string,
      string,
    ];
    const base64 = Buffer.from(sha512, 'hex').toString('base64');
    const uuid = `${md5.slice(0, 8)}-${md5.slice(8, 12)}-4${md5.slice(13, 16)}-a${md5.slice(17, 20)}-${md5.slice(20)}`;
    return [
      `commit ${sha1}`,
      `sha256:${sha256}`,
      `{"id":"${uuid}","request_id":"${uuid}","sha256":"${sha256}","key":"${uuid}"}`,
      `etag: "${md5}"`,
      `integrity sha512-${base64}`,
      `data:image/png;base64,${Buffer.from(base64 + sha256 + sha512).toString('base64')}`,
      `cache_key: ${md5}`,
      `{"key": "${sha256}"}`,
      `uuid=${uuid}&page=${i}`,
      `docker pull nginx@sha256:${sha256}`,
      `X-Request-Id: ${uuid}`,
      `https://cdn.example/img/${sha1}.png?v=${md5}`,
      `checksum ${md5}  file.tar.gz`,
      `git@github.com:a/b.git#${sha1}`,
      `key: users/${i}/avatar-${md5}.png`,
      `"version": "${i}.${i}.0-beta.${i}+${sha1.slice(0, 7)}"`,
    ];
  }).flat();
  expect(findMasked(texts)).toEqual([]);
});

const code: readonly string[] = [
  'token: string;',
  'password: string',
  '  apiKey?: string;',
  'secret: Buffer,',
  'token: Token | null',
  'private token: string;',
  'def f(token: str, password: str = None):',
  'function login(password: string, token?: string) {',
  'password: Optional[str] = None',
  'api_key: str | None = None',
  'let token: String',
  'val password: String',
  'password String',
  '@Param("token") token: string',
  'token: z.string()',
  'password: Joi.string().required()',
  '"password": {"type": "string"}',
  'interface X { apiKey: string, secretKey: string }',
  'type Props = { token: string; auth: AuthContext }',
  'token = await getToken()',
  'const token = req.headers.authorization;',
  'if (password === confirmPassword) {',
  'password = input("Password: ")',
  'api_key=os.environ["OPENAI_API_KEY"]',
  'self.token = token',
  'client = OpenAI(api_key=settings.openai_api_key)',
  'this.password = password;',
  'return { token, user };',
  'token => token.trim()',
  'const { apiKey } = config;',
  'raise ValueError("api_key must be set")',
  'sl.setAttribute',
  's.toString',
  'pat.match',
  'eyJ',
  'dp.pt.',
  'SELECT password FROM users WHERE id = 1',
  'ALTER TABLE users ADD COLUMN password VARCHAR(255)',
  'CREATE TABLE t (token TEXT, secret TEXT)',
  'IDENTIFIED BY <password>',
  'mysql -p',
  'mysql -u root -p mydb',
  'docker login -u ann',
  'curl -u $USER:$PASS https://x',
  'curl --user-agent agent:007 x',
  'export OPENAI_API_KEY=<your key>',
  'required: ["password", "token"]',
  'fields: [token, secret, password]',
  'secrets:\n  - db_password\n  - api_key\n',
  'tokens:\n  - the\n  - of\n',
  'key: |\n  Some text here\n',
  '<auth>basic</auth>',
  '<token>the</token>',
  '<key>name</key><string>Ann</string>',
  '<input type="password" name="password" placeholder="Password">',
  '<label for="password">Password</label>',
  '[{"name":"token","value":"the"}]',
  '{"type":"token","value":"="}',
  '{"type":"Keyword","value":"return"}',
  '{"name":"max_tokens","value":"4096"}',
  '["token","count"]',
  '["password","email","name"]',
  'name,token,count\nthe,the,512\nof,of,300\n',
  'word,token\ncat,cat\n',
  'key,value\ncolor,blue\nsize,12\n',
  'id,session\n1,12\n',
  '| token | count |\n|---|---|\n| the | 512 |\n',
  '"signature": "def f(x1, y2): ..."',
  'sig: (a: number) => string',
  'pattern: ^[a-z]+$',
];

const prose: readonly string[] = [
  'Missing API key',
  'Invalid password',
  'password is required',
  'The token has expired',
  'Your session has expired, please log in',
  'Error: 401 Unauthorized: invalid api key',
  'Forgot your password?',
  'API key not found',
  'secret: none',
  'auth: basic',
  'auth: required',
  'Set the OPENAI_API_KEY environment variable',
  'Password for user ann:',
  'Enter password:',
  'password authentication failed for user "ann"',
  'the key idea is 42',
  'press any key',
  'keyboard: qwerty',
  'Key takeaways: 3 items',
  'primary key (id)',
  'key: value',
  'key = value',
  'a pass rate of 93%',
  'pass: 12, fail: 3',
  '"pass": true',
  'tests passed=12',
  'author: Ann Example 1984',
  'session: 12',
  'code: 200',
  'the bearer of this letter',
  'basic understanding of the matter',
  'Basic information about patients',
  '"code": "ERR_INVALID_ARG_TYPE"',
];

const counts: readonly string[] = [
  '--max-tokens 4096',
  'max_tokens: 4096',
  'input_tokens=1200',
  '"total_tokens": 46',
  'tokens: 1,234',
  'token count: 128000',
  '12 tokens/s',
  'tokens used: 512 of 4096',
  'first token after 0.41 s',
  'prompt_tokens=120 completion_tokens=34',
  'Tokens: 1,234 in, 56 out',
  'usage: {input_tokens: 12, output_tokens: 34}',
  'cost $0.0123 for 4,500 tokens',
  '{"cached_tokens":"none","token":512}',
];

const places: readonly string[] = [
  'http://localhost:3000/path',
  'https://example.com:8443/a?b=c@d',
  'git@github.com:owner/repo.git',
  'ssh://git@github.com/a/b',
  'postgres://localhost:5432/app',
  'redis://localhost:6379/0',
  'mongodb://localhost/test',
  'mailto:ann@example.com',
  'postgres://user:${DB_PASSWORD}@host/db',
  'postgres://user:<password>@host/db',
  'hooks.slack.com is the host',
  'api.telegram.org',
  '2024-01-01T00:00:00.000Z',
  '+49 170 1234567',
  '4111 1111 1111 1111',
  '192.168.0.1:8080',
  '0x1234567890abcdef1234567890abcdef12345678',
  'ISBN 978-3-16-148410-0',
  'DE89 3704 0044 0532 0130 00',
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 ann@host',
  'AKIA',
  'xox is a game',
  '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqh\n-----END PUBLIC KEY-----',
  'gh_pages_branch_name_for_the_site',
  'glass-half-full',
  'live_reload_enabled_for_all_users_of_site',
  'pk_users_email_unique_constraint_index',
  'test_the_api_with_a_long_function_name_here',
  're_render_the_component_tree_when_state_changes',
  'key-value-pairs-are-simple-to-understand-here',
  'api-gateway-service',
];

test.each([
  ['code', code],
  ['prose', prose],
  ['counts', counts],
  ['addresses, numbers and identifiers', places],
])('nothing is masked in %s', (_, texts) => {
  expect(findMasked(texts)).toEqual([]);
});
