import { canonicalJson } from "#lib/audit/core/canonical-json.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";

/** A picture of a page that was on somebody's screen. */
export interface PresentedPage {
  readonly document: string;
  readonly revision: number;
  /** From 1. */
  readonly page: number;
  /** Of the picture, lower-case hex. */
  readonly sha256: string;
}

type Members = Readonly<Record<string, unknown>>;

/** The pictures that one `document.viewed` names as ours. */
export function picturesIn(data: Members): PresentedPage[] {
  const looks = Array.isArray(data.looks) ? (data.looks as readonly Members[]) : [];
  return looks.flatMap(({ page, image, isOurs }) =>
    typeof image === "string" && isOurs === true
      ? [
          {
            document: String(data.document),
            revision: Number(data.revision),
            page: Number(page),
            sha256: image,
          },
        ]
      : [],
  );
}

/** Each once, in order. @param viewed data of `document.viewed` */
export function picturesOf(viewed: readonly Members[]): PresentedPage[] {
  const named = new Map(viewed.flatMap(picturesIn).map((one) => [canonicalJson(one as never), one]));
  return [...named].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/**
 * What binds all pictures that were on somebody's screen to the act they then did.
 *
 * @returns SHA-256, lower-case hex, over the canonical JSON (RFC 8785) of the list that `picturesOf` gives
 */
export const picturesSha256 = (pictures: readonly PresentedPage[]): string =>
  toHex(sha256(fromUtf8(canonicalJson(pictures as never))));
