import { sha256, toHex } from "#lib/bytes.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { signatureValueOf } from "#lib/pki/core/cms/assemble-cms.ts";
import { parseCrl } from "#lib/pki/core/revocation/crl.ts";
import { isIssuedBy } from "#lib/pki/core/revocation/ocsp-request.ts";
import { parseOcspResponse } from "#lib/pki/core/revocation/ocsp-response.ts";
import {
  crlName,
  type NamedCertificate,
  namedCertificates,
  ocspName,
  signatureNames,
  statusItems,
  tokenTime,
} from "./certificate-files.ts";
import {
  ASIC_MANIFEST,
  ASIC_SIGNATURE,
  CHECKPOINT,
  CHECKPOINT_TIMESTAMP,
  documentNames,
  EVENTS,
  LOG_CERTIFICATE,
  LOG_PROOF,
  MANIFEST,
  MANIFEST_SIGNATURE,
  MANIFEST_TIMESTAMP,
  MIMETYPE,
  ROOT,
  SUMS,
  TRUSTED,
  UNLISTED,
} from "./names.ts";
import type { PackageFacts, PackageLog } from "./package-facts.ts";

/** A step of the recipe, with commands that are run in the folder of the package. */
export interface HowtoStep {
  readonly text: string;
  readonly commands: readonly string[];
}

export const TIMESTAMP_ANCHOR = "05-certificates/timestamp-anchor.pem";

/** Everything the verifier checks, with commands that are on every Linux and macOS: every block runs as printed. */
export function howtoSteps(facts: PackageFacts): HowtoStep[] {
  const named = namedCertificates(facts);
  const when = epoch(facts.order.askedAt);
  return [
    {
      text: "Every file is the one that was listed. Nothing is printed when all of them are; a changed file is named.",
      commands: [`sha256sum --check --quiet ${SUMS}`],
    },
    {
      text: "The organization signed the list of files. OpenSSL says “CMS Verification successful”, then whose seal it is.",
      commands: [
        `openssl cms -verify -binary -inform DER -in ${MANIFEST_SIGNATURE} -content ${MANIFEST} \\`,
        `  -CAfile ${TRUSTED} -purpose any -attime ${when} -out /dev/null -signer by.pem`,
        ...NAME_SIGNER,
      ],
    },
    {
      text: "The list that was signed names these very files, with these hashes, and no file lies here that it does not name.",
      commands: LISTED_COMMANDS,
    },
    {
      text: "The list existed when the time-stamp says. OpenSSL says “Verification: OK”, then the time.",
      commands: [
        `openssl ts -verify -data ${MANIFEST} -in ${MANIFEST_TIMESTAMP} ${trustFor(when)}`,
        `openssl ts -reply -in ${MANIFEST_TIMESTAMP} -text | grep "Time stamp:"`,
      ],
    },
    {
      text: "The package is an ASiC-E container (ETSI EN 319 162-1) too: the organization signed its list, which names these very files.",
      commands: [
        `openssl cms -verify -binary -inform DER -in ${ASIC_SIGNATURE} -content ${ASIC_MANIFEST} \\`,
        `  -CAfile ${TRUSTED} -purpose any -attime ${when} -out /dev/null -signer by.pem`,
        ...NAME_SIGNER,
        ...CONTAINER_COMMANDS,
      ],
    },
    {
      text: "The chain of events holds: each hash is computed again, and so is what stands for each value about a person.",
      commands: CHAIN_COMMANDS,
    },
    ...(facts.log ? logSteps(facts.log) : []),
    ...(facts.order.variant === "full" ? signatureSteps(facts) : []),
    ...tokenSteps(facts),
    ...statusSteps(facts, named),
    {
      text: "Everything ends at these certificates. Compare their fingerprints with those the organization gives you.",
      commands: named
        .filter(({ name }) => name.startsWith(ROOT))
        .map(({ name }) => `openssl x509 -in ${name}.pem -noout -subject -fingerprint -sha256`),
    },
  ];
}

const epoch = (at: Date): number => Math.floor(at.getTime() / 1000);
const trustFor = (at: number) => `\\\n  -CAfile ${TIMESTAMP_ANCHOR} -partial_chain -attime ${at}`;

/** Which certificate a signature was made with. */
const NAME_SIGNER = ["openssl x509 -in by.pem -noout -subject", "rm by.pem"];

