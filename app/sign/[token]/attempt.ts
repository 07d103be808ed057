import { unstable_isUnrecognizedActionError } from "next/navigation";

interface Refused {
  readonly code: string;
  readonly reference?: string;
}

export type Attempt<T> =
  | { readonly refusal: null; readonly result?: T }
  | { readonly refusal: Refused; readonly result?: undefined };

/** The code under which the screens say that there is no connection. */
export const OFFLINE = "offline";

/** Calls a server action; a network that is away becomes a refusal like any other. */
export async function attempt<T>(
  work: () => Promise<{ readonly refusal: Refused | null; readonly result?: T }>,
): Promise<Attempt<T>> {
  try {
    return (await work()) as Attempt<T>;
  } catch (error) {
    // The product was updated while this page was open: the new page knows the new addresses.
    if (unstable_isUnrecognizedActionError(error)) window.location.reload();
    return { refusal: { code: OFFLINE } };
  }
}

/** After these the page shows something else: things went on while it was open. */
const OUTDATED = new Set([
  ...["signing/not-under-way", "signing/already-done", "signing/out-of-turn", "signing/not-ready"],
  ...["signing/provider-not-ready", "signing/provider-not-asked"],
  ...["signing/check-raised", "signing/session-ended", "signing/consent-outdated"],
  ...["signing/not-found", "authorize/link-ended", "authorize/check-missing"],
]);

export const isOutdated = (code: string): boolean => OUTDATED.has(code);
