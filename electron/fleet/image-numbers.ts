import type { CatalogueImage, ImageId } from '../contract/images.ts';

type Record = { imageId: ImageId } | CatalogueImage;
const idOf = (record: Record): ImageId => ('imageId' in record ? record.imageId : record.id);

/** Numbers of images, given once, so that lists of them can be added up without looking every id up again. */
export class ImageNumbers {
  #numbers = new Map<ImageId, number>();
  #ids: ImageId[] = [];
  /** By the very array, which has to be another one whenever anything of it changes. */
  #numbered = new WeakMap<readonly Record[], Uint32Array>();

  /** How many numbers there are; those of images that are gone everywhere among them. */
  get count(): number {
    return this.#ids.length;
  }

  idOf(number: number): ImageId {
    return this.#ids[number] ?? '';
  }

  /** The number of each image of a list. */
  of(list: readonly Record[]): Uint32Array {
    const before = this.#numbered.get(list);
    if (before) return before;
    const numbers = Uint32Array.from(list, (record) => this.#number(idOf(record)));
    this.#numbered.set(list, numbers);
    return numbers;
  }

  forget(): void {
    this.#numbers = new Map();
    this.#ids = [];
    this.#numbered = new WeakMap();
  }

  #number(imageId: ImageId): number {
    const before = this.#numbers.get(imageId);
    if (before !== undefined) return before;
    const number = this.#ids.push(imageId) - 1;
    this.#numbers.set(imageId, number);
    return number;
  }
}
