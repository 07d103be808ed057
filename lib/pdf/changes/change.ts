/**
 * What one update did to a signed document. Allowed: the signatures before it permit it and it hides nothing.
 * Unclear: the standard permits it, but it may cover what was signed. Forbidden: everything else.
 */
export interface Change {
  readonly verdict: "allowed" | "unclear" | "forbidden";
  /** Stable. */
  readonly code: string;
  /** `12 0`, or null when it is about no single object. */
  readonly object: string | null;
  /** A sentence for people. */
  readonly message: string;
}

export const allowed = (code: string, object: number | null, message: string): Change => ({
  verdict: "allowed",
  code,
  object: object === null ? null : `${object} 0`,
  message,
});

export const unclear = (code: string, object: number | null, message: string): Change => ({
  ...allowed(code, object, message),
  verdict: "unclear",
});

export const forbidden = (code: string, object: number | null, message: string): Change => ({
  ...allowed(code, object, message),
  verdict: "forbidden",
});

/** Text of a hostile file as it may be printed: nothing that moves a cursor or turns the line around. */
export function printable(text: string, maxLength = 120): string {
  const visible = text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return visible.length > maxLength ? `${visible.slice(0, maxLength - 1)}…` : visible;
}
