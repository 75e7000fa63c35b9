/** Formats how long ago something was. */

/** `just now`, `2m ago`, `3h ago`, `5d ago`, or a date; both in ms since 1970. */
export function formatAge(at: number, now: number): string {
  const ms = Math.max(0, now - at);
  if (ms < 60_000) return 'just now';
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)}m ago`;
  if (ms < 86_400_000) return `${Math.floor(ms / 3_600_000)}h ago`;
  if (ms < 30 * 86_400_000) return `${Math.floor(ms / 86_400_000)}d ago`;
  return formatDay(at);
}

/** `2026-11-22`, local time. */
function formatDay(at: number): string {
  const date = new Date(at);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}
