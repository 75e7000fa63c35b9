/** Selects calls of the ledger by workflow, node, model, provider, project, status and tags. */
import type { CallLine } from './ledger-line.js';

/** Which calls to count; all conditions must hold. Names match any part, in upper or lower case. */
export type CallFilter = Readonly<{
  workflow?: string | undefined;
  node?: string | undefined;
  model?: string | undefined;
  provider?: string | undefined;
  project?: string | undefined;
  failed?: boolean | undefined;
  /** `name` or `name=value`. */
  tag?: readonly string[] | undefined;
}>;

const FIELDS = ['workflow', 'node', 'model', 'provider', 'project'] as const;

/** Creates the predicate of a filter. */
export function createCallFilter(filter: CallFilter): (call: CallLine) => boolean {
  const wanted = FIELDS.flatMap((field) => {
    const text = filter[field]?.toLowerCase();
    return text === undefined ? [] : [[field, text] as const];
  });
  const tags = (filter.tag ?? []).map((each): readonly [string, string | undefined] => {
    const at = each.indexOf('=');
    return at < 0 ? [each, undefined] : [each.slice(0, at), each.slice(at + 1)];
  });
  return (call) => {
    if (filter.failed && call.status !== 'failed') return false;
    for (const [field, text] of wanted) if (!call[field]?.toLowerCase().includes(text)) return false;
    for (const [name, value] of tags) {
      const own = call.tags && Object.hasOwn(call.tags, name) ? call.tags[name] : undefined;
      if (own === undefined || (value !== undefined && own !== value)) return false;
    }
    return true;
  };
}
