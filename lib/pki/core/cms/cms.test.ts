import { beforeAll, describe, expect, test } from "vitest";
import { concatBytes, fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { digestOf, digestOfKey } from "#lib/pki/core/algorithms.ts";
import {
  context,
  integer,
  nullValue,
  octetString,
  oid,
  retagged,
  sequence,
  setOf,
  tagged,
  time,
  tlv,
} from "#lib/pki/core/asn1/der.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { childrenOf, readDer } from "#lib/pki/core/asn1/read-der.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { addSignatureTimestamp, assembleCms, signatureValueOf } from "#lib/pki/core/cms/assemble-cms.ts";
import { digestNeededBy, parseCms } from "#lib/pki/core/cms/parse-cms.ts";
import { attribute, signedAttributes } from "#lib/pki/core/cms/signed-attributes.ts";
import { PADES_RULES, PKCS7_RULES, verifyCms } from "#lib/pki/core/cms/verify-cms.ts";
import { KEY_ALGORITHMS } from "#lib/pki/core/key-algorithms.ts";
import {
  type Authority,
  at,
  epochSeconds,
  HOUR_MS,
  NOON,
  openssl,
  opensslMakes,
  pem,
  testSeal,
  testSigner,
  testWorld,
  type World,
} from "#lib/pki/core/testing.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";

const content = fromUtf8("the bytes around the hole");
const ecdsaWithSha256 = sequence(oid("1.2.840.10045.4.3.2"));
const sha256Algorithm = sequence(oid("2.16.840.1.101.3.4.2.1"));

let world: World;
let signer: Authority;
let files: Record<string, Uint8Array | string>;
beforeAll(async () => {
  world = await testWorld();
  signer = await testSigner(world.issuing);
  files = { "content.bin": content, "root.pem": pem(world.root.certificateDer) };
});

async function signed(
  authority: Authority = signer,
  chain = [world.issuing.certificateDer, world.root.certificateDer],
) {
  const { key } = authority;
  const certificate = parseCertificate(authority.certificateDer);
  const messageDigest = digestOf(digestOfKey(key.algorithm), content);
  const attributes = signedAttributes({ messageDigest, certificate });
  const signature = await key.sign(attributes);
  return assembleCms({
    signedAttributes: attributes,
    signature,
    algorithm: key.algorithm,
    certificate,
    chain,
  });
}

const check = (der: Uint8Array, rules = PADES_RULES, bytes = content) => {
  const cms = parseCms(der);
  return verifyCms(cms, digestOf(digestNeededBy(cms) ?? "sha256", bytes), rules);
};
const opensslVerifies = (cms: Uint8Array) =>
  openssl(
    [
      "cms",
      "-verify",
      "-inform",
      "DER",
      "-in",
      "s.cms",
      "-content",
      "content.bin",
      "-binary",
      "-CAfile",
      "root.pem",
      "-purpose",
      "any",
      "-attime",
      epochSeconds(NOON),
      "-out",
      "out.bin",
    ],
    { ...files, "s.cms": cms },
  );

/** The same value with the lengths of its outer levels left open. */
function withIndefiniteLengths(der: Uint8Array, levels: number): Uint8Array {
  const value = readDer(der, "test", der.length);
  if (levels === 0 || !(value.tag & 0x20)) return der;
  const members = childrenOf(value, "test").map(({ bytes }) => withIndefiniteLengths(bytes, levels - 1));
  return concatBytes([Uint8Array.of(value.tag, 0x80), ...members, Uint8Array.of(0, 0)]);
}

test.each<KeyAlgorithm>(KEY_ALGORITHMS)(
  "OpenSSL verifies what we sign, certificate attribute included (%s)",
  async (algorithm) => {
    const cms = await signed(await testSeal(world.issuing, algorithm));
    expect(opensslVerifies(cms)).toContain("CMS Verification successful");
    expect(check(cms)).toMatchObject({
      subIndication: null,
      isBaseline: true,
      claimedAt: null,
      findings: [],
      weaknesses: [],
    });
  },
);

test("a signer's CMS holds three signed attributes, sorted, and no signing time", async () => {
  const cms = parseCms(await signed());
  const [info] = cms.signers;
  expect(info!.attributes.map((one) => one.oid)).toEqual([
    OID.contentType,
    OID.messageDigest,
    OID.signingCertificateV2,
  ]);
  expect(cms.content).toBeNull();
  expect(cms.contentType).toBe(OID.data);
  const text = openssl(["cms", "-cmsout", "-print", "-inform", "DER", "-in", "s.cms"], { "s.cms": cms.der });
  expect(text).not.toContain("signingTime");
  expect(text).toContain("id-smime-aa-signingCertificateV2");
});

test("certificates stand sorted and each once", async () => {
  const twice = [
    signer.certificateDer,
    world.root.certificateDer,
    world.issuing.certificateDer,
    world.root.certificateDer,
  ];
  const { certificates } = parseCms(await signed(signer, twice));
  expect(certificates.map(toHex)).toEqual(certificates.map(toHex).toSorted());
  expect(certificates).toHaveLength(3);
});

test("a signature that is not the certificate's is not assembled", async () => {
  const attributes = signedAttributes({
    messageDigest: sha256(content),
    certificate: parseCertificate(signer.certificateDer),
  });
  const signature = await world.responder.key.sign(attributes);
  const parts = {
    signedAttributes: attributes,
    signature,
    algorithm: "ecdsa-p256-sha256" as const,
    certificate: parseCertificate(signer.certificateDer),
    chain: [],
  };
  expect(() => assembleCms(parts)).toThrow(expect.objectContaining({ code: "pki/key-mismatch" }));
});

test("another content is a hash failure", async () => {
  expect(check(await signed(), PADES_RULES, fromUtf8("something else"))).toMatchObject({
    subIndication: "HASH_FAILURE",
  });
});

test("the padding of a PDF is no finding, anything else after the CMS is", async () => {
  const cms = await signed();
  expect(check(Uint8Array.of(...cms, ...new Uint8Array(4000))).findings).toEqual([]);
  expect(check(Uint8Array.of(...cms, 0, 0, 7)).findings).toMatchObject([{ code: "trailing-data" }]);
});

test("a detached CMS with indefinite lengths verifies as the same signature", async () => {
  const cms = await signed();
  const ber = withIndefiniteLengths(cms, 3);
  expect(ber.subarray(0, 2)).toEqual(Uint8Array.of(0x30, 0x80));
  expect(toHex(parseCms(Uint8Array.of(...ber, 0, 0, 0)).der)).toBe(toHex(cms));
  expect(check(ber)).toMatchObject({ subIndication: null, findings: [] });
});

test("an unsigned attribute is added without touching what was signed", async () => {
  const cms = await signed();
  const stamped = addSignatureTimestamp(cms, octetString(fromUtf8("a token")));
  const [info] = parseCms(stamped).signers;
  expect(info!.unsignedAttributes.map((one) => one.oid)).toEqual([OID.signatureTimestamp]);
  expect(toHex(signatureValueOf(stamped))).toBe(toHex(signatureValueOf(cms)));
  expect(check(stamped).subIndication).toBeNull();
  expect(opensslVerifies(stamped)).toContain("CMS Verification successful");
});

describe("what OpenSSL signs", () => {
  const sign = (authority: Authority, ...more: string[]) =>
    opensslMakes(
      "s.cms",
      [
        "cms",
        "-sign",
        "-in",
        "content.bin",
        "-binary",
        "-signer",
        "c.pem",
        "-inkey",
        "k.pem",
        "-outform",
        "DER",
        "-out",
        "s.cms",
        ...more,
      ],
      {
        ...files,
        "c.pem": pem(authority.certificateDer),
        "i.pem": pem(world.issuing.certificateDer),
        "k.pem": authority.key.keyObject.export({ type: "pkcs8", format: "pem" }).toString(),
      },
    );

  test("is verified, with its signing time named", () => {
    const cms = sign(signer, "-cades");
    expect(check(cms)).toMatchObject({
      subIndication: null,
      isBaseline: false,
      findings: [{ code: "signing-time" }],
    });
  });

  test("needs its signing certificate attribute unless it is older than CAdES", () => {
    const cms = sign(signer);
    expect(check(cms)).toMatchObject({ subIndication: "SIG_CONSTRAINTS_FAILURE" });
    expect(check(cms, PKCS7_RULES)).toMatchObject({ subIndication: null });
  });

  test("is verified with RSASSA-PSS, other digests and key identifiers", async () => {
    const seal = await testSeal(world.issuing);
    for (const more of [["-keyopt", "rsa_padding_mode:pss"], ["-md", "sha512"], ["-keyid"]]) {
      expect(check(sign(seal, "-cades", ...more)), more.join(" ")).toMatchObject({ subIndication: null });
    }
  });

  test("is read when streamed in BER, and kept as DER", () => {
    // OpenSSL's command line always sends the content along when it streams.
    const streamed = sign(signer, "-cades", "-stream", "-certfile", "i.pem");
    expect(streamed.subarray(0, 2)).toEqual(Uint8Array.of(0x30, 0x80));
    const cms = parseCms(Uint8Array.of(...streamed, ...new Uint8Array(100)));
    expect(cms.hasTrailingData).toBe(false);
    expect(toHex(cms.content!)).toBe(toHex(content));
    expect(check(streamed, { ...PADES_RULES, isDetached: false }).subIndication).toBeNull();
    expect(opensslVerifies(cms.der)).toContain("CMS Verification successful");
  });

  test("naming its certificate by SHA-1, as version 1 of the attribute does, is verified", async () => {
    const cms = sign(await testSeal(world.issuing), "-cades", "-md", "sha1");
    expect(parseCms(cms).signers[0]!.attributes.map((one) => one.oid)).toContain(OID.signingCertificate);
    expect(check(cms)).toMatchObject({ subIndication: null });
  });

  test("with SHA-1 is verified and named as weak, with MD5 not accepted", async () => {
    const seal = await testSeal(world.issuing);
    const weak = check(sign(seal, "-md", "sha1"), PKCS7_RULES);
    expect(weak.subIndication).toBeNull();
    expect(weak.weaknesses.map(({ what }) => what)).toEqual(["SHA-1", "SHA-1"]);
    expect(check(sign(seal, "-md", "md5"), PKCS7_RULES)).toMatchObject({
      subIndication: "CRYPTO_CONSTRAINTS_FAILURE",
      findings: [{ message: "digest MD5 is not accepted" }],
    });
  });

  test("is refused when it carries its content, lacks signed attributes or has two signers", async () => {
    expect(check(sign(signer, "-cades", "-nodetach"))).toMatchObject({
      subIndication: "FORMAT_FAILURE",
      findings: [{ message: "content travels inside" }],
    });
    expect(check(sign(signer, "-noattr"), PKCS7_RULES).subIndication).toBe("FORMAT_FAILURE");
    const other = await testSigner(world.issuing);
    const two = opensslMakes(
      "two.cms",
      [
        "cms",
        "-resign",
        "-in",
        "s.cms",
        "-inform",
        "DER",
        "-signer",
        "o.pem",
        "-inkey",
        "ok.pem",
        "-outform",
        "DER",
        "-out",
        "two.cms",
      ],
      {
        "s.cms": sign(signer, "-cades"),
        "o.pem": pem(other.certificateDer),
        "ok.pem": other.key.keyObject.export({ type: "pkcs8", format: "pem" }).toString(),
      },
    );
    expect(check(two)).toMatchObject({
      subIndication: "FORMAT_FAILURE",
      findings: [{ message: "2 signers where one is wanted" }],
    });
  });
});

describe("a CMS made to confuse", () => {
  const essOf = (certificateDer: Uint8Array) => {
    const [, , ess] = parseAttributes(
      signedAttributes({ messageDigest: sha256(content), certificate: parseCertificate(certificateDer) }),
    );
    return ess!;
  };
  const parseAttributes = (set: Uint8Array) => {
    const parts: Uint8Array[] = [];
    for (let position = 2 + (set[1]! & 0x80 ? set[1]! & 0x7f : 0); position < set.length; ) {
      const length = set[position + 1]! < 0x80 ? set[position + 1]! + 2 : set[position + 2]! + 3;
      parts.push(set.subarray(position, position + length));
      position += length;
    }
    return parts;
  };
  const type = attribute(OID.contentType, [oid(OID.data)]);
  const digest = attribute(OID.messageDigest, [octetString(sha256(content))]);

  /** A CMS whose signature is good over attributes that should not be there. */
  async function forged(
    attributes: Uint8Array[],
    overrides: {
      certificates?: Uint8Array[];
      algorithm?: Uint8Array;
      set?: (parts: Uint8Array[]) => Uint8Array;
    } = {},
  ) {
    const { issuer, serialDer } = parseCertificate(signer.certificateDer);
    const set = (overrides.set ?? setOf)(attributes);
    const info = sequence(
      integer(1),
      sequence(issuer.der, serialDer),
      sha256Algorithm,
      retagged(context(0), set),
      overrides.algorithm ?? ecdsaWithSha256,
      octetString(await signer.key.sign(set)),
    );
    const certificates = overrides.certificates ?? [signer.certificateDer];
    const data = sequence(
      integer(1),
      setOf([sha256Algorithm]),
      sequence(oid(OID.data)),
      tagged(0, ...certificates),
      setOf([info]),
    );
    return sequence(oid(OID.signedData), tagged(0, data));
  }

  test("is plain when nothing is wrong with it", async () => {
    expect(check(await forged([type, digest, essOf(signer.certificateDer)])).subIndication).toBeNull();
  });

  test("is refused with an attribute twice, or twice in one", async () => {
    const ess = essOf(signer.certificateDer);
    const other = attribute(OID.messageDigest, [octetString(sha256(fromUtf8("other")))]);
    expect(check(await forged([type, digest, other, ess])).subIndication).toBe("FORMAT_FAILURE");
    const both = attribute(OID.messageDigest, [
      octetString(sha256(content)),
      octetString(sha256(fromUtf8("other"))),
    ]);
    expect(check(await forged([type, both, ess])).subIndication).toBe("FORMAT_FAILURE");
  });

  test("is refused without content type or digest, and with those of something else", async () => {
    const ess = essOf(signer.certificateDer);
    const other = attribute(OID.contentType, [oid(OID.timestampInfo)]);
    for (const attributes of [
      [digest, ess],
      [type, ess],
      [other, digest, ess],
    ]) {
      expect(check(await forged(attributes)).subIndication).toBe("FORMAT_FAILURE");
    }
  });

  test("is refused when its attributes name another certificate of the same name and number", async () => {
    const other = await testSigner(world.issuing);
    expect(check(await forged([type, digest, essOf(other.certificateDer)]))).toMatchObject({
      subIndication: "NO_SIGNING_CERTIFICATE_FOUND",
      findings: [{ message: "the signed attributes name another certificate" }],
    });
    expect(
      check(
        await forged([type, digest, essOf(signer.certificateDer)], { certificates: [other.certificateDer] }),
      ),
    ).toMatchObject({
      subIndication: "NO_SIGNING_CERTIFICATE_FOUND",
    });
  });

  test("is refused when its algorithms are not those the signer protected", async () => {
    const ess = essOf(signer.certificateDer);
    const protection = (signature: string) =>
      attribute(OID.algorithmProtection, [sequence(sha256Algorithm, tlv(0xa1, oid(signature)))]);
    expect(
      check(await forged([type, digest, ess, protection("1.2.840.10045.4.3.2")])).subIndication,
    ).toBeNull();
    expect(check(await forged([type, digest, ess, protection("1.2.840.10045.4.3.4")])).subIndication).toBe(
      "FORMAT_FAILURE",
    );
  });

  test("is refused when the signature algorithm is changed", async () => {
    const attributes = [type, digest, essOf(signer.certificateDer)];
    const rsa = sequence(oid("1.2.840.113549.1.1.11"), nullValue());
    expect(check(await forged(attributes, { algorithm: rsa })).subIndication).toBe("SIG_CRYPTO_FAILURE");
    const dsa = sequence(oid("2.16.840.1.101.3.4.3.2"));
    expect(check(await forged(attributes, { algorithm: dsa })).subIndication).toBe(
      "CRYPTO_CONSTRAINTS_FAILURE",
    );
  });

  test("is named when its attributes are not in order, and is still verified", async () => {
    const reversed = (parts: Uint8Array[]) => tlv(0x31, ...parts.toReversed());
    const der = await forged([type, digest, essOf(signer.certificateDer)], { set: reversed });
    expect(check(der)).toMatchObject({ subIndication: null, findings: [{ code: "attributes-unsorted" }] });
  });

  test("is no baseline signature with a signing time", async () => {
    const claimed = attribute(OID.signingTime, [time(at(-HOUR_MS))]);
    expect(check(await forged([type, digest, essOf(signer.certificateDer), claimed]))).toMatchObject({
      subIndication: null,
      isBaseline: false,
      claimedAt: at(-HOUR_MS),
    });
  });

  test("finds its signer elsewhere when it carries no certificate", async () => {
    const cms = parseCms(await forged([type, digest, essOf(signer.certificateDer)], { certificates: [] }));
    expect(verifyCms(cms, sha256(content), PADES_RULES)).toMatchObject({
      subIndication: "NO_SIGNING_CERTIFICATE_FOUND",
    });
    const found = verifyCms(cms, sha256(content), PADES_RULES, [parseCertificate(signer.certificateDer)]);
    expect(found).toMatchObject({ subIndication: null, isBaseline: false });
  });
});
