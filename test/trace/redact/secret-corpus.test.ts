/** Every kind of secret at every position where secrets occur: none may leak. */

import { expect, test } from 'vitest';
import { createCapture } from '../../../src/trace/capture/capture.js';
import { createRedactor } from '../../../src/trace/redact/redact.js';
import { FORMATTED, NAMED, type SecretKind } from './secret-kinds.js';

const redactor = createRedactor({ env: {} });
const capture = createCapture({ level: 'preview', redactor });

type Context = (secret: string, kind: string) => unknown;

const snake = (kind: string) => kind.replaceAll('-', '_');
const camel = (kind: string) => kind.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
const json = (value: unknown, times = 1): string =>
  times === 0 ? (value as string) : json(JSON.stringify(value), times - 1);

/** Positions with a name that identifies the value. */
const naming: Readonly<Record<string, Context>> = {
  'an HTTP header': (secret) => `Accept: */*\r\nX-Api-Key: ${secret}\r\nHost: x.example\r\n`,
  'a header of a command': (secret) => `curl -H "X-Api-Key: ${secret}" https://x.example/v1`,
  'a bearer header': (secret) => `Authorization: Bearer ${secret}`,
  'a basic header': (secret) => `Authorization: Basic ${secret}`,
  'a cookie': (secret) => `Cookie: theme=dark; session=${secret}; a=b`,
  JSON: (secret) => `{"apiKey": "${secret}", "a": 1}`,
  'JSON in JSON': (secret) => json({ apiKey: secret }, 2),
  'JSON in JSON in JSON': (secret) => json({ a: { apiKey: secret } }, 3),
  'JSON in a URL': (secret) => encodeURIComponent(json({ apiKey: secret })),
  'JSON in JavaScript': (secret) => `{\\u0022apiKey\\u0022:\\u0022${secret}\\u0022}`,
  'JSON in HTML': (secret) => `{&quot;apiKey&quot;:&quot;${secret}&quot;}`,
  'JSON, by the name of the service': (secret, kind) => `{"${snake(kind)}": "${secret}"}`,
  'JSON, by the name of the service in camel case': (secret, kind) => `{"${camel(kind)}": "${secret}"}`,
  'settings, by the name of the service': (secret, kind) =>
    `DEBUG=1\n${snake(kind).toUpperCase()}=${secret}\n`,
  'YAML, by the name of the service': (secret, kind) => `a: 1\n${snake(kind)}: ${secret}\n`,
  'TOML, by the name of the service': (secret, kind) => `${snake(kind)} = "${secret}"`,
  'a shell script, by the name of the service': (secret, kind) =>
    `export ${snake(kind).toUpperCase()}="${secret}"`,
  'a flag': (secret) => `tool --api-key ${secret} run`,
  'a flag with a sign': (secret) => `tool --api-key=${secret} run`,
  'the query of a URL': (secret) => `https://x.example/v1?api_key=${encodeURIComponent(secret)}&a=1`,
  'the query of a URL as a token': (secret) => `https://x.example/v1?token=${encodeURIComponent(secret)}`,
  'the user part of a URL': (secret) => `https://ann:${encodeURIComponent(secret)}@x.example/`,
  'a list of names and values in text': (secret) => `[{"name": "X-Api-Key", "value": "${secret}"}]`,
  'a list of values and names in text': (secret) => `[{"value": "${secret}", "name": "api_key"}]`,
  'a list of names and values': (secret) => [{ name: 'X-Api-Key', value: secret }],
  'a list of keys and values with more': (secret) => [{ key: 'api_key', enabled: true, value: secret }],
  'environment variables of a container': (secret) => `env:\n  - name: API_KEY\n    value: ${secret}\n`,
  'arguments in text': (secret) => `["tool", "--api-key", "${secret}", "run"]`,
  arguments: (secret) => ['tool', '--api-key', secret, 'run'],
  'pairs in text': (secret) => `[["X-Api-Key", "${secret}"], ["Accept", "*/*"]]`,
  pairs: (secret) => [
    ['X-Api-Key', secret],
    ['Accept', '*/*'],
  ],
  'a flat list of headers': (secret) => ['Host', 'x.example', 'X-Api-Key', secret],
  'pairs of Python': (secret) => `[('X-Api-Key', '${secret}')]`,
  'an XML element': (secret) => `<config><apiKey>${secret}</apiKey></config>`,
  'an XML attribute': (secret) => `<add key="ApiKey" value="${secret}" />`,
  'an XML element with a key': (secret) => `<entry key="api_key">${secret}</entry>`,
  'a property list': (secret) => `<key>apiKey</key>\n<string>${secret}</string>`,
  'a CSV column': (secret) => `name,api_key,role\nann,${secret},admin\n`,
  'a quoted CSV column': (secret) => `"name","api_key"\n"ann","${secret}"\n`,
  'a CSV row': (secret) => `name,role\napi_key,${secret}\n`,
  'a Markdown table': (secret) => `| name | api_key |\n|---|---|\n| ann | ${secret} |\n`,
  'a sentence': (secret) => `The API key is ${secret}, keep it safe.`,
  'a sentence without a verb': (secret) => `Use my api key ${secret} for that.`,
  'a line of a mail': (secret) => `My token: ${secret}`,
  'an error': (secret) => `Error: 401 Unauthorized: invalid api key: ${secret}`,
  'an error with a quote': (secret) => `AuthenticationError: token '${secret}' is not valid`,
  'an error of OpenAI': (secret) =>
    `Incorrect API key provided: ${secret}. You can find your API key at https://x.example.`,
  Python: (secret) => `api_key = "${secret}"\nclient = Client(api_key)`,
  JavaScript: (secret) => `const apiKey = '${secret}';`,
  TypeScript: (secret) => `const apiKey: string = "${secret}"`,
  Go: (secret) => `apiKey := "${secret}"`,
  'Go with a type': (secret) => `var apiKey string = "${secret}"`,
  Ruby: (secret) => `:api_key => '${secret}'`,
  PHP: (secret) => `$api_key = '${secret}';`,
  'a constant of PHP': (secret) => `define('API_KEY', '${secret}');`,
  Java: (secret) => `private static final String API_KEY = "${secret}";`,
  'C#': (secret) => `var apiKey = @"${secret}";`,
  C: (secret) => `#define API_KEY "${secret}"`,
  'C++': (secret) => `std::string api_key("${secret}");`,
  Rust: (secret) => `const API_KEY: &str = "${secret}";`,
  Clojure: (secret) => `{:api-key "${secret}"}`,
  'a setter': (secret) => `client.setApiKey("${secret}")`,
  'a default of a variable': (secret) => `api_key = os.getenv("API_KEY", "${secret}")`,
  HCL: (secret) => `  api_key = "${secret}"`,
  PowerShell: (secret) => `$env:API_KEY = "${secret}"`,
  Dockerfile: (secret) => `ENV API_KEY ${secret}`,
  'a connection string': (secret) => `Server=x;User=y;Password=${secret};Encrypt=true`,
  'a DSN of PostgreSQL': (secret) => `host=x user=y password=${secret} dbname=z`,
  '.netrc': (secret) => `machine x.example login ann password ${secret}`,
  SQL: (secret) => `CREATE USER ann IDENTIFIED BY '${secret}';`,
};

