/** Extractive summaries with LexRank. */

import { createSegmenter } from '../../lib/text/segmenter.js';
import { segmentsOf } from './segments.js';

/**
 * Selects the most central sentences of a text, in original order. LexRank (Erkan and Radev, 2004): sentences are nodes,
 * tf-idf cosine similarities are edges, PageRank is the score; near-duplicates of a selected sentence are skipped. Two
 * priors are added: opening sentences score higher, very long ones lower. Long texts are ranked in parts, then the
 * winners again.
 */
export function summarySentences(paragraphs: readonly string[], count: number): string[] {
  let candidates = paragraphs
    .flatMap(sentencesOf)
    .map((text, index): Sentence => ({ text, index, words: wordCounts(text) }));
  const complete = candidates.filter(
    ({ text, words }) => words.size >= 3 && END_OF_SENTENCE.test(text.slice(-8)),
  );
  if (complete.length > 0) candidates = complete;
  while (candidates.length > LARGEST_GRAPH) {
    candidates = parts(candidates, LARGEST_GRAPH).flatMap((part) => best(part, Math.max(count, 10)));
  }
  return best(candidates, count).map(({ text }) => text);
}

/** The sentences of one paragraph. */
export function sentencesOf(paragraph: string): string[] {
  const sentences: string[] = [];
  let open = '';
  for (const { segment } of segmentsOf(paragraph, segmenter)) {
    open += segment;
    if (ABBREVIATION.test(open.slice(-12))) continue;
    sentences.push(open.trim());
    open = '';
  }
  if (open.trim()) sentences.push(open.trim());
  return sentences.filter(Boolean);
}

/** The content words of a text, singularized, with their frequencies. */
export function wordCounts(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [found] of text.toLowerCase().matchAll(/[\p{L}\p{N}][\p{L}\p{N}'’_-]*/gu)) {
    if (found.length < 2 || COMMON_WORDS.has(found)) continue;
    const word = found.replace(/(?<=\p{L}{3}[^siu])s$/u, '');
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

type Sentence = Readonly<{ text: string; index: number; words: ReadonlyMap<string, number> }>;

const segmenter = createSegmenter('sentence', 'en');
const END_OF_SENTENCE = /[.!?…。！？]["'”’)\]]*$/u;
const ABBREVIATION =
  /(?:^|[\s(])(?:e\.g|i\.e|vs|cf|etc|approx|Mr|Mrs|Ms|Dr|Prof|St|No|Fig|Eq|Inc|Ltd|[A-Z])\.\s*$/;
const LARGEST_GRAPH = 200;
const TOO_ALIKE = 0.6;
/** Approximate number of opening sentences. */
const OPENING = 4;
const LONG_SENTENCE = 25;
const DAMPING = 0.85;
const ROUNDS = 30;

// prettier-ignore
const COMMON_WORDS = new Set(('a about after all also an and any are as at be because been but by can could did do does each for from had has have he ' +
  'her his how if in into is it its just may more most no not of on one only or other our out over she should so some such than that ' +
  'the their them then there these they this those to too up us use used very was we were what when where which who will with would you your').split(' '));

function best(sentences: readonly Sentence[], count: number): Sentence[] {
  const similarity = similarities(tfIdf(sentences));
  const scores = pageRank(similarity).map((score, i) => score * weightOf(sentences[i]!));
  const ranked = sentences.map((_, i) => i).toSorted((a, b) => scores[b]! - scores[a]! || a - b);
  const chosen: number[] = [];
  for (const i of ranked) {
    if (chosen.length < count && chosen.every((j) => similarity[i]![j]! < TOO_ALIKE)) chosen.push(i);
  }
  return chosen.toSorted((a, b) => a - b).map((i) => sentences[i]!);
}

function weightOf({ index, words }: Sentence): number {
  const opening = 1 + 2 * Math.exp(-index / OPENING);
  return opening / Math.max(1, words.size / LONG_SENTENCE);
}

type Vector = ReadonlyMap<string, number>;

/** Sentences as unit vectors. */
function tfIdf(sentences: readonly Sentence[]): Vector[] {
  const occursIn = new Map<string, number>();
  for (const { words } of sentences)
    for (const word of words.keys()) occursIn.set(word, (occursIn.get(word) ?? 0) + 1);
  return sentences.map(({ words }) => {
    const weights = Array.from(
      words,
      ([word, times]) => [word, times * Math.log(1 + sentences.length / occursIn.get(word)!)] as const,
    );
    const length = Math.hypot(...weights.map(([, weight]) => weight)) || 1;
    return new Map(weights.map(([word, weight]) => [word, weight / length]));
  });
}

function similarities(vectors: readonly Vector[]): number[][] {
  const matrix = vectors.map(() => vectors.map(() => 0));
  for (let i = 1; i < vectors.length; i++) {
    for (let j = 0; j < i; j++) matrix[i]![j] = matrix[j]![i] = cosine(vectors[i]!, vectors[j]!);
  }
  return matrix;
}

function cosine(a: Vector, b: Vector): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let sum = 0;
  for (const [word, weight] of small) sum += weight * (large.get(word) ?? 0);
  return sum;
}

function pageRank(similarity: readonly (readonly number[])[]): number[] {
  const size = similarity.length;
  const degrees = similarity.map((row) => row.reduce((sum, value) => sum + value, 0) || 1);
  let scores = Array.from({ length: size }, () => 1 / size);
  for (let round = 0; round < ROUNDS; round++) {
    const shares = scores.map((score, i) => score / degrees[i]!);
    scores = similarity.map((row) => {
      const votes = row.reduce((sum, value, j) => sum + value * shares[j]!, 0);
      return (1 - DAMPING) / size + DAMPING * votes;
    });
  }
  return scores;
}

function parts<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}
