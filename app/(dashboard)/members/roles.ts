import type { Role } from "#lib/context.ts";

/** From who may do most to who may do least. */
export const ROLES = ["owner", "admin", "sender", "counsel", "viewer"] as const satisfies readonly Role[];
