/** Whom somebody asked to sign may hand that on to: nobody, people of their own mail domain, anyone. */
export const DELEGATIONS = ["nobody", "domain", "anyone"] as const;
export type Delegation = (typeof DELEGATIONS)[number];

export const DEFAULT_DELEGATION: Delegation = "anyone";

/** Domains where an address says nothing of whom somebody works with. */
const PUBLIC_DOMAINS = new Set([
  ...["gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com"],
  ...["icloud.com", "me.com", "mac.com", "aol.com", "gmx.com", "gmx.de", "gmx.net", "web.de", "mail.com"],
  ...["proton.me", "protonmail.com", "yandex.com", "yandex.ru", "mail.ru", "qq.com", "163.com", "zoho.com"],
]);

const domainOf = (email: string): string => email.slice(email.lastIndexOf("@") + 1).toLowerCase();

/** @param from, to mail addresses. */
export function mayDelegate(rule: Delegation, from: string, to: string): boolean {
  if (rule !== "domain") return rule === "anyone";
  return domainOf(from) === domainOf(to) && !PUBLIC_DOMAINS.has(domainOf(to));
}
