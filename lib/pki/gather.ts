interface Waiting<Input, Output> {
  readonly input: Input;
  resolve(output: Output): void;
  reject(error: unknown): void;
}

/**
 * Does in one go what several ask for while the ones before are under way; who comes alone does not wait.
 *
 * @param work gives one output for each input, in their order. When it fails for several it is done for each alone, so
 *   that one's fault is not another's; it must have left nothing behind. Begins after every one of its inputs came.
 * @param options.lanes how many times it may be under way at once. @param options.onIdle when nobody waits any more.
 */
export function gathered<Input, Output>(
  work: (inputs: readonly Input[]) => Promise<readonly Output[]>,
  { lanes = 1, onIdle = () => {} }: { readonly lanes?: number; readonly onIdle?: () => void } = {},
): (input: Input) => Promise<Output> {
  const waiting: Waiting<Input, Output>[] = [];
  let running = 0;
  const run = async () => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MOST);
      if (await attempt(work, batch)) continue;
      for (const one of batch) await attempt(work, [one]);
    }
    running--;
    if (running === 0) onIdle();
  };
  return (input) =>
    new Promise<Output>((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      if (running >= lanes) return;
      running++;
      setImmediate(run);
    });
}

const MOST = 100;

/** @returns false when several failed together, and nobody was told yet. */
async function attempt<Input, Output>(
  work: (inputs: readonly Input[]) => Promise<readonly Output[]>,
  batch: readonly Waiting<Input, Output>[],
): Promise<boolean> {
  try {
    const outputs = await work(batch.map(({ input }) => input));
    for (const [index, { resolve }] of batch.entries()) resolve(outputs[index]!);
    return true;
  } catch (error) {
    if (batch.length > 1) return false;
    batch[0]!.reject(error);
    return true;
  }
}
