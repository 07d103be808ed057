import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { readConfig } from "#lib/config.ts";
import type { Visitor } from "#lib/context.ts";
import { authorizeHashes } from "#lib/signing/programs/authorize-hashes.ts";
import { giveChallenge } from "#lib/signing/programs/challenge-program.ts";
import { checkApproval } from "#lib/signing/programs/check-approval.ts";
import { cscRefusalOf, Pending, UNFORESEEN } from "#lib/signing/programs/csc-words.ts";
import {
  describeCredential,
  describeService,
  listCredentials,
} from "#lib/signing/programs/describe-credentials.ts";
import { extendAuthorization } from "#lib/signing/programs/extend-authorization.ts";
import { pollSignatures } from "#lib/signing/programs/poll-signatures.ts";
import { issueProgramToken, programContext } from "#lib/signing/programs/program-context.ts";
import { signHashes } from "#lib/signing/programs/sign-hashes.ts";
import { timestampHash } from "#lib/signing/programs/timestamp-hash.ts";
import { startJobs } from "./jobs.ts";
import { createWorkerRuntime } from "./worker-runtime.ts";

// A product of its own in a process of its own: its worker, and the verbs behind app/csc over plain HTTP.

const runtime = await createWorkerRuntime(readConfig());
let laterByMs = 0;
Object.assign(runtime, { now: () => new Date(Date.now() + laterByMs) });
await startJobs(runtime);

const METHODS = {
  "/csc/v2/credentials/list": listCredentials,
  "/csc/v2/credentials/info": describeCredential,
  "/csc/v2/credentials/authorize": authorizeHashes,
  "/csc/v2/credentials/authorizeCheck": checkApproval,
  "/csc/v2/credentials/getChallenge": giveChallenge,
  "/csc/v2/credentials/extendTransaction": extendAuthorization,
  "/csc/v2/signatures/signHash": signHashes,
  "/csc/v2/signatures/signPolling": pollSignatures,
  "/csc/v2/signatures/timestamp": timestampHash,
};

async function answer(path: string, text: string, request: IncomingMessage): Promise<object> {
  const visitor: Visitor = { runtime, request: { ip: "127.0.0.1", userAgent: "a program" } };
  if (path === "/csc/v2/info") return describeService(visitor);
  if (path === "/csc/v2/oauth2/token") {
    const form = new URLSearchParams(text);
    const field = (name: string) => form.get(name) ?? "";
    const token = await issueProgramToken(visitor, {
      ...{ grantType: field("grant_type"), scope: field("scope") },
      ...{ clientId: field("client_id"), clientSecret: field("client_secret") },
      ...{ code: field("code"), redirectUri: field("redirect_uri"), verifier: field("code_verifier") },
    });
    return { access_token: token.text, expires_in: token.expiresInSeconds };
  }
  const method = METHODS[path as keyof typeof METHODS];
  const ctx = await programContext(visitor, request.headers.authorization ?? null);
  return method(ctx, JSON.parse(text));
}

const server = createServer(async (request, response) => {
  const text = Buffer.concat(await Array.fromAsync(request)).toString("utf8");
  const said = await answer(request.url!, text, request).then(
    (body) => (body instanceof Pending ? { status: 202, body: body.body } : { status: 200, body }),
    (error: unknown) => {
      const { status, error: word, description } = cscRefusalOf(error) ?? UNFORESEEN;
      return { status, body: { error: word, error_description: description } };
    },
  );
  response.writeHead(said.status, { "content-type": "application/json" });
  response.end(JSON.stringify(said.body));
});
server.listen(0, "127.0.0.1", () => {
  process.send!({ port: (server.address() as AddressInfo).port });
});
process.on("message", (message: { laterByMs: number }) => {
  laterByMs = message.laterByMs;
  process.send!({ isSet: true });
});
process.on("disconnect", () => process.exit(0));
