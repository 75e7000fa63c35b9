/** The words that names of counts are made of, with what each contributes: half of the one table of synonyms. */

/** What a word of a field's name contributes. `filler` adds nothing, `other` means that the field is not a count of usage. */
export type WordMeaning =
  | 'input'
  | 'output'
  | 'cache'
  | 'read'
  | 'write'
  | 'uncached'
  | '5m'
  | '1h'
  | 'reasoning'
  | 'audio'
  | 'image'
  | 'video'
  | 'text'
  | 'total'
  | 'tokens'
  | 'details'
  | 'tier'
  | 'cost'
  | 'filler'
  | 'other';

const synonyms: Readonly<Record<WordMeaning, string>> = {
  input: 'input inputs prompt prompts in',
  output:
    'output outputs completion completions out response candidate candidates generated generation predicted sampled',
  cache: 'cache cached caching ephemeral',
  read: 'read reads hit hits',
  write: 'write writes written creation created',
  uncached: 'uncached miss misses fresh noncached no non not other',
  '5m': '5m 300s',
  '1h': '1h 60m 3600s',
  reasoning: 'reasoning thinking thought thoughts',
  audio: 'audio speech',
  image: 'image images',
  video: 'video videos',
  text: 'text document',
  total: 'total all overall sum',
  tokens: 'token tokens',
  details: 'details detail breakdown',
  tier: 'flex priority',
  cost: 'cost costs usd price ticks dollars spend spent',
  filler: 'count counts num number n of used usage amount billed content gen ai llm stats',
  other:
    'time times latency duration ms sec second per rate ratio percent percentage speed limit limits max maximum min remaining window size bytes index id ids at timestamp start end first last ttft tps version seed queue delay elapsed wall age date byok turn turns step steps messages finish started ended length capacity quota reset score errors error retries retry attempts attempt',
};

const meanings = new Map<string, WordMeaning>(
  (Object.entries(synonyms) as [WordMeaning, string][]).flatMap(([meaning, words]) =>
    words.split(' ').map((word): [string, WordMeaning] => [word, meaning]),
  ),
);

/** The words of a name in any spelling: `cacheReadTokens`, `cache_read_tokens`, `cache-read.tokens`; 1h and 5m are words. */
export function splitWords(name: string): string[] {
  return (name.match(/\d+[a-z]*|[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? []).map((word) => word.toLowerCase());
}

/** What a word contributes, in lower case; undefined for a word that is not in the table. */
export function lookUpWord(word: string): WordMeaning | undefined {
  return meanings.get(word);
}
