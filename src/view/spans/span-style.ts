/** Styles of status glyphs and bars. */

import type { RunState, Span } from '../../profile/run/run-state.js';
import { barStyle, type StyleName } from '../base/theme.js';

/** The style of a status glyph. */
export function statusStyle(status: Span['status'] | 'pending'): StyleName {
  if (status === 'ok') return 'ok';
  if (status === 'failed') return 'failed';
  if (status === 'running') return 'running';
  return status === 'cancelled' ? 'warning' : 'pending';
}

/** The bar style of a span: by its type, or by the type of the enclosing node. */
export function spanBarStyle(run: RunState, span: Span): StyleName {
  if (span.status === 'failed') return 'bar-failed';
  if (span.kind === 'stage') return span.name === 'planner' ? 'bar-planner' : 'bar-workflow';
  if (span.kind === 'llm' || span.totals.calls > 0) return 'bar-llm';
  let node: Span | undefined = span;
  while (node && node.nodeType === undefined && node.parent !== undefined) node = run.spans.get(node.parent);
  return barStyle(node?.nodeType);
}
