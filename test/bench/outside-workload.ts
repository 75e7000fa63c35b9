/** The nodes and the store of the runs that are measured from the outside. */

/** A node that waits one turn of the event loop, as real ones wait for the network. */
export type Step = Readonly<{
  id: string;
  index: number;
  prep: (store: Record<string, unknown>) => number;
  exec: (prepared: number) => Promise<number>;
  post: (store: Record<string, unknown>, result: number) => void;
}>;

/**
 * Nodes of which each writes two keys, one in five changes a value in place, one in fifty writes a text of 12 kB and one in ten
 * reports a usage. `onWrite` is called for everything that a record of the state must have.
 */
export function createSteps(
  count: number,
  onWrite: (node: string, key: string, value: unknown) => void,
): Step[] {
  return Array.from({ length: count }, (_, index) => {
    const id = `step-${index}`;
    return {
      id,
      index,
      prep: (store) => String(store['k1']).length,
      exec: async (prepared) => {
        await new Promise<void>((done) => setImmediate(done));
        return prepared + index;
      },
      post: (store, result) => {
        const write = (key: string, value: unknown): void => {
          store[key] = value;
          onWrite(id, key, value);
        };
        write('answer', `The answer of step ${index} is ${result}, and it is a sentence of some length.`);
        write('details', { step: index, model: 'm-1', finish: 'stop', tags: ['a', 'b'], score: result / 7 });
        if (index % 5 === 0) {
          const list = store['list'] as { score: number }[];
          list[index % list.length]!.score = index + 0.25;
          onWrite(id, 'list', list);
        }
        if (index % 50 === 0) write('text', `${index} ${PROSE.repeat(150)}`);
      },
    };
  });
}

/** What a tenth of the nodes report: a call to a model. */
export function usageOf({ index }: Step): Readonly<Record<string, unknown>> | undefined {
  return index % 10 === 0
    ? { model: 'gpt-4o-mini', provider: 'openai', input_tokens: 1200 + index, output_tokens: 90 }
    : undefined;
}

/** 17 kB in 20 keys, or 200 kB in 100, of which four are large: two texts, a list and an object. */
export function fillStore(kilobytes: number): Record<string, unknown> {
  const isLarge = kilobytes > 100;
  const small = Array.from({ length: isLarge ? 96 : 16 }, (_, index) => [`k${index}`, smallValue(index)]);
  return {
    ...Object.fromEntries(small),
    text: PROSE.repeat(isLarge ? 150 : 60),
    page: PROSE.repeat(isLarge ? 1250 : 50),
    list: Array.from({ length: isLarge ? 330 : 20 }, (_, index) => ({
      id: index,
      name: `item ${index}`,
      score: index / 3,
    })),
    record: Object.fromEntries(
      Array.from({ length: isLarge ? 600 : 30 }, (_, index) => [
        `field${index}`,
        `${index} ${PROSE}`.slice(0, 70),
      ]),
    ),
  };
}

const PROSE = 'The quick brown fox jumps over the lazy dog, and then it goes on again. '.padEnd(80, '.');

function smallValue(index: number): unknown {
  if (index % 3 === 0) return { id: index, title: `Record ${index}`, tags: ['red', 'green'] };
  return index % 3 === 1 ? PROSE.repeat(3) : index;
}
