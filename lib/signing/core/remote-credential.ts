/** Why a credential of a remote signing service cannot seal by itself, at any hour. */
export type Hindrance = "off" | "kind" | "person" | "certificate";

/**
 * What keeps a credential from sealing; null when nothing does.
 *
 * @param credential `algorithm`: null when its key signs in no way we know. `asks`: what it wants to be told.
 *   `name`: of its certificate, null when that may not be used.
 */
export function hindranceOf(credential: {
  readonly isEnabled: boolean;
  readonly algorithm: string | null;
  readonly asks: readonly string[];
  readonly name: string | null;
}): Hindrance | null {
  if (!credential.isEnabled) return "off";
  if (!credential.algorithm) return "kind";
  if (credential.asks.includes("person")) return "person";
  return credential.name === null ? "certificate" : null;
}
