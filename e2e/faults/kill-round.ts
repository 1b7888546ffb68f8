import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Operation } from '../../electron/contract/operations.ts';
import { Random } from '../../electron/demo/random.ts';
import type { ConsoleClient } from '../../renderer/bridge/client.ts';
import type { Moment, ProxyRule } from './delaying-proxy.ts';
import type { FaultCloud, HostsProcess } from './fault-cloud.ts';
import type { ImageSpec, Truth } from './fault-hosts.ts';
import { type Boot, doubleRequests, judge, unrecorded } from './judge.ts';
import { hasEnded, KillableConsole, prepareData, untilOperation } from './killable-console.ts';
import { type RoundKind, type RoundSetup, roundKinds, setUpRound, someImages } from './round-kinds.ts';

export type RoundResult = {
  round: number;
  kind: RoundKind;
  /** When each console was killed. */
  killed: string[];
  /** How often the operation was continued. */
  continued: number;
  /** Targets whose outcome stays unknown at the end, with a reason. */
  unknown: number;
  doubleRequests: number;
  disagreements: string[];
};

/** A call that starts or continues an operation with this many open targets. */
type RunningCall = { open: number; answered: Promise<Operation> };

/**
 * When a console is killed: this many milliseconds after such a call was sent or answered, or after a request of the
 * operation.
 */
type KillMoment = { from: 'sent' | 'answered'; after: number; request?: { number: number; phase: Moment['phase'] } };

/** The delays of a round: some requests and some answers are late, and a few connections break. */
function delays(random: Random): ProxyRule[] {
  const change = '^(?!.*/file$)';
  const late = random.pick([
    { before: [200, 1_800] as const },
    { after: [200, 1_800] as const },
    { before: [100, 900] as const, after: [100, 900] as const },
  ]);
  const rules: ProxyRule[] = [];
  for (const method of ['PUT', 'DELETE', 'POST']) {
    rules.push({ method, path: change, share: 0.12, ...late });
    if (random.chance(0.4)) rules.push({ method, path: change, share: 0.05, cut: random.pick(['before', 'after']) });
    rules.push({ method, path: change, before: [0, 25], after: [0, 25] });
  }
  if (random.chance(0.3)) rules.push({ method: 'GET', path: '/v2/cache$', share: 0.3, after: [50, 400] });
  rules.push({ method: 'GET', path: '/file$', before: [0, 60] });
  return rules;
}

function someMoment(random: Random, requests: number): KillMoment {
  const draw = random.next();
  const from = random.pick(['sent', 'answered', 'answered'] as const);
  if (draw < 0.3) return { from, after: random.between(0, 60) };
  if (draw < 0.5) return { from, after: random.between(60, 1_200) };
  const phase = random.pick(['received', 'done', 'answered'] as const);
  const after = random.chance(0.5) ? 0 : random.between(0, 30);
  return { from: 'sent', after, request: { number: random.int(1, requests), phase } };
}

/** The kill of one console, which the round carries out. */
class ConsoleKill {
  readonly createdAt = Date.now();
  /** Resolves when the console has to be killed. */
  readonly due: Promise<void>;
  text = 'at its end';

  constructor(cloud: FaultCloud, call: RunningCall, moment: KillMoment) {
    this.due = this.#await(cloud, call, moment);
  }

  async #await(cloud: FaultCloud, { answered }: RunningCall, { from, after, request }: KillMoment): Promise<void> {
    // A call that the kill interrupts fails.
    await (from === 'answered' ? answered.catch(() => undefined) : undefined);
    if (request) {
      let count = 0;
      await new Promise<void>((resolve) => {
        cloud.onMoment = ({ phase }) => {
          if (phase === request.phase) count += 1;
          if (count === request.number) resolve();
        };
      });
    }
    await wait(after);
    this.text = request ? `request ${request.number} ${request.phase}` : `${Math.round(after)} ms`;
  }
}

