/** Parses the times of foreign traces. */

/**
 * Parses a time to ms since 1970, keeping its fraction: ISO 8601 to any precision, a number of seconds, ms, µs or ns (by its
 * magnitude), or a Date's text. Local times without a zone are read as UTC, so that the result is the same on every machine.
 * Undefined for what is no time between 1970 and the year 5138: one damaged time must not stretch the run.
 */
export function parseTime(value: unknown): number | undefined {
  const ms = parseAnyTime(value);
  return ms !== undefined && ms >= 0 && ms < LATEST_MS ? ms : undefined;
}

/** In the year 5138. */
const LATEST_MS = 1e14;

function parseAnyTime(value: unknown): number | undefined {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value !== 'string') return undefined;
  if (/^\d+(?:\.\d+)?$/.test(value)) return fromNumber(Number(value));
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d+))?\s*(Z|[+-]\d\d:?\d\d)?$/i.exec(
    value.trim(),
  );
  if (!match) {
    const parsed = Date.parse(value);
    return Number.isNaN(parsed) ? undefined : parsed;
  }
  const [, day, time, fraction = '', zone = 'Z'] = match;
  const parsed = Date.parse(`${day}T${time}${zone.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2')}`);
  return Number.isNaN(parsed) ? undefined : parsed + Number(`0.${fraction || '0'}`) * 1000;
}

/** Seconds until the year 5138, ms until the same in thousandths, and so on. */
function fromNumber(value: number): number | undefined {
  if (!Number.isFinite(value) || value <= 0) return undefined;
  if (value < LATEST_MS / 1000) return value * 1000;
  if (value < LATEST_MS) return value;
  return value < LATEST_MS * 1000 ? value / 1000 : value / 1e6;
}
