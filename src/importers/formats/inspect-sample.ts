/** Converts a sample of an Inspect log: its events as spans, calls, tools and changes of the state. */
import { asFields, getField, toList, type Fields } from '../../usage/fields/fields.js';
import { countTokens, readUsage } from '../frame/call-usage.js';
import type { CallDetail, ForeignMark, ForeignSpan } from '../frame/foreign-run.js';
import { parseTime } from '../frame/foreign-time.js';
import { readAnswer } from '../frame/read-answer.js';
import { textIn, toText } from '../frame/record-text.js';
import { StateReplay } from './inspect-state.js';
import { toLabel } from '../frame/to-label.js';
import { toolsOf } from '../dialects/gen-ai-dialect.js';
import { toNumber } from '../../lib/data/foreign-value.js';

export type InspectSpans = { spans: ForeignSpan[]; marks: ForeignMark[] };

/** Re-reads a sample. */
type Reread = () => Fields;

/** Adds the spans of a sample. */
export function readSample(to: InspectSpans, sample: Fields, reread: Reread): void {
  const events = toList(sample['events'])
    .map(asFields)
    .filter((event) => event !== undefined);
  const times = events
    .flatMap((event) => [event['timestamp'], event['completed']])
    .flatMap((each) => parseTime(each) ?? []);
  if (times.length === 0) return;
  const epoch = toNumber(sample['epoch'] ?? 1);
  const key = `sample_${String(sample['id'])}${epoch > 1 ? `_epoch_${epoch}` : ''}`;
  const input = toText(sample['input']);
  const error = textIn(sample['error'], 'message');
  const span: ForeignSpan = {
    id: key,
    kind: 'step',
    name: key,
    label: toLabel(typeof input === 'string' ? input : undefined),
    startMs: Math.min(...times),
    endMs: Math.max(...times),
    ...(error === undefined ? {} : { failed: true, error: { message: error } }),
    detail() {
      const again = reread();
      return {
        inputs: { input: again['input'], target: again['target'] },
        output: getField(again, 'output', 'completion') ?? readAnswer(getField(again, 'output'))?.text,
      };
    },
  };
  to.spans.push(span);
  new SampleReader(to, span, reread).read(events);
}

class SampleReader {
  readonly #to: InspectSpans;
  readonly #sample: ForeignSpan;
  readonly #reread: Reread;
  readonly #spans = new Map<string, ForeignSpan>();
  readonly #state: StateReplay;

  constructor(to: InspectSpans, sample: ForeignSpan, reread: Reread) {
    this.#to = to;
    this.#sample = sample;
    this.#reread = reread;
    this.#state = new StateReplay(sample.id, (index) => this.#eventAt(index));
  }

  read(events: readonly Fields[]): void {
    for (const [index, event] of events.entries()) {
      const atMs = parseTime(event['timestamp']);
      if (atMs !== undefined) this.#readEvent(event, index, atMs);
    }
  }

