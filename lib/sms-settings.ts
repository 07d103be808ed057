import type { z } from "zod";
import { isLoopback } from "./loopback.ts";
import { filled, type Needs, optional, url, type Variables } from "./setting-forms.ts";

/** Who sends text messages. */
export type SmsSettings =
  | {
      readonly kind: "twilio";
      readonly accountSid: string;
      readonly authToken: string;
      readonly from: string;
      readonly apiUrl: string;
    }
  | {
      readonly kind: "sns";
      readonly region: string;
      readonly endpoint: string | null;
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly senderId: string | null;
    };

/** Codes and log-ins go there. */
const secretUrl = url.refine(
  (value) =>
    !URL.canParse(value) || new URL(value).protocol === "https:" || isLoopback(new URL(value).hostname),
  "must be https: only a server on this machine may go without",
);

export const SMS_VARIABLES = {
  TWILIO_ACCOUNT_SID: filled.regex(/^AC[0-9a-f]{32}$/, "must be AC and 32 hexadecimal digits").optional(),
  TWILIO_AUTH_TOKEN: optional,
  TWILIO_FROM: filled
    .regex(
      /^(\+[1-9]\d{6,14}|MG[0-9a-f]{32}|[A-Za-z0-9 ]{1,11})$/,
      "must be a number, a name or a messaging service (MG…)",
    )
    .optional(),
  TWILIO_API_URL: secretUrl.default("https://api.twilio.com"),
  SNS_REGION: optional,
  SNS_ENDPOINT: secretUrl.optional(),
  SNS_ACCESS_KEY_ID: optional,
  SNS_SECRET_ACCESS_KEY: optional,
  SNS_SENDER_ID: filled
    .regex(/^(?=.*[A-Za-z])[A-Za-z0-9]{1,11}$/, "must be up to 11 letters and digits, one of them a letter")
    .optional(),
};

/** Settings of text messages that only make sense together. */
export function missingSmsPartners(given: Variables, needs: Needs): string[] {
  for (const partner of ["TWILIO_AUTH_TOKEN", "TWILIO_FROM"])
    needs("TWILIO_ACCOUNT_SID", partner, "Twilio wants an account, its token and a sender");
  for (const setting of ["TWILIO_AUTH_TOKEN", "TWILIO_FROM", "TWILIO_API_URL"])
    needs(setting, "TWILIO_ACCOUNT_SID", "Twilio needs its account");
  for (const partner of ["SNS_ACCESS_KEY_ID", "SNS_SECRET_ACCESS_KEY"])
    needs("SNS_REGION", partner, "SNS wants a log-in of its own");
  for (const setting of ["SNS_ENDPOINT", "SNS_ACCESS_KEY_ID", "SNS_SECRET_ACCESS_KEY", "SNS_SENDER_ID"])
    needs(setting, "SNS_REGION", "SNS needs its region");
  return given.TWILIO_ACCOUNT_SID !== undefined && given.SNS_REGION !== undefined
    ? ["TWILIO_ACCOUNT_SID and SNS_REGION are both set: send text messages one way"]
    : [];
}

export function smsSettings(values: z.infer<z.ZodObject<typeof SMS_VARIABLES>>): SmsSettings | null {
  if (values.TWILIO_ACCOUNT_SID !== undefined)
    return {
      kind: "twilio",
      accountSid: values.TWILIO_ACCOUNT_SID,
      authToken: values.TWILIO_AUTH_TOKEN!,
      from: values.TWILIO_FROM!,
      apiUrl: values.TWILIO_API_URL,
    };
  if (values.SNS_REGION === undefined) return null;
  return {
    kind: "sns",
    region: values.SNS_REGION,
    endpoint: values.SNS_ENDPOINT ?? null,
    accessKeyId: values.SNS_ACCESS_KEY_ID!,
    secretAccessKey: values.SNS_SECRET_ACCESS_KEY!,
    senderId: values.SNS_SENDER_ID ?? null,
  };
}
