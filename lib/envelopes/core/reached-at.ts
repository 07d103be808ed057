import { isEmailAddress } from "#lib/identity/core/email-address.ts";
import { isPhoneNumber } from "./phone-number.ts";

/** Where somebody is reached: at their mailbox, or by text message where they have none. */
export const reachedAt = ({ email, phone }: { readonly email: string; readonly phone: string }): string =>
  email === "" ? phone : email;

/** Whether somebody can be written to at all, by mail or by text message. */
export const isReachable = ({ email, phone }: { readonly email: string; readonly phone: string }): boolean =>
  email === "" ? isPhoneNumber(phone) : isEmailAddress(email);
