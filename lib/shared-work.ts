/**
 * Work that gives the same for whoever asks for the same soon after: it is done once. What failed is forgotten at once,
 * everything else when nobody asked for it for a while or others came.
 *
 * @param most results held.
 */
export function sharedWork<T>({ most, forMs }: { readonly most: number; readonly forMs: number }) {
  const held = new Map<string, { readonly result: Promise<T>; readonly clock: NodeJS.Timeout }>();
  const drop = (key: string) => {
    clearTimeout(held.get(key)?.clock);
    held.delete(key);
  };
  return (key: string, work: () => Promise<T>): Promise<T> => {
    const known = held.get(key)?.result;
    drop(key);
    const result = known ?? work();
    held.set(key, { result, clock: setTimeout(() => drop(key), forMs).unref() });
    if (!known) result.catch(() => held.get(key)?.result === result && drop(key));
    if (held.size > most) drop(held.keys().next().value!);
    return result;
  };
}
