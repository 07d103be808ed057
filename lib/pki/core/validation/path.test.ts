import { beforeAll, describe, expect, test } from "vitest";
import {
  integer,
  nullValue,
  oid,
  primitiveContext,
  retagged,
  sequence,
  sequenceOf,
  tagged,
  tlv,
} from "#lib/pki/core/asn1/der.ts";
import { encodeDirectoryName, encodeEmail, encodeUri } from "#lib/pki/core/asn1/general-names.ts";
import { encodeName } from "#lib/pki/core/asn1/names.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import {
  basicConstraints,
  certificatePolicies,
  extension,
  keyUsage,
  subjectAlternativeName,
} from "#lib/pki/core/certificates/extensions.ts";
import {
  type Authority,
  at,
  DAY_MS,
  NOON,
  testKey,
  testSigner,
  testWorld,
  type World,
  wildCertificate,
  YEAR_MS,
} from "#lib/pki/core/testing.ts";
import { findPath, trustAnchorOf } from "#lib/pki/core/validation/path.ts";

let world: World;
beforeAll(async () => {
  world = await testWorld();
});

const CA = [basicConstraints({ pathLength: null }), keyUsage(["keyCertSign", "crlSign"])];
const parsed = (...authorities: Authority[]) =>
  authorities.map(({ certificateDer }) => parseCertificate(certificateDer));
const find = (leaf: Authority, anchor: Authority, between: Authority[], when = NOON) =>
  findPath({
    certificate: parseCertificate(leaf.certificateDer),
    candidates: parsed(...between),
    anchors: [trustAnchorOf(anchor.certificateDer)],
    at: when,
  });
const problemOf = (result: ReturnType<typeof find>) => (result.isValid ? null : result.problem.message);

test("a path leads from a signer over the issuing authority to the root", async () => {
  const signer = await testSigner(world.issuing);
  const found = find(signer, world.root, [world.root, world.tsa, world.issuing]);
  expect(found).toMatchObject({ isValid: true, isAnchorItself: false, weaknesses: [] });
  expect(found.path.map(({ subject }) => subject.text.split(",")[0])).toEqual([
    "CN=Ada Lovelace",
    "CN=Test Issuing",
  ]);
});

test("a path may end at an authority that is trusted itself", async () => {
  const signer = await testSigner(world.issuing);
  expect(find(signer, world.issuing, []).isValid).toBe(true);
});

test("a certificate that is trusted itself is its own path, while it is valid", () => {
  expect(find(world.issuing, world.issuing, [])).toMatchObject({ isValid: true, isAnchorItself: true });
  expect(find(world.issuing, world.issuing, [], at(9 * YEAR_MS)).isValid).toBe(false);
});

test("no path is found without the authority between, or to another root of the same name", async () => {
  const signer = await testSigner(world.issuing);
  const other = (await testWorld()).root;
  expect(problemOf(find(signer, world.root, []))).toBe("no path leads to a trust anchor");
  expect(problemOf(find(signer, other, [world.issuing]))).toBe("no path leads to a trust anchor");
  expect(find(signer, other, [world.issuing]).path).toHaveLength(2);
});

test("every certificate must be valid at the instant", async () => {
  const signer = await testSigner(world.issuing);
  const expired = find(signer, world.root, [world.issuing], at(2 * DAY_MS));
  expect(expired).toMatchObject({
    isValid: false,
    problem: { kind: "validity", certificate: { isSelfIssued: false } },
  });
  expect(problemOf(find(signer, world.root, [world.issuing], at(-DAY_MS)))).toContain("is not valid at");
});

test("the certificate of a signer issues nothing", async () => {
  const signer = await testSigner(world.issuing);
  const forged = await wildCertificate({ subject: "Mallory", issuer: signer });
  expect(problemOf(find(forged, world.root, [signer, world.issuing]))).toContain("is no authority");
});

test("an authority without the usage, or below a path length of zero, issues nothing", async () => {
  const root = await wildCertificate({ subject: "Root", extensions: CA });
  const mute = await wildCertificate({
    subject: "Mute",
    issuer: root,
    extensions: [basicConstraints({ pathLength: null }), keyUsage(["crlSign"])],
  });
  expect(problemOf(find(await wildCertificate({ subject: "L", issuer: mute }), root, [mute]))).toContain(
    "may not sign certificates",
  );
  const zero = await wildCertificate({
    subject: "Zero",
    issuer: root,
    extensions: [basicConstraints({ pathLength: 0 })],
  });
  const below = await wildCertificate({ subject: "Below", issuer: zero, extensions: CA });
  expect(find(await wildCertificate({ subject: "L", issuer: zero }), root, [zero]).isValid).toBe(true);
  expect(
    problemOf(find(await wildCertificate({ subject: "L", issuer: below }), root, [zero, below])),
  ).toContain("one authority too many");
});