const LISTED_COMMANDS = [
  `python3 - <<'END'`,
  "import hashlib, json, os",
  `listed = {file["name"]: file for file in json.load(open("${MANIFEST}", encoding="utf-8"))["files"]}`,
  `found = {os.path.join(at, name)[2:].replace(os.sep, "/") for at, _, names in os.walk(".") for name in names}`,
  `found -= {${UNLISTED.map((name) => `"${name}"`).join(", ")}}`,
  `sha256 = lambda name: hashlib.sha256(open(name, "rb").read()).hexdigest()`,
  `wrong = ["missing: " + name for name in sorted(set(listed) - found)]`,
  `wrong += ["not listed: " + name for name in sorted(found - set(listed))]`,
  `wrong += ["changed: " + name for name in sorted(found & set(listed)) if sha256(name) != listed[name]["sha256"]]`,
  `print("\\n".join(wrong) or "%d files are those that were signed for" % len(listed))`,
  "raise SystemExit(len(wrong) > 0)",
  "END",
];

const CONTAINER_COMMANDS = [
  `python3 - <<'END'`,
  "import base64, hashlib, os, urllib.parse, xml.etree.ElementTree as tree",
  `value, named = "{http://www.w3.org/2000/09/xmldsig#}DigestValue", {}`,
  `for one in tree.parse("${ASIC_MANIFEST}").getroot():`,
  `    if one.tag.endswith("DataObjectReference"): named[urllib.parse.unquote(one.get("URI"))] = one.find(value).text`,
  `found = {os.path.join(at, name)[2:].replace(os.sep, "/") for at, _, names in os.walk(".") for name in names}`,
  `found -= {"${MIMETYPE}", "${ASIC_MANIFEST}", "${ASIC_SIGNATURE}"}`,
  `digest = lambda name: base64.b64encode(hashlib.sha256(open(name, "rb").read()).digest()).decode()`,
  `assert {name: digest(name) for name in found} == named, "the container names other files"`,
  `print("%d files are those of the container" % len(named))`,
  "END",
];

const CHAIN_COMMANDS = [
  `python3 - <<'END'`,
  "import hashlib, json",
  "previous, count, opened = bytes(32), 0, 0",
  `for line in open("${EVENTS}", encoding="utf-8"):`,
  "    event = json.loads(line)",
  `    previous = hashlib.sha256(b"\\2" + previous + event["body"].encode()).digest()`,
  `    assert previous.hex() == event["hash"], "breaks at entry %d" % count`,
  `    for opening in event["openings"]:`,
  `        place = json.loads(event["body"])`,
  `        for key in opening["path"].split("."):`,
  "            place = place[int(key)] if isinstance(place, list) else place[key]",
  `        value = bytes.fromhex(opening["salt"]) + opening["value"].encode()`,
  `        assert hashlib.sha256(value).hexdigest() == place["commitment"], opening["path"]`,
  "        opened += 1",
  "    count += 1",
  `assert previous.hex() == json.load(open("${MANIFEST}"))["chain"]["head"]`,
  `print(count, "events hold,", opened, "values fit, head", previous.hex())`,
  "END",
];

function logSteps({ timestampToken }: PackageLog): HowtoStep[] {
  const when = epoch(tokenTime(timestampToken));
  return [
    {
      text: "The last event, and so all before it, stands in the log of the installation that this checkpoint covers.",
      commands: INCLUSION_COMMANDS,
    },
    {
      text: "The checkpoint was signed by the key of the log, and existed when the time-stamp says. OpenSSL says “Verified OK”, “OK” and “Verification: OK”. Compare it with checkpoints of this log that somebody else has kept.",
      commands: [
        `sed '/^$/,$d' ${CHECKPOINT} > note.txt`,
        `tail -n 1 ${CHECKPOINT} | cut -d' ' -f3 | openssl base64 -d -A | tail -c +5 > note.sig`,
        `openssl x509 -in ${LOG_CERTIFICATE}.pem -noout -pubkey > note.pem`,
        "openssl dgst -sha256 -verify note.pem -signature note.sig note.txt",
        "rm note.txt note.sig note.pem",
        `openssl verify -CAfile ${TRUSTED} -untrusted 05-certificates/chain.pem -purpose any \\`,
        `  -attime ${when} ${LOG_CERTIFICATE}.pem`,
        `openssl ts -verify -data ${CHECKPOINT} -in ${CHECKPOINT_TIMESTAMP} -token_in ${trustFor(when)}`,
      ],
    },
  ];
}

