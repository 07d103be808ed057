import type { ErrorKind } from "#lib/errors.ts";

/** What an isolate is sent. */
export interface Request {
  readonly task: string;
  readonly input: unknown;
}

/** What it sends back: `ready` once, when it can begin, then one answer to each request. */
export type Reply =
  | { readonly is: "ready" }
  | { readonly is: "done"; readonly output: unknown }
  | { readonly is: "refused"; readonly kind: ErrorKind; readonly code: string; readonly message: string }
  | { readonly is: "failed"; readonly name: string; readonly message: string; readonly stack?: string };

export type IsolateEvent =
  | Reply
  | { readonly is: "ended"; readonly isOutOfMemory: boolean; readonly cause: Error };

/** A thread or process that runs tasks apart from us and can be ended at any moment. */
export interface Isolate {
  send(request: Request, transfer: readonly ArrayBuffer[]): void;
  /** Memory it holds now; 0 where nobody can tell. */
  heldBytes(): Promise<number>;
  /** While it is idle this process may end. */
  setIdle(isIdle: boolean): void;
  end(): void;
}

export type StartIsolate = (onEvent: (event: IsolateEvent) => void) => Isolate;