test("a critical extension that is not understood stops the path", async () => {
  const root = await wildCertificate({ subject: "Root", extensions: CA });
  const strange = [extension("1.2.3.4", true, nullValue())];
  const known = [extension("1.2.3.4", false, nullValue())];
  expect(
    problemOf(find(await wildCertificate({ subject: "L", issuer: root, extensions: strange }), root, [])),
  ).toContain("1.2.3.4");
  expect(
    find(await wildCertificate({ subject: "L", issuer: root, extensions: known }), root, []).isValid,
  ).toBe(true);
});

test("authorities that sign each other end the search", async () => {
  const a = await wildCertificate({ subject: "A", extensions: CA });
  const b = await wildCertificate({ subject: "B", extensions: CA });
  const aByB = await wildCertificate({ subject: "A", issuer: b, key: a.key, extensions: CA });
  const bByA = await wildCertificate({ subject: "B", issuer: a, key: b.key, extensions: CA });
  const leaf = await wildCertificate({ subject: "L", issuer: aByB });
  expect(problemOf(find(leaf, world.root, [a, b, aByB, bByA]))).toBe("no path leads to a trust anchor");
  expect(find(leaf, b, [aByB, bByA]).isValid).toBe(true);
});

test("a maze of authorities with equal names and keys is left after a bounded number of steps", async () => {
  // Nine levels of six authorities each: ten million paths, of which none leads to the root.
  let above = await wildCertificate({ subject: "Level 9", extensions: CA });
  const maze: Authority[] = [];
  for (let level = 8; level >= 0; level--) {
    const key = testKey("ecdsa-p256-sha256");
    const copies = [0, 1, 2, 3, 4, 5].map(() =>
      wildCertificate({ subject: `Level ${level}`, key, issuer: above, extensions: CA }),
    );
    const made = await Promise.all(copies);
    maze.push(...made);
    above = made[0]!;
  }
  const started = performance.now();
  expect(problemOf(find(above, world.root, maze))).toBe("too many certificates to try");
  expect(performance.now() - started).toBeLessThan(60_000);
});

test("of two paths the one that holds is taken", async () => {
  const root = await wildCertificate({ subject: "Root", extensions: CA });
  const old = await wildCertificate({ subject: "Mid", issuer: root, extensions: CA, notAfter: at(-1000) });
  const renewed = await wildCertificate({ subject: "Mid", issuer: root, key: old.key, extensions: CA });
  const leaf = await wildCertificate({ subject: "L", issuer: old });
  expect(find(leaf, root, [old, renewed]).isValid).toBe(true);
  expect(find(leaf, root, [old]).isValid).toBe(false);
});

