/** A binary heap: the smallest first. The topological sort takes the next ready action from one. */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #compare: (left: T, right: T) => number;

  constructor(compare: (left: T, right: T) => number) {
    this.#compare = compare;
  }

  push(item: T): void {
    const items = this.#items;
    let hole = items.push(item) - 1;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = items[parent];
      if (above === undefined || this.#compare(above, item) <= 0) break;
      items[hole] = above;
      hole = parent;
    }
    items[hole] = item;
  }

  pop(): T | undefined {
    const items = this.#items;
    const smallest = items[0];
    const last = items.pop();
    if (items.length === 0 || last === undefined) return smallest;
    let hole = 0;
    for (;;) {
      const child = this.#smallerChild(hole);
      const below = items[child];
      if (below === undefined || this.#compare(last, below) <= 0) break;
      items[hole] = below;
      hole = child;
    }
    items[hole] = last;
    return smallest;
  }

  #smallerChild(parent: number): number {
    const left = this.#items[2 * parent + 1];
    const right = this.#items[2 * parent + 2];
    const rightIsSmaller =
      left !== undefined && right !== undefined && this.#compare(right, left) < 0;
    return 2 * parent + (rightIsSmaller ? 2 : 1);
  }
}
