import type { RecipientRole } from "#lib/envelopes/core/roles.ts";

/** Which sentence stands on the button that ends somebody's part, by the keys of `review` in messages. */
export const FINISH_BUTTON = {
  signer: "finish",
  witness: "finish",
  notary: "finish",
  editor: "passOn",
  approver: "approve",
  viewer: "acknowledge",
  copy: "finish",
} as const satisfies Record<RecipientRole, string>;
