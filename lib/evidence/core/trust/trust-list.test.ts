import { spawnSync } from "node:child_process";
import { createHash, sign } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { fromUtf8, toBase64 } from "#lib/bytes.ts";
import { AppError } from "#lib/errors.ts";
import { toPem } from "#lib/pki/core/certificates/pem.ts";
import { type Authority, testRoot, testWorld, type World } from "#lib/pki/core/testing.ts";
import { listSignatureWords } from "./list-view.ts";
import { readTrustList } from "./read-trust-list.ts";
import {
  CA_QC,
  etsiList,
  GRANTED,
  listSigner,
  QTST,
  signedList,
  type TestService,
  WITHDRAWN,
} from "./testing.ts";

let world: World;
let operator: Authority;
let services: TestService[];
beforeAll(async () => {
  world = await testWorld();
  operator = await testRoot(undefined, "List Operator");
  services = [
    {
      name: "Qualified signatures",
      states: [[GRANTED, "2020-01-01T00:00:00Z"]],
      certificateDer: world.root.certificateDer,
    },
    {
      name: "Qualified time",
      type: QTST,
      states: [[GRANTED, "2021-01-01T00:00:00Z"]],
      certificateDer: world.tsa.certificateDer,
    },
  ];
});

const read = (xml: string) => readTrustList(fromUtf8(xml));
function refusalOf(work: () => unknown): string {
  try {
    work();
    return "taken";
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

test("a trusted list gives its qualified services with names, territory and times", () => {
  const list = read(etsiList({ services }));
  expect(list).toMatchObject({
    ...{ kind: "etsi", name: "Trusted list of ES", territory: "ES", operator: "Ministry & Co", sequence: 7 },
    ...{ issuedAt: new Date("2026-11-01T10:00:00Z"), nextUpdateAt: new Date("2027-05-01T10:00:00Z") },
    ...{ unreadable: 0, signature: { state: "not-checked", why: "unsigned" } },
    services: [
      { use: "signing", name: "Qualified signatures", provider: "Trust Provider SA", grantedUntil: null },
      { use: "timestamping", name: "Qualified time", grantedFrom: new Date("2021-01-01T00:00:00Z") },
    ],
  });
  expect(list.services[0]!.certificateDer).toEqual(world.root.certificateDer);
});

test("other services, other states and those for web sites are left out; history counts", () => {
  const { certificateDer } = world.root;
  const old = "http://uri.etsi.org/TrstSvc/eSigDir-1999-93-EC-TrustedList/Svcstatus/undersupervision";
  const list = read(
    etsiList({
      services: [
        {
          name: "Register",
          type: `${CA_QC.slice(0, -5)}EDS/Q`,
          states: [[GRANTED, "2020-01-01T00:00:00Z"]],
          certificateDer,
        },
        { name: "Withdrawn", states: [[WITHDRAWN, "2020-01-01T00:00:00Z"]], certificateDer },
        {
          name: "Sites",
          states: [[GRANTED, "2020-01-01T00:00:00Z"]],
          certificateDer,
          purposes: ["ForWebSiteAuthentication"],
        },
        {
          ...{ name: "Until 2022", certificateDer, purposes: ["ForWebSiteAuthentication", "ForeSeals"] },
          states: [
            [WITHDRAWN, "2022-01-01T00:00:00Z"],
            [GRANTED, "2016-07-01T00:00:00Z"],
            [old, "2010-01-01T00:00:00Z"],
          ],
        },
      ],
    }),
  );
  expect(
    list.services.map(({ name, grantedFrom, grantedUntil }) => [name, grantedFrom, grantedUntil]),
  ).toEqual([["Until 2022", new Date("2010-01-01T00:00:00Z"), new Date("2022-01-01T00:00:00Z")]]);
});

test("a list of lists says who signs the others", () => {
  const list = read(
    etsiList({ territory: "EU", pointers: [{ territory: "ES", certificateDer: operator.certificateDer }] }),
  );
  expect(list).toMatchObject({
    ...{ kind: "lotl", name: "List of trusted lists of EU", services: [] },
    pointers: [
      {
        territory: "ES",
        location: "https://tl.example/ES.xml",
        signerSha256s: [expect.stringMatching(/^[0-9a-f]{64}$/)],
      },
    ],
  });
});

test("a certificate that cannot be read is left out and counted", () => {
  const broken = { ...services[0]!, certificateDer: Uint8Array.of(1, 2, 3) };
  expect(read(etsiList({ services: [broken, services[1]!] }))).toMatchObject({
    unreadable: 1,
    services: [{ use: "timestamping" }],
  });
});

test("the signature on a list is verified, and what it does not cover is not read", () => {
  const signed = signedList(etsiList({ services }), operator);
  expect(read(signed).signature).toMatchObject({
    state: "holds",
    signer: expect.stringContaining("List Operator"),
  });
  expect(read(signed).services).toHaveLength(2);
  const other = toBase64(operator.certificateDer);
  const changes: [string, (xml: string) => string][] = [
    ["a territory", (xml) => xml.replace("<SchemeTerritory>ES", "<SchemeTerritory>FR")],
    ["a certificate", (xml) => xml.replace(toBase64(world.root.certificateDer), other)],
    ["the value", (xml) => xml.replace(/<ds:SignatureValue>..../, "<ds:SignatureValue>AAAA")],
    [
      "whose it is",
      (xml) => xml.replace(/(<ds:X509Certificate>)[^<]+/, `$1${toBase64(world.issuing.certificateDer)}`),
    ],
    ["a second one", (xml) => xml.replace(/<ds:Signature .*<\/ds:Signature>/s, "$&$&")],
    ["a reference to another place", (xml) => xml.replace('URI=""', 'URI="#elsewhere"')],
  ];
  for (const [what, change] of changes) {
    const changed = change(signed);
    expect(changed, what).not.toBe(signed);
    expect([what, refusalOf(() => read(changed))]).toEqual([what, "evidence/list-signature-broken"]);
  }
});

test("a signature over one element only, wrapped into another list, is refused", () => {
  const signed = signedList(etsiList({ services }), operator);
  const signature = /<ds:Signature .*<\/ds:Signature>/s.exec(signed)![0];
  const evil = etsiList({ territory: "EV", services }).replace(
    "</TrustServiceStatusList>",
    `${signature}</TrustServiceStatusList>`,
  );
  expect(refusalOf(() => read(evil))).toBe("evidence/list-signature-broken");
});

test("an XAdES signature holds with the properties it signs, as the lists of TS 119 612 are signed", () => {
  for (const element of ["SigningCertificateV2", "SigningCertificate"] as const) {
    const list = read(signedList(etsiList({ services }), operator, { element }));
    expect(list.signature).toMatchObject({
      ...{ state: "holds", isXades: true, signedAt: "2026-11-01T10:00:00.000Z" },
      signer: expect.stringContaining("List Operator"),
    });
    expect(list.services).toHaveLength(2);
  }
  expect(read(signedList(etsiList({ services }), operator)).signature).toMatchObject({
    ...{ state: "holds", isXades: false, signedAt: null },
  });
});

test("properties that were changed, name another certificate, or are not signed break it", () => {
  const xml = etsiList({ services });
  const signed = signedList(xml, operator, {});
  const properties = /<xades:QualifyingProperties.*<\/xades:QualifyingProperties>/s.exec(signed)![0];
  const cases: [string, string][] = [
    ["the time", signed.replace("SigningTime>2026", "SigningTime>2025")],
    ["the digest", signed.replace(/(SigningCertificateV2>.*?DigestValue[^>]*>)..../s, "$1AAAA")],
    ["another's certificate", signedList(xml, operator, { namesDer: world.root.certificateDer })],
    ["not covered", signedList(xml, operator, { isCovered: false })],
    ["a second set", signed.replace(properties, properties + properties.replace("xades-sig", "xades-two"))],
    ["after its certificate's end", signedList(xml, operator, { signingTime: "2999-01-01T00:00:00Z" })],
  ];
  for (const [what, changed] of cases) {
    expect(changed, what).not.toBe(signed);
    expect([what, refusalOf(() => read(changed))]).toEqual([what, "evidence/list-signature-broken"]);
  }
  const weak = signedList(xml, operator, { digestMethod: "http://www.w3.org/2000/09/xmldsig#sha1" });
  expect(read(weak).signature).toEqual({ state: "not-checked", why: "unsupported" });
});

test("an algorithm we do not take is said, not believed", () => {
  const signed = signedList(etsiList({ services }), operator);
  for (const [from, to] of [
    ["http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384", "http://www.w3.org/2000/09/xmldsig#hmac-sha1"],
    ["http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1"],
    ["http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/TR/1999/REC-xpath-19991116"],
  ] as const)
    expect(read(signed.replace(from, to)).signature).toEqual({ state: "not-checked", why: "unsupported" });
});

test("whose certificate is made for signing lists is nothing to remark on", () => {
  const signature = (xml: string, signer = listSigner()) => read(signedList(xml, signer)).signature;
  expect(signature(etsiList({ services }))).toMatchObject({ state: "holds", signerFaults: [] });
  // Greece and the United Kingdom have other names in certificates; the Union is no country.
  for (const [territory, country] of [
    ["EL", "GR"],
    ["UK", "GB"],
    ["EU", "BE"],
  ] as const) {
    const signer = listSigner({ subject: `/C=${country}/O=MINISTRY  & co/CN=x` });
    expect([territory, signature(etsiList({ territory, services }), signer)]).toMatchObject([
      territory,
      { signerFaults: [] },
    ]);
  }
});

test.each<[string, Parameters<typeof listSigner>[0]]>([
  ["purpose", { extendedKeyUsage: null }],
  ["purpose", { extendedKeyUsage: "emailProtection,codeSigning" }],
  ["purpose", { extendedKeyUsage: "anyExtendedKeyUsage" }],
  ["key-usage", { keyUsage: "digitalSignature,keyEncipherment" }],
  ["authority", { basicConstraints: "CA:TRUE" }],
  ["key-identifier", { subjectKeyIdentifier: "none" }],
  ["territory", { subject: "/C=FR/O=Ministry & Co/CN=List signer" }],
  ["operator", { subject: "/C=ES/O=Ministry/CN=List signer" }],
])("a list signed with a certificate that falls short in its %s says so", (fault, profile) => {
  const { signature } = read(signedList(etsiList({ services }), listSigner(profile)));
  expect(signature).toMatchObject({ state: "holds", signerFaults: [fault] });
  expect(listSignatureWords(signature)).toMatch(/is not one for signing trusted lists .*: [^;]+\.$/);
});

test("Acrobat's lists are under no such rule", () => {
  const xml = `<SecuritySettings><TrustedIdentities>${identity(world.root.certificateDer)}</TrustedIdentities></SecuritySettings>`;
  expect(read(signedList(xml, operator)).signature).not.toHaveProperty("signerFaults");
});

/** Python's canonical XML and Node's bare signature: nothing of ours or of the library that checks. */
const python = spawnSync("python3", ["-c", "from xml.etree.ElementTree import canonicalize"]).status === 0;
test.skipIf(!python)("a list that others canonicalized and signed holds too", () => {
  const canonical = (xml: string) => {
    const program =
      "import sys; from xml.etree.ElementTree import canonicalize; sys.stdout.write(canonicalize(sys.stdin.read()))";
    return spawnSync("python3", ["-c", program], { input: xml, encoding: "utf8" }).stdout;
  };
  const xml = etsiList({ services });
  const digest = createHash("sha256").update(canonical(xml)).digest("base64");
  const c14n = '"http://www.w3.org/2001/10/xml-exc-c14n#"';
  const info = `<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><CanonicalizationMethod Algorithm=${c14n}></CanonicalizationMethod><SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"></SignatureMethod><Reference URI=""><Transforms><Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></Transform><Transform Algorithm=${c14n}></Transform></Transforms><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></DigestMethod><DigestValue>${digest}</DigestValue></Reference></SignedInfo>`;
  const key = { key: operator.key.keyObject, dsaEncoding: "ieee-p1363" } as const;
  const value = sign("sha384", Buffer.from(canonical(info)), key).toString("base64");
  const signature = `<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">${info}<SignatureValue>${value}</SignatureValue><KeyInfo><X509Data><X509Certificate>${toBase64(operator.certificateDer)}</X509Certificate></X509Data></KeyInfo></Signature>`;
  const list = read(xml.replace("</TrustServiceStatusList>", `${signature}</TrustServiceStatusList>`));
  expect(list).toMatchObject({ signature: { state: "holds" }, services: [{}, {}] });
});

const identity = (der: Uint8Array, action = 2, root = 1) =>
  `<Identity><ImportAction>${action}</ImportAction><Certificate>${toBase64(der)}</Certificate><Trust><Root>${root}</Root></Trust></Identity>`;

test("Acrobat's trusted identities give their roots, for signatures and time-stamps", () => {
  const all = [
    identity(world.root.certificateDer),
    identity(world.tsa.certificateDer, 3),
    identity(world.issuing.certificateDer, 1, 0),
  ];
  const list = read(
    `<SecuritySettings><TrustedIdentities>${all.join("")}</TrustedIdentities></SecuritySettings>`,
  );
  expect(list).toMatchObject({ kind: "adobe", unreadable: 0, signature: { state: "not-checked" } });
  expect(list.services.map(({ use, subject }) => [use, subject])).toEqual([
    ["signing", expect.stringContaining("Test Root")],
    ["timestamping", expect.stringContaining("Test Root")],
  ]);
});

test("certificates in PEM are a list without names or times", () => {
  const list = read(`# ours\n${toPem(world.root.certificateDer)}${toPem(world.tsa.certificateDer)}`);
  expect([list.kind, list.services.length, list.territory]).toEqual(["certificates", 4, null]);
});

const declared = (inner: string) =>
  etsiList({ services: [] }).replace("<TrustServiceStatusList", `${inner}<TrustServiceStatusList`);
test.each<[string, () => string]>([
  ["a document type", () => declared("<!DOCTYPE a>")],
  ["entities that multiply", () => declared('<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]>')],
  ["an outside entity", () => declared('<!doctype a [<!entity b SYSTEM "file:///etc/passwd">]>')],
  ["an entity nobody declared", () => etsiList({ territory: "&evil;" })],
  ["elements nested without end", () => `${"<a>".repeat(100_000)}${"</a>".repeat(100_000)}`],
  ["elements without number", () => `<a>${"<b/>".repeat(2_100_000)}</a>`],
  ["no end", () => etsiList({ services: [] }).slice(0, -30)],
  ["another kind of XML", () => '<?xml version="1.0"?><html><body/></html>'],
  ["another namespace", () => etsiList({}).replace("02231/v2#", "02231/v3#")],
  ["no roots of Acrobat", () => "<SecuritySettings><TrustedIdentities/></SecuritySettings>"],
  ["no XML and no PEM", () => "hello"],
  ["nothing", () => ""],
  ["bytes that are no UTF-8", () => "<\ud800>"],
])("a list with %s is refused", (_, xml) => {
  expect(refusalOf(() => read(xml()))).toBe("evidence/list-unreadable");
});

test("a list of a thousand services is read and verified in seconds", () => {
  const many = Array.from({ length: 1_000 }, (_, index) => ({
    ...services[0]!,
    name: `Service ${index}`,
    states: [[GRANTED, new Date(Date.UTC(2010, 0, 1) + index * 3_600_000).toISOString()]] as const,
  }));
  const signed = signedList(etsiList({ services: many }), operator);
  const from = performance.now();
  expect(read(signed).services).toHaveLength(1_000);
  expect(performance.now() - from).toBeLessThan(60_000);
});
