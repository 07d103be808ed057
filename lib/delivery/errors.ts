import { defineErrors } from "#lib/errors.ts";

export const deliveryError = defineErrors("delivery", { "not-found": "not-found" });
