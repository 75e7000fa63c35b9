/** Parses the attributes of pflow's own OTLP export, so that an exported run is restored on import. */
import { jsonAt, numberAt, textAt } from './attribute-values.js';
import type { Attributes } from '../../otlp/decode/received.js';
import type { ForeignSpan } from '../frame/foreign-run.js';
import type { DialectSpan, Reading } from './dialect.js';

/** Reads a span with `pflow.kind`. Its call has the GenAI names. */
export function readPflow({ name, attributes }: DialectSpan): Reading | undefined {
  const kind = textAt(attributes, 'pflow.kind');
  if (kind === undefined) return undefined;
  return {
    kind,
    name: nameOf(kind, name, attributes),
    isRequest: kind === 'llm',
    toolCostUsd: numberAt(attributes, 'gen_ai.usage.cost'),
    free: textAt(attributes, 'pflow.cost.state') === 'free' || undefined,
    content() {
      const inputs = jsonAt(attributes, 'pflow.params');
      return { inputs: typeof inputs === 'object' ? (inputs as Record<string, unknown>) : undefined };
    },
  };
}

/** The export names spans in the way that OpenTelemetry viewers group them. */
function nameOf(kind: string, name: string, attributes: Attributes): string | undefined {
  if (kind === 'stage' && name === 'plan') return 'planner';
  const index = numberAt(attributes, 'pflow.item.index');
  if (kind === 'item' && index !== undefined) return String(index);
  return textAt(attributes, 'pflow.node.id');
}

/** Further facts of a span that the export preserves; empty for a span of another program. */
export function readPflowFields(attributes: Attributes): Partial<ForeignSpan> {
  if (textAt(attributes, 'pflow.kind') === undefined) return {};
  const status = textAt(attributes, 'pflow.status');
  return {
    nodeType: textAt(attributes, 'pflow.node.type'),
    visit: onlyRepeated(numberAt(attributes, 'pflow.node.visit')),
    action: textAt(attributes, 'pflow.node.action'),
    attempt: numberAt(attributes, 'pflow.attempt'),
    index: numberAt(attributes, 'pflow.item.index'),
    ...(status === 'cancelled' ? { cancelled: true } : {}),
    ...(status === 'skipped' ? { skipped: true } : {}),
  };
}

/** Absent means the first. */
function onlyRepeated(visit: number | undefined): number | undefined {
  return visit === 1 ? undefined : visit;
}