const INCLUSION_COMMANDS = [
  `python3 - <<'END'`,
  "import base64, hashlib, json",
  "sha = lambda octets: hashlib.sha256(octets).digest()",
  `proof = json.load(open("${LOG_PROOF}"))`,
  `head = json.load(open("${MANIFEST}"))["chain"]["head"]`,
  `assert proof["entry"] == head`,
  `here, fn, sn = sha(b"\\0" + bytes.fromhex(head)), proof["leafIndex"], proof["treeSize"] - 1`,
  `for part in map(bytes.fromhex, proof["hashes"]):`,
  "    if fn & 1 or fn == sn:",
  `        here = sha(b"\\1" + part + here)`,
  "        while fn and not fn & 1:",
  "            fn, sn = fn >> 1, sn >> 1",
  "    else:",
  `        here = sha(b"\\1" + here + part)`,
  "    fn, sn = fn >> 1, sn >> 1",
  `origin, size, root = open("${CHECKPOINT}", encoding="utf-8").read().split("\\n")[:3]`,
  `assert sn == 0 and int(size) == proof["treeSize"] and base64.b64decode(root) == here`,
  `print("entry", proof["leafIndex"], "of", size, "in the log", origin)`,
  "END",
];

function signatureSteps(facts: PackageFacts): HowtoStep[] {
  return facts.documents.flatMap((document, index) => {
    const { signed } = documentNames(facts, index);
    return document.signatures.flatMap((signature): HowtoStep[] => {
      const names = signatureNames(index, signature);
      const [from, first, second, length] = signature.byteRange;
      const [stamp] = signature.tokens;
      if (names.isToken || from !== 0) return [];
      return [
        {
          text: `The signature in the field ${signature.field} of ${signed} is over these bytes of it and has not changed. OpenSSL says “CMS Verification successful”, then whose it is.`,
          commands: [
            `${coveredBytes(signed, [first, second, length])} > covered.bin`,
            `openssl cms -verify -binary -inform DER -in ${names.signature} -content covered.bin \\`,
            `  -CAfile ${TRUSTED} -purpose any -attime ${epoch(stamp ? tokenTime(stamp) : facts.completedAt)} -out /dev/null -signer by.pem`,
            ...NAME_SIGNER,
            "rm covered.bin",
          ],
        },
      ];
    });
  });
}

/** What a signature covers: all but the place where it stands itself. */
const coveredBytes = (file: string, [first, second, length]: readonly [number, number, number]) =>
  `(head -c ${first} ${file}; tail -c +${second + 1} ${file} | head -c ${length})`;

function tokenSteps(facts: PackageFacts): HowtoStep[] {
  return facts.documents.flatMap((document, index) =>
    document.signatures.flatMap((signature) => {
      const names = signatureNames(index, signature);
      const tokens = names.isToken ? [signature.cms] : signature.tokens;
      const stamped = stampedBytes(facts, index, signature);
      return tokens.map((token, which) => ({
        text: `The time-stamp of ${signature.field} is over ${stamped.what}. OpenSSL says “Verification: OK”.`,
        commands: [
          ...stamped.taken,
          `openssl ts -verify ${stamped.option} \\`,
          `  -in ${names.token(which)} -token_in ${trustFor(epoch(tokenTime(token)))}`,
          ...(stamped.taken.length > 0 ? ["rm stamped.bin"] : []),
        ],
      }));
    }),
  );
}

