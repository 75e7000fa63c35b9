import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { findTimeZone } from '../../src/lib/time-zone.js';

test.each(['Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'UTC'])(
  'TZ=%s is used as the time zone',
  (TZ) => {
    expect(findTimeZone({ TZ })).toBe(TZ);
  },
);

test('without TZ the time zone is that of the system', () => {
  const script = 'console.log(new Intl.DateTimeFormat().resolvedOptions().timeZone)';
  const { TZ: _, ...env } = process.env;
  const known = execFileSync(process.execPath, ['-e', script], { env, encoding: 'utf8' }).trim();
  const canonical = (zone: string) => (/^(Etc\/)?(UTC|UCT|Universal|Zulu)$/.test(zone) ? 'UTC' : zone);
  expect(canonical(findTimeZone({}))).toBe(canonical(known));
});

test('a POSIX rule in TZ is resolved to a name that Intl accepts', () => {
  const zone = findTimeZone({ TZ: 'CET-1CEST' });
  expect(new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone).toBe(zone);
});
