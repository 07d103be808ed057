import { DEVICES, expect, expectAccessible, nextStep, test } from "./fixtures.ts";
import type { SeedField } from "./seed.ts";

const own = (y: number): readonly SeedField[] => [
  { type: "signature", page: 1, box: [0.1, y, 0.3, 0.05] },
  { type: "text", page: 1, box: [0.1, y + 0.06, 0.8, 0.08], settings: { isBlock: true } },
];

test.use(DEVICES.phone);

test("a witness and a notary state what they attest, on a phone, and sign it", async ({ page, server }) => {
  test.setTimeout(240_000);
  const envelope = await server.sends({
    to: [
      { name: "Ana Ruiz" },
      { name: "Wes Witness", role: "witness", witnessOf: "Ana Ruiz", fields: own(0.66) },
      { name: "Nora Notary", role: "notary", fields: own(0.82) },
    ],
  });
  await envelope.isFinishedBy("Ana Ruiz");

  const link = await envelope.linkFor("Wes Witness");
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "Who witnesses" })).toBeVisible();
  await expect(page.getByText("You saw Ana Ruiz sign.")).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Your address").fill("12 Harbour Street, Austin");
  await page.getByRole("button", { name: "Save and go on" }).click();
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await expect(
    page.getByRole("status", { name: /Witnessed by Wes Witness, 12 Harbour Street, Austin/ }),
  ).toBeVisible();
  await expectAccessible(page);
  await page.goto(`${link}/attestation`);
  await expect(page.getByLabel("Your address")).toHaveValue("12 Harbour Street, Austin");
  await expectAccessible(page);
  await page.goto(link);
  await nextStep(page).click();
  const adopt = page.getByRole("dialog", { name: "Make your signature" });
  await adopt.getByRole("button", { name: "Adopt and sign" }).click();
  // Everything else is filled in, so the review follows by itself.
  const review = page.getByRole("dialog", { name: "Review your answers" });
  await review.getByRole("button", { name: "Finish", exact: true }).click();
  await expect(page.getByRole("heading", { name: /^You have / })).toBeVisible();

  await page.goto(await envelope.linkFor("Nora Notary"));
  await expect(page.getByRole("heading", { name: "The entry in your journal" })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("State where you are").fill("Texas");
  await page.getByLabel("County").fill("Travis");
  await page.getByLabel("Which document or witness").fill("Texas driver license ending 4411");
  await page.getByLabel("Commission number").fill("12-345-678");
  await page.getByLabel("Commissioned in").fill("Texas");
  await page.getByLabel("Commission expires").fill("2099-01-31");
  await page.getByRole("button", { name: "Save and go on" }).click();
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await expect(page.getByRole("status", { name: /12-345-678/ })).toBeVisible();
  // It stands in the trail once it is signed: the witness's does, the notary's not yet.
  const types = (await envelope.events()).map(({ type }) => type);
  expect(types.filter((type) => type === "attestation.made")).toHaveLength(1);
});
