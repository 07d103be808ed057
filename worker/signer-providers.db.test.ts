import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { generateKeyPairSync, randomBytes, sign as signWith } from "node:crypto";
import { once } from "node:events";
import path from "node:path";
import { hash } from "@node-rs/argon2";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { type ProxyFault, startFaultyProxy } from "#lib/adapters/testing/faulty-proxy.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { fromUtf8, toBase64 } from "#lib/bytes.ts";
import { type Context, createContext } from "#lib/context.ts";
import type { ProviderKind } from "#lib/envelopes/core/signature-kind.ts";
import { type EnvelopeView, getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { listEnvelopes } from "#lib/envelopes/list-envelopes.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { saveRule } from "#lib/integrations/rules/change-rules.ts";
import { inFolder, qpdfFaults, run } from "#lib/pdf/testing.ts";
import { keyPem } from "#lib/pki/core/pkcs12/testing.ts";
import { pem, testKey } from "#lib/pki/core/testing.ts";
import { addClass, changeClass } from "#lib/retention/add-class.ts";
import { correctEnvelope } from "#lib/signing/correction/correct-envelope.ts";
import { approveRequest, readApproval, refuseRequest } from "#lib/signing/programs/approve-request.ts";
import { decideAsked } from "#lib/signing/programs/check-approval.ts";
import { listKeyPrograms } from "#lib/signing/programs/list-programs.ts";
import { openProgram, type ProgramLogIn } from "#lib/signing/programs/open-program.ts";
import { answerQuestions } from "#lib/signing/providers/answer-questions.ts";
import { askChallenge } from "#lib/signing/providers/ask-challenge.ts";
import { beginApproval, beginAuthorization } from "#lib/signing/providers/begin-authorization.ts";
import { setSignatureProvider, testSignatureProvider } from "#lib/signing/providers/change-providers.ts";
import { chooseCredential } from "#lib/signing/providers/choose-credential.ts";
import { finishAuthorization } from "#lib/signing/providers/finish-authorization.ts";
import { type AuthorizationView, getAuthorization } from "#lib/signing/providers/get-authorization.ts";
import { activateSeal } from "#lib/signing/seals/activate-seal.ts";
import { importSeal } from "#lib/signing/seals/import-seal.ts";
import { listSeals } from "#lib/signing/seals/list-seals.ts";
import { registerCertificates } from "#lib/signing/seals/register-certificate.ts";
import { testSeal } from "#lib/signing/seals/test-seal.ts";
import { qualified, startTestCa, type TestCa } from "#lib/signing/seals/testing-ca.ts";
import { linkFor, newDraft, personWith, sign, until } from "#lib/signing/testing.ts";
import { expectValid, sealedPdf } from "./testing-story.ts";

// A provider of signatures is another product in a process of its own; what people do in their browsers there is done
// by its owner here.

const PASSWORD = "marble ferry lantern oak";
const PIN = "five-red-herons";
const RETURN = "http://localhost:3000/sign/authorized";
const proxy = await startFaultyProxy();
let ca: TestCa;
let child: ChildProcess;
let opener: Context;

const there = testProduct({ settings: async () => ({ CSC_SERVER: "true", BASE_URL: proxy.url }) });
const product = testProduct({
  runsJobs: true,
  settings: async () => ({ PRIVATE_HOSTS: new URL(proxy.url).host }),
});
afterAll(async () => {
  child?.disconnect();
  await proxy.close();
});

/** A key that is open to programs there, for somebody. */
async function addKey(name: string, extensions: readonly Uint8Array[]): Promise<string> {
  const { runtime } = there();
  const key = testKey("rsa-3072-sha256");
  const chain = await ca.certify(key.publicKey, name, extensions);
  const file = keyPem({ key, certificateDer: chain[0]! }) + chain.map((der) => pem(der)).join("");
  await importSeal(opener, { bytes: fromUtf8(file), password: "", chosen: null });
  const { id } = (await listSeals(opener)).brought.find(({ state }) => state !== "active")!;
  const { organizationId } = opener;
  await testSeal(createContext(runtime, { organizationId, actor: { kind: "system", job: "test" } }), {
    sealId: id,
  });
  await activateSeal(opener, { sealId: id });
  return (await listKeyPrograms(opener)).keys.find(({ isActive }) => isActive)!.id;
}

/** Somebody's own, which answers challenges. */
const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
const keys: Record<string, string> = {};
const programs: Record<string, ProgramLogIn> = {};
let owner: Context;

beforeAll(async () => {
  ca = await startTestCa();
  ca.publishTo(there().runtime);
  opener = await (await there().newOrganization()).member("owner");
  keys.ana = await addKey("Ana Ruiz", [qualified()]);
  keys.ben = await addKey("Ben Okafor", [qualified()]);
  keys.plain = await addKey("Ana Plain Ruiz", []);
  keys.seal = await addKey("Ana Seal Ruiz", [qualified(["compliance", "device", "eseal"])]);
  const keyIds = Object.values(keys);
  const terms = { keyIds, perMinute: 1000, days: 30 };
  programs.page = await openProgram(opener, { ...terms, name: "Pages", redirectUri: RETURN });
  programs.pin = await openProgram(opener, { ...terms, name: "PINs", pin: PIN });
  programs.challenge = await openProgram(opener, {
    ...{ ...terms, name: "Challenges", asksApproval: true },
    challengeKey: own.publicKey.export({ type: "spki", format: "pem" }) as string,
  });
  const environment = { ...process.env, ...there().settings };
  child = fork(path.join(import.meta.dirname, "testing-csc-server.ts"), [], { env: environment });
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  proxy.leadTo(`http://127.0.0.1:${port}`);
  ca.publishTo(product().runtime);
}, 180_000);
beforeEach(async () => {
  proxy.forget();
  // All tests of this file log in from one address, quickly.
  await there().admin`delete from rate_limits where key like 'program-log-in:%'`;
});

/** An organization with a provider of that kind. */
async function withProvider(kind: ProviderKind, by: "page" | "pin" | "challenge" = "page") {
  const { runtime } = product();
  owner = await (await product().newOrganization()).member("owner");
  const { accountId } = owner.actor as { accountId: string };
  await product().admin`update accounts set password_hash = ${await hash(PASSWORD)} where id = ${accountId}`;
  const { clientId, clientSecret } = programs[by]!;
  const logIn = by === "page" ? ("person" as const) : ("client" as const);
  const providerId = await setSignatureProvider(owner, {
    ...{ name: "Example Trust", kind, url: `${proxy.url}/csc/v2`, clientId, clientSecret, logIn },
    password: PASSWORD,
  });
  const bytes = fromUtf8(pem(ca.authority.certificateDer));
  await registerCertificates(owner, { use: "anchor", bytes });
  return { providerId, runtime };
}

async function sentWith(kind: ProviderKind, names: readonly string[]) {
  const draft = await newDraft(
    owner,
    names.map((name) => ({ name })),
  );
  const content = { ...draft.content, signatureKind: kind };
  const { version } = await saveDraft(owner, { ...draft, content });
  await sendEnvelope(owner, { envelopeId: draft.envelopeId, version });
  return draft.envelopeId;
}

async function finished(envelopeId: EnvelopeView["id"], name: string): Promise<Context> {
  const person = await personWith(owner, await linkFor(owner, envelopeId, name));
  await sign(person);
  return person;
}

const stepIs = async (
  person: Context,
  wanted: AuthorizationView["step"] | null,
): Promise<AuthorizationView> => {
  for (const end = Date.now() + 40_000; Date.now() < end; ) {
    const found = await getAuthorization(person);
    if ((found?.step ?? null) === wanted) return found!;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never ${wanted}: ${JSON.stringify(await getAuthorization(person))}`);
};

const queryOf = (url: string) => Object.fromEntries(new URL(url).searchParams);
const approve = async (person: Context, url: string) =>
  finishAuthorization(person, { callback: await approveRequest(opener, queryOf(url)) });

/** Lets the provider show the credentials, and chooses one by its name. */
async function choose(person: Context, name: string): Promise<AuthorizationView> {
  const { url } = await beginAuthorization(person);
  if (url) await approve(person, url);
  const { credentials } = await stepIs(person, "choose");
  await chooseCredential(person, { credentialId: credentials.find((one) => one.name === name)!.id });
  return stepIs(person, url ? "page" : "answers");
}

const completed = (envelopeId: EnvelopeView["id"]) =>
  until(owner, envelopeId, ({ state }) => state === "completed", 60_000);

test("two people sign with their own qualified credentials at another product, and strangers verify it", async () => {
  const { providerId } = await withProvider("qualified");
  expect(await testSignatureProvider(owner, { providerId })).toBeNull();
  const envelopeId = await sentWith("qualified", ["Ana Ruiz", "Ben Okafor"]);
  for (const name of ["Ana Ruiz", "Ben Okafor"]) {
    const person = await finished(envelopeId, name);
    expect((await getAuthorization(person))!.step).toBe("begin");
    await choose(person, name);
    const { url } = await beginApproval(person);
    const asked = await readApproval(opener, queryOf(url!));
    expect(asked).toMatchObject({ program: "Pages", scope: "credential", key: name });
    expect(asked.hashes).toHaveLength(1);
    await approve(person, url!);
    await stepIs(person, null);
  }
  const envelope = await completed(envelopeId);
  const pdf = await sealedPdf(owner, envelope);
  expectValid(pdf);
  const report = inFolder((file) => run("pdfsig", ["-nocert", file("sealed.pdf", pdf)]).text);
  expect(report).toMatch(/Common Name: Ana Ruiz[\s\S]*Common Name: Ben Okafor/);
  expect(qpdfFaults(pdf)).toBe("");
  const rows = await product().admin`
    select subject, issuer, der, chain_pem, authority_id from certificates
    where envelope_id = ${envelopeId} and kind = 'signer' order by created_at`;
  expect(rows.map(({ subject }) => subject)).toEqual(["CN=Ana Ruiz", "CN=Ben Okafor"]);
  for (const row of rows) {
    expect(row.authority_id).toBeNull();
    const checked = inFolder((file) =>
      execFileSync(
        "openssl",
        [
          "verify",
          "-CAfile",
          file("ca.pem", fromUtf8(pem(ca.authority.certificateDer))),
          file("own.pem", fromUtf8(pem(row.der))),
        ],
        { encoding: "utf8" },
      ),
    );
    expect(checked).toContain("OK");
  }
  const { entries } = await readChain(owner, envelopeId);
  const said = entries.filter(({ type }) => type.startsWith("sign")).map(({ type }) => type);
  const each = [
    ...["signer-authorization.begun", "signer-credentials.listed", "signer-credential.chosen"],
    ...[
      "signer-hashes.prepared",
      "signer-authorization.begun",
      "signer-credential.authorized",
      "signature.made",
    ],
  ];
  expect(said).toEqual([...each, ...each]);
  const prepared = entries.find(({ type }) => type === "signer-hashes.prepared")!;
  const allowed = entries.find(({ type }) => type === "signer-credential.authorized")!;
  expect((prepared.data.hashes as { hash: string }[]).map((one) => one.hash)).toEqual(allowed.data.hashes);
  const left = await product().admin`
    select sealed_sad, sealed_token from signer_authorizations where envelope_id = ${envelopeId}`;
  expect(left.every((row) => row.sealed_sad === null && row.sealed_token === null)).toBe(true);
}, 180_000);

test("with a PIN it is answered here, and a wrong one is said and kept nowhere", async () => {
  await withProvider("advanced", "pin");
  const envelopeId = await sentWith("advanced", ["Ana Ruiz"]);
  const person = await finished(envelopeId, "Ana Ruiz");
  const { questions } = await choose(person, "Ana Ruiz");
  expect(questions).toEqual([{ id: "PIN", label: "PIN", isNumeric: false }]);
  expect(await refusalOf(answerQuestions(person, { answers: {} }))).toBe("signing/provider-answer-missing");
  expect(await refusalOf(answerQuestions(person, { answers: { PIN: "a-wrong-pin" } }))).toBe(
    "signing/provider-answer-refused",
  );
  expect((await getAuthorization(person))!.step).toBe("answers");
  await answerQuestions(person, { answers: { PIN } });
  expectThree(await sealedPdf(owner, await completed(envelopeId)));
  const everything = await product().admin`
    select body as text from audit_events where envelope_id = ${envelopeId}
    union all select row_to_json(a)::text from signer_authorizations a where envelope_id = ${envelopeId}`;
  expect(everything.some(({ text }) => String(text).includes(PIN))).toBe(false);
}, 180_000);

test("a challenge of the provider is answered, and somebody there agrees, before it is signed", async () => {
  await withProvider("advanced", "challenge");
  const envelopeId = await sentWith("advanced", ["Ana Ruiz"]);
  const person = await finished(envelopeId, "Ana Ruiz");
  const { questions } = await choose(person, "Ana Ruiz");
  expect(questions).toMatchObject([{ id: "CHALLENGE", isChallenge: true }]);
  expect(await refusalOf(askChallenge(person, { questionId: "PIN" }))).toBe("signing/provider-not-ready");
  const challenge = (await askChallenge(person, { questionId: "CHALLENGE" }))!;
  const made = signWith("sha256", Buffer.from(challenge), own.privateKey).toString("base64");
  const wrong = answerQuestions(person, { answers: { CHALLENGE: toBase64(randomBytes(64)) } });
  expect(await refusalOf(wrong)).toBe("signing/provider-answer-refused");
  const agree = async () => {
    const first = async () => (await listKeyPrograms(opener)).asked[0]?.id ?? null;
    await expect.poll(first, { timeout: 20_000 }).not.toBeNull();
    await decideAsked(opener, { authorizationId: (await first())!, isAllowed: true });
  };
  await Promise.all([answerQuestions(person, { answers: { CHALLENGE: made } }), agree()]);
  expectThree(await sealedPdf(owner, await completed(envelopeId)));
}, 180_000);

const expectThree = (pdf: Uint8Array) => {
  const report = inFolder((file) => run("pdfsig", [file("sealed.pdf", pdf)]).text);
  expect(report.match(/Signature is Valid\./g)).toHaveLength(3);
};

test("whoever has finished and not let their provider sign has not signed: not for the sender, and for no rule", async () => {
  await withProvider("advanced", "pin");
  const action = { kind: "tag", tag: "signed by somebody" } as const;
  await saveRule(owner, { rule: { name: "Signed", event: "signed", action, conditions: [] } });
  const envelopeId = await sentWith("advanced", ["Ana Ruiz"]);
  const person = await finished(envelopeId, "Ana Ruiz");
  await choose(person, "Ana Ruiz");
  const shown = await getEnvelope(owner, { envelopeId });
  expect(shown.recipients[0]).toMatchObject({ state: "finished", isDone: false, isAtProvider: true });
  const listed = async () => (await listEnvelopes(owner, {})).items.find(({ id }) => id === envelopeId)!;
  expect(await listed()).toMatchObject({
    awaits: [{ step: "provider" }],
    recipients: [{ isDone: false }],
    tags: [],
  });
  await answerQuestions(person, { answers: { PIN } });
  await completed(envelopeId);
  expect((await getEnvelope(owner, { envelopeId })).recipients[0]).toMatchObject({
    ...{ isDone: true, isAtProvider: false },
  });
  await expect.poll(async () => (await listed()).tags, { timeout: 20_000 }).toEqual(["signed by somebody"]);
  const { entries } = await readChain(owner, envelopeId);
  const made = entries.findIndex(({ type }) => type === "signature.made");
  expect(entries.findIndex(({ type }) => type === "rule.matched")).toBeGreaterThan(made);
  expect(entries.filter(({ type }) => type === "rule.matched")).toHaveLength(1);
}, 180_000);

test("a class of documents asks for certificates that last, of people and of the seal", async () => {
  await withProvider("advanced", "pin");
  const lease = { name: "Leases", years: 10, basis: "Civil code", isDefault: true } as const;
  const classId = await addClass(owner, { ...lease, trigger: "completion", leastCertificateDays: 365 });
  const envelopeId = await sentWith("advanced", ["Ana Ruiz"]);
  const person = await finished(envelopeId, "Ana Ruiz");
  const { url } = await beginAuthorization(person);
  if (url) await approve(person, url);
  const { credentials } = await stepIs(person, "choose");
  expect(new Set(credentials.map(({ hindrance }) => hindrance))).toEqual(new Set(["ends-soon"]));
  const own = credentials.find(({ name }) => name === "Ana Ruiz")!;
  const chosen = () => chooseCredential(person, { credentialId: own.id });
  expect(await refusalOf(chosen())).toBe("signing/credential-unfit");
  await changeClass(owner, { ...lease, classId, leastCertificateDays: 300 });
  await chosen();
  await stepIs(person, "answers");
  await answerQuestions(person, { answers: { PIN } });
  await completed(envelopeId);
  const { entries } = await readChain(owner, null);
  expect(entries.find(({ type }) => type === "retention-class.changed")!.data).toMatchObject({
    ...{ from: { leastCertificateDays: 365 }, to: { leastCertificateDays: 300 } },
  });
}, 180_000);

test("what cannot make the signature says why before it is used, and another's name is asked about", async () => {
  await withProvider("qualified");
  const envelopeId = await sentWith("qualified", ["Ana Ruiz"]);
  const person = await finished(envelopeId, "Ana Ruiz");
  await approve(person, (await beginAuthorization(person)).url!);
  const { credentials } = await stepIs(person, "choose");
  const told = Object.fromEntries(
    credentials.map(({ name, hindrance, isOtherName }) => [name, [hindrance, isOtherName]]),
  );
  expect(told).toEqual({
    "Ana Ruiz": [null, false],
    "Ben Okafor": [null, true],
    "Ana Plain Ruiz": ["not-qualified", false],
    "Ana Seal Ruiz": ["not-for-signatures", false],
  });
  const idOf = (name: string) => credentials.find((one) => one.name === name)!.id;
  for (const name of ["Ana Plain Ruiz", "Ana Seal Ruiz"])
    expect(await refusalOf(chooseCredential(person, { credentialId: idOf(name), isMine: true }))).toBe(
      "signing/credential-unfit",
    );
  const others = { credentialId: idOf("Ben Okafor") };
  expect(await refusalOf(chooseCredential(person, others))).toBe("signing/credential-other-name");
  await chooseCredential(person, { ...others, isMine: true });
  expect((await stepIs(person, "page")).chosen).toMatchObject({ name: "Ben Okafor", isOtherName: true });
  const { entries } = await readChain(owner, envelopeId);
  expect(entries.find(({ type }) => type === "signer-credential.chosen")!.data).toMatchObject({
    ...{ isOtherName: true, kind: "qualified" },
  });
}, 180_000);

const CANCELED = "signing/provider-canceled";
type Meets = (person: Context) => Promise<unknown>;
const approvedWith =
  (fault: ProxyFault, at: string): Meets =>
  async (person) => {
    proxy.fail(fault, at);
    await approve(person, (await beginApproval(person)).url!);
  };
const swapped = (text: string) =>
  JSON.stringify({
    signatures: (JSON.parse(text) as { signatures: string[] }).signatures.map(() =>
      toBase64(randomBytes(384)),
    ),
  });

const MEETINGS: readonly (readonly [string, string | null, string | null, Meets])[] = [
  [
    "says no there",
    CANCELED,
    null,
    async (person) => {
      const { url } = await beginApproval(person);
      await finishAuthorization(person, { callback: await refuseRequest(opener, queryOf(url!)) });
    },
  ],
  [
    "comes back twice",
    "signing/provider-errand-over",
    null,
    async (person) => {
      const { state } = await beginApproval(person);
      const callback = `${RETURN}?error=access_denied&state=${state}`;
      expect(await refusalOf(finishAuthorization(person, { callback }))).toBe(CANCELED);
      await finishAuthorization(person, { callback });
    },
  ],
  [
    "comes back with a code of somebody else's",
    "signing/provider-refused",
    null,
    async (person) => {
      const { state } = await beginApproval(person);
      await finishAuthorization(person, { callback: `${RETURN}?code=made-up&state=${state}` });
    },
  ],
  [
    "lets it and the answer is lost",
    "signing/provider-unavailable",
    null,
    approvedWith("lost-after", "oauth2/token"),
  ],
  [
    "lets it and the provider is away",
    null,
    "signing/provider-unavailable",
    approvedWith("lost-before", "signHash"),
  ],
  [
    "lets it and the provider fails",
    null,
    "signing/provider-unavailable",
    approvedWith("failed-after", "signHash"),
  ],
  [
    "lets it and the answer is no JSON",
    null,
    "signing/provider-unavailable",
    approvedWith(() => "<html>", "signHash"),
  ],
  [
    "lets it and the signature is another",
    null,
    "signing/provider-signature-wrong",
    approvedWith(swapped, "signHash"),
  ],
  [
    "lets it and the provider's time is over",
    null,
    "signing/provider-refused",
    approvedWith(
      {
        before: async () => {
          child.send({ laterByMs: 301_000 });
          await once(child, "message");
        },
      },
      "signHash",
    ),
  ],
];

test.for(MEETINGS)(
  "who %s is asked again, and nothing is lost",
  { timeout: 180_000 },
  async ([, refusal, problem, meets]) => {
    await withProvider("qualified");
    const envelopeId = await sentWith("qualified", ["Ana Ruiz"]);
    const person = await finished(envelopeId, "Ana Ruiz");
    await choose(person, "Ana Ruiz");
    expect(
      await meets(person).then(
        () => null,
        (error: { code: string }) => error.code,
      ),
    ).toBe(refusal);
    if (problem) await untilProblem(person, problem);
    child.send({ laterByMs: 0 });
    await once(child, "message");
    proxy.forget();
    const { documents, state } = await until(owner, envelopeId, () => true);
    expect(state).toBe("sent");
    expect(documents).toHaveLength(1);
    await stepIs(person, "page");
    await approve(person, (await beginApproval(person)).url!);
    expectThree(await sealedPdf(owner, await completed(envelopeId)));
    const [row] = await product()
      .admin`select tries from signer_authorizations where envelope_id = ${envelopeId}`;
    expect(row!.tries).toBe(problem ? 2 : 1);
  },
);

async function untilProblem(person: Context, problem: string): Promise<void> {
  for (const end = Date.now() + 40_000; Date.now() < end; ) {
    if ((await getAuthorization(person))?.problem === problem) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never ${problem}: ${JSON.stringify(await getAuthorization(person))}`);
}

test("hashes that are no longer those that were allowed are signed by nobody", async () => {
  await withProvider("qualified");
  const envelopeId = await sentWith("qualified", ["Ana Ruiz"]);
  const person = await finished(envelopeId, "Ana Ruiz");
  await choose(person, "Ana Ruiz");
  const { url } = await beginApproval(person);
  const callback = await approveRequest(opener, queryOf(url!));
  await product()
    .admin`update signing_steps set seed = ${randomBytes(32)} where envelope_id = ${envelopeId} and kind = 'signed'`;
  await finishAuthorization(person, { callback });
  await untilProblem(person, "signing/provider-hash-changed");
  await stepIs(person, "page");
  await approve(person, (await beginApproval(person)).url!);
  expectThree(await sealedPdf(owner, await completed(envelopeId)));
}, 180_000);

test("sending waits for a provider, and what was sent is not corrected any more", async () => {
  owner = await (await product().newOrganization()).member("owner");
  expect(await refusalOf(sentWith("qualified", ["Ana Ruiz"]))).toBe("envelopes/not-ready");
  await withProvider("qualified");
  const envelopeId = await sentWith("qualified", ["Ana Ruiz"]);
  const { recipients } = await until(owner, envelopeId, () => true);
  const [{ id, name, email }] = recipients as [(typeof recipients)[number]];
  const people = [{ id, name: `${name} Vega`, email, phone: "", check: "none" as const, order: 1 }];
  const wish = { envelopeId, message: "As discussed.", reminderHours: 48, people };
  expect(await refusalOf(correctEnvelope(owner, wish))).toBe("envelopes/signatures-locked");
}, 180_000);
