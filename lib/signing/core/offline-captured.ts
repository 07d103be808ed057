import type { Json } from "#lib/audit/core/canonical-json.ts";

/** An entry of the trail as far as it says what a device recorded. */
export interface CapturedEntry {
  readonly type: string;
  readonly data: { readonly [key: string]: Json | undefined };
}

/** What a person entered without a network, as it stood on their screen last. */
export interface Captured {
  /** By field, as typed, and the language numbers were typed in. */
  readonly fills: ReadonlyMap<string, { readonly value: string; readonly locale: string | undefined }>;
  /** Names of the files that were given, by field. */
  readonly files: ReadonlyMap<string, string>;
  /** As it was adopted last, and nobody has looked into it yet. */
  readonly signature: unknown;
  readonly initials: unknown;
  /** Finish or Approve was pressed: what was entered was meant to be handed in. */
  readonly isHandedIn: boolean;
}

const ENDS: readonly unknown[] = ["finish", "approve"];

/** Reads what a kit's device sent out of the trail; what was erased there is not told. */
export function capturedIn(entries: readonly CapturedEntry[], kitId: string): Captured {
  const fills = new Map<string, { value: string; locale: string | undefined }>();
  const files = new Map<string, string>();
  let [signature, initials]: unknown[] = [null, null];
  let isHandedIn = false;
  for (const { type, data } of entries) {
    if (type !== "offline-act.captured" || data.kit !== kitId || typeof data.body !== "string") continue;
    const act = actIn(data.body);
    if (act.type === "adopt") [signature, initials] = [act.signature ?? null, act.initials ?? initials];
    if (ENDS.includes(act.type)) isHandedIn = true;
    const { fieldId, value, locale, name } = act;
    if (typeof fieldId !== "string") continue;
    if (act.type === "fill" && typeof value === "string") {
      fills.set(fieldId, { value, locale: typeof locale === "string" ? locale : undefined });
      files.delete(fieldId);
    }
    if (act.type === "attach" && typeof name === "string") files.set(fieldId, name);
  }
  return { fills, files, signature, initials, isHandedIn };
}

function actIn(body: string): { readonly [key: string]: unknown } {
  try {
    const { act } = JSON.parse(body) as { act?: unknown };
    return typeof act === "object" && act !== null ? (act as { [key: string]: unknown }) : {};
  } catch {
    return {};
  }
}
