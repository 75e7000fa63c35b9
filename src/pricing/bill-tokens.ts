/** Splits the tokens of a usage into disjoint parts with rates of their own. */
import type { CountName, Usage } from '../usage/record/usage.js';
import { addComponent, addDoubt, addTokens, type BillDraft } from './bill-draft.js';
import type { Rates } from './table/price-table.js';

/** Bills the input: audio, images and video, cache reads, cache writes, and the text that remains. */
export function billInput(draft: BillDraft, usage: Usage, rates: Rates, asText: readonly CountName[]): void {
  const { input = 0 } = usage;
  const cacheRead = Math.min(usage.cacheRead ?? 0, input);
  const cacheWrite = Math.min(usage.cacheWrite ?? 0, input - cacheRead);
  const cacheWrite1h = Math.min(usage.cacheWrite1h ?? 0, cacheWrite);
  const text = { fresh: input - cacheRead - cacheWrite, cached: cacheRead };
  for (const medium of inputMedia) billInputMedium(draft, usage, rates, medium, text, asText);

  addTokens(draft, 'input', 'input', text.fresh, rates.input);
  addTokens(draft, 'input', 'cacheRead', text.cached, rates.cacheRead ?? rates.input);
  if (text.cached > 0 && rates.cacheRead === undefined) {
    addDoubt(draft, 'estimated', 'no rate is known for cache reads: billed as plain input');
  }
  const writeRate = rates.cacheWrite ?? rates.input;
  addTokens(draft, 'input', 'cacheWrite5m', cacheWrite - cacheWrite1h, writeRate);
  addTokens(draft, 'input', 'cacheWrite1h', cacheWrite1h, rates.cacheWrite1h ?? writeRate);
  if (cacheWrite > cacheWrite1h && rates.cacheWrite === undefined) {
    addDoubt(draft, 'bound', 'no rate is known for cache writes: billed as plain input');
  }
  if (cacheWrite1h > 0 && rates.cacheWrite1h === undefined) {
    addDoubt(draft, 'bound', 'no rate is known for 1-hour cache writes: billed at the lower rate that is');
  }
}

/** Bills the output: audio, images and video, reasoning where it has a rate of its own, citations, and the text that remains. */
export function billOutput(draft: BillDraft, usage: Usage, rates: Rates): void {
  let text = usage.output ?? 0;
  for (const { name, label } of outputMedia) {
    const count = Math.min(usage[name] ?? 0, text);
    const rate = rates[name];
    if (count > 0 && rate === undefined) {
      addDoubt(draft, 'bound', `no rate is known for ${label}: ${count} tokens are billed as text`);
    } else if (rate !== undefined) {
      text -= count;
      addComponent(draft, name, count, rate);
    }
  }
  const reasoning = rates.reasoning === undefined ? 0 : Math.min(usage.reasoning ?? 0, text);
  addTokens(draft, 'output', 'output', text - reasoning, rates.output);
  addTokens(draft, 'output', 'reasoning', reasoning, rates.reasoning);
  const { citation = 0 } = usage;
  if (rates.citation !== undefined) addComponent(draft, 'citation', citation, rates.citation);
  else if (citation > 0) {
    addDoubt(draft, 'bound', `no rate is known for citations: ${citation} tokens are not in this cost`);
  }
}

const inputMedia = [
  { name: 'inputAudio', cachedName: 'cacheReadAudio', label: 'audio input' },
  { name: 'inputImage', cachedName: 'cacheReadImage', label: 'image input' },
  { name: 'inputVideo', cachedName: undefined, label: 'video input' },
] as const;

const outputMedia = [
  { name: 'outputAudio', label: 'audio output' },
  { name: 'outputImage', label: 'image output' },
  { name: 'outputVideo', label: 'video output' },
] as const;

// Takes what has a rate of its own out of the text that remains. Without one it stays there, which is a bound unless the
// seller bills it as text.
function billInputMedium(
  draft: BillDraft,
  usage: Usage,
  rates: Rates,
  { name, cachedName, label }: (typeof inputMedia)[number],
  text: { fresh: number; cached: number },
  asText: readonly CountName[],
): void {
  const all = Math.min(usage[name] ?? 0, text.fresh + text.cached);
  // What exceeds the uncached input must have been read from the cache, even where that was not reported.
  const reported = cachedName === undefined ? 0 : Math.min(usage[cachedName] ?? 0, all);
  const cached = Math.min(Math.max(reported, all - text.fresh), text.cached);
  const fresh = all - cached;
  const rate = rates[name];
  const cachedRate = cachedName && rates[cachedName];
  const isText = rate === undefined && asText.includes(name);
  if (rate !== undefined) {
    text.fresh -= fresh;
    addComponent(draft, name, fresh, rate);
  } else if (fresh > 0 && !isText) {
    addDoubt(draft, 'bound', `no rate is known for ${label}: ${fresh} tokens are billed as text`);
  }
  if (cachedName !== undefined && cachedRate !== undefined) {
    text.cached -= cached;
    addComponent(draft, cachedName, cached, cachedRate);
  } else if (cached > 0 && !isText) {
    addDoubt(
      draft,
      'bound',
      `no rate is known for cached ${label}: ${cached} tokens are billed as cached text`,
    );
  }
}
