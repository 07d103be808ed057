import { expect, test } from "vitest";
import { groundsProblem, type LoggedAct } from "./key-export-grounds.ts";

const HOUR_MS = 3_600_000;
const START = new Date("2026-11-20T12:00:00Z").getTime();
const REQUEST = {
  ...{ id: "e", signingKeyId: "k", recipientId: "asker", sftpPlaceId: null },
  ...{ format: "pfx-chain", purpose: "New data center", passphraseReaders: ["legal"] },
  ...{ requestedBy: "asker", approvedByIt: "it", approvedByLegal: "legal" },
};
const ROLES = { it: ["owner", "admin"], legal: ["counsel"] };
const act = (type: string, id: string, role: string, data: LoggedAct["data"], hours = 0): LoggedAct => ({
  ...{ type, at: new Date(START + hours * HOUR_MS) },
  ...{ actor: { kind: "member", id, role }, data },
});
const asked = act("key-export.requested", "asker", "admin", {
  ...{ export: "e", key: "k", recipient: "asker", place: null },
  ...{ format: "pfx-chain", purpose: "New data center", passphraseReaders: ["legal"] },
});
const approval = (side: string, id: string, role: string, hours = 1) =>
  act("key-export.approved", id, role, { export: "e", side }, hours);
const switched = (isOn: boolean) =>
  act("organization.changed", "owner", "owner", { to: { allowsKeyExport: isOn } }, -1);
const byIt = approval("it", "it", "admin");
const byLegal = approval("legal", "legal", "counsel");

const judge = (log: readonly LoggedAct[] | null, change: Partial<typeof REQUEST> = {}) =>
  groundsProblem({ ...REQUEST, ...change }, { log, roles: ROLES });

test("a key leaves when two offices approved in time what a third person asked for", () => {
  expect(judge([switched(true), asked, byIt, byLegal])).toBeNull();
});

test("and for nothing less", () => {
  const on = switched(true);
  expect(judge(null)).toBe("the audit log does not hold");
  expect(judge([on, byIt, byLegal])).toBe("no one event asks for it");
  expect(judge([on, asked, asked, byIt, byLegal])).toBe("no one event asks for it");
  for (const change of [
    { signingKeyId: "other" },
    { recipientId: "it" },
    { requestedBy: "other" },
    { passphraseReaders: ["asker"] },
    { format: "pfx-certificate" },
  ])
    expect(judge([on, asked, byIt, byLegal], change)).toBe("it was asked for otherwise");
  const refused = act("key-export.refused", "owner", "owner", { export: "e" });
  expect(judge([on, asked, byIt, refused, byLegal])).toBe("it was refused");
  for (const log of [[], [on, switched(false)]])
    expect(judge([...log, asked, byIt, byLegal])).toBe("handing out keys is switched off");
  expect(judge([on, asked, byIt])).toBe("not approved for legal");
  expect(judge([on, asked, byIt, byLegal], { approvedByIt: "other" })).toBe("not approved for it");
  expect(judge([on, asked, approval("it", "it", "sender"), byLegal])).toBe(
    "approved for it by somebody else",
  );
  expect(judge([on, asked, byIt, approval("legal", "legal", "counsel", 24.01)])).toBe(
    "approved for legal too late",
  );
  const oneTwice = [on, asked, byIt, approval("legal", "it", "counsel")];
  expect(judge(oneTwice, { approvedByLegal: "it" })).toBe("one person acted twice");
  const ownRequest = [on, asked, approval("it", "asker", "admin"), byLegal];
  expect(judge(ownRequest, { approvedByIt: "asker" })).toBe("one person acted twice");
});
