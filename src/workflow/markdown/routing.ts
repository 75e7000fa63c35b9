/** Derives edges from `next`, `on-error` and code. */

import type { Problem } from '../format/problem.js';
import { stringifyAny } from '../../lib/data/foreign-value.js';

/** The routes of a step from `next`, `on-error` and its code. */
export type Route = Readonly<{
  id: string;
  line: number;
  /** The steps of `- next:`, without `end`; undefined for file order. */
  next: readonly string[] | undefined;
  nextLine: number;
  onError: string | undefined;
  onErrorLine: number;
  byCode: NamedByCode;
}>;

/** Successors assigned in code. */
export type NamedByCode = Readonly<{
  /** Successors named literally. */
  names: readonly string[];
  /** Whether successors are also computed. */
  computes: boolean;
}>;

/** An edge and its source line. */
export type LocatedEdge = Readonly<{ from: string; to: string; action: string; line: number }>;

/** Derives the edges. A step leads to the one below it, or to its `next`. Each of several names is an action, and the first also the default. */
export function edgesOf(routes: readonly Route[]): LocatedEdge[] {
  return routes.flatMap(({ id, line, next, nextLine, onError, onErrorLine, byCode }, i): LocatedEdge[] => {
    const below = routes[i + 1];
    const [first, ...others] = next ?? (below ? [below.id] : []);
    const named = next && others.length > 0 ? next : [];
    const actions = [...new Set([...named, ...byCode.names])];
    return [
      ...(first === undefined ? [] : [{ from: id, to: first, action: 'default', line: nextLine }]),
      ...actions.map((to) => ({ from: id, to, action: to, line: named.includes(to) ? nextLine : line })),
      ...(onError === undefined ? [] : [{ from: id, to: onError, action: 'error', line: onErrorLine }]),
    ];
  });
}

/** Unreachable steps: names computed by code must be listed in `next`. */
export function undeclaredProblems(routes: readonly Route[]): Problem[] {
  return routes
    .filter(({ byCode, next }) => byCode.computes && !next)
    .map(({ id, line }) => ({
      path: '',
      line,
      message: `the code of step '${id}' computes which step is next, so those it can be must be declared.`,
      hint: "List them: '- next: one, other'.",
    }));
}

/** Ambiguous branches: a branch target must declare its successor, and no step may fall through into a branch target. */
export function fallThroughProblems(routes: readonly Route[], edges: readonly LocatedEdge[]): Problem[] {
  const reachedFrom = new Map<string, Set<string>>();
  for (const { from, to, action } of edges) {
    if (action === 'default') continue;
    reachedFrom.set(to, (reachedFrom.get(to) ?? new Set()).add(from));
  }
  return routes.flatMap(({ id, line, next }, i): Problem[] => {
    const below = routes[i + 1]?.id;
    if (next || below === undefined) return [];
    const at = { path: '', line };
    if (reachedFrom.has(id)) {
      const message = `step '${id}' is a branch of '${listed(reachedFrom.get(id)!)}', and would run on into '${below}' below it.`;
      return [{ ...at, message, hint: `Say where it leads: '- next: ${below}', or '- next: end'.` }];
    }
    const routers = reachedFrom.get(below);
    if (!routers || routers.has(id)) return [];
    const message = `step '${id}' would run on into '${below}' below it, which is a branch of '${listed(routers)}'.`;
    return [{ ...at, message, hint: "Say where it leads: '- next: end', or the name of a step." }];
  });
}

function listed(names: ReadonlySet<string>): string {
  return [...names].join("', '");
}

/** The values that code assigns to `next`. */
export function readCode(code: string): NamedByCode {
  const values = Array.from(
    code.matchAll(/\bnext[ \t]*(?::[ \t]*\w+[ \t]*)?=(?!=)[ \t]*(.*)/g),
    ([, value]) => value!,
  );
  const names = values.map((value) => /^(["'])([\w-]+)\1[ \t;]*(?:(?:#|\/\/).*)?$/.exec(value)?.[2]);
  const known = names.filter((name) => name !== undefined && name !== END);
  return { names: [...new Set(known)] as string[], computes: names.includes(undefined) };
}

/** The names of `- next: a, b`; `end` is the end of the workflow. */
export function readTargets(value: unknown): string[] {
  const names = Array.isArray(value) ? value.map(stringifyAny) : stringifyAny(value).split(',');
  return names.map((name) => name.trim()).filter((name) => name !== '' && name !== END);
}

const END = 'end';
