"use client";

import { useSyncExternalStore } from "react";
import { canSeal } from "#components/keys/seal-for-import.ts";

const never = () => () => {};
const yes = () => true;
const no = () => false;

/** Whether this page can encrypt a key file before it leaves: it takes scripts, and https or this machine. */
export function useSealing(): { readonly hasScripts: boolean; readonly isSecure: boolean } {
  const hasScripts = useSyncExternalStore(never, yes, no);
  return { hasScripts, isSecure: !hasScripts || canSeal() };
}
