/** The listeners of one kind of event. */
export class Emitter<Event = void> {
  readonly #listeners = new Set<(event: Event) => void>();

  /** Calls the listener for every event, until the returned function is called. */
  on(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: Event): void {
    for (const listener of this.#listeners) listener(event);
  }
}
