import { type SmsSender, smsError } from "#lib/ports/sms.ts";
import { requireNumber } from "./number.ts";

export interface TwilioSettings {
  readonly accountSid: string;
  readonly authToken: string;
  /** A number in E.164, a sender's name, or a messaging service (`MG…`). */
  readonly from: string;
  /** `https://api.twilio.com` unless told otherwise. */
  readonly apiUrl: string;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;
/**
 * About the number and for good: not valid, no route, opted out, no mobile telephone.
 *
 * @see https://www.twilio.com/docs/api/errors
 */
const REFUSES_NUMBER = new Set([21211, 21214, 21217, 21408, 21610, 21612, 21614, 21635]);

/** Sends by Twilio's Messages resource: Basic authentication and a form. */
export function twilioSms(settings: TwilioSettings): SmsSender {
  const { accountSid, authToken, from, apiUrl, timeoutMs = TIMEOUT_MS } = settings;
  const url = `${apiUrl.replace(/\/+$/, "")}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`;
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`;
  const sender = from.startsWith("MG") ? "MessagingServiceSid" : "From";
  return {
    name: "twilio",
    async send(message) {
      requireNumber(message);
      const body = new URLSearchParams({ To: message.to, [sender]: from, Body: message.text });
      const response = await post(url, authorization, body, timeoutMs).catch((error: unknown) => {
        throw smsError("unavailable", `message ${message.id}: ${(error as Error).name}`);
      });
      const answer = (await response.json().catch(() => ({}))) as { code?: number; sid?: string };
      if (response.ok && answer.sid) return;
      // Twilio's own sentence quotes the number, so only its code is passed on.
      const about = `message ${message.id}: HTTP ${response.status}, code ${Number(answer.code) || "none"}`;
      const isRefused = response.status === 400 && REFUSES_NUMBER.has(Number(answer.code));
      throw smsError(isRefused ? "refused" : "unavailable", about);
    },
  };
}

const post = (url: string, authorization: string, body: URLSearchParams, timeoutMs: number) =>
  fetch(url, {
    method: "POST",
    headers: {
      authorization,
      "content-type": "application/x-www-form-urlencoded",
      accept: "application/json",
    },
    body,
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
  });
