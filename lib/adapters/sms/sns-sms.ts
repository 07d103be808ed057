import { signedHeaders } from "#lib/adapters/aws/sign-request.ts";
import { type SmsSender, smsError } from "#lib/ports/sms.ts";
import { requireNumber } from "./number.ts";

export interface SnsSettings {
  readonly region: string;
  /** AWS itself unless told otherwise. */
  readonly endpoint: string | null;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Up to eleven letters and digits, where a country shows them. */
  readonly senderId: string | null;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;
/** About the number and for good. */
const REFUSES_NUMBER = new Set(["InvalidParameter", "InvalidParameterValue", "OptedOut", "KMSOptInRequired"]);

/** Sends by Amazon SNS: `Publish` of its Query protocol, signed (SigV4), marked as transactional. */
export function snsSms(settings: SnsSettings): SmsSender {
  const { region, endpoint, senderId, timeoutMs = TIMEOUT_MS } = settings;
  const url = new URL(endpoint ?? `https://sns.${region}.amazonaws.com/`);
  const attributes = [
    ["AWS.SNS.SMS.SMSType", "Transactional"],
    ...(senderId ? [["AWS.SNS.SMS.SenderID", senderId]] : []),
  ];
  return {
    name: "sns",
    async send(message) {
      requireNumber(message);
      const form = new URLSearchParams({ Action: "Publish", Version: "2010-03-31", PhoneNumber: message.to });
      form.set("Message", message.text);
      for (const [index, [name, value]] of attributes.entries()) {
        const entry = `MessageAttributes.entry.${index + 1}`;
        form.set(`${entry}.Name`, name!);
        form.set(`${entry}.Value.DataType`, "String");
        form.set(`${entry}.Value.StringValue`, value!);
      }
      const answer = await publish(url, form.toString(), settings, timeoutMs).catch((error: unknown) => {
        throw smsError("unavailable", `message ${message.id}: ${(error as Error).name}`);
      });
      if (answer.status === 200 && /<MessageId>[^<]+<\/MessageId>/.test(answer.text)) return;
      // SNS's own sentence quotes the number, so only its code is passed on.
      const code = /<Code>([A-Za-z]{1,60})<\/Code>/.exec(answer.text)?.[1] ?? "none";
      const about = `message ${message.id}: HTTP ${answer.status}, ${code}`;
      const isRefused = answer.status === 400 && REFUSES_NUMBER.has(code);
      throw smsError(isRefused ? "refused" : "unavailable", about);
    },
  };
}

async function publish(url: URL, body: string, settings: SnsSettings, timeoutMs: number) {
  const { region, accessKeyId, secretAccessKey } = settings;
  const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  const signer = { region, service: "sns", accessKeyId, secretAccessKey };
  const response = await fetch(url, {
    method: "POST",
    headers: signedHeaders({ url, body, headers }, signer, new Date()),
    body,
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
  });
  return { status: response.status, text: await response.text() };
}
