/** Ends that make a name secret wherever they stand: `dbpassword`, `clientSecret`, `oauth_token`. */
const SECRET_END =
  /(?:passwords?|passwd|passphrases?|secrets?|api[^a-z]?keys?|(?:access|refresh|auth|session|bearer|csrf|security)[^a-z]?tokens?)$/;

/** Words that are secret as the last word of a name: `token`, `X-Auth`, `set-cookie`, `signing_key`. */
const SECRET_WORD =
  /(?:^|[^a-z])(?:pwd|token|auth|authorization|bearer|credentials?|cookies?|session[^a-z]?id|(?:access|private|secret|signing|encryption|subscription|account|master|shared|service|ssh|storage)[^a-z]?keys?)$/;

/** Ends in "token" and is none: places in text, counts, kinds, pages. */
const NOT_SECRET =
  /(?:first|last|next|per|max|min|page|continuation|stop|eos|bos|pad|unk|mask|cls|sep|special|num|count|type|of|input|output|prompt|completion|cached)[^a-z]?token$/;

/** Whether a key, a variable or a flag is secret by its name: `OPENAI_API_KEY` is, `max_tokens` and `first_token` are not. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  return (SECRET_END.test(words) || SECRET_WORD.test(words)) && !NOT_SECRET.test(words);
}

/** Whether even a number under this name is secret. Under any other one it is a count: a count of tokens is no token. */
export function hidesNumbers(name: string): boolean {
  return /(?:passw|passphrase|pwd|secret)/.test(wordsOf(name));
}

/** `OPENAI_API_KEY_2`, `SECRET_KEY_BASE` and `clientSecret` as `openai_api_key`, `secret_key` and `client_secret`. */
function wordsOf(name: string): string {
  return name
    .slice(-100)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z]*\d*$|[^a-z]base$/, '');
}
