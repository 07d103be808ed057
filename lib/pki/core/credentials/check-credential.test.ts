import { beforeAll, describe, expect, test } from "vitest";
import { toHex, toUtf8 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { basicConstraints, extendedKeyUsage, keyUsage } from "#lib/pki/core/certificates/extensions.ts";
import { checkAnswer, checkCredential } from "#lib/pki/core/credentials/check-credential.ts";
import {
  CONVERSION_RANDOM_BYTES,
  type Conversion,
  convertCredential,
  openCredential,
} from "#lib/pki/core/credentials/convert.ts";
import { keyPem, opensslPkcs12 } from "#lib/pki/core/pkcs12/testing.ts";
import {
  type Authority,
  at,
  DAY_MS,
  NOON,
  openssl,
  opensslMakes,
  pem,
  randomOctets,
  testKey,
  testSeal,
  testWorld,
  type World,
  wildCertificate,
  YEAR_MS,
} from "#lib/pki/core/testing.ts";
import { trustAnchorOf } from "#lib/pki/core/validation/path.ts";

let world: World;
let seal: Authority;
let chain: Uint8Array[];
beforeAll(async () => {
  world = await testWorld();
  seal = await testSeal(world.issuing, "ecdsa-p256-sha256");
  chain = [world.issuing.certificateDer, world.root.certificateDer];
});

async function report(bytes: Uint8Array | string, chosen: number | null = null, when = NOON) {
  const opened = await openCredential(Buffer.from(bytes), "pw");
  const anchors = [trustAnchorOf(world.root.certificateDer)];
  return checkCredential({ known: [], opened, anchors, at: when, chosen });
}
const codes = async (...input: Parameters<typeof report>) =>
  (await report(...input)).findings.map(({ code }) => code);
const pemOf = (holder: Authority, ...more: Uint8Array[]) =>
  keyPem(holder) + [holder.certificateDer, ...more].map((der) => pem(der)).join("");

describe("a credential", () => {
  test("with its whole chain may be used", async () => {
    const good = await report(opensslPkcs12(seal, chain, "pw"));
    expect([good.isUsable, good.findings]).toEqual([true, []]);
    expect(good.chain?.endsAt).toBe("trusted");
    expect(good.chain?.certificates.map(({ der }) => toHex(der))).toEqual(
      [seal.certificateDer, ...chain].map(toHex),
    );
  });

  test("in old encryption is usable, and told to be old", async () => {
    const old = await report(opensslPkcs12(seal, chain, "pw", ["-legacy"]));
    expect([old.isUsable, old.findings.map(({ code }) => code)]).toEqual([true, ["old-encryption"]]);
    expect(old.findings[0]!.message).toContain("RC2-40 and 3DES");
  });

  test("has each fault under its own name", async () => {
    const other = testKey("ecdsa-p256-sha256");
    const mixed = keyPem({ ...seal, key: other }) + pem(seal.certificateDer);
    expect(await codes(opensslPkcs12(seal, chain, "pw", ["-nokeys"]))).toEqual(["no-private-key"]);
    expect(await codes(mixed)).toEqual(["certificate-not-of-key", "unencrypted-key"]);
    expect(await codes(keyPem(seal))).toEqual(["no-certificate", "unencrypted-key"]);
    expect(await codes(opensslPkcs12(seal, [], "pw"))).toEqual(["chain-incomplete"]);
    expect(await codes(opensslPkcs12(seal, chain, "pw"), null, at(20 * YEAR_MS))).toContain("expired");
    expect(await codes(opensslPkcs12(seal, chain, "pw"), null, at(-20 * DAY_MS))).toContain("not-yet-valid");
    expect(await codes(opensslPkcs12(world.root, [], "pw"))).toEqual(["wrong-usage", "authority"]);
  });

  test("for other purposes is refused", async () => {
    const issue = (...extensions: Uint8Array[]) =>
      wildCertificate({ subject: "Web", issuer: world.root, extensions });
    const web = await issue(extendedKeyUsage([OID.serverAuthentication], false));
    const encrypting = await issue(keyUsage(["keyEncipherment"]));
    expect(await codes(pemOf(web))).toEqual(["wrong-usage", "unencrypted-key"]);
    expect(await codes(pemOf(encrypting))).toEqual(["wrong-usage", "unencrypted-key"]);
    expect((await report(pemOf(await issue(basicConstraints(null))))).isUsable).toBe(true);
  });

  test("with a key that is too short, or of another kind, is refused", async () => {
    const both = (args: string[]) => {
      const key = opensslMakes("k", [...args, "-out", "k"]);
      const c = opensslMakes("c", "req -x509 -key k -subj /CN=K -days 900 -out c".split(" "), { k: key });
      return toUtf8(key) + toUtf8(c);
    };
    expect(await codes(both("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024".split(" ")))).toContain(
      "weak-key",
    );
    for (const kind of ["ED25519", "EC -pkeyopt ec_paramgen_curve:P-521"])
      expect(await codes(both(`genpkey -algorithm ${kind}`.split(" ")))).toContain("key-unsupported");
  });

  test("of several keys waits for a choice, unless only one has a certificate", async () => {
    const second = await testSeal(world.issuing, "ecdsa-p256-sha256");
    const both = pemOf(seal) + pemOf(second, ...chain);
    const asked = await report(both);
    expect(asked.findings.map(({ code }) => code)).toEqual(["several-keys", "unencrypted-key"]);
    expect(asked.choices.map(({ index }) => index)).toEqual([0, 1]);
    const chosen = await report(both, 1);
    expect(toHex(chosen.certificate!.der)).toBe(toHex(second.certificateDer));
    const lonely = keyPem({ ...seal, key: testKey("ecdsa-p256-sha256") }) + pemOf(second, ...chain);
    expect((await report(lonely)).isUsable).toBe(true);
  });
});

describe("a conversion", () => {
  const conversion = (to: "pfx" | "pem"): Conversion => ({
    ...{ to, newPassword: "new", random: randomOctets(CONVERSION_RANDOM_BYTES), chosen: null },
    ...{ at: NOON, iterations: 10_000 },
  });

  test("of an old PFX to PEM keeps key and chain, and says what changed", async () => {
    const old = opensslPkcs12(seal, [chain[1]!, chain[0]!], "pw", ["-legacy", "-name", "Our seal"]);
    const { file, changes } = await convertCredential(old, "pw", conversion("pem"));
    const key = openssl("pkey -in f -passin pass:new -pubout -outform DER".split(" "), { f: file });
    expect(key.length).toBeGreaterThan(0);
    const opened = await openCredential(file, "new");
    expect(opened.certificates.map(({ der }) => toHex(der))).toEqual(
      [seal.certificateDer, ...chain].map(toHex),
    );
    expect(toHex(opened.keys[0]!.publicKey)).toBe(toHex(seal.key.publicKey));
    expect(changes.map(({ code }) => code)).toEqual([
      ...["format", "encryption", "integrity", "name-dropped", "order"],
    ]);
    expect(changes[1]!.message).toMatch(/^RC2-40 .* and 3DES .* became AES-256/);
  });

  test("of PEM to a PFX is opened by OpenSSL", async () => {
    const extra = await wildCertificate({ subject: "Extra" });
    const { file, changes } = await convertCredential(
      Buffer.from(pemOf(seal, extra.certificateDer, ...chain)),
      null,
      conversion("pfx"),
    );
    const info = openssl("pkcs12 -in f -passin pass:new -noenc -info".split(" "), { f: file });
    expect(info.match(/BEGIN CERTIFICATE/g)).toHaveLength(3);
    expect(changes.map(({ code }) => code)).toEqual([
      ...["format", "encryption", "integrity", "order", "certificates-left-out"],
    ]);
    expect(changes[1]!.message).toMatch(/^no encryption became/);
  });

  test("of what has no key, several, or no certificate is refused", async () => {
    const codeFor = async (text: string) => {
      const error = await convertCredential(Buffer.from(text), null, conversion("pfx")).catch(
        (caught) => caught,
      );
      return isRefusal(error) ? error.code : error;
    };
    const second = await testSeal(world.issuing, "ecdsa-p256-sha256");
    expect(await codeFor(pem(seal.certificateDer))).toBe("pki/no-private-key");
    expect(await codeFor(pemOf(seal) + pemOf(second))).toBe("pki/several-keys");
    expect(await codeFor(keyPem(seal))).toBe("pki/key-mismatch");
    expect(await codeFor("hello")).toBe("pki/not-pkcs12");
  });
});

describe("an answer to a request", () => {
  const answered = async (
    make: Partial<Parameters<typeof wildCertificate>[0]>,
    more: { readonly heap?: readonly Authority[]; readonly known?: readonly Authority[] } = {},
  ) => {
    const issuer = make.issuer ?? (await wildCertificate({ subject: "CA", extensions: AUTHORITY }));
    const key = testKey("rsa-2048-sha256");
    const leaf = await wildCertificate({ subject: "Seal", issuer, key, ...make });
    const parsed = (list: readonly Authority[]) =>
      list.map(({ certificateDer }) => parseCertificate(certificateDer));
    return checkAnswer({
      publicKey: key.publicKey,
      heap: parsed(more.heap ?? [leaf, issuer]),
      known: parsed(more.known ?? []),
      anchors: [],
      at: NOON,
    });
  };
  const AUTHORITY = [basicConstraints({ pathLength: null }), keyUsage(["keyCertSign"])];
  const codes = (report: Awaited<ReturnType<typeof answered>>) => report.findings.map(({ code }) => code);

  test("that fits may be used, and registered certificates fill its gaps", async () => {
    const good = await answered({});
    expect([good.isUsable, codes(good)]).toEqual([true, ["root-not-trusted"]]);
    const issuer = await wildCertificate({ subject: "CA", extensions: AUTHORITY });
    const stranger = await wildCertificate({ subject: "Nobody asked" });
    const key = testKey("ecdsa-p256-sha256");
    const leaf = await wildCertificate({ subject: "Seal", issuer, key });
    const parsed = (one: Authority) => parseCertificate(one.certificateDer);
    const answer = { publicKey: key.publicKey, heap: [parsed(leaf)], anchors: [], at: NOON };
    expect(checkAnswer({ ...answer, known: [] }).findings.map(({ code }) => code)).toEqual([
      "chain-incomplete",
    ]);
    const filled = checkAnswer({ ...answer, known: [parsed(issuer), parsed(stranger)] });
    expect([filled.isUsable, filled.findings.map(({ code }) => code)]).toEqual([true, ["root-not-trusted"]]);
  });

  test("that does not says which of the reasons it is", async () => {
    expect(codes(await answered({ key: testKey("ecdsa-p256-sha256") }))).toEqual(["certificate-not-of-key"]);
    expect(codes(await answered({ notBefore: at(DAY_MS), notAfter: at(2 * DAY_MS) }))).toContain(
      "not-yet-valid",
    );
    expect(codes(await answered({ notBefore: at(-2 * DAY_MS), notAfter: at(-DAY_MS) }))).toContain("expired");
    expect(codes(await answered({ extensions: [keyUsage(["keyEncipherment"])] }))).toContain("wrong-usage");
    expect(codes(await answered({ extensions: AUTHORITY }))).toContain("authority");
    const [a, b] = [testKey("ecdsa-p256-sha256"), testKey("ecdsa-p256-sha256")];
    const first = await wildCertificate({ subject: "A", key: a });
    const second = await wildCertificate({ subject: "B", key: b, issuer: first, extensions: AUTHORITY });
    const loop = await wildCertificate({ subject: "A", key: a, issuer: second, extensions: AUTHORITY });
    const key = testKey("ecdsa-p256-sha256");
    const leaf = await wildCertificate({ subject: "Seal", issuer: second, key });
    const heap = [leaf, second, loop].map(({ certificateDer }) => parseCertificate(certificateDer));
    const report = checkAnswer({ publicKey: key.publicKey, heap, known: [], anchors: [], at: NOON });
    expect([report.isUsable, codes(report)]).toEqual([false, ["chain-loops"]]);
    const messages = report.findings.map(({ message }) => message).join(" ");
    expect(messages).toMatch(/vouch for each other in a circle/);
  });
});
