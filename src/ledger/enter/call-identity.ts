/** Derives the identity of a model call, so that a call entered several times counts once. */

/**
 * The identity of a call: `provider:id` with the provider's id of its response or request, otherwise `run/span`. A call that
 * one program made and another observed has the same identity in both.
 */
export function identifyCall(
  { run, span, provider }: Readonly<{ run: string; span: number; provider: string }>,
  ids: Readonly<{ request?: string | undefined; response?: string | undefined }> | undefined,
): string {
  const known = [ids?.response, ids?.request].find((id) => id !== undefined && isUnique(id));
  return known === undefined ? `${run}/${span}` : `${provider}:${known}`;
}

/**
 * Ids may repeat: local servers count from 0 or pick one of a thousand numbers, and mock servers return a constant. A unique
 * one has at least 16 letters and digits after its prefix, some of them digits: `msg_01XFDUDYJgAACzvnptvVoYEL`.
 */
function isUnique(id: string): boolean {
  const random = id.replace(/^[a-z]+[-_]/i, '').replace(/[^a-z0-9]/gi, '');
  return random.length >= 16 && /\d/.test(random);
}