describe("name constraints", () => {
  const constrained = (permitted: Uint8Array[], excluded: Uint8Array[] = []) => {
    const trees = (number: number, names: Uint8Array[]) =>
      names.length ? [tagged(number, ...names.map((name) => sequence(name)))] : [];
    return extension(OID.nameConstraints, true, sequence(...trees(0, permitted), ...trees(1, excluded)));
  };
  const email = (text: string) => tlv(primitiveContext(1), new Uint8Array(Buffer.from(text)));
  const dns = (text: string) => tlv(primitiveContext(2), new Uint8Array(Buffer.from(text)));
  const address = (...octets: number[]) => tlv(primitiveContext(7), Uint8Array.from(octets));
  const directory = (organization: string) => encodeDirectoryName(encodeName([["CN", organization]]));

  async function judged(constraints: Uint8Array, names: Uint8Array[], subject = "L") {
    const root = await wildCertificate({ subject: "Root", extensions: CA });
    const mid = await wildCertificate({ subject: "Mid", issuer: root, extensions: [...CA, constraints] });
    const leaf = await wildCertificate({
      subject,
      issuer: mid,
      extensions: names.length ? [subjectAlternativeName(names)] : [],
    });
    return find(leaf, root, [mid]).isValid;
  }

  test.each([
    ["a host permits its mailboxes", [email("example.com")], [], [encodeEmail("ada@example.com")], true],
    [
      "a host does not permit those below it",
      [email("example.com")],
      [],
      [encodeEmail("ada@mail.example.com")],
      false,
    ],
    [
      "a domain permits those below it",
      [email(".example.com")],
      [],
      [encodeEmail("ada@mail.example.com")],
      true,
    ],
    [
      "one mailbox permits only itself",
      [email("ada@example.com")],
      [],
      [encodeEmail("eve@example.com")],
      false,
    ],
    [
      "a mailbox beyond ASCII keeps to them too",
      [email("example.com")],
      [],
      [encodeEmail("zoë@example.org")],
      false,
    ],
    ["an excluded host excludes", [], [email("example.com")], [encodeEmail("ada@example.com")], false],
    [
      "a host with a dot at its end is excluded as without",
      [],
      [dns("example.com")],
      [dns("a.example.com.")],
      false,
    ],
    [
      "capitals in the host of another scheme help nothing",
      [],
      [encodeUriHost("example.com")],
      [tlv(primitiveContext(6), new Uint8Array(Buffer.from("ldap://EXAMPLE.com/x")))],
      false,
    ],
    ["other forms are not touched", [email("example.com")], [], [dns("a.example.org")], true],
    ["a DNS name permits those below it", [dns("example.com")], [], [dns("a.example.com")], true],
    ["a DNS name does not permit a longer label", [dns("example.com")], [], [dns("badexample.com")], false],
    [
      "a URI keeps to its host",
      [encodeUriHost("example.com")],
      [],
      [encodeUri("http://example.com/x")],
      true,
    ],
    [
      "a URI of another host is refused",
      [encodeUriHost("example.com")],
      [],
      [encodeUri("http://example.org/x")],
      false,
    ],
    ["an address keeps to its range", [address(10, 0, 0, 0, 255, 0, 0, 0)], [], [address(10, 1, 2, 3)], true],
    [
      "an address outside it is refused",
      [address(10, 0, 0, 0, 255, 0, 0, 0)],
      [],
      [address(11, 1, 2, 3)],
      false,
    ],
    [
      "what is permitted and excluded is excluded",
      [dns("example.com")],
      [dns("secret.example.com")],
      [dns("a.secret.example.com")],
      false,
    ],
    [
      "one name that is permitted does not help another",
      [dns("example.com")],
      [],
      [dns("a.example.com"), dns("a.example.org")],
      false,
    ],
    [
      "a mailbox is excluded though the host of the tree ends with a dot",
      [],
      [email("example.com.")],
      [encodeEmail("ada@example.com")],
      false,
    ],
    [
      "a URI is excluded though the host of the tree ends with a dot",
      [],
      [encodeUriHost("example.com.")],
      [encodeUri("http://example.com/x")],
      false,
    ],
    [
      "a URI without a host cannot be cleared",
      [],
      [encodeUriHost("example.com")],
      [tlv(primitiveContext(6), new Uint8Array(Buffer.from("urn:x:y")))],
      false,
    ],
    ["a subject outside the directory tree is refused", [directory("Mid")], [], [], false],
    ["a subject inside it is permitted", [directory("L")], [], [], true],
    [
      "a form not understood is refused where it meets its like",
      [tlv(primitiveContext(8), Uint8Array.of(42))],
      [],
      [tlv(primitiveContext(8), Uint8Array.of(42))],
      false,
    ],
  ] as const)("%s", async (_, permitted, excluded, names, isValid) => {
    expect(await judged(constrained([...permitted], [...excluded]), [...names])).toBe(isValid);
  });

  function encodeUriHost(host: string): Uint8Array {
    return tlv(primitiveContext(6), new Uint8Array(Buffer.from(host)));
  }
});

describe("policies", () => {
  const requireExplicit = (skip: number) =>
    extension(OID.policyConstraints, true, sequence(retagged(0x80, integer(skip))));
  const mapping = extension(OID.policyMappings, false, sequenceOf([sequence(oid("1.1"), oid("1.2"))]));
  const judged = async (midExtensions: Uint8Array[], leafPolicies: string[]) => {
    const root = await wildCertificate({ subject: "Root", extensions: CA });
    const mid = await wildCertificate({
      subject: "Mid",
      issuer: root,
      extensions: [...CA, ...midExtensions],
    });
    const leaf = await wildCertificate({
      subject: "L",
      issuer: mid,
      extensions: leafPolicies.length ? [certificatePolicies(leafPolicies)] : [],
    });
    return find(leaf, root, [mid]).isValid;
  };

  test("are free where none is required", async () => {
    expect(await judged([], ["1.2.3"])).toBe(true);
    expect(await judged([certificatePolicies(["1.2.3"])], [])).toBe(true);
  });

  test("must run through the path where one is required", async () => {
    expect(await judged([certificatePolicies(["1.2.3"]), requireExplicit(0)], ["1.2.3"])).toBe(true);
    expect(await judged([certificatePolicies([OID.anyPolicy]), requireExplicit(0)], ["1.2.3"])).toBe(true);
    expect(await judged([certificatePolicies(["1.2.3"]), requireExplicit(0)], ["1.2.4"])).toBe(false);
    expect(await judged([certificatePolicies(["1.2.3"]), requireExplicit(0)], [])).toBe(false);
  });

  test("with mappings are refused where one is required", async () => {
    expect(await judged([certificatePolicies(["1.2.3"]), mapping], ["1.2.3"])).toBe(true);
    expect(await judged([certificatePolicies(["1.2.3"]), requireExplicit(0), mapping], ["1.2.3"])).toBe(
      false,
    );
  });

  test("any policy stops counting where it is inhibited", async () => {
    const inhibit = extension(OID.inhibitAnyPolicy, true, integer(0));
    const policies = certificatePolicies(["1.2.3"]);
    expect(await judged([policies, requireExplicit(0)], [OID.anyPolicy])).toBe(true);
    expect(await judged([policies, requireExplicit(0), inhibit], [OID.anyPolicy])).toBe(false);
  });
});
