import { z } from "zod";

/* Forms that settings of more than one part have. */

export const filled = z.string().trim().min(1);
export const optional = filled.optional();
export const url = z.url({
  protocol: /^https?$/,
  message: "must be an address like https://sign.example.com",
});

export type Variables = Readonly<Record<string, string | undefined>>;

/** Notes that a setting is there without its partner. */
export type Needs = (setting: string, partner: string, why: string) => void;
