/** The encodings of a known secret: verbatim, and as JSON, URL, form and base64. */
export function secretForms(secret: string): readonly string[] {
  const escaped = JSON.stringify(secret).slice(1, -1);
  const forms = [
    secret,
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    encodeURIComponent(Buffer.from(secret).toString()),
    new URLSearchParams([['', secret]]).toString().slice(1),
    ...base64Forms(secret),
  ];
  return [...new Set(forms)];
}

/** What too little of a secret is left in could as well be a word. */
const MIN_BASE64_LENGTH = 9;

/**
 * The characters that a secret gives base64 wherever it begins in what was encoded: `user:secret` is another text than
 * `secret`. The characters that it shares with its neighbours are left out.
 */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const shared = (offset + bytes.length) % 3;
    const end = encoded.length - [0, 3, 2][shared]!;
    const own = encoded.slice([0, 2, 3][offset], end).replace(/=+$/, '');
    if (own.length < MIN_BASE64_LENGTH) return [];
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
