import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { RouterClient } from '@orpc/server';
import type { Operation } from '../../contract/operations.ts';
import type { Router } from '../router.ts';

const program = join(import.meta.dirname, 'services-process.ts');

type Message = { id?: number; answer?: unknown; error?: string; ready?: true; changed?: Operation };
type Client = Pick<RouterClient<Router>, 'operations' | 'hosts' | 'schedules'>;

/** A console in another process, which can be killed at any moment. */
export class KillableServices {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();
  readonly #watchers = new Set<(operation: Operation) => void>();
  readonly #ready: Promise<void>;
  #last = 0;
  readonly operations: Client['operations'];
  readonly hosts: Client['hosts'];
  readonly schedules: Client['schedules'];

  /** `env`: the console's environment, empty by default. */
  constructor(directory: string, secrets: Record<string, string>, env: NodeJS.ProcessEnv = {}) {
    this.#child = fork(program, [directory, JSON.stringify(secrets), JSON.stringify(env)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#ready = new Promise((resolve) => {
      this.#child.on('message', (message: Message) => {
        if (message.ready) resolve();
        else this.#take(message);
      });
    });
    this.#child.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('The console was killed'));
    });
    this.operations = this.#procedures('operations') as Client['operations'];
    this.hosts = this.#procedures('hosts') as Client['hosts'];
    this.schedules = this.#procedures('schedules') as Client['schedules'];
  }

  /** Resolves with the operation once an event reports it in this state. Rejects if the operation ends before; an interrupted one may go on. */
  until(id: string, is: (operation: Operation) => boolean): Promise<Operation> {
    return new Promise((resolve, reject) => {
      const watch = (operation: Operation) => {
        const isOver = operation.state === 'finished' || operation.state === 'cancelled';
        if (operation.id !== id || (!is(operation) && !isOver)) return;
        this.#watchers.delete(watch);
        if (is(operation)) resolve(operation);
        else reject(new Error(`The operation ended too early: ${JSON.stringify(operation)}`));
      };
      this.#watchers.add(watch);
      this.operations.list({}).then(({ operations }) => operations.forEach(watch), reject);
    });
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  #procedures(part: string): unknown {
    return new Proxy({}, { get: (_, name) => (input: unknown) => this.#call(`${part}.${String(name)}`, input) });
  }

  async #call(path: string, input: unknown): Promise<unknown> {
    await this.#ready;
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, path, input });
    });
  }

  #take({ id, answer, error, changed }: Message): void {
    if (changed) for (const watch of [...this.#watchers]) watch(changed);
    if (id === undefined) return;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(answer);
    else waiting?.reject(new Error(error));
  }
}
