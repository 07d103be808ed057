import { expect, nextStep, test } from "./fixtures.ts";
import { ONE_SIGNATURE, type SeedField } from "./seed.ts";

const PERSON: SeedField = { type: "text", page: 1, box: [0.43, 0.402, 0.105, 0.028], label: "Person" };
const REMARKS: SeedField = { type: "text", page: 1, box: [0.113, 0.76, 0.5, 0.06], label: "Remarks" };

test("whoever comes back goes on where they were", async ({ page, server }) => {
  const fields = [PERSON, REMARKS, ...ONE_SIGNATURE];
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz", fields }] });
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await expect(nextStep(page)).toHaveText("Start · 3 to do");
  await nextStep(page).click();
  await page.keyboard.type("Ana Ruiz");
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();

  await page.reload();
  await expect(page.getByRole("textbox", { name: "Person, page 2" })).toHaveValue("Ana Ruiz");
  await expect(page.getByText("1 of 3 done")).toBeVisible();
  await expect(nextStep(page)).toHaveText("Sign · 2 of 3");
});

test("nothing is lost while there is no connection", async ({ context, page, server }) => {
  const fields = [PERSON, REMARKS, ...ONE_SIGNATURE];
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz", fields }] });
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await nextStep(page).click();
  await page.keyboard.type("Ana Ruiz");
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();

  await context.setOffline(true);
  await page.getByRole("textbox", { name: "Remarks, page 2" }).fill("Typed in a tunnel");
  await expect(page.getByText("No connection.")).toBeVisible();
  // With a kit on the device it is on record there; without one it waits to be sent.
  await expect(
    page.getByText("Not saved yet").or(page.getByText("Saved on this device", { exact: true })),
  ).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await expect(page.getByText("No connection.")).toBeHidden();
  await page.reload();
  await expect(page.getByRole("textbox", { name: "Remarks, page 2" })).toHaveValue("Typed in a tunnel");
});

test("what was typed without a connection outlives a reload", async ({ page, server }) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz", fields: [REMARKS, ...ONE_SIGNATURE] }] });
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await page.route("**/fields/**", (route) => route.abort());
  await page.getByRole("textbox", { name: "Remarks, page 2" }).fill("Still here");
  await expect(page.getByText("Not saved yet")).toBeVisible();
  page.on("dialog", (dialog) => void dialog.accept());
  await page.unroute("**/fields/**");
  await page.reload();
  await expect(page.getByRole("textbox", { name: "Remarks, page 2" })).toHaveValue("Still here");
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
});

test("a value that cannot stand in its field is refused there, before Finish", async ({ page, server }) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz", fields: [PERSON, ...ONE_SIGNATURE] }] });
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await nextStep(page).click();
  const person = page.getByRole("textbox", { name: "Person, page 2" });
  await page.keyboard.type("Ana Maria Ruiz de la Torre y González de Mendoza");
  await expect(person).toHaveAccessibleDescription("This does not fit into the field. Make it shorter.");
  await person.fill("Ana \u{13000}");
  await expect(person).toHaveAccessibleDescription(/^This holds a character that cannot be printed/);
  await expect(page.getByText("0 of 2 done")).toBeVisible();
  await person.fill("Ana Ruiz");
  await expect(person).toHaveAccessibleDescription("");
  await expect(page.getByText("1 of 2 done")).toBeVisible();
});

test("a required field that is left empty is asked for", async ({ page, server }) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz", fields: [PERSON, ...ONE_SIGNATURE] }] });
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await page.getByRole("button", { name: "Signature, page 2, required" }).click();
  await page.getByRole("button", { name: "Adopt and sign" }).click();
  await expect(nextStep(page)).toHaveText("Next · 1 of 2");
  await nextStep(page).click();
  await nextStep(page).click();
  const person = page.getByRole("textbox", { name: "Person, page 2" });
  await expect(person).toBeFocused();
  await expect(person).toHaveAccessibleDescription("Fill in “Person”.");
});

const SCRIPTS = {
  Arabic: { name: "فاطمة الزهراء", value: "كما اتفقنا في ٢٠ نوفمبر" },
  Hebrew: { name: "דוד כהן", value: "כפי שסוכם ב-20 בנובמבר" },
  Japanese: { name: "山田太郎", value: "合意したとおり、11月20日" },
  Devanagari: { name: "अनिता शर्मा", value: "जैसा तय हुआ था, २० नवंबर" },
};

for (const [script, { name, value }] of Object.entries(SCRIPTS))
  test(`a name and a value in ${script} are typed, shown and signed`, async ({ page, server }) => {
    const fields: SeedField[] = [
      { type: "name", page: 1, box: [0.535, 0.678, 0.3, 0.024] },
      REMARKS,
      ...ONE_SIGNATURE,
    ];
    const envelope = await server.sends({ to: [{ name, fields }] });
    await page.goto(await envelope.linkFor(name));
    await page.getByRole("button", { name: "Agree and continue" }).click();
    await expect(page.getByRole("textbox", { name: "Name, page 2" })).toHaveValue(name);
    const remarks = page.getByRole("textbox", { name: "Remarks, page 2" });
    await remarks.fill(value);
    const isRightToLeft = script === "Arabic" || script === "Hebrew";
    expect(await remarks.evaluate((input) => getComputedStyle(input).direction)).toBe(
      isRightToLeft ? "rtl" : "ltr",
    );
    await expect(nextStep(page)).toHaveText("Sign · 1 of 3");
    await nextStep(page).click();
    // Of hands that write a script alike one is offered.
    await page.getByRole("radio", { name: /^Style 1 of [1-5]$/ }).waitFor();
    await page.getByRole("button", { name: "Adopt and sign" }).click();
    const review = page.getByRole("dialog", { name: "Review your answers" });
    await expect(review.getByText(value)).toBeVisible();
    await expect(review.getByRole("img", { name: "Signature" })).toBeVisible();
    await review.getByRole("button", { name: "Finish", exact: true }).click();
    await expect(page.getByRole("heading", { name: "You have signed" })).toBeVisible();
    await envelope.isCompleted();
  });
