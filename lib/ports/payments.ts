import { defineErrors } from "#lib/errors.ts";

/** An amount of money as it is asked for: `1234.50` of a currency of ISO 4217. */
export interface Money {
  readonly amount: string;
  readonly currency: string;
}

export interface PaymentRequest {
  /** Ours: asking again with the same one begins no second payment. */
  readonly id: string;
  readonly money: Money;
  /** What it is for, as the payer reads it. */
  readonly purpose: string;
  /** Where the payer's browser goes afterwards. */
  readonly returnAddress: string;
}

export interface Payment {
  /** The provider's. */
  readonly reference: string;
  readonly state: "open" | "paid" | "failed";
  readonly money: Money;
  readonly paidAt: Date | null;
}

/**
 * Who takes payments: the payer enters their card or account with the provider and never with us. Throws
 * payments/unavailable when the provider cannot be asked now, payments/refused when it will not.
 */
export interface PaymentProvider {
  readonly name: string;
  /** Begins a payment. @returns where the payer's browser goes. */
  begin(request: PaymentRequest): Promise<{ readonly reference: string; readonly address: string }>;
  /** As the provider has it; what a browser says of it counts for nothing. */
  look(reference: string): Promise<Payment>;
}

export const paymentsError = defineErrors("payments", {
  unavailable: "unavailable",
  refused: "conflict",
});
