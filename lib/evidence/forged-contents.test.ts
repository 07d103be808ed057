import { beforeAll, expect, test } from "vitest";
import { concatBytes, fromHex, fromLatin1, sha256, toHex, toLatin1 } from "#lib/bytes.ts";
import { integer, oid, sequence, tagged, tlv } from "#lib/pki/core/asn1/der.ts";
import { childrenOf, type DerValue, readDer } from "#lib/pki/core/asn1/read-der.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import {
  type Authority,
  at,
  seeded,
  testSigner,
  testWorld,
  type World,
  wildCertificate,
} from "#lib/pki/core/testing.ts";
import { tokenOver } from "#lib/pki/core/validation/testing-document.ts";
import { addStatus, checked, faultsIn, fillsOf, prepared, sign } from "./core/validation/testing.ts";

// The hole of a signature is the one place of a file that no signature covers: whatever is written into it afterwards,
// it passes only as the signature that was made.

let world: World;
let signer: Authority;
let signed: Uint8Array;
beforeAll(async () => {
  world = await testWorld();
  signer = await testSigner(world.issuing);
  const bytes = await sign(prepared(), world, {
    field: "Signer1",
    by: signer,
    fills: fillsOf(1),
    isDrawn: true,
  });
  signed = await addStatus(bytes, world, [signer]);
});

/** A DER value as a tree that can be written again in another shape. */
interface Node {
  tag: number;
  /** Null for a value without members. */
  members: Node[] | null;
  content: Uint8Array;
}

function read(value: DerValue): Node {
  const isTree = (value.tag & 0x20) !== 0;
  const members = isTree ? childrenOf(value, "test", 500).map(read) : null;
  return { tag: value.tag, members, content: value.content };
}

const write = ({ tag, members, content }: Node): Uint8Array =>
  tlv(tag, members ? concatBytes(members.map(write)) : content);
const leaf = (der: Uint8Array): Node => read(readDer(der, "test", der.length));

const HOLE = /\/Contents <([0-9a-f]+)>/i;
const holeOf = (bytes: Uint8Array) => HOLE.exec(toLatin1(bytes))![1]!;

/** The CMS in the hole, without the zeros that fill it. */
function cmsIn(bytes: Uint8Array): Uint8Array {
  const all = fromHex(holeOf(bytes));
  const size = ((all[2]! << 8) | all[3]!) + 4;
  expect([all[0], all[1]]).toEqual([0x30, 0x82]);
  return all.subarray(0, size);
}

function withHole(contents: Uint8Array): Uint8Array {
  const hole = holeOf(signed);
  return fromLatin1(toLatin1(signed).replace(hole, toHex(contents).padEnd(hole.length, "0")));
}

/** Where the parts of the only signature are. */
function partsOf(root: Node) {
  const data = root.members![1]!.members![0]!;
  const signers = data.members!.at(-1)!;
  const info = signers.members![0]!;
  const [version, id, digest, attributes, algorithm, value, unsigned] = info.members!;
  const certificates = data.members!.find(({ tag }) => tag === 0xa0)!;
  return { data, signers, info, version, id, digest, attributes, algorithm, value, unsigned, certificates };
}
type Parts = ReturnType<typeof partsOf>;

function forged(change: (parts: Parts) => void): Uint8Array {
  const root = leaf(cmsIn(signed));
  change(partsOf(root));
  return withHole(write(root));
}

const attribute = (parts: Parts, id: string) =>
  parts.attributes!.members!.findIndex(({ members }) => toHex(write(members![0]!)) === toHex(oid(id)));
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.47";
const SHA256 = "2.16.840.1.101.3.4.2.1";
const SHA384 = "2.16.840.1.101.3.4.2.2";

function neverPasses(what: string, bytes: Uint8Array) {
  const report = checked(bytes, world);
  expect([what, report.verdict], faultsIn(report).join()).not.toEqual([what, "passed"]);
}