/** Runs a round: an operation whose consoles are killed until it may end, judged by what the hosts saw. */
export async function killRound(
  hosts: HostsProcess,
  seed: string,
  round: number,
  of?: RoundKind,
): Promise<RoundResult> {
  const random = new Random(`${seed}/${round}`);
  const kind = of ?? roundKinds[(round - 1) % roundKinds.length] ?? 'queue';
  const setup = setUpRound(kind, random.fork('setup'));
  const directory = await mkdtemp(join(tmpdir(), 'kill-round-'));
  const cloud = await hosts.open(setup.spec);
  const result: RoundResult = {
    round,
    kind,
    killed: [],
    continued: 0,
    unknown: 0,
    doubleRequests: 0,
    disagreements: [],
  };
  const running = new Set<KillableConsole>();
  const data = join(directory, 'data');
  const cloudsYaml = join(directory, 'clouds.yaml');
  const start = () => {
    const served = new KillableConsole({ directory: data, cloudsYaml });
    running.add(served);
    return served;
  };
  try {
    await prepareData(data, cloud.info, cloudsYaml);
    let served = start();
    let client = await served.client();
    await client.hosts.refresh({});
    const boots: Boot[] = [];
    const kills: number[] = [];
    let call = await begin(client, setup);
    await cloud.setRules(delays(random.fork('delays')));
    let nextKill = new ConsoleKill(cloud, call, someMoment(random, call.open));
    for (let lives = random.int(1, 3); ; lives -= 1) {
      await Promise.race([nextKill.due, endOf(client, call)]);
      await served.kill();
      kills.push(Date.now());
      result.killed.push(nextKill.text);
      const before = await cloud.truth();
      if (setup.mayBoot && random.chance(0.5))
        boots.push(...(await bootSome(cloud, before, setup.spec.images, random)));
      served = start();
      client = await served.client();
      const [operation] = (await client.operations.list({})).operations;
      if (!operation) {
        if (before.entries.length > 0) throw new Error('The operation is lost, although requests of it were sent');
        // It was killed before it had recorded the operation.
        await client.hosts.refresh({});
        call = await begin(client, setup);
      } else {
        const { targets } = await client.operations.targets({ id: operation.id });
        const sent = before.entries.filter(({ receivedAt }) => receivedAt >= nextKill.createdAt);
        result.disagreements.push(...unrecorded(targets, sent, before));
        const { waiting, following, unknown } = operation.counts;
        const open = waiting + following + unknown;
        if (open === 0) break;
        result.continued += 1;
        call = { open, answered: client.operations.continue({ id: operation.id }) };
        call.answered.catch(() => undefined);
      }
      if (lives > 1) nextKill = new ConsoleKill(cloud, call, someMoment(random, call.open));
      else {
        cloud.onMoment = undefined;
        await untilOperation(client, (await call.answered).id, hasEnded);
        break;
      }
    }
    const [last] = (await client.operations.list({})).operations;
    await cloud.quiet();
    const account = await client.operations.targets({ id: last?.id ?? '' });
    const truth = await cloud.truth();
    result.unknown = account.operation.counts.unknown;
    result.doubleRequests = doubleRequests(truth);
    if (account.operation.state !== 'finished')
      result.disagreements.push(`It is ${account.operation.state} at its end`);
    result.disagreements.push(...judge(account, truth, { boots, kills }));
    return result;
  } catch (error) {
    result.disagreements.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return result;
  } finally {
    for (const served of running) await served.kill();
    await cloud.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Plans the operation of a round and starts it. */
async function begin(client: ConsoleClient, setup: RoundSetup): Promise<RunningCall> {
  const plan = await client.operations.plan(await setup.action(client));
  if (plan.willDo === 0) throw new Error(`Nothing to do: ${plan.targets[0]?.reason}`);
  const answered = client.operations.start({ planId: plan.id });
  // A caller that needs the answer awaits it; the console may be killed before the answer.
  answered.catch(() => undefined);
  return { open: plan.willDo, answered };
}

/** Resolves when the operation ended before its console was killed. */
async function endOf(client: ConsoleClient, { answered }: RunningCall): Promise<void> {
  await untilOperation(client, (await answered).id, hasEnded);
}

/** Boots images on every host while no console runs: new ones, and one that the operation has removed. */
async function bootSome(
  cloud: FaultCloud,
  { entries }: Truth,
  images: readonly ImageSpec[],
  random: Random,
): Promise<Boot[]> {
  const boots: Boot[] = [];
  for (const { name } of cloud.info.hosts) {
    const removed = entries.filter(({ hostName }) => hostName === name).flatMap((entry) => entry.removed);
    const again = images.filter(({ id }) => removed.some(({ imageId, from }) => imageId === id && from === 'cache'));
    const booted = [...someImages(random, random.int(1, 3)), ...again.slice(0, random.int(0, 1))];
    const at = Date.now();
    await cloud.boot(name, booted);
    boots.push(...booted.map(({ id }) => ({ hostName: name, imageId: id, at })));
  }
  return boots;
}
