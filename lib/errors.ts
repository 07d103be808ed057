/** What kind of answer a refusal becomes; the doors turn it into a status code. */
export type ErrorKind =
  | "invalid"
  | "forbidden"
  | "not-found"
  | "gone"
  | "conflict"
  | "too-large"
  | "unavailable";

const REFUSAL = Symbol.for("whereof.refusal");

/** A refusal we foresaw. Anything else that is thrown is a bug. */
export class AppError extends Error {
  /** Next bundles pages and route handlers apart: one process holds this class twice, and either is meant. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && REFUSAL in value;
  }

  readonly [REFUSAL] = true;
  readonly kind: ErrorKind;
  readonly code: string;

  constructor(kind: ErrorKind, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AppError";
    this.kind = kind;
    this.code = code;
  }
}

/**
 * One table of refusals for a room: `const signingError = defineErrors("signing", { "out-of-turn": "conflict" })`,
 * then `throw signingError("out-of-turn", "turn is 2")`. The message is for the log, never for people.
 */
export function defineErrors<Name extends string>(room: string, kinds: Record<Name, ErrorKind>) {
  return (name: Name, message: string, options?: ErrorOptions): AppError =>
    new AppError(kinds[name], `${room}/${name}`, message, options);
}

export const isRefusal = (error: unknown, code?: string): error is AppError =>
  error instanceof AppError && (code === undefined || error.code === code);
