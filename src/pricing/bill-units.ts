/** Bills what is not priced by tokens: searches, code, requests, images, seconds, pages, characters. */
import type { CountName, Usage } from '../usage/record/usage.js';
import { addComponent, addDoubt, type BillDraft } from './bill-draft.js';
import type { ComponentKind } from './cost.js';
import type { RateName, Rates } from './table/price-table.js';

/** Adds every unit that has a rate; one that has none makes the bill a bound. */
export function billUnits(draft: BillDraft, usage: Usage, rates: Rates): void {
  for (const { name, kind, rate: rateName, label } of units) {
    const count = usage[name] ?? 0;
    const rate = rates[rateName];
    if (rate !== undefined) addComponent(draft, kind, count, rate);
    else if (count > 0 && !isCovered(name, usage, rates)) {
      addDoubt(draft, 'bound', `no rate is known for ${label}: ${count} are not in this cost`);
    }
  }
  billRequests(draft, usage, rates);
}

/** Lowers the certainty for reported counts that no component covers, and for an interrupted response. */
export function billUnconsumed(draft: BillDraft, { unconsumed = {}, incomplete, mayOverlap }: Usage): void {
  const counts = Object.entries(unconsumed).filter(([, count]) => count > 0);
  if (counts.length > 0) {
    const list = counts.map(([name, count]) => `${name} ${count}`).join(', ');
    addDoubt(draft, 'bound', `reported, and not in this cost: ${list}`);
  }
  if (incomplete)
    addDoubt(draft, 'bound', 'the response was interrupted: tokens after that are not in this cost');
  if (mayOverlap) addDoubt(draft, 'bound', 'it may count again what was observed: the sum may be too high');
}

const units: readonly Readonly<{ name: CountName; kind: ComponentKind; rate: RateName; label: string }>[] = [
  { name: 'webSearches', kind: 'webSearch', rate: 'webSearchPer1k', label: 'web searches' },
  { name: 'socialSearches', kind: 'socialSearch', rate: 'socialSearchPer1k', label: 'social searches' },
  { name: 'fileSearches', kind: 'fileSearch', rate: 'fileSearchPer1k', label: 'file searches' },
  { name: 'rerankSearches', kind: 'rerank', rate: 'rerankPer1k', label: 'rerank searches' },
  { name: 'codeCalls', kind: 'codeCall', rate: 'codeCallPer1k', label: 'code executions' },
  { name: 'containers', kind: 'container', rate: 'perContainer', label: 'code containers' },
  { name: 'images', kind: 'image', rate: 'perImage', label: 'images' },
  { name: 'seconds', kind: 'second', rate: 'perSecond', label: 'seconds' },
  { name: 'pages', kind: 'page', rate: 'perPage', label: 'pages' },
  { name: 'characters', kind: 'character', rate: 'charactersPerMillion', label: 'characters' },
];

// Tokens and pieces can measure the same thing: where its tokens are billed, the pieces need no rate. Code that runs in
// containers is billed by these where they have a price.
function isCovered(name: CountName, usage: Usage, rates: Rates): boolean {
  switch (name) {
    case 'codeCalls':
      return rates.perContainer !== undefined && usage.containers !== undefined;
    case 'images':
      return hasBilledTokens('output', usage, rates);
    case 'seconds':
    case 'pages':
    case 'characters':
      return hasBilledTokens('input', usage, rates);
    default:
      return false;
  }
}

function hasBilledTokens(side: 'input' | 'output', usage: Usage, rates: Rates): boolean {
  return (usage[side] ?? 0) > 0 && rates[side] !== undefined;
}

function billRequests(draft: BillDraft, usage: Usage, rates: Rates): void {
  if (rates.perRequest === undefined) return;
  const context = usage.searchContext?.toLowerCase();
  const byContext = { medium: rates.perRequestMedium, high: rates.perRequestHigh }[context ?? ''];
  addComponent(draft, 'request', usage.requests ?? 1, byContext ?? rates.perRequest);
  if (context === undefined && rates.perRequestHigh !== undefined) {
    addDoubt(draft, 'bound', 'the search context was not reported: requests are billed at the lowest fee');
  }
}
