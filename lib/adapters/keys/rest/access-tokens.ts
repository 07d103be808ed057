import type { RestAnswer } from "./ask.ts";

/** A token that opens a service for a while. */
export interface AccessToken {
  readonly text: string;
  /** Null: as long as it is accepted. */
  readonly expiresInSeconds: number | null;
}

/** Fetched this long before they end: clocks differ, and requests take time. */
const MARGIN_SECONDS = 60;

/** Tokens of one service: kept while they hold, fetched once for all who wait. */
export class AccessTokens {
  readonly #fetch: () => Promise<AccessToken>;
  #known: { readonly token: Promise<AccessToken>; endsAt: number } | null = null;

  constructor(fetch: () => Promise<AccessToken>) {
    this.#fetch = fetch;
  }

  /** Does `ask` with a token; once more with a fresh one when the first `isRefused`. */
  async use(
    ask: (token: string) => Promise<RestAnswer>,
    isRefused: (answer: RestAnswer) => boolean,
  ): Promise<RestAnswer> {
    const used = this.#current();
    const answer = await ask((await used.token).text);
    if (!isRefused(answer)) return answer;
    if (this.#known === used) this.#known = null;
    return ask((await this.#current().token).text);
  }

  #current() {
    if (this.#known && Date.now() < this.#known.endsAt) return this.#known;
    const fresh = { token: this.#fetch(), endsAt: Number.POSITIVE_INFINITY };
    this.#known = fresh;
    fresh.token.then(
      ({ expiresInSeconds }) => {
        if (expiresInSeconds === null) return;
        // A token shorter than the margin is used for half its life.
        const seconds = Math.max(expiresInSeconds - MARGIN_SECONDS, expiresInSeconds / 2);
        fresh.endsAt = Date.now() + seconds * 1000;
      },
      () => {
        if (this.#known === fresh) this.#known = null;
      },
    );
    return fresh;
  }
}
