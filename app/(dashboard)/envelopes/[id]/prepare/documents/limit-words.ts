import type { EnvelopeLimits } from "#lib/envelopes/core/draft.ts";

const MB = 1024 ** 2;

/** What uploads may hold, as sentences say it. */
export const limitWords = ({ documentBytes, envelopeBytes, pages, documents }: EnvelopeLimits) => ({
  ...{ fileMb: Math.floor(documentBytes / MB), envelopeMb: Math.floor(envelopeBytes / MB), pages, documents },
});
