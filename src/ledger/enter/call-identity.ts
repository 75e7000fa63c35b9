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
  // Character by character: two patterns take ten times as long, and an index of session logs has 100,000 calls.
  const prefix = /^[a-z]+[-_]/i.exec(id)?.[0].length ?? 0;
  let random = 0;
  let hasDigit = false;
  for (let i = prefix; i < id.length; i++) {
    const code = id.charCodeAt(i);
    const isDigit = code >= 48 && code <= 57;
    if (isDigit) hasDigit = true;
    if (isDigit || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)) random++;
  }
  return random >= 16 && hasDigit;
}