test("the untouched twin passes, written again as it was, in longer lengths and in indefinite ones", () => {
  expect(checked(signed, world).verdict).toBe("passed");
  expect(
    checked(
      forged(() => {}),
      world,
    ).verdict,
  ).toBe("passed");
  const der = cmsIn(signed);
  const indefinite = concatBytes([Uint8Array.of(0x30, 0x80), der.subarray(4), Uint8Array.of(0, 0)]);
  expect(checked(withHole(indefinite), world).verdict).toBe("passed");
});

const ATTACKS: readonly (readonly [string, (parts: Parts) => void])[] = [
  ["the signer stands there twice", ({ signers }) => signers.members!.push(signers.members![0]!)],
  ["nobody signs", ({ signers }) => signers.members!.splice(0)],
  [
    "what is signed travels inside",
    ({ data }) => {
      const content = data.members!.find(({ tag }, index) => tag === 0x30 && index > 1)!;
      content.members!.push(leaf(tagged(0, tlv(4, fromLatin1("other words")))));
    },
  ],
  [
    "the content is of another type",
    ({ data }) => {
      const content = data.members!.find(({ tag }, index) => tag === 0x30 && index > 1)!;
      content.members![0] = leaf(oid("1.2.840.113549.1.9.16.1.4"));
    },
  ],
  ["there are no signed attributes", ({ info }) => info.members!.splice(3, 1)],
  ...[MESSAGE_DIGEST, CONTENT_TYPE, SIGNING_CERTIFICATE].flatMap(
    (id) =>
      [
        [
          `the attribute ${id} is left out`,
          (parts: Parts) => parts.attributes!.members!.splice(attribute(parts, id), 1),
        ],
        [
          `the attribute ${id} stands there twice`,
          (parts: Parts) =>
            parts.attributes!.members!.push(parts.attributes!.members![attribute(parts, id)]!),
        ],
        [
          `the attribute ${id} has two values`,
          (parts: Parts) => {
            const values = parts.attributes!.members![attribute(parts, id)]!.members![1]!;
            values.members!.push(values.members![0]!);
          },
        ],
        [
          `the attribute ${id} has no value`,
          (parts: Parts) => parts.attributes!.members![attribute(parts, id)]!.members![1]!.members!.splice(0),
        ],
      ] as const,
  ),
  [
    "the digest is said to be SHA-1",
    ({ digest }) => digest!.members!.splice(0, 1, leaf(oid("1.3.14.3.2.26"))),
  ],
  [
    "the digest is said to be MD5",
    ({ digest }) => digest!.members!.splice(0, 1, leaf(oid("1.2.840.113549.2.5"))),
  ],
  [
    "the digest is said to be one of equal length",
    ({ digest }) => digest!.members!.splice(0, 1, leaf(oid("2.16.840.1.101.3.4.2.8"))),
  ],
  [
    "the signature is said to be RSASSA-PSS",
    ({ info }) => info.members!.splice(4, 1, leaf(sequence(oid("1.2.840.113549.1.1.10"), sequence()))),
  ],
  [
    "the signature is said to be by RSA",
    ({ info }) => info.members!.splice(4, 1, leaf(sequence(oid("1.2.840.113549.1.1.1")))),
  ],
  [
    "the signature is said to be no signature but a digest",
    ({ info }) => info.members!.splice(4, 1, leaf(sequence(oid(SHA256)))),
  ],
  [
    "the signature is empty",
    ({ value }) => {
      value!.content = new Uint8Array();
    },
  ],
  [
    "the signature is of zeros",
    ({ value }) => {
      value!.content = sequence(integer(0), integer(0));
    },
  ],
  [
    "the signature is r = s = 1",
    ({ value }) => {
      value!.content = sequence(integer(1), integer(1));
    },
  ],
  [
    "something follows the signature inside",
    ({ value }) => {
      value!.content = concatBytes([value!.content, Uint8Array.of(5, 0)]);
    },
  ],
  [
    "the signer is named by another number",
    ({ id }) => {
      id!.members![1] = leaf(integer(7));
    },
  ],
  [
    "the signer is named by the identifier of another's key",
    ({ info }) => {
      info.members![1] = leaf(
        tlv(0x80, fromHex(parseCertificate(world.issuing.certificateDer).subjectKeyId!)),
      );
    },
  ],
  [
    "the time-stamp is left out and the attribute stays",
    ({ unsigned }) => {
      unsigned!.members![0]!.members![1]!.members!.splice(0);
    },
  ],
];