/** What a time-stamp is over, taken out of its file where the package has it. */
function stampedBytes(
  facts: PackageFacts,
  index: number,
  signature: PackageFacts["documents"][number]["signatures"][number],
): { readonly what: string; readonly taken: readonly string[]; readonly option: string } {
  const names = signatureNames(index, signature);
  const value = names.isToken ? null : signatureValueOf(signature.cms);
  const [, first, second, length] = signature.byteRange;
  const what = value
    ? `the signature value, ${value.length} bytes of ${names.signature}`
    : `these bytes of ${documentNames(facts, index).signed}`;
  // Withheld from a redacted package: the hash alone can be given.
  if (facts.order.variant !== "full") {
    const digest = value ? toHex(sha256(value)) : signature.coveredSha256;
    return { what: "this SHA-256, which is that of what was signed", taken: [], option: `-digest ${digest}` };
  }
  const at = value ? Buffer.from(signature.cms).indexOf(value) : 0;
  const taken = value
    ? `tail -c +${at + 1} ${names.signature} | head -c ${value.length} > stamped.bin`
    : `${coveredBytes(documentNames(facts, index).signed, [first, second, length])} > stamped.bin`;
  return { what, taken: [taken], option: "-data stamped.bin" };
}

function statusSteps(facts: PackageFacts, named: readonly NamedCertificate[]): HowtoStep[] {
  const { ocspResponses, crls } = statusItems(facts.documents);
  const shown = named.filter(({ isPersonal }) => !isPersonal || facts.order.variant === "full");
  const ocsp = ocspResponses.flatMap((der, index): HowtoStep[] => {
    const response = parseOcspResponse(der);
    const subject = shown.find(({ certificate }) =>
      response.singles.some(({ certId }) => certId.serialHex === certificate.serialHex),
    );
    const issuer = named.find(({ certificate }) =>
      response.singles.some(({ certId }) => isIssuedBy(certId, certificate)),
    );
    if (!subject || !issuer) return [];
    return [
      {
        text: `Whether the certificate of ${subject.name.split("/")[1]} was revoked, as its authority answered. The word after the file name is “good”.`,
        commands: [
          `openssl ocsp -respin ${ocspName(index)} -issuer ${issuer.name}.pem -cert ${subject.name}.pem \\`,
          `  -CAfile ${TRUSTED} -verify_other 05-certificates/chain.pem -no_nonce -attime ${epoch(response.producedAt)}`,
        ],
      },
    ];
  });
  const lists = crls.flatMap((der, index): HowtoStep[] => {
    const { issuer } = parseCrl(der);
    const by = named.find(({ certificate }) => certificate.subject.text === issuer.text);
    if (!by) return [];
    return [
      {
        text: "This revocation list is signed by its authority. OpenSSL says “verify OK”.",
        commands: [
          `openssl crl -inform DER -in ${crlName(index)} -CAfile ${by.name}.pem -noout -lastupdate -nextupdate`,
        ],
      },
    ];
  });
  return [...ocsp, ...lists];
}

/** The certificate the time-stamps end at: the installation's root, or the highest one that another's tokens name. */
export function timestampAnchor(facts: PackageFacts): Uint8Array {
  const all = namedCertificates(facts).map(({ certificate }) => certificate);
  const token = facts.documents
    .flatMap(({ signatures }) => signatures)
    .flatMap(({ kind, cms, tokens }) => (kind === "timestamp" ? [cms] : tokens))[0];
  let at = all.find(
    ({ extendedKeyUsage, der }) => extendedKeyUsage?.includes(OID.timeStamping) && token && holds(token, der),
  );
  for (let step = 0; at && !at.isSelfIssued && step < 10; step++) {
    const issuer = all.find(({ subject }) => subject.text === at!.issuer.text);
    if (!issuer) break;
    at = issuer;
  }
  return (at ?? parseCertificate(facts.rootDer)).der;
}

const holds = (token: Uint8Array, der: Uint8Array) => Buffer.from(token).includes(Buffer.from(der));

/** The recipe as plain text that is a script too: every line that is no comment is a command, as it stands. */
export function howtoText(facts: PackageFacts): string {
  const parts = howtoSteps(facts).map(
    ({ text, commands }, index) => `# ${index + 1}. ${text}\n\n${commands.join("\n")}\n`,
  );
  return `# How to check this package with ordinary commands
#
# Unpack the ZIP file (unzip keeps every byte) into a folder of its own and open a shell there. Lines that begin with # say
# what the lines below them show; paste those, step by step, or see all of it at once with: bash -v HOWTO.txt
# Needed: sha256sum, openssl 3, python3; on macOS, sha256sum is shasum -a 256.
# Certificates of signers live for a day; "-attime" asks whether they were valid when the time-stamp was made.
# What nobody signs inside manifest.p7s (copies of certificates, a second time-stamp) is looked at by verifier.html alone.

${parts.join("\n")}`;
}
