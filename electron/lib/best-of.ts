/**
 * The first elements of a list in an order, without sorting the list: sorting 250,000 elements takes too long to be done
 * at once. Of elements that compare as equal, those added first are kept.
 */
export class BestOf<Element> {
  readonly #limit: number;
  readonly #compare: (one: Element, other: Element) => number;
  readonly #list: Element[] = [];
  #offered = 0;

  /** @param limit how many elements are kept, at least 1 */
  constructor(limit: number, compare: (one: Element, other: Element) => number) {
    this.#limit = limit;
    this.#compare = compare;
  }

  /** The kept elements, in order. */
  get list(): readonly Element[] {
    return this.#list;
  }

  /** How many elements were added. */
  get offered(): number {
    return this.#offered;
  }

  add(element: Element): void {
    this.#offered += 1;
    const last = this.#list[this.#limit - 1];
    if (last !== undefined && this.#compare(element, last) >= 0) return;
    let [low, high] = [0, this.#list.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(element, this.#list[middle] as Element) < 0) high = middle;
      else low = middle + 1;
    }
    this.#list.splice(low, 0, element);
    if (this.#list.length > this.#limit) this.#list.pop();
  }
}
