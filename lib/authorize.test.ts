import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { Actor, Context, Role } from "./context.ts";
import { isRefusal } from "./errors.ts";
import type { AccountId, EnvelopeId, MemberId, OrganizationId, RecipientId } from "./ids.ts";

/**
 * Who is let in by each verb: roles by their first letter, or who else. Every function of a room that takes who
 * acts stands here, so that a new one cannot come without an answer.
 */
const VERBS: Readonly<Record<string, string>> = {
  "delivery/tellCeremony": "system",
  "delivery/tellKeyPlace": "system",
  "delivery/tellKeyTask": "system",
  "evidence/downloadKeyRecord": "OASCV",
  "evidence/findKeyRecord": "OASCV",
  "evidence/sealKeyRecord": "system",
  "pki/viewKeyProviders": "part",
  "signing/addSftpPlace": "OA",
  "signing/askDelivery": "OA",
  "signing/askDrill": "OA",
  "signing/askSftpTrial": "OA",
  "signing/askStandby": "OA",
  "signing/backUpKeys": "system",
  "signing/ceremonyFacts": "system",
  "signing/changeProjectStep": "OA",
  "signing/custodyFacts": "system",
  "signing/deliverKeyExport": "system",
  "signing/doProjectStep": "OAC",
  "signing/drillBackup": "system",
  "signing/getCeremony": "OASCV",
  "signing/getKeyCare": "OA",
  "signing/getKeyProject": "OAC",
  "signing/listCeremonies": "OASCV",
  "signing/listCeremonyPeople": "OA",
  "signing/listKeyProjects": "OAC",
  "signing/listKeyScripts": "OAC",
  "signing/listSftpPlaces": "OAC",
  "signing/listStepOwners": "OA",
  "signing/makeStandby": "system",
  "signing/newestScripts": "part",
  "signing/noteOutages": "system",
  "signing/openPlace": "part",
  "signing/projectFacts": "system",
  "signing/publishKeyScript": "OA",
  "signing/recordInCeremony": "OASCV",
  "signing/remindKeyExports": "system",
  "signing/remindProjectSteps": "system",
  "signing/removeSftpPlace": "OA",
  "signing/requireStepOwner": "part",
  "signing/retireStandby": "OA",
  "signing/setBackupPolicy": "OA",
  "signing/setStandbyPolicy": "OA",
  "signing/signOffCeremony": "OASCV",
  "signing/startKeyCeremony": "OA",
  "signing/startKeyProject": "OA",
  "signing/stepOwners": "part",
  "signing/switchStandby": "system",
  "signing/trySealing": "part",
  "signing/trySftpPlace": "system",
  "pki/announceChange": "part",
  "pki/answerOcsp": "part",
  "pki/askRotation": "OA",
  "pki/askWorker": "part",
  "pki/authoritiesOf": "part",
  "pki/certificateChain": "part",
  "pki/certificatesAbove": "part",
  "pki/createAuthority": "part",
  "pki/crossCertify": "part",
  "pki/exportRootKey": "system",
  "pki/isFounder": "part",
  "pki/listAuthorities": "OA",
  "pki/openAuthority": "part",
  "pki/ownStatus": "part",
  "pki/publishCrls": "part",
  "pki/publishStatus": "system",
  "pki/removeRootKey": "system",
  "pki/requireFounder": "part",
  "pki/revokeCertificate": "OA",
  "pki/rotateAuthority": "system",
  "pki/serveStatusDesk": "part",
  "pki/usableUntil": "part",
  "pki/withRootKey": "system",
  "pki/searchCertificates": "OAC",
  "pki/listKeyProviders": "OAC",
  "pki/checkKeyProviders": "part",
  "pki/databaseVault": "part",
  "pki/embeddedTimestamps": "part",
  "pki/ensureAuthorities": "part",
  "pki/fetchStatus": "part",
  "pki/foreignTimestamps": "part",
  "pki/issueSealCertificate": "part",
  "pki/issueSignerCertificate": "part",
  "pki/logTrust": "part",
  "pki/publishCrl": "part",
  "pki/publishedAuthorities": "visitor",
  "pki/publishedCertificate": "visitor",
  "pki/publishedCrl": "visitor",
  "pki/publishedLogCertificates": "visitor",
  "pki/publishedOcsp": "visitor",
  "pki/publishedRoot": "visitor",
  "pki/publishedTrust": "visitor",

  "identity/changeMemberRole": "OA",
  "identity/listMembers": "OA",
  "identity/inviteMember": "OA",
  "identity/getOrganization": "OA",
  "identity/changeOrganization": "OA",
  "identity/allowKeyExport": "O",
  "identity/setPassword": "OASCV",
  "identity/getAccount": "OASCV",
  "identity/endSession": "OASCV",
  "identity/createOrganization": "visitor",
  "identity/signIn": "visitor",
  "identity/requestSignInLink": "visitor",
  "identity/openSession": "visitor",
  "identity/readSession": "visitor",
  "identity/isSetUp": "visitor",
  "identity/switchOrganization": "visitor",
  "identity/stepUp": "OASCV",
  "identity/requirePassword": "part",
  "identity/limitRate": "part",
  "identity/isFirstInWindow": "part",
  "identity/countTry": "part",
  "identity/forgetOldCounts": "part",
  "identity/listOrganizations": "part",
  "identity/issueLoginToken": "part",

  "envelopes/createEnvelope": "OAS",
  "envelopes/addDocument": "OAS",
  "envelopes/removeDocument": "OAS",
  "envelopes/getDraft": "OAS",
  "envelopes/saveDraft": "OAS",
  "envelopes/deleteDraft": "OAS",
  "envelopes/sendEnvelope": "OAS",
  "envelopes/voidEnvelope": "OAS",
  "envelopes/remindRecipient": "OAS",
  "envelopes/getEnvelope": "OASCV",
  "envelopes/listEnvelopes": "OASCV",
  "envelopes/watchEnvelope": "OASCV",
  "envelopes/pageImage": "by envelope",
  "envelopes/expireEnvelopes": "system",
  "envelopes/drawFirstPage": "system",
  "envelopes/keptPage": "part",
  "envelopes/undrawableNames": "part",

  "signing/recipientContext": "visitor",
  "signing/openCeremony": "recipient, also later",
  "signing/ceremonyProgress": "recipient, also later",
  "signing/recordFetch": "recipient, others do nothing",
  "signing/giveConsent": "recipient",
  "signing/openCheck": "holder",
  "signing/requestCode": "holder",
  "signing/beginEnrollment": "holder",
  "signing/passCheck": "holder",
  "signing/issueCode": "system",
  "signing/settleCode": "system",
  "signing/authenticationOf": "part",
  "envelopes/setAccessCode": "OAS",
  "envelopes/serverBlockers": "part",
  "delivery/tellCode": "system",
  "delivery/keepSmsInOutbox": "part",
  "signing/openNoticePdf": "recipient",
  "signing/noticeChoices": "recipient",
  "signing/demonstrateAccess": "recipient",
  "signing/withdrawConsent": "recipient",
  "signing/requestPaper": "recipient",
  "signing/changeContact": "recipient",
  "signing/listPaperCopies": "OASCV",
  "signing/markPaperSent": "OAS",
  "signing/listNotices": "OAC",
  "signing/draftNotice": "OAC",
  "signing/saveNoticeDraft": "OAC",
  "signing/publishNotice": "OAC",
  "signing/dropNotice": "OAC",
  "signing/knownNotice": "part",
  "signing/recordAct": "part",
  "evidence/searchLedger": "OC",
  "evidence/readPerson": "OC",
  "evidence/exportLedger": "OC",
  "delivery/tellSender": "system",
  "signing/recordView": "recipient",
  "signing/fillField": "recipient",
  "signing/adoptMarks": "recipient",
  "signing/previewMark": "recipient",
  "signing/finishSigning": "recipient",
  "signing/approve": "recipient",
  "signing/decline": "recipient",
  "signing/listKeyExports": "OAC",
  "signing/getKeyExport": "OAC",
  "signing/requestKeyExport": "OA",
  "signing/approveKeyExport": "OAC",
  "signing/refuseKeyExport": "OAC",
  "signing/takeKeyExport": "OAC",
  "signing/showPassphrase": "OAC",
  "signing/confirmKeyExport": "OAC",
  "signing/reviewKeyExport": "OAC",
  "signing/buildKeyExport": "system",
  "signing/destroyKeyExports": "system",
  "signing/recordCustody": "part",
  "signing/namesIn": "part",
  "signing/prepareDocuments": "system",
  "signing/signRevision": "system",
  "signing/advanceEnvelope": "system",
  "signing/sealEnvelope": "system",
  "signing/listUnfinished": "system",
  "signing/noteDelay": "system",
  "signing/adoptedMarks": "part",
  "signing/drawValue": "part",
  "signing/makeSignature": "part",
  "signing/makeDocumentTimestamp": "part",
  "signing/openRevision": "part",
  "signing/openSeal": "part",
  "delivery/tellExpiry": "system",
  "signing/listKeys": "OA",
  "signing/endingKeys": "part",
  "signing/newCalendarAddress": "OA",
  "signing/endCalendarAddress": "OA",
  "signing/readCalendar": "visitor",
  "signing/planReviews": "system",
  "signing/signOffReview": "OA",
  "signing/setReviewPolicy": "OA",
  "signing/warnExpiries": "system",
  "signing/listSignedWith": "OA",
  "signing/startRotation": "OA",
  "signing/makeReplacement": "system",
  "signing/switchSeal": "OA",
  "signing/switchDueSeals": "system",
  "signing/undoRotation": "OA",
  "signing/confirmRotation": "OA",
  "signing/getRotation": "OA",
  "signing/recordProof": "system",
  "signing/earlierCertificate": "system",
  "signing/checkSeal": "part",
  "evidence/proveEarlierSeals": "system",
  "evidence/validateRevisions": "part",
  "signing/reportCompromise": "OA",
  "signing/sealFile": "part",
  "signing/runStep": "part",
  "signing/collectValidationData": "part",
  "signing/collectStatus": "part",
  "signing/collectTimestampStatus": "part",
  "signing/recordArchiveTimestamp": "part",
  "signing/renewDocumentTimestamp": "part",
  "signing/renewTimestamp": "part",

  "signing/sealFileWith": "part",
  "signing/requestSealKey": "OA",
  "signing/answerSealRequest": "OA",
  "signing/importSeal": "OA",
  "signing/askRemoteCredentials": "OA",
  "signing/listRemoteCredentials": "system",
  "signing/getRemoteCredentials": "OA",
  "signing/chooseRemoteCredential": "OA",
  "signing/checkRemoteCertificates": "part",
  "signing/repeatSealTest": "OA",
  "signing/activateSeal": "OA",
  "signing/dropSeal": "OA",
  "signing/returnToOwnSeal": "OA",
  "signing/listSeals": "OA",
  "signing/sealRequestFile": "OA",
  "signing/registerCertificates": "OA",
  "signing/unregisterCertificate": "OA",
  "signing/convertKeyFile": "OA",
  "signing/openProgram": "OA",
  "signing/closeProgram": "OA",
  "signing/listKeyPrograms": "OA",
  "signing/issueProgramToken": "visitor",
  "signing/programContext": "visitor",
  "signing/describeService": "visitor",
  "signing/listCredentials": "program",
  "signing/describeCredential": "program",
  "signing/authorizeHashes": "program",
  "signing/signHashes": "program",
  "signing/openedKey": "part",
  "signing/signAtDesk": "part",
  "signing/serveSigningDesk": "part",
  "signing/signAuthorized": "system",
  "signing/makeSealKey": "system",
  "signing/testSeal": "system",
  "signing/knownCertificates": "part",

  "evidence/download": "by envelope",
  "evidence/getCertificate": "OASCV",
  "evidence/downloadCertificate": "OASC",
  "evidence/downloadCertificateIndex": "OAC",
  "evidence/inspectBrought": "OASCV",
  "evidence/requireReader": "part",
  "evidence/detailsOf": "part",
  "evidence/certificateBytes": "part",
  "evidence/detachedSignature": "part",
  "evidence/inspectionTerms": "part",
  "evidence/validateUpload": "visitor",
  "evidence/chosenTrust": "part",
  "evidence/importTrustList": "OA",
  "evidence/offerTrustList": "OA",
  "evidence/removeTrustList": "OA",
  "evidence/listTrustLists": "OA",
  "evidence/getTrustList": "OA",
  "evidence/selectableLists": "visitor",
  "evidence/chosenLists": "part",
  "evidence/answerStatus": "visitor",
  "evidence/recordAuditTrail": "system",
  "evidence/completeEnvelope": "system",
  "evidence/renewArchive": "system",
  "evidence/streamRevisions": "part",
  "evidence/requestPackage": "OASC",
  "evidence/requestFirstPackage": "system",
  "evidence/buildPackage": "system",
  "evidence/listPackages": "OASCV",
  "evidence/collectPackageFacts": "part",
  "evidence/trailParts": "part",
  "evidence/signManifest": "part",
  "evidence/sealStatus": "part",
  "evidence/trailFacts": "part",
  "evidence/revisionFiles": "OASC",
  "evidence/verifyLog": "part",
  "evidence/checkLogRegularly": "part",
  "evidence/readLog": "OAC",
  "evidence/askForLogCheck": "OAC",
  "evidence/searchEvents": "OASC",
  "evidence/exportEvents": "OASC",
  "evidence/getEvent": "OASC",
  "evidence/filterFor": "part",
  "evidence/tellEvents": "part",
  "evidence/trailFile": "part",
  "evidence/openEnvelope": "OASCV",
  "evidence/giveReason": "OASCV",
  "evidence/reasonState": "OASCV",
  "evidence/requireReason": "part",
  "evidence/isFirstAccess": "part",
  "evidence/noteAccess": "part",
  "evidence/requestDisputeFile": "OASC",
  "evidence/listDisputeFiles": "OASCV",
  "evidence/buildDisputeFile": "system",

  "delivery/readOutbox": "OA",
  "delivery/openOutboxMail": "OA",
  "delivery/tellRecipient": "system",
  "delivery/tellOutcome": "system",
  "delivery/mailSignInLink": "system",
  "delivery/mailInvitation": "system",
  "delivery/keepInOutbox": "part",
  "delivery/sendEnvelopeMail": "part",
  "delivery/deliver": "part",
  "delivery/newLink": "part",

  "delivery/tellDue": "system",
  "retention/addClass": "OAC",
  "retention/changeClass": "OAC",
  "retention/retireClass": "OAC",
  "retention/chooseClass": "OASC",
  "retention/getSchedule": "OAC",
  "retention/countRetention": "OAC",
  "retention/getRetention": "OASCV",
  "retention/ruleOf": "part",
  "retention/placeHold": "OAC",
  "retention/extendHolds": "system",
  "retention/releaseHold": "OAC",
  "retention/listHolds": "OAC",
  "retention/planPurges": "system",
  "retention/listPurges": "OAC",
  "retention/reviewPurges": "OAC",
  "retention/approvePurges": "OAC",
  "retention/removePurge": "OAC",
  "retention/purgeEnvelope": "system",
  "retention/resumePurges": "system",
  "retention/certifyDestruction": "system",
  "retention/listDestroyed": "OAC",
  "retention/downloadDestruction": "OAC",
};

