/** What of an operation can be ended at once when it is cancelled, instead of being waited for: programs on hosts. */
export class Cancels {
  readonly #open = new Map<string, Set<AbortController>>();

  open(operationId: string): { signal: AbortSignal; close(): void } {
    const controller = new AbortController();
    const ofOperation = this.#open.get(operationId) ?? new Set();
    this.#open.set(operationId, ofOperation.add(controller));
    return {
      signal: controller.signal,
      close: () => {
        ofOperation.delete(controller);
        if (ofOperation.size === 0) this.#open.delete(operationId);
      },
    };
  }

  cancel(operationId: string): void {
    for (const controller of this.#open.get(operationId) ?? []) controller.abort(new Error('Cancelled'));
  }
}
