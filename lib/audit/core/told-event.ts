/** An event of an envelope that holds; personal values are in place where they could be opened. */
export interface ToldEvent {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly [key: string]: unknown };
}
