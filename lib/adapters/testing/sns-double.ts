import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { refuseSignature } from "./sigv4.ts";

/** An SNS of our own: it checks every request's signature, its form and its number, and keeps what it took. */
export interface SnsDouble {
  readonly access: {
    readonly region: string;
    readonly endpoint: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
  readonly messages: { readonly to: string; readonly text: string; readonly type: string }[];
  /** The next request is answered like this. */
  fail(status: number, code: string): void;
  close(): Promise<void>;
}

const REGION = "eu-central-1";

export async function startSnsDouble(): Promise<SnsDouble> {
  const credentials = { accessKeyId: "AKIDOUBLE", secretAccessKey: randomUUID() };
  const messages: { to: string; text: string; type: string }[] = [];
  const faults: { status: number; code: string }[] = [];

  function answer(form: URLSearchParams): { status: number; code: string } | null {
    if (form.get("Action") !== "Publish" || form.get("Version") !== "2010-03-31")
      return { status: 400, code: "InvalidAction" };
    const to = form.get("PhoneNumber") ?? "";
    const text = form.get("Message") ?? "";
    if (!/^\+[1-9]\d{6,14}$/.test(to) || text === "" || Buffer.byteLength(text) > 1600)
      return { status: 400, code: "InvalidParameter" };
    const attributes = new Map<string, string>();
    for (let index = 1; form.has(`MessageAttributes.entry.${index}.Name`); index++) {
      const entry = `MessageAttributes.entry.${index}`;
      if (form.get(`${entry}.Value.DataType`) !== "String")
        return { status: 400, code: "InvalidParameterValue" };
      attributes.set(form.get(`${entry}.Name`)!, form.get(`${entry}.Value.StringValue`) ?? "");
    }
    const sender = attributes.get("AWS.SNS.SMS.SenderID");
    if (sender !== undefined && !/^(?=.*[A-Za-z])[A-Za-z0-9]{1,11}$/.test(sender))
      return { status: 400, code: "InvalidParameter" };
    messages.push({ to, text, type: attributes.get("AWS.SNS.SMS.SMSType") ?? "Promotional" });
    return null;
  }

  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request));
    const signed = { method: request.method!, headers: request.headers, body };
    const refusal = refuseSignature(signed, credentials, { region: REGION, service: "sns" });
    const wrong =
      faults.shift() ??
      (refusal
        ? { status: 403, code: refusal.error.replace(/Exception$/, "") }
        : answer(new URLSearchParams(body.toString())));
    response.writeHead(wrong?.status ?? 200, { "content-type": "text/xml" });
    const requestId = `<RequestId>${randomUUID()}</RequestId>`;
    response.end(
      wrong
        ? `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${wrong.code}</Code><Message>refused</Message></Error>${requestId}</ErrorResponse>`
        : `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${randomUUID()}</MessageId></PublishResult><ResponseMetadata>${requestId}</ResponseMetadata></PublishResponse>`,
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    access: { region: REGION, endpoint, ...credentials },
    messages,
    fail: (status, code) => void faults.push({ status, code }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
