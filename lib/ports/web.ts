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
  /** One request with headers of one's own, no redirects, and its answer whatever it is. @throws as `fetch` */
  ask(
    url: string,
    options: {
      readonly method: "GET" | "POST";
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: Uint8Array;
      readonly limitBytes: number;
    },
  ): Promise<WebAnswer>;
  /**
   * The certificate that the server of an address shows to whoever connects, DER, whether or not it is believed in. Made
   * for the installation's own address, wherever that is: nothing is sent but the host's name.
   *
   * @throws web/unavailable
   */
  certificateOf(url: string): Promise<Uint8Array>;
}

/** An answer of whatever status. */
export interface WebAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export const webError = defineErrors("web", { unavailable: "unavailable", "not-public": "forbidden" });
