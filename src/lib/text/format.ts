/** Formats durations, money, counts and sizes for display. */

/**
 * A duration in milliseconds: `0s`, `0.4ms`, `45ms`, `1.2s`, `2m03s`, `1h04m`. With `running` the resolution is a tenth of a second,
 * so that consecutive frames do not flicker.
 */
export function formatDuration(ms: number, { running = false } = {}): string {
  if (!Number.isFinite(ms)) return '–';
  if (running) return formatDuration(Math.floor(ms / 100) * 100);
  if (ms < 0.05) return '0s';
  if (ms < 1) return `${ms.toFixed(1)}ms`;
  if (ms < 999.5) return `${Math.round(ms)}ms`;
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  if (seconds < 59.5) return `${Math.round(seconds)}s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}m${pad(whole % 60)}s`;
  return `${Math.floor(minutes / 60)}h${pad(minutes % 60)}m`;
}

/** A duration in words, for screen readers: `45 milliseconds`, `2.9 seconds`, `2 minutes 3 seconds`. */
export function spellDuration(ms: number): string {
  if (ms < 1) return 'less than a millisecond';
  if (ms < 999.5) return plural(Math.round(ms), 'millisecond');
  if (ms < 9950) return `${Number((ms / 1000).toFixed(1))} seconds`.replace(/^1 seconds/, '1 second');
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return plural(seconds, 'second');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return spellParts(plural(minutes, 'minute'), seconds % 60, 'second');
  return spellParts(plural(Math.floor(minutes / 60), 'hour'), minutes % 60, 'minute');
}

function spellParts(first: string, rest: number, unit: string): string {
  return rest === 0 ? first : `${first} ${plural(rest, unit)}`;
}

/** A running clock in milliseconds: `00:08.3`, `12:40.0`, `1:02:03`. */
export function formatElapsed(ms: number): string {
  const tenths = Math.floor(Math.max(0, ms) / 100);
  const seconds = Math.floor(tenths / 10);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${pad(minutes)}:${pad(seconds % 60)}.${tenths % 10}`;
  return `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`;
}

/** US dollars with as many digits as the amount needs: `$0`, `$0.000038`, `$0.0123`, `$1.24`, `$1,240.00`. */
export function formatUsd(usd: number): string {
  if (!Number.isFinite(usd)) return '–';
  const sign = usd < 0 ? '-' : '';
  const amount = Math.abs(usd);
  if (amount === 0) return '$0';
  if (amount < 0.000_000_1) return `${sign}<$0.0000001`;
  if (amount < 0.001) return `${sign}$${trimZeros(amount.toFixed(2 - Math.floor(Math.log10(amount)) - 1))}`;
  if (amount < 1) return `${sign}$${amount.toFixed(4)}`;
  return `${sign}$${formatCents(amount)}`;
}

/** US dollars with all significant digits, for checking a bill: `$0.00678`, `$1,240.5`. */
export function formatExactUsd(usd: number): string {
  if (!Number.isFinite(usd)) return '–';
  const digits = Number(Math.abs(usd).toPrecision(12)).toLocaleString('en-US', { maximumFractionDigits: 15 });
  return `${usd < 0 ? '-' : ''}$${digits}`;
}

/** Removes floating-point noise such as 0.024500000000000004 from USD that is displayed; a picodollar is far below any price. */
export function stripNoise(usd: number): number {
  return Number(usd.toFixed(12));
}

/** A count with thousands separators: `4,512`. */
export function formatCount(count: number): string {
  return Number.isFinite(count) ? groupThousands(Math.round(count)) : '–';
}

/** A count in at most five cells: `812`, `4,512`, `45.1k`, `1.2M`. */
export function formatCompact(count: number): string {
  if (count < 10_000) return formatCount(count);
  if (count < 999_950) return `${(count / 1000).toFixed(count < 99_950 ? 1 : 0)}k`;
  return `${(count / 1_000_000).toFixed(count < 99_950_000 ? 1 : 0)}M`;
}

/** A size in bytes: `812 B`, `1.2 kB`, `3.4 MB` (powers of 1000). */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}

/** `1 node`, `2 nodes`. */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : nouns}`;
}

/** With thousands separators. Without Intl, whose first formatter takes as long as the rest of a short command. */
function groupThousands(integer: number): string {
  const digits = BigInt(integer).toString();
  return digits.length < 4 ? digits : digits.replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** Creating a formatter is expensive and a frame formats hundreds of amounts, so it is kept. */
function formatCents(value: number): string {
  centsFormatter ??= new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return centsFormatter.format(value);
}

let centsFormatter: Intl.NumberFormat | undefined;

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

function trimZeros(digits: string): string {
  return digits.replace(/0+$/, '').replace(/\.$/, '');
}
