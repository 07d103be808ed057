import { mailboxOf } from "#lib/pki/core/asn1/mailbox.ts";

const ADDRESS = /^[^\s\p{C}@<>(),;:\\"[\]]{1,64}@[^\s\p{C}@<>(),;:\\"[\]]+\.[^\s\p{C}@<>(),;:\\"[\].]{2,}$/u;

/**
 * One address and nothing else: no second one, no name around it, no line break, nothing that is not seen, and none
 * that a signer's certificate could not carry.
 */
export const isEmailAddress = (text: string): boolean => ADDRESS.test(text) && mailboxOf(text) !== null;

/** Whether somebody wrote several addresses where one belongs. */
export const isSeveralAddresses = (text: string): boolean =>
  text.split(/[,;/\s|]+/).filter((part) => isEmailAddress(part.replace(/^<|>$/g, ""))).length > 1;
