import { signingError } from "../errors.ts";

/** @throws signing/not-ready when a new time-stamp would end no later than the one it goes over */
export function requireLonger(until: Date, outlasts: Date): void {
  if (until <= outlasts)
    throw signingError("not-ready", `a new time-stamp would end on ${until.toISOString()}, no later`);
}
