import { describe, expect, test } from "vitest";
import { type Certificate, parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { authorityInfoAccess, basicConstraints, keyUsage } from "#lib/pki/core/certificates/extensions.ts";
import { buildChain } from "#lib/pki/core/credentials/build-chain.ts";
import {
  type Authority,
  at,
  DAY_MS,
  NOON,
  openssl,
  opensslMakes,
  pem,
  testKey,
  testRoot,
  wildCertificate,
  YEAR_MS,
} from "#lib/pki/core/testing.ts";
import { trustAnchorOf } from "#lib/pki/core/validation/path.ts";

const AUTHORITY = [basicConstraints({ pathLength: null }), keyUsage(["keyCertSign"])];
const life = { notBefore: at(-YEAR_MS), notAfter: at(YEAR_MS) };
const authority = (subject: string, issuer?: Authority, more: object = {}) =>
  wildCertificate({ subject, issuer, extensions: AUTHORITY, ...life, ...more });
const of = (...holders: Authority[]): Certificate[] =>
  holders.map(({ certificateDer }) => parseCertificate(certificateDer));
const names = (chain: readonly Certificate[]) => chain.map(({ subject }) => subject.text.slice(3));
const codes = (findings: readonly { code: string }[]) => findings.map(({ code }) => code);

const root = await authority("Root");
const upper = await authority("Upper", root);
const lower = await authority("Lower", upper);
const leaf = await wildCertificate({ subject: "Ana", issuer: lower, ...life });
const stranger = await authority("Stranger");
const build = (heap: Authority[], anchors: Authority[] = [], when = NOON, certificate = leaf) =>
  buildChain({
    certificate: of(certificate)[0]!,
    heap: of(...heap),
    anchors: anchors.map(({ certificateDer }) => trustAnchorOf(certificateDer)),
    at: when,
  });

describe("a chain from a heap", () => {
  test("comes out in order, whatever the order, the doubles and the strangers", () => {
    const chain = build([root, stranger, leaf, lower, lower, upper, root]);
    expect(names(chain.certificates)).toEqual(["Ana", "Lower", "Upper", "Root"]);
    expect([chain.isValid, chain.endsAt]).toEqual([true, "given-root"]);
    expect(names(chain.unused)).toEqual(["Stranger"]);
    expect(codes(chain.findings)).toEqual(["root-not-trusted"]);
    const files = {
      "leaf.pem": pem(leaf.certificateDer),
      "root.pem": pem(root.certificateDer),
      "rest.pem": chain.certificates
        .slice(1, -1)
        .map(({ der }) => pem(der))
        .join(""),
    };
    const args = ["-attime", String(NOON.getTime() / 1000), "-CAfile", "root.pem", "-untrusted", "rest.pem"];
    expect(openssl(["verify", ...args, "leaf.pem"], files)).toContain("OK");
  });

  test("ends at a trust anchor where there is one", () => {
    const chain = build([upper, lower], [stranger, root]);
    expect(names(chain.certificates)).toEqual(["Ana", "Lower", "Upper", "Root"]);
    expect([chain.endsAt, codes(chain.findings)]).toEqual(["trusted", []]);
  });

  test("names what is missing, and where it is said to be", async () => {
    const pointing = await wildCertificate({
      subject: "Ana",
      issuer: lower,
      extensions: [authorityInfoAccess({ ocsp: null, issuer: "http://ca.example/lower.cer" })],
      ...life,
    });
    const chain = build([upper, root], [], NOON, pointing);
    expect(chain.endsAt).toBe("nowhere");
    expect(chain.missing).toEqual({
      subject: "CN=Lower",
      keyId: null,
      addresses: ["http://ca.example/lower.cer"],
      neededBy: "CN=Ana",
    });
    expect(chain.findings[0]).toMatchObject({ code: "chain-incomplete", severity: "error" });
    expect(chain.findings[0]!.message).toBe(
      "The certificate of CN=Lower is missing, which issued CN=Ana. It is said to be at http://ca.example/lower.cer.",
    );
  });

  test("is not mended by a namesake with another key", async () => {
    const namesake = await authority("Lower", upper);
    const chain = build([namesake, upper, root]);
    expect(codes(chain.findings)).toEqual(["issuer-does-not-fit"]);
  });

  test("of cross-signed authorities has several ways, the trusted first", async () => {
    const otherRoot = await authority("Other Root");
    const crossed = await authority("Upper", otherRoot, { key: upper.key });
    const chain = build([root, upper, lower, crossed, otherRoot]);
    expect(chain.isValid).toBe(true);
    expect(chain.alternatives.map(names)).toEqual([["Ana", "Lower", "Upper", "Other Root"]]);
    const trusting = build([root, upper, lower, crossed, otherRoot], [otherRoot]);
    expect([trusting.endsAt, names(trusting.certificates).at(-1)]).toEqual(["trusted", "Other Root"]);
    expect(trusting.alternatives.map(names)).toEqual([["Ana", "Lower", "Upper", "Root"]]);
  });

  test("prefers the way that holds to the one that expired", async () => {
    const expired = await authority("Upper", root, { key: upper.key, notAfter: at(-DAY_MS) });
    expect(build([expired, upper, lower, root]).isValid).toBe(true);
    const only = build([expired, lower, root]);
    expect([only.isValid, codes(only.findings)]).toEqual([false, ["issuer-expired", "root-not-trusted"]]);
  });

  test("that runs in a circle is said to", async () => {
    const [a, b] = [testKey("ecdsa-p256-sha256"), testKey("ecdsa-p256-sha256")];
    const seedB = await authority("B", undefined, { key: b });
    const crossA = await authority("A", seedB, { key: a });
    const crossB = await authority("B", crossA, { key: b });
    const end = await wildCertificate({ subject: "End", issuer: crossA, ...life });
    const chain = build([crossA, crossB], [], NOON, end);
    expect(codes(chain.findings)).toEqual(["chain-loops"]);
  });

  test("outside its validity says since when", () => {
    expect(build([lower, upper, root], [root], at(2 * YEAR_MS)).findings[0]!.message).toBe(
      `The certificate expired on ${at(YEAR_MS).toISOString().slice(0, 10)}.`,
    );
    expect(codes(build([lower, upper, root], [root], at(-2 * YEAR_MS)).findings)).toEqual([
      "not-yet-valid",
      "issuer-not-yet-valid",
      "issuer-not-yet-valid",
      "root-outside-validity",
    ]);
  });

  test("through one that is no authority breaks the rules", async () => {
    const person = await wildCertificate({ subject: "Bob", issuer: root, ...life });
    const forged = await wildCertificate({ subject: "Eve", issuer: person, ...life });
    const chain = build([person, root], [root], NOON, forged);
    expect([chain.isValid, codes(chain.findings)]).toEqual([false, ["path-rules"]]);
  });

  test("of a certificate that vouches for itself is that certificate", async () => {
    const own = await testRoot();
    const chain = build([], [], NOON, own);
    expect([chain.certificates.length, chain.endsAt, chain.isValid]).toEqual([1, "given-root", true]);
    expect(build([], [own], NOON, own).endsAt).toBe("trusted");
  });

  test("with RSA-1024 or SHA-1 from OpenSSL is found weak", () => {
    const make = (...args: string[]) =>
      parseCertificate(
        opensslMakes("c.der", [
          ..."req -x509 -noenc -keyout k.pem -subj /CN=Weak -days 9000 -outform DER -out c.der".split(" "),
          ...args,
        ]),
      );
    const weak = make("-newkey", "rsa:1024");
    const when = new Date(weak.notBefore.getTime() + 1000);
    const chain = buildChain({ certificate: weak, heap: [], anchors: [], at: when });
    expect(codes(chain.findings)).toContain("weak-key");
    const sha1 = opensslMakes(
      "leaf.der",
      [
        ..."x509 -req -in r.pem -CA ca.pem -CAkey ca.key -sha1 -days 9000 -outform DER -out leaf.der".split(
          " ",
        ),
      ],
      {
        "ca.pem": pem(root.certificateDer),
        "ca.key": root.key.keyObject.export({ type: "pkcs8", format: "pem" }),
        "r.pem": opensslMakes(
          "r.pem",
          "req -newkey rsa:2048 -noenc -keyout k -subj /CN=Old -out r.pem".split(" "),
        ),
      },
    );
    const old = parseCertificate(sha1);
    const trusting = buildChain({
      certificate: old,
      heap: [],
      anchors: [trustAnchorOf(root.certificateDer)],
      at: NOON > old.notBefore ? NOON : new Date(old.notBefore.getTime() + 1000),
    });
    expect(codes(trusting.findings)).toContain("sha1-signature");
  });

  test("from a heap of four hundred namesakes is looked for within bounds", async () => {
    const keys = Array.from({ length: 8 }, () => testKey("ecdsa-p256-sha256"));
    const first = await authority("Maze", undefined, { key: keys[0] });
    const heap = await Promise.all(
      Array.from({ length: 400 }, (_, index) =>
        authority("Maze", { ...first, key: keys[index % 8]! }, { key: keys[(index * 3 + 1) % 8] }),
      ),
    );
    const end = await wildCertificate({ subject: "End", issuer: heap[0]!, ...life });
    const started = Date.now();
    expect(build(heap, [], NOON, end).certificates.length).toBeGreaterThan(0);
    expect(Date.now() - started).toBeLessThan(60_000);
  });
});
