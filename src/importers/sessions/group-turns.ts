/** Groups the turns of a long session, so that the list of its parts fits on a screen. */
import type { ForeignSpan } from '../frame/foreign-run.js';
import type { SessionThread } from './session-thread.js';

/** A session with more turns is grouped. */
const MOST_TURNS = 30;
/** Maximum number of groups in a session, in addition to those started by compactions. */
const MOST_GROUPS = 20;

/** The spans of the groups, which become the parents of their turns. A compaction starts a new group. */
export function groupTurns({ turns, compactions, agent }: SessionThread): ForeignSpan[] {
  if (turns.length <= MOST_TURNS) return [];
  const size = Math.max(10, Math.ceil(turns.length / MOST_GROUPS));
  const groups: ForeignSpan[] = [];
  const isStart = new Set(compactions);
  let members: ForeignSpan[] = [];
  const close = (last: number): void => {
    if (members.length === 0) return;
    const id = `${agent.id}/turns-${last - members.length + 1}`;
    for (const turn of members) turn.parent = id;
    groups.push({
      id,
      parent: agent.id,
      kind: 'step',
      name: `turns ${last - members.length + 1}–${last}`,
      startMs: members[0]!.startMs,
      endMs: Math.max(...members.map(({ endMs, startMs }) => endMs ?? startMs)),
      detail: () => ({}),
    });
    members = [];
  };
  for (const [index, turn] of turns.entries()) {
    if (members.length >= size || isStart.has(index)) close(index);
    members.push(turn);
  }
  close(turns.length);
  return groups;
}
