import type { AppError } from "#lib/errors.ts";
import { signingError } from "./errors.ts";

/** What cannot be drawn is refused before anything is signed, with what to change. */
export function refuseDrawing(refusal: {
  readonly reason: string;
  readonly characters?: readonly { readonly character: string }[];
}): AppError {
  switch (refusal.reason) {
    case "overflow":
      return signingError("value-does-not-fit", "it does not fit its field");
    case "hidden-character":
    case "missing-glyph":
      return signingError(
        "value-not-drawable",
        `${refusal.characters?.length ?? 0} characters cannot be drawn`,
      );
    case "too-little-ink":
    case "image-empty":
      return signingError("mark-too-small", refusal.reason);
    default:
      return signingError("mark-too-large", refusal.reason);
  }
}
