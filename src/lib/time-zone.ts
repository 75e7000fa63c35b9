/** Finds the time zone of the system. */
import { readlinkSync } from 'node:fs';

/**
 * The system's time zone as an IANA name. Intl takes ten milliseconds and more for its first formatter, so it is used only
 * where neither TZ nor the link that most systems have names the zone.
 */
export function findTimeZone(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const named = env['TZ'];
  if (named && isZoneName(named)) return named;
  return named ? queryIntl() : (linkedZone() ?? queryIntl());
}

function linkedZone(): string | undefined {
  try {
    const [, zone] = /zoneinfo\/(?:posix\/|right\/)?(.+)$/.exec(readlinkSync('/etc/localtime')) ?? [];
    if (zone === 'Etc/UTC') return 'UTC';
    return zone !== undefined && isZoneName(zone) ? zone : undefined;
  } catch {
    return undefined;
  }
}

function queryIntl(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** `Europe/Berlin`, `UTC`; not a path or a rule of POSIX such as `CET-1CEST`. */
function isZoneName(text: string): boolean {
  return text === 'UTC' || /^[A-Z][A-Za-z_]+(?:\/[A-Za-z_+-]+\d*)+$/.test(text);
}
