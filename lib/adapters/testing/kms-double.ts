import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fromBase64, toBase64 } from "#lib/bytes.ts";
import { KmsError, type KmsRequest, kmsOperations } from "./kms-operations.ts";
import { refuseSignature, type SigningCredentials } from "./sigv4.ts";

/** What goes wrong with a request: an error by KMS's name, no answer, a broken connection, a changed signature. */
export type KmsFault = { readonly error: string } | "hang" | "break" | "wrong-signature";

/** A KMS of our own over HTTP: it checks every request's signature and holds real keys. */
export interface KmsDouble {
  readonly access: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: SigningCredentials;
  };
  /** Makes a key without a request, as an administrator would, and names it. */
  createKey(spec: string, usage: "SIGN_VERIFY" | "ENCRYPT_DECRYPT"): string;
  setState(keyId: string, state: "Enabled" | "Disabled" | "PendingDeletion"): void;
  /** The next `times` requests (of that operation) fail like this. */
  fail(fault: KmsFault, times?: number, operation?: string): void;
  /** Operations asked for so far, refused ones too. */
  readonly requests: string[];
  close(): Promise<void>;
}

const REGION = "us-east-1";

export async function startKmsDouble(): Promise<KmsDouble> {
  const credentials = { accessKeyId: "AKIDOUBLE", secretAccessKey: randomUUID() };
  const { answer, setState } = kmsOperations();
  const requests: string[] = [];
  const faults: { fault: KmsFault; operation?: string }[] = [];
  const nextFault = (operation: string) => {
    const index = faults.findIndex((planned) => !planned.operation || planned.operation === operation);
    return index < 0 ? undefined : faults.splice(index, 1)[0]!.fault;
  };

  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request));
    const operation = String(request.headers["x-amz-target"]).replace(/^TrentService\./, "");
    requests.push(operation);
    const fault = nextFault(operation);
    if (fault === "hang") return;
    if (fault === "break") return response.destroy();
    try {
      const signed = { method: request.method!, headers: request.headers, body };
      const refusal = refuseSignature(signed, credentials, { region: REGION, service: "kms" });
      if (refusal) throw new KmsError(refusal.error, refusal.message);
      if (typeof fault === "object") throw new KmsError(fault.error, "as planned");
      if (!Object.hasOwn(answer, operation)) throw new KmsError("UnknownOperationException");
      const result = answer[operation as keyof typeof answer](JSON.parse(body.toString()) as KmsRequest);
      reply(response, 200, fault === "wrong-signature" ? withOtherSignature(result) : result);
    } catch (error) {
      if (!(error instanceof KmsError)) throw error;
      const status = /Internal|Timeout|Unavailable/.test(error.error) ? 500 : 400;
      reply(response, status, { __type: error.error, message: error.message });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    access: {
      region: REGION,
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials,
    },
    createKey: (KeySpec, KeyUsage) => answer.CreateKey({ KeySpec, KeyUsage }).KeyMetadata.Arn,
    setState,
    fail(fault, times = 1, operation) {
      for (let count = 0; count < times; count++) faults.push({ fault, operation });
    },
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function reply(response: ServerResponse, status: number, content: object): void {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID() };
  response.writeHead(status, headers).end(JSON.stringify(content));
}

function withOtherSignature(result: object): object {
  const signature = fromBase64((result as { Signature: string }).Signature);
  signature[signature.length - 1]! ^= 1;
  return { ...result, Signature: toBase64(signature) };
}
