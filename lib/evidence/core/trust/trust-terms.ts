import {
  type AnchorListing,
  listedAnchorOf,
  type TrustAnchor,
  trustAnchorOf,
} from "#lib/pki/core/validation/path.ts";
import type { TrustListView } from "./list-view.ts";
import type { ListedService, TrustList } from "./trust-list.ts";

/** A certificate that a list vouches for, on its way into a sandbox. */
export interface ListedAnchor {
  readonly der: Uint8Array;
  readonly listing: AnchorListing;
}

/** What to believe in, as plain values. */
export interface TrustTerms {
  /** DER each. */
  readonly anchors: readonly Uint8Array[];
  readonly listed?: readonly ListedAnchor[];
  readonly lists?: readonly TrustListView[];
}

/** @throws pki/malformed */
export const anchorsOf = ({ anchors, listed = [] }: TrustTerms): TrustAnchor[] => [
  ...anchors.map(trustAnchorOf),
  ...listed.map(({ der, listing }) => listedAnchorOf(der, listing)),
];

type Named = Pick<TrustList, "name">;

export const listedAnchor = (
  list: Named,
  service: Omit<ListedService, "certificateSha256" | "subject" | "notAfter">,
): ListedAnchor => ({
  der: service.certificateDer,
  listing: {
    ...{ list: list.name, service: service.name, provider: service.provider, use: service.use },
    ...{ grantedFrom: service.grantedFrom, grantedUntil: service.grantedUntil },
  },
});
