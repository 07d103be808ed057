import { beforeAll, describe, expect, test } from "vitest";
import { concatBytes, fromHex, fromUtf8, toBase64 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { integer, tlv } from "#lib/pki/core/asn1/der.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { keyPem, pkcs8Of } from "#lib/pki/core/pkcs12/testing.ts";
import {
  type Authority,
  NOON,
  opensslMakes,
  pem,
  seeded,
  testSigner,
  testWorld,
  type World,
} from "#lib/pki/core/testing.ts";
import { trustAnchorOf } from "#lib/pki/core/validation/path.ts";
import { inspectCertificates } from "#lib/pki/core/view/inspect.ts";

let world: World;
let signer: Authority;
let bundle: string;
beforeAll(async () => {
  world = await testWorld();
  signer = await testSigner(world.issuing);
  bundle = [world.root, world.issuing, signer].map(({ certificateDer }) => pem(certificateDer)).join("");
});

const inspect = (bytes: Uint8Array, ours: readonly Authority[] = []) =>
  inspectCertificates(bytes, {
    ours: ours.map(({ certificateDer }) => parseCertificate(certificateDer)),
    anchors: ours.length > 0 ? [trustAnchorOf(world.root.certificateDer)] : [],
    at: NOON,
  });
const names = (bytes: Uint8Array) => inspect(bytes).certificates.map(({ headline }) => headline.who);

function codeOf(bytes: Uint8Array): string | null {
  try {
    inspect(bytes);
    return null;
  } catch (error) {
    if (isRefusal(error)) return error.code;
    throw error;
  }
}

describe("a certificate is read", () => {
  test("from DER, PEM, bare base64 and PEM with words around it", () => {
    const der = signer.certificateDer;
    const forms = [
      der,
      fromUtf8(pem(der)),
      fromUtf8(toBase64(der)),
      fromUtf8(`Dear all,\r\n\r\n${pem(der).replaceAll("\n", "\r\n")}\r\nRegards`),
    ];
    for (const form of forms) expect(names(form)).toEqual(["Ada Lovelace"]);
  });

  test("from PKCS#7 that OpenSSL wrote, binary or PEM", () => {
    const make = (form: string) =>
      opensslMakes("o", `crl2pkcs7 -nocrl -certfile c.pem -outform ${form} -out o`.split(" "), {
        "c.pem": bundle,
      });
    for (const form of ["DER", "PEM"]) {
      const found = inspect(make(form));
      expect(found.form).toBe("pkcs7");
      expect(found.certificates.map(({ headline }) => headline.who)).toContain("Ada Lovelace");
    }
  });

  test("holder first, with its chain to where it ends", () => {
    const [first, ...others] = inspect(fromUtf8(bundle)).certificates;
    expect(others).toHaveLength(2);
    expect(first!.chain.links.map(({ who }) => who)).toEqual(["Ada Lovelace", "Test Issuing", "Test Root"]);
    expect(first!.chain.endsAt).toBe("given-root");
    const alone = inspect(signer.certificateDer).certificates[0]!;
    expect([alone.chain.endsAt, alone.headline.isOurs]).toEqual(["nowhere", false]);
    const known = inspect(signer.certificateDer, [world.issuing, world.root]).certificates[0]!;
    expect([known.chain.endsAt, known.headline.isOurs]).toEqual(["trusted", true]);
  });

  test("twice is shown once, and what cannot be read is counted", () => {
    const broken = pem(signer.certificateDer.slice(0, -3));
    const found = inspect(fromUtf8(bundle + bundle + broken));
    expect([found.certificates.length, found.unreadable]).toEqual([3, 1]);
  });
});

describe("is refused", () => {
  test("what is no certificate", () => {
    for (const bytes of [
      fromUtf8("hello"),
      fromUtf8("%PDF-1.7\n"),
      new Uint8Array(),
      fromHex("00"),
      fromHex("3003020101").subarray(0, 4),
      concatBytes([signer.certificateDer, fromHex("00")]),
      fromUtf8(`-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n`),
    ])
      expect(codeOf(bytes)).toBe("pki/not-a-certificate");
    expect(codeOf(fromUtf8(pem(signer.certificateDer.slice(0, -3))))).toBe("pki/not-a-certificate");
  });

  test("what holds a private key, before anything is shown", () => {
    expect(codeOf(fromUtf8(bundle + keyPem(signer)))).toBe("pki/holds-a-key");
    expect(codeOf(pkcs8Of(signer))).toBe("pki/holds-a-key");
    const files = { "k.pem": keyPem(signer), "c.pem": pem(signer.certificateDer) };
    const pfx = opensslMakes(
      "o",
      "pkcs12 -export -inkey k.pem -in c.pem -passout pass:x -out o".split(" "),
      files,
    );
    expect(codeOf(pfx)).toBe("pki/holds-a-key");
  });

  test("20 MB, at once", () => {
    const started = Date.now();
    expect(codeOf(new Uint8Array(20 * 1024 ** 2).fill(0x30))).toBe("pki/too-large");
    expect(Date.now() - started).toBeLessThan(60_000);
    expect(codeOf(fromUtf8(bundle.repeat(300)))).toBe("pki/too-large");
  });

  test("nesting without end", () => {
    let nested = integer(1);
    for (let depth = 0; depth < 40; depth++) nested = tlv(0x30, nested);
    expect(codeOf(nested)).toBe("pki/nested-too-deep");
    expect(codeOf(fromHex("3080".repeat(100_000)))).toBe("pki/nested-too-deep");
    expect(codeOf(fromUtf8(pem(nested)))).toBe("pki/nested-too-deep");
  });

  test("or read, whatever is broken in it", () => {
    const random = seeded(11);
    for (let round = 0; round < 1500; round++) {
      const der = signer.certificateDer.slice();
      for (let hit = 0; hit <= round % 4; hit++) der[Math.floor(random() * der.length)] = random() * 256;
      const code = codeOf(round % 2 ? der : fromUtf8(pem(der)));
      expect(code ?? "pki/").toMatch(/^pki\//);
    }
  });
});