test.each(ATTACKS)("%s", (what, change) => {
  neverPasses(what, forged(change));
});

test("the signer's certificate is exchanged for one with the same names and number", async () => {
  const own = parseCertificate(signer.certificateDer);
  const other = await wildCertificate({ subject: "Ada Lovelace", issuer: world.issuing, key: signer.key });
  const der = parseCertificate(other.certificateDer);
  expect(der.issuer.text).toBe(own.issuer.text);
  neverPasses(
    "another certificate of the same key",
    forged(({ certificates, id }) => {
      const index = certificates.members!.findIndex((one) => toHex(write(one)) === toHex(own.der));
      certificates.members![index] = leaf(other.certificateDer);
      id!.members![1] = leaf(der.serialDer);
    }),
  );
});

test("something other than zeros follows, near or at the very end of the hole", () => {
  const der = cmsIn(signed);
  const room = holeOf(signed).length / 2;
  for (const offset of [der.length, der.length + 1, room - 1]) {
    const contents = new Uint8Array(room);
    contents.set(der);
    contents[offset] = 1;
    neverPasses(`at ${offset}`, withHole(contents));
  }
  const twice = concatBytes([der, der]);
  if (twice.length <= room) neverPasses("the same again", withHole(twice));
});

test("a time-stamp over something else, or by nobody who is trusted, proves no time", async () => {
  const elsewhere = await testWorld();
  const value = () => partsOf(leaf(cmsIn(signed))).value!.content;
  const tokens = {
    "over other bytes": await tokenOver(sha256(fromLatin1("other")), world.tsa, world, at(0)),
    "by a stranger": await tokenOver(sha256(value()), elsewhere.tsa, elsewhere, at(0)),
    "before the certificate began": await tokenOver(sha256(value()), world.tsa, world, at(-20 * 86_400_000)),
    "in the future": await tokenOver(sha256(value()), world.tsa, world, at(5 * 86_400_000)),
  };
  for (const [what, token] of Object.entries(tokens)) {
    const bytes = forged(({ unsigned }) => {
      unsigned!.members![0]!.members![1]!.members!.splice(0, 1, leaf(token));
    });
    const [one] = checked(bytes, world).signatures;
    expect([what, one!.verdict], faultsIn(checked(bytes, world)).join()).not.toEqual([what, "passed"]);
  }
});

test("of bits that are turned anywhere in the value, only those pass that say nothing of who signed what", () => {
  const der = cmsIn(signed);
  const random = seeded(106);
  // Which digests there are is announced for who reads in one go; ours says where that is not kept.
  const announced = [SHA256, SHA384].map((digest) => toHex(tlv(0x31, sequence(oid(digest)))));
  const isAnnouncement = (place: number) =>
    announced.some((set) => {
      const from = toHex(der).lastIndexOf(set, place * 2) / 2;
      return from >= 0 && place < from + set.length / 2;
    });
  const passed: string[] = [];
  for (let round = 0; round < 250; round++) {
    const changed = der.slice();
    const [place, bit] = [Math.floor(random() * der.length), Math.floor(random() * 8)];
    changed[place] = changed[place]! ^ (1 << bit);
    const report = checked(withHole(changed), world);
    if (report.verdict === "passed" && !isAnnouncement(place))
      passed.push(`${place}.${bit} of ${der.length}`);
  }
  expect(passed).toEqual([]);
});
