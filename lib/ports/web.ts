import { defineErrors } from "#lib/errors.ts";

/** Small files of others, fetched from addresses that are not ours: never from inside the operator's network. */
export interface WebReader {
  /**
   * One request, no redirects.
   *
   * @param body sent by POST when given. @throws web/unavailable, web/not-public
   */
  fetch(
    url: string,
    options: { readonly limitBytes: number; readonly body?: Uint8Array; readonly contentType?: string },
  ): Promise<Uint8Array>;
}

export const webError = defineErrors("web", { unavailable: "unavailable", "not-public": "forbidden" });