/** Positions without a name. */
const silent: Readonly<Record<string, Context>> = {
  nothing: (secret) => secret,
  'a sentence that says nothing': (secret) => `Use ${secret} to sign in.`,
  'an error that says nothing': (secret) => `Error: the request with ${secret} failed`,
  'a list': (secret) => ['a', secret],
  'an escaped line': (secret) => `first\\n${secret}\\nlast`,
  'a variable': (secret) => `x=${secret}`,
  'a path': (secret) => `https://x.example/v1/${secret}/run`,
  'a URL in a URL': (secret) => encodeURIComponent(`a=${secret}&b=1`),
};

/** The kinds of which more than a few characters leak, with the leak of the first sample. */
function findLeaks(kinds: readonly SecretKind[], context: Context): string[] {
  return kinds.flatMap(({ kind, sample }) => {
    const secret = sample();
    const shown = context(secret, kind);
    const safe = typeof shown === 'string' ? redactor.text(shown) : JSON.stringify(capture(shown));
    const forms = [secret, encodeURIComponent(secret), json(secret).slice(1, -1)];
    const half = secret.slice(Math.floor(secret.length / 2));
    return [...forms, half].some((form) => safe.includes(form)) ? [`${kind}: ${safe}`] : [];
  });
}

test.each(Object.entries(naming))('no secret leaks in %s', (_, context) => {
  expect(findLeaks([...FORMATTED, ...NAMED], context)).toEqual([]);
});

test.each(Object.entries(silent))('no secret with a format of its own leaks in %s', (_, context) => {
  expect(findLeaks(FORMATTED, context)).toEqual([]);
});
