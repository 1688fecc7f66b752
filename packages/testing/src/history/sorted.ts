/** How many of the first items `isBefore` holds for, in a list in which no other item follows one of them. */
export function countWhile<T>(list: readonly T[], isBefore: (item: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(list[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The list in the order of time; where times are equal, in its own order. */
export function inOrder<T>(list: readonly T[], timeOf: (item: T) => number): readonly T[] {
  const isSorted = list.every((item, index) => index === 0 || timeOf(list[index - 1] as T) <= timeOf(item));
  return isSorted ? list : list.toSorted((a, b) => timeOf(a) - timeOf(b));
}
