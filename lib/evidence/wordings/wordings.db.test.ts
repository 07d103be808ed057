import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { BUILT_IN_WORDING } from "#lib/evidence/core/package/custody-wording.ts";
import { requestPackage } from "#lib/evidence/request-package.ts";
import { completed, packageBytes, readyPackage, textIn } from "#lib/evidence/testing-package.ts";
import { listWordings, publishWording } from "./edit-wording.ts";

const product = testProduct({ runsJobs: true });
const DECLARATION = "10-declaration/custodian-declaration.html";

test("a declaration says the version of the words there was when its package was asked for, and names it", async () => {
  const organization = await product().newOrganization();
  const [owner, counsel] = [await organization.member("owner"), await organization.member("counsel")];
  const envelopeId = await completed(owner);
  await readyPackage(owner, envelopeId);
  const { parts } = BUILT_IN_WORDING;
  const words = { ...parts, p3: "How people sign here. They read <every> page & press Finish." };

  expect(await refusalOf(publishWording(await organization.member("sender"), { parts: words }))).toBe(
    "authorize/not-allowed",
  );
  expect(await refusalOf(publishWording(counsel, { parts }))).toBe("evidence/wording-same");
  expect(await refusalOf(publishWording(counsel, { parts: { ...parts, p5: " " } }))).toBe(
    "evidence/wording-empty",
  );
  expect(await refusalOf(publishWording(counsel, { parts: { ...parts, p7: "A true copy." } }))).toBe(
    "evidence/wording-lacks",
  );
  expect(await refusalOf(publishWording(counsel, { parts: { ...parts, p6: "{head}" } }))).toBe(
    "evidence/wording-unknown",
  );
  expect(await publishWording(counsel, { parts: words })).toBe("custody-2");

  const before = textIn(await packageBytes(owner, envelopeId), DECLARATION);
  expect(before).toContain("version custody-1");
  expect(before).toContain(BUILT_IN_WORDING.sha256);
  const id = await requestPackage(owner, { envelopeId });
  await readyPackage(owner, envelopeId, id);
  const made = await packageBytes(owner, envelopeId, id);
  const [newest, first] = await listWordings(counsel);
  const after = textIn(made, DECLARATION);
  expect(after).toContain("They read &#60;every&#62; page &#38; press Finish.");
  expect(after).toContain("version custody-2");
  expect(after).toContain(newest!.sha256);
  expect(JSON.parse(textIn(made, "10-declaration/wording.json"))).toEqual({
    version: "custody-2",
    parts: words,
    sha256: newest!.sha256,
  });
  expect(newest).toMatchObject({ version: "custody-2", isCurrent: true, uses: 1 });
  expect(newest!.usedIn).toMatchObject([{ packageId: id, envelopeId }]);
  expect(first).toMatchObject({ version: "custody-1", isCurrent: false, uses: 1, publishedAt: null });

  const { entries } = await readChain(owner, envelopeId);
  const asked = entries
    .filter(({ type }) => type === "package.requested")
    .map(({ data }) => data.custodyWording);
  expect(asked).toEqual([
    { version: "custody-1", sha256: BUILT_IN_WORDING.sha256 },
    { version: "custody-2", sha256: newest!.sha256 },
  ]);
  // Another organization words its own.
  const stranger = await (await product().newOrganization()).member("counsel");
  expect((await listWordings(stranger)).map(({ version }) => version)).toEqual(["custody-1"]);
}, 180_000);

test("what was published stays as it is, and two who publish at once make two versions", async () => {
  const organization = await product().newOrganization();
  const counsel = await organization.member("counsel");
  const { parts } = BUILT_IN_WORDING;
  const words = (text: string) => ({ parts: { ...parts, p6: text } });
  const made = await Promise.all([
    publishWording(counsel, words("One.")),
    publishWording(counsel, words("Another.")),
  ]);
  expect(made.toSorted()).toEqual(["custody-2", "custody-3"]);
  const sql = product().admin;
  const [{ grantee }] = (await sql`select grantee from information_schema.role_table_grants
    where table_name = 'custody_wordings' and grantee <> current_user limit 1`) as unknown as [
    { grantee: string },
  ];
  const forged = sql.begin(async (sql) => {
    await sql`set local role ${sql(grantee)}`;
    await sql`update custody_wordings set number = 9`;
  });
  await expect(forged).rejects.toThrow(/permission denied/);
});
