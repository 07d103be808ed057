import { expect, test } from "vitest";
import { fromUtf8, sha256 } from "#lib/bytes.ts";
import { inFolder, run } from "#lib/pdf/testing.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { at, NOON, pem, testSeal, testWorld } from "#lib/pki/core/testing.ts";
import { crlOf, ocspOf, tokenOver } from "#lib/pki/core/validation/testing-document.ts";
import {
  addRevocationValues,
  addSignatureTimestamp,
  assembleCms,
  certificateBundle,
  signatureValueOf,
} from "./assemble-cms.ts";
import { parseCms } from "./parse-cms.ts";
import { signedAttributes } from "./signed-attributes.ts";
import { CADES_RULES, PADES_RULES, verifyCms } from "./verify-cms.ts";

const CONTENT = fromUtf8('{"a":1}');

async function signed() {
  const world = await testWorld();
  const seal = await testSeal(world.issuing);
  const certificate = parseCertificate(seal.certificateDer);
  const attributes = signedAttributes({ messageDigest: sha256(CONTENT), certificate, signingTime: NOON });
  const cms = assembleCms({
    signedAttributes: attributes,
    signature: await seal.key.sign(attributes),
    algorithm: seal.key.algorithm,
    certificate,
    chain: [world.issuing.certificateDer, world.root.certificateDer],
  });
  const stamped = addSignatureTimestamp(
    cms,
    await tokenOver(sha256(signatureValueOf(cms)), world.tsa, world, NOON),
  );
  const values = {
    crls: [await crlOf(world.root, at(1_000))],
    ocspResponses: [await ocspOf(seal, world.issuing, world.responder, at(1_000))],
  };
  return { world, seal, values, stamped, cms: addRevocationValues(stamped, values) };
}

test("a CAdES signature carries time, time-stamp and revocation data, and holds", async () => {
  const { cms, values, seal } = await signed();
  const parsed = parseCms(cms);
  expect(parsed.crls).toEqual(values.crls);
  expect(parsed.ocspResponses).toEqual(values.ocspResponses);
  const check = verifyCms(parsed, sha256(CONTENT), CADES_RULES);
  expect(check).toMatchObject({ subIndication: null, claimedAt: NOON, isBaseline: true, findings: [] });
  expect(check.signer?.der).toEqual(seal.certificateDer);
  expect(verifyCms(parsed, sha256(CONTENT), PADES_RULES)).toMatchObject({ isBaseline: false });
  expect(verifyCms(parsed, sha256(fromUtf8("other")), CADES_RULES).subIndication).toBe("HASH_FAILURE");
});

test("OpenSSL verifies it, with and without the revocation data, and reads the bundle", async () => {
  const { cms, stamped, world } = await signed();
  const bundle = certificateBundle([world.issuing.certificateDer, world.root.certificateDer]);
  const said = inFolder((file) => {
    const root = file("root.pem", fromUtf8(pem(world.root.certificateDer)));
    const content = file("content", CONTENT);
    const verify = (name: string, bytes: Uint8Array) =>
      run("openssl", [
        ...["cms", "-verify", "-binary", "-inform", "DER", "-in", file(name, bytes), "-content", content],
        ...["-CAfile", root, "-purpose", "any", "-no_check_time", "-out", "/dev/null"],
      ]).text;
    return {
      full: verify("full.p7s", cms),
      short: verify("short.p7s", stamped),
      bundle: run("openssl", ["pkcs7", "-inform", "DER", "-in", file("a.p7b", bundle), "-print_certs"]).text,
    };
  });
  expect(said.full).toContain("successful");
  expect(said.short).toContain("successful");
  expect(said.bundle.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
});
