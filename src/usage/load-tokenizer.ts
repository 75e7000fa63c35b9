/** Loads tiktoken's tokenizers: its lite build, and the ranks of the encodings in use, each when first needed. */
import type { Tiktoken } from 'tiktoken/lite';

/** The encodings whose ranks ship. */
export type Encoding = 'o200k_base' | 'cl100k_base';

/** Opens a new encoder. It holds WebAssembly memory until `free()` is called. */
export type OpenTokenizer = () => Tiktoken;

/** The encoding of a model: OpenAI's up to GPT-4 Turbo have cl100k_base; all later ones, and models of others, o200k_base. */
export function selectEncoding(model: string): Encoding {
  return CL100K.test(model) ? 'cl100k_base' : 'o200k_base';
}

/** What opens encoders of an encoding; undefined when tiktoken's files cannot be found, as in a bundle made by a user of the library. */
export async function loadTokenizer(encoding: Encoding): Promise<OpenTokenizer | undefined> {
  try {
    const [library, ranks] = await Promise.all([import('tiktoken/lite'), loadRanks[encoding]()]);
    const { bpe_ranks, special_tokens, pat_str } = ranks.default;
    return () => new library.Tiktoken(bpe_ranks, special_tokens, pat_str);
  } catch {
    return undefined;
  }
}

// From tiktoken's own list, where date and size suffixes share the encoding of their model.
const CL100K = /^gpt-(?:4|3\.5|35)(?![.\do])|^text-embedding-|^(?:davinci|babbage)-002$/;

const loadRanks = {
  o200k_base: () => import('tiktoken/encoders/o200k_base.json', { with: { type: 'json' } }),
  cl100k_base: () => import('tiktoken/encoders/cl100k_base.json', { with: { type: 'json' } }),
} satisfies Record<Encoding, () => Promise<unknown>>;
