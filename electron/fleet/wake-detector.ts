import { networkInterfaces } from 'node:os';
import type { Clock } from '../lib/clock.ts';

/** Milliseconds between two checks. */
const interval = 5_000;
/** Milliseconds by which the time may differ from what the checks expect: a busy machine checks late. */
const tolerance = 20_000;

export type WakeDetectorOptions = {
  clock: Clock;
  /**
   * Called when the console's knowledge of the network is out of date: after sleep, a clock jump, or another network.
   */
  onWake: () => void;
  /** The addresses of this machine in any order. */
  addresses?: () => readonly string[];
};

/**
 * Detects that the machine slept, that its clock jumped, or that it changed its network, as with a VPN. Timers do not
 * advance while a machine sleeps, so failing hosts would otherwise wait for the rest of their delays.
 */
export class WakeDetector {
  readonly #options: WakeDetectorOptions;
  #cancelTimer: (() => void) | undefined;
  #checkedAt: number;
  #addresses: string;

  constructor(options: WakeDetectorOptions) {
    this.#options = options;
    this.#checkedAt = options.clock.now();
    this.#addresses = this.#readAddresses();
    this.#checkLater();
  }

  stop(): void {
    this.#cancelTimer?.();
  }

  #checkLater(): void {
    this.#cancelTimer = this.#options.clock.after(interval, () => {
      this.#check();
      this.#checkLater();
    });
  }

  #check(): void {
    const { clock, onWake } = this.#options;
    const now = clock.now();
    const jump = now - this.#checkedAt - interval;
    const addresses = this.#readAddresses();
    const moved = addresses !== this.#addresses;
    this.#checkedAt = now;
    this.#addresses = addresses;
    if (moved || Math.abs(jump) > tolerance) onWake();
  }

  #readAddresses(): string {
    return [...(this.#options.addresses ?? machineAddresses)()].sort().join(' ');
  }
}

/** The addresses by which this machine reaches others. Link-local ones come and go with every container. */
function machineAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:') && !address.startsWith('169.254.'))
    .map(({ address }) => address);
}
