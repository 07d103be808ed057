import { randomBytes, timingSafeEqual } from "node:crypto";
import { type DoubleAnswer, type DoubleRequest, type RestDouble, startRestDouble } from "./rest-double.ts";

/** A Twilio of our own: it checks log-in, account, form and number as the real one does, and keeps what it took. */
export interface TwilioDouble extends RestDouble {
  readonly accountSid: string;
  readonly authToken: string;
  /** A number of the account. */
  readonly from: string;
  readonly messages: { readonly to: string; readonly text: string }[];
  /** From now on no message goes there, with Twilio's code for why. */
  block(to: string, code: number): void;
}

const SENTENCES: Readonly<Record<number, string>> = {
  20003: "Authenticate",
  20404: "The requested resource was not found",
  20429: "Too Many Requests",
  21211: "Invalid 'To' Phone Number",
  21602: "Message body is required.",
  21604: "A 'To' phone number is required.",
  21606: "The 'From' phone number provided is not a valid message-capable Twilio phone number.",
  21610: "Attempt to send to unsubscribed recipient",
  21614: "'To' number is not a valid mobile number",
  21617: "The concatenated message body exceeds the 1600 character limit",
};

export async function startTwilioDouble(): Promise<TwilioDouble> {
  const accountSid = `AC${randomBytes(16).toString("hex")}`;
  const authToken = randomBytes(16).toString("hex");
  const from = "+15005550006";
  const messages: { to: string; text: string }[] = [];
  const blocked = new Map<string, number>();

  function answer({ method, path, headers, text }: DoubleRequest): DoubleAnswer {
    if (!isLoggedIn(headers.authorization, accountSid, authToken)) return refuse(401, 20003);
    if (method !== "POST" || path !== `/2010-04-01/Accounts/${accountSid}/Messages.json`)
      return refuse(404, 20404);
    if (!/^application\/x-www-form-urlencoded\b/.test(headers["content-type"] ?? ""))
      return refuse(400, 21604);
    const form = new URLSearchParams(text);
    const [to, body] = [form.get("To") ?? "", form.get("Body") ?? ""];
    if (to === "") return refuse(400, 21604);
    if (!/^\+[1-9]\d{6,14}$/.test(to)) return refuse(400, 21211);
    if (form.get("From") !== from && !/^MG[0-9a-f]{32}$/.test(form.get("MessagingServiceSid") ?? ""))
      return refuse(400, 21606);
    if (body === "") return refuse(400, 21602);
    if (body.length > 1600) return refuse(400, 21617);
    const code = blocked.get(to);
    if (code) return refuse(400, code);
    messages.push({ to, text: body });
    const sid = `SM${randomBytes(16).toString("hex")}`;
    return {
      status: 201,
      body: { sid, account_sid: accountSid, to, body, status: "queued", error_code: null },
    };
  }

  const double = await startRestDouble(answer);
  const block = (to: string, code: number) => void blocked.set(to, code);
  return { ...double, accountSid, authToken, from, messages, block };
}

const refuse = (status: number, code: number): DoubleAnswer => ({
  status,
  body: { code, message: SENTENCES[code], more_info: `https://www.twilio.com/docs/errors/${code}`, status },
});

function isLoggedIn(header: string | undefined, user: string, password: string): boolean {
  const expected = Buffer.from(`Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`);
  const given = Buffer.from(header ?? "");
  return given.length === expected.length && timingSafeEqual(given, expected);
}