const ROOMS = ["pki", "identity", "envelopes", "signing", "evidence", "delivery", "retention"];
const root = path.join(import.meta.dirname, "..");
const DECLARED =
  /export (?:async )?(?:function|const) (\w+)(?:<[^(]*>)?(?: = (?:async )?)?\(\s*(?:\w+|\{[^}]*\}): (?:Context|WorkerContext|Visitor|OpenedSession|Runtime|WorkerRuntime|C|Pick)\b/g;

/** Every exported function of a room that takes who acts, with the file it is in. */
function declaredVerbs(): Map<string, string> {
  const found = new Map<string, string>();
  for (const room of ROOMS)
    for (const file of readdirSync(path.join(root, "lib", room), { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".ts") || /^core\/|\.test|testing|store\.ts|errors\.ts/.test(file)) continue;
      const text = readFileSync(path.join(root, "lib", room, file), "utf8");
      for (const [, name] of text.matchAll(DECLARED)) found.set(`${room}/${name}`, `./${room}/${file}`);
    }
  return found;
}

const declared = declaredVerbs();
const member = (role: Role): Actor => ({
  kind: "member",
  role,
  memberId: "m" as MemberId,
  accountId: "a" as AccountId,
  name: "Olivia",
  email: "olivia@example.com",
});
const recipient = (hasEnded: boolean): Actor => ({
  kind: "recipient",
  recipientId: "r" as RecipientId,
  envelopeId: "e" as EnvelopeId,
  hasEnded,
});
const ACTORS: Readonly<Record<string, Actor>> = {
  O: member("owner"),
  A: member("admin"),
  S: member("sender"),
  C: member("counsel"),
  V: member("viewer"),
  recipient: recipient(false),
  later: recipient(true),
  program: { kind: "program", programId: "p", name: "Another's" },
  holder: {
    ...{ kind: "link-holder", recipientId: "r" as RecipientId, envelopeId: "e" as EnvelopeId },
    tokenSha256: new Uint8Array(32),
  },
  system: { kind: "system", job: "a test" },
};

/** Whom a rule of the table lets in, by the names above. */
function letIn(rule: string): string[] {
  if (rule.startsWith("recipient, also")) return ["recipient", "later"];
  if (/^[OASCV]+$/.test(rule)) return [...rule];
  return [rule];
}

/** Nothing is behind it: whoever gets that far was let in. */
const nowhere = new Proxy(() => {}, {
  get: () => nowhere,
  apply: () => {
    throw new Error("let in");
  },
}) as never;

async function isLetIn(verb: string, actor: Actor): Promise<boolean> {
  const module = (await import(declared.get(verb)!)) as Record<string, (...args: unknown[]) => unknown>;
  const ctx = {
    organizationId: "o" as OrganizationId,
    actor,
    request: null,
    runtime: nowhere,
    connection: nowhere,
  };
  try {
    await module[verb.split("/")[1]!]!({ ...ctx, now: () => new Date() } as Context, {}, []);
  } catch (error) {
    return !(isRefusal(error) && error.code.startsWith("authorize/"));
  }
  return true;
}

test("every verb of the source has its answer here, and nothing else has", () => {
  expect([...declared.keys()].sort()).toEqual(Object.keys(VERBS).sort());
});

const asks = Object.entries(VERBS).filter(
  ([, rule]) => !/^(visitor|part|by envelope|recipient, others)/.test(rule),
);

describe.for(asks)("%s lets in %s", ([verb, rule]) => {
  test.for(Object.entries(ACTORS))("and to %s says so", async ([name, actor]) => {
    expect(await isLetIn(verb, actor)).toBe(letIn(rule).includes(name));
  });
});

test("what asks nobody who they are is called by no page, form or route", () => {
  const parts = Object.entries(VERBS).flatMap(([verb, rule]) =>
    rule === "part" ? [verb.split("/")[1]!] : [],
  );
  const doors = readdirSync(path.join(root, "app"), { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.tsx?$/.test(file),
  );
  const calls = doors.flatMap((file) => {
    const text = readFileSync(path.join(root, "app", file), "utf8");
    return parts
      .filter((part) => new RegExp(`\\b${part}\\(`).test(text))
      .map((part) => `${file} calls ${part}`);
  });
  expect(calls).toEqual([]);
});
