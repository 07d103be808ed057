import { defineErrors } from "#lib/errors.ts";

/** What an API key may be used for, in the order in which it is offered. */
export const API_SCOPES = ["certificates:read", "certificates:write", "keys:read", "keys:write"] as const;

/** What all keys begin with: whoever finds one in a file can tell what it is. */
export const KEY_MARK = "whf";

/** Refusals that software meets and no page shows. */
export const apiCallError = defineErrors("api-call", {
  "key-missing": "forbidden",
  "key-refused": "forbidden",
  "wrong-network": "forbidden",
  "too-many": "conflict",
  "name-missing": "invalid",
  "still-running": "conflict",
  differs: "invalid",
});

const KEY = /^whf_([0-9a-f]{12})_[\w-]{43}$/;

/** What names the key in a text that looks like one; null for any other. */
export const prefixOf = (text: string): string | null => KEY.exec(text)?.[1] ?? null;

/** How callers name a call (Idempotency-Key), so that it is done once. */
export const isCallName = (text: string): boolean => /^[\x21-\x7e]{8,128}$/.test(text);
