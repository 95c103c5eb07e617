// The order in which Go's sort leaves a list. It isn't stable, yet always the same for the same input: who wants to list things that
// compare as equal in the order of a Go program (`kubectl get --sort-by`) has to take the same steps.
// They are those of a pattern-defeating quicksort (https://arxiv.org/abs/2106.05123), by insertion up to twelve items.

const BY_INSERTION = 12;
const MEDIAN_OF_MEDIANS = 50;
const ORDERED_UP_TO_HERE = 50;
const SHIFTS_TRIED = 5;

/** A list under way; places are counted from 0. */
interface Places {
  readonly less: (i: number, j: number) => boolean;
  readonly swap: (i: number, j: number) => void;
}

/** A sorted copy. `less` need not be consistent: the outcome follows its answers as it would in Go. */
export function sortUnstably<T>(items: readonly T[], less: (a: T, b: T) => boolean): T[] {
  const sorted = items.map((item) => ({ item }));
  const ask = (a: { item: T } | undefined, b: { item: T } | undefined) =>
    a !== undefined && b !== undefined && less(a.item, b.item);
  const places: Places = {
    less: (i, j) => ask(sorted[i], sorted[j]),
    swap: (i, j) => {
      const [a, b] = [sorted[i], sorted[j]];
      if (a === undefined || b === undefined) return;
      sorted[i] = b;
      sorted[j] = a;
    },
  };
  sortRange(places, 0, items.length, bitLength(items.length));
  return sorted.map(({ item }) => item);
}

/** Sorts the places from `a` to before `b`. `patience` is the number of lopsided partitions after which a heap takes over. */
function sortRange(places: Places, a: number, b: number, patience: number): void {
  let [from, to, left] = [a, b, patience];
  let [balanced, partitioned] = [true, true];
  while (to - from > BY_INSERTION) {
    if (left === 0) {
      sortByHeap(places, from, to);
      return;
    }
    if (!balanced) {
      scatter(places, from, to);
      left--;
    }
    const { pivot, order } = choosePivot(places, from, to);
    if (balanced && partitioned && order === 'rising' && isNearlySorted(places, from, to)) return;
    if (from > 0 && !places.less(from - 1, pivot)) {
      from = setEqualApart(places, from, to, pivot);
      continue;
    }
    const length = to - from;
    const { middle, already } = partition(places, from, to, pivot);
    partitioned = already;
    balanced = Math.min(middle - from, to - middle) >= Math.floor(length / 8);
    if (middle - from < to - middle) {
      sortRange(places, from, middle, left);
      from = middle + 1;
    } else {
      sortRange(places, middle + 1, to, left);
      to = middle;
    }
  }
  sortByInsertion(places, from, to);
}

function sortByInsertion({ less, swap }: Places, a: number, b: number): void {
  for (let i = a + 1; i < b; i++) {
    for (let j = i; j > a && less(j, j - 1); j--) swap(j, j - 1);
  }
}

function sortByHeap(places: Places, a: number, b: number): void {
  const length = b - a;
  for (let i = Math.floor((length - 1) / 2); i >= 0; i--) sink(places, a, i, length);
  for (let i = length - 1; i >= 0; i--) {
    places.swap(a, a + i);
    sink(places, a, 0, i);
  }
}

/** Lets the item at `start` sink in the heap of `length` items that begins at place `a`. */
function sink({ less, swap }: Places, a: number, start: number, length: number): void {
  let root = start;
  for (let child = 2 * root + 1; child < length; child = 2 * root + 1) {
    const larger = child + 1 < length && less(a + child, a + child + 1) ? child + 1 : child;
    if (!less(a + root, a + larger)) return;
    swap(a + root, a + larger);
    root = larger;
  }
}

/** Puts what is less than the pivot before it, and the rest after it. */
function partition({ less, swap }: Places, a: number, b: number, pivot: number): { middle: number; already: boolean } {
  swap(a, pivot);
  let [i, j] = [a + 1, b - 1];
  for (let swaps = 0; ; swaps++) {
    while (i <= j && less(i, a)) i++;
    while (i <= j && !less(j, a)) j--;
    if (i > j) {
      swap(j, a);
      return { middle: j, already: swaps === 0 };
    }
    swap(i++, j--);
  }
}

/** Puts what equals the pivot first, where nothing is less than it; the place after. */
function setEqualApart({ less, swap }: Places, a: number, b: number, pivot: number): number {
  swap(a, pivot);
  let [i, j] = [a + 1, b - 1];
  for (;;) {
    while (i <= j && !less(a, i)) i++;
    while (i <= j && less(a, j)) j--;
    if (i > j) return i;
    swap(i++, j--);
  }
}

/** Whether the range was in order but for a few items, which have been put right. */
function isNearlySorted({ less, swap }: Places, a: number, b: number): boolean {
  let i = a + 1;
  for (let shifts = 0; shifts < SHIFTS_TRIED; shifts++) {
    while (i < b && !less(i, i - 1)) i++;
    if (i === b) return true;
    if (b - a < ORDERED_UP_TO_HERE) return false;
    swap(i, i - 1);
    if (i - a >= 2) for (let j = i - 1; j >= 1 && less(j, j - 1); j--) swap(j, j - 1);
    if (b - i >= 2) for (let j = i + 1; j < b && less(j, j - 1); j++) swap(j, j - 1);
  }
  return false;
}

/** Breaks a pattern that led to a lopsided partition, by numbers that look random and depend on the length alone. */
function scatter({ swap }: Places, a: number, b: number): void {
  const length = b - a;
  const mask = BigInt(2 ** bitLength(length) - 1);
  let random = BigInt(length);
  const middle = a + Math.floor(length / 4) * 2;
  for (let place = middle - 1; place <= middle + 1; place++) {
    random = BigInt.asUintN(64, random ^ (random << 13n));
    random ^= random >> 7n;
    random = BigInt.asUintN(64, random ^ (random << 17n));
    const other = Number(random & mask);
    swap(place, a + (other >= length ? other - length : other));
  }
}

/** A place whose item is likely to halve the range, and whether the range looks ordered. A falling range is turned round. */
function choosePivot(places: Places, a: number, b: number): { pivot: number; order: 'rising' | 'unknown' } {
  const quarter = Math.floor((b - a) / 4);
  let swaps = 0;
  const median = (x: number, y: number, z: number): number => {
    const ordered = (p: number, q: number): [number, number] => {
      if (!places.less(q, p)) return [p, q];
      swaps++;
      return [q, p];
    };
    const [least, middle] = ordered(x, y);
    const [second] = ordered(middle, z);
    return ordered(least, second)[1];
  };
  let candidates: [number, number, number] = [a + quarter, a + quarter * 2, a + quarter * 3];
  const most = b - a >= MEDIAN_OF_MEDIANS ? 12 : Number.POSITIVE_INFINITY;
  if (b - a >= MEDIAN_OF_MEDIANS) {
    const [i, j, k] = candidates;
    candidates = [median(i - 1, i, i + 1), median(j - 1, j, j + 1), median(k - 1, k, k + 1)];
  }
  const pivot = median(...candidates);
  if (swaps < most) return { pivot, order: swaps === 0 ? 'rising' : 'unknown' };
  for (let [i, j] = [a, b - 1]; i < j; i++, j--) places.swap(i, j);
  return { pivot: b - 1 - (pivot - a), order: 'rising' };
}

function bitLength(count: number): number {
  return count === 0 ? 0 : 32 - Math.clz32(count);
}
