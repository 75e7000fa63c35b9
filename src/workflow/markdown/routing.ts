import type { Problem } from '../format/problem.js';

/** Where a step leads, as its `next`, its `on-error` and its own code say. */
export type Route = Readonly<{
  id: string;
  line: number;
  /** The steps after `- next:`, without `end`; undefined when the order of the file decides. */
  next: readonly string[] | undefined;
  nextLine: number;
  onError: string | undefined;
  onErrorLine: number;
  byCode: NamedByCode;
}>;

/** What code says of the step after it. */
export type NamedByCode = Readonly<{
  /** The steps that it names as they are. */
  names: readonly string[];
  /** Whether it also computes such names. */
  computes: boolean;
}>;

/** An edge and the line that it comes from. */
export type LocatedEdge = Readonly<{ from: string; to: string; action: string; line: number }>;

/**
 * The edges of steps. A step leads to the one below it, or to the one that `next` names. With several names each is an action
 * of its own, and the first also the default.
 */
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

/** Steps that nobody could be led to: those whose names code computes must stand in `next`. */
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

/**
 * Branches that nobody meant: a step that is reached by a branch must say where it leads, and no step may run on into such a
 * step only because it stands below.
 */
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

/** What code assigns to `next`. */
export function readCode(code: string): NamedByCode {
  const values = Array.from(
    code.matchAll(/\bnext[ \t]*(?::[ \t]*\w+[ \t]*)?=(?!=)[ \t]*(.*)/g),
    ([, value]) => value!,
  );
  const names = values.map((value) => /^(["'])([\w-]+)\1[ \t;]*(?:(?:#|\/\/).*)?$/.exec(value)?.[2]);
  const known = names.filter((name) => name !== undefined && name !== END);
  return { names: [...new Set(known)] as string[], computes: names.includes(undefined) };
}

/** The names in `- next: a, b`; `end` is where a workflow ends, not a step. */
export function readTargets(value: unknown): string[] {
  const names = Array.isArray(value) ? value.map(String) : String(value).split(',');
  return names.map((name) => name.trim()).filter((name) => name !== '' && name !== END);
}

const END = 'end';