  #readEvent(event: Fields, index: number, atMs: number): void {
    switch (event['event']) {
      case 'span_begin':
        return this.#beginSpan(event, atMs);
      case 'span_end': {
        const span = this.#spans.get(String(event['id']));
        if (span) span.endMs = atMs;
        return;
      }
      case 'sample_init':
      case 'state':
      case 'store':
        this.#state.add(index);
        return this.#mark(event, atMs, () => this.#state.read(index));
      case 'model':
        return this.#addCall(event, index, atMs);
      case 'tool':
        return this.#addTool(event, index, atMs);
      case 'logger':
      case 'info':
      case 'score':
      case 'error':
      case 'sample_limit':
        return this.#mark(event, atMs, () => ({ type: 'log', ...describe(this.#eventAt(index)) }));
    }
  }

  #beginSpan(event: Fields, atMs: number): void {
    const id = String(event['id']);
    const type = textIn(event, 'type') ?? 'span';
    const kind = type === 'agent' ? 'agent' : type === 'tool' ? 'step' : type === 'solver' ? 'node' : 'step';
    const span: ForeignSpan = {
      id: `${this.#sample.id}/${id}`,
      parent: this.#spans.get(String(event['parent_id']))?.id ?? this.#sample.id,
      kind,
      ...(kind === 'node' ? { nodeType: type } : {}),
      name: textIn(event, 'name') ?? type,
      startMs: atMs,
      detail: () => ({}),
    };
    this.#spans.set(id, span);
    this.#to.spans.push(span);
  }

  #parentOf(event: Fields): string {
    return this.#spans.get(String(event['span_id']))?.id ?? this.#sample.id;
  }

  #mark(event: Fields, atMs: number, read: ForeignMark['read']): void {
    this.#to.marks.push({ span: this.#parentOf(event), atMs, read });
  }

  #addCall(event: Fields, index: number, atMs: number): void {
    const { provider, model } = splitModel(textIn(event, 'model') ?? '');
    const usage = readUsage(
      asFields(getField(event, 'output', 'usage')) && { usage: getField(event, 'output', 'usage') },
    );
    const error = textIn(event, 'error') ?? textIn(event['error'], 'message');
    this.#to.spans.push({
      id: `${this.#sample.id}/event-${index}`,
      parent: this.#parentOf(event),
      kind: 'llm',
      name: model,
      startMs: atMs,
      endMs: endOf(event, atMs),
      ...(error === undefined ? {} : { failed: true, error: { message: error } }),
      call: { provider, model, tokens: countTokens(usage), isRequest: true },
      detail: () => ({ call: { ...readCall(this.#eventAt(index)), usage } }),
    });
  }

  #addTool(event: Fields, index: number, atMs: number): void {
    const error = textIn(event['error'], 'message');
    this.#to.spans.push({
      id: `${this.#sample.id}/event-${index}`,
      parent: this.#parentOf(event),
      kind: 'tool',
      name: textIn(event, 'function') ?? 'tool',
      startMs: atMs,
      endMs: endOf(event, atMs),
      ...(error === undefined ? {} : { failed: true, error: { message: error } }),
      detail: () => {
        const again = this.#eventAt(index);
        return { inputs: asFields(again['arguments']), output: toText(again['result']) };
      },
    });
  }

  /** Resolves the attachments of an event. */
  #eventAt(index: number): Fields {
    const sample = this.#reread();
    const attachments = asFields(sample['attachments']) ?? {};
    return asFields(attach(toList(sample['events'])[index], attachments)) ?? {};
  }
}

function endOf(event: Fields, atMs: number): number {
  const seconds = getField(event, 'output', 'time') ?? event['working_time'];
  return parseTime(event['completed']) ?? atMs + (typeof seconds === 'number' ? seconds * 1000 : 0);
}

function readCall(event: Fields): CallDetail {
  const output = event['output'];
  return {
    prompt: event['input'],
    settings: asFields(event['config']),
    tools: toolsOf(event['tools']),
    ...readAnswer(getField(output, 'choices')),
    api: 'chat',
    responseModel: textIn(output, 'model'),
    usage: null,
    rawUsage: getField(output, 'usage'),
  };
}

function describe(event: Fields): { text: string; stream: 'stdout' | 'stderr' | 'warning' } {
  const value =
    event['message'] ??
    event['data'] ??
    event['score'] ??
    event['error'] ??
    (event['type'] as unknown) ??
    null;
  const text = textIn(value, 'message') ?? (typeof value === 'string' ? value : JSON.stringify(value));
  const kind = String(event['event']);
  return {
    text: `${kind}: ${text}`,
    stream: kind === 'error' ? 'stderr' : kind === 'sample_limit' ? 'warning' : 'stdout',
  };
}

/** Provider prefixes of Inspect's model names that differ from pflow's. */
const providers: Readonly<Record<string, string>> = {
  azureai: 'azure',
  hf: 'huggingface',
  'openai-api': 'openai-compatible',
};

/** Splits `ollama/gemma3` into the provider and its model, which may contain slashes too. */
function splitModel(name: string): { provider: string | undefined; model: string } {
  const slash = name.indexOf('/');
  if (slash < 0) return { provider: undefined, model: name || 'unknown' };
  const provider = name.slice(0, slash);
  return { provider: providers[provider] ?? provider, model: name.slice(slash + 1) };
}

/** Long texts are stored once, in the sample's attachments. */
function attach(value: unknown, attachments: Fields): unknown {
  if (typeof value === 'string') {
    return value.startsWith(ATTACHMENT) ? (attachments[value.slice(ATTACHMENT.length)] ?? value) : value;
  }
  if (Array.isArray(value)) return value.map((each) => attach(each, attachments));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, attach(each, attachments)]));
}

const ATTACHMENT = 'attachment://';
