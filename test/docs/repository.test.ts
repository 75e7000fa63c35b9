import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const { scripts, engines } = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  engines: { node: string };
};

test('the CI workflow tests the supported versions of Node on Linux, macOS and Windows', () => {
  const { jobs } = parse(read('.github/workflows/ci.yml')) as {
    jobs: Record<string, { strategy?: { matrix: object }; steps: { run?: string }[] }>;
  };
  expect(jobs['test']!.strategy!.matrix).toEqual({
    os: ['ubuntu-latest', 'macos-latest', 'windows-latest'],
    node: [20, 22, 24],
  });
  expect(engines.node).toBe('>=20.6');
  const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  expect(commands).toContain('npm run audit');
  expect(commands.filter((command) => !isScript(command))).toEqual([]);
});

/** Whether a command is `npm ci` or a script of package.json. */
function isScript(command: string): boolean {
  const [, name] = /^npm (?:run )?([\w:-]+)(?: -- .*)?$/.exec(command) ?? [];
  return name === 'ci' || (name !== undefined && name in scripts);
}

test('every folder with a lockfile is monitored for updates', () => {
  const { updates } = parse(read('.github/dependabot.yml')) as {
    updates: { 'package-ecosystem': string; directory?: string; directories?: string[] }[];
  };
  const watched = updates
    .filter((each) => each['package-ecosystem'] === 'npm')
    .flatMap(({ directory, directories = [] }) => [...(directory ? [directory] : []), ...directories]);
  const files = execFileSync('git', ['ls-files', '*package-lock.json'], { cwd: root, encoding: 'utf8' });
  expect(watched.toSorted()).toEqual(
    files
      .trim()
      .split('\n')
      .map((file) => `/${file.replace(/\/?package-lock\.json$/, '')}`)
      .toSorted(),
  );
});

test('the issue forms are valid, with labels and field names', () => {
  const folder = join(root, '.github/ISSUE_TEMPLATE');
  const forms = readdirSync(folder).filter((name) => name !== 'config.yml');
  expect(forms).toHaveLength(3);
  for (const form of forms) {
    const { name, description, body } = parse(readFileSync(join(folder, form), 'utf8')) as {
      name: string;
      description: string;
      body: { type: string; id: string; attributes: { label: string } }[];
    };
    expect([name, description]).not.toContain(undefined);
    for (const field of body) expect(field).toMatchObject({ id: expect.any(String) as string });
    expect(body.map(({ attributes }) => attributes.label)).not.toContain(undefined);
  }
});

test.each(['CONTRIBUTING.md', 'SECURITY.md', 'PULL_REQUEST_TEMPLATE.md'])(
  'the links of %s and the commands that it names exist',
  (name) => {
    const text = read(`.github/${name}`);
    const links = [...text.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, link]) => link!);
    expect(links.filter((link) => !leadsSomewhere(link))).toEqual([]);
    const commands = [...text.matchAll(/npm (?:ci|run [\w:-]+|start|test)/g)].map(([command]) => command);
    expect(commands.filter((command) => !isScript(command))).toEqual([]);
  },
);

/** Whether a link from .github/ refers to an existing file, and to an existing heading if it names one. */
function leadsSomewhere(link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = join(root, '.github', path);
  if (!existsSync(target) || anchor === undefined) return existsSync(target);
  const headings = [...readFileSync(target, 'utf8').matchAll(/^#+ (.*)$/gm)];
  return headings.some(
    ([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .replaceAll(/\s/g, '-') === anchor,
  );
}

test('the audit fails on an advisory about a bundled package, and on no other', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-audit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const audit = (report: object) => {
    const file = join(folder, 'report.json');
    writeFileSync(file, JSON.stringify(report));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '.config/audit.ts', file],
      { cwd: root, encoding: 'utf8' },
    );
    return { status, stdout, stderr };
  };
  const about = (name: string) => ({
    name,
    severity: 'high',
    nodes: [`node_modules/${name}`],
    via: [{ title: 'Reads too far', url: 'https://example.com/1' }],
  });
  expect(audit({ vulnerabilities: { vitest: about('vitest') } })).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^\d\d+ bundled packages, 0 with advisories\.\n$/) as string,
  });
  expect(audit({ vulnerabilities: { yaml: about('yaml'), vitest: about('vitest') } })).toMatchObject({
    status: 1,
    stderr: 'yaml: high: Reads too far https://example.com/1\n',
  });
  expect(audit({ message: '405 Method Not Allowed' })).toMatchObject({ status: 2 });
});
