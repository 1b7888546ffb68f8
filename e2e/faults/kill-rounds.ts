import { HostsProcess } from './fault-cloud.ts';
import { killRound, type RoundResult } from './kill-round.ts';
import { type RoundKind, roundKinds } from './round-kinds.ts';

export type RoundsOptions = {
  seed: string;
  /** The first round and how many, or one round alone. */
  first: number;
  count: number;
  /** Rounds at the same time. Most of a round is waiting. */
  lanes: number;
  kind?: RoundKind | undefined;
  /** Called after each round. */
  ended?(result: RoundResult): void;
};

/** Runs kill rounds over all kinds of operation in turn. */
export async function killRounds({ seed, first, count, lanes, kind, ended }: RoundsOptions): Promise<RoundResult[]> {
  await using hosts = new HostsProcess();
  const results: RoundResult[] = [];
  let next = first;
  const lane = async () => {
    while (next < first + count) {
      const round = next;
      next += 1;
      const result = await killRound(hosts, seed, round, kind);
      results.push(result);
      ended?.(result);
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, count) }, lane));
  return results.sort((a, b) => a.round - b.round);
}

/** A table of the results, a line for each kind. */
export function roundsTable(results: readonly RoundResult[]): string {
  const rows = [
    [
      'kind',
      'rounds',
      'kills',
      'within 60 ms',
      'at a request',
      'later',
      'at its end',
      'continued',
      'left unknown',
      'double requests',
      'disagreements',
    ],
  ];
  const row = (name: string, of: readonly RoundResult[]) => {
    const kills = of.flatMap(({ killed }) => killed);
    const when = (is: (text: string) => boolean) => kills.filter(is).length;
    const timed = (text: string) => text.endsWith(' ms');
    const sum = (pick: (result: RoundResult) => number) => of.reduce((total, result) => total + pick(result), 0);
    rows.push(
      [
        name,
        of.length,
        kills.length,
        when((text) => timed(text) && Number.parseInt(text, 10) <= 60),
        when((text) => text.startsWith('request')),
        when((text) => timed(text) && Number.parseInt(text, 10) > 60),
        when((text) => text === 'at its end'),
        sum(({ continued }) => continued),
        sum(({ unknown }) => unknown),
        sum((result) => result.doubleRequests),
        sum(({ disagreements }) => disagreements.length),
      ].map(String),
    );
  };
  for (const kind of roundKinds) {
    const of = results.filter((result) => result.kind === kind);
    if (of.length > 0) row(kind, of);
  }
  row('all', results);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .join('\n');
}
