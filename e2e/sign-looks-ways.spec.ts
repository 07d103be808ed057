import { type Envelope, test } from "./fixtures.ts";
import { ANA, BEN, forEveryCase, look } from "./looks.ts";

forEveryCase(({ language, words, ana, ben, name, newContext, sends, send }) => {
  test("other ways, and what went wrong", async ({ browser, server }) => {
    const context = await newContext(browser);
    const page = await context.newPage();
    const shows = async (envelope: Envelope, what: string) => {
      await page.goto(await envelope.linkFor(ANA));
      await look(page, name(what));
    };
    const open = await sends(server, { to: [ana, ben], order: "parallel" });
    const link = await open.linkFor(ANA);
    for (const place of ["rights", "certificate", "delegate", "report"]) {
      await page.goto(`${link}/${place}`);
      await look(page, name(`30-${place}`));
    }
    await page.goto(`${link}/report`);
    await page.getByRole("button", { name: words.report.submit }).click();
    await look(page, name("31-report-missing"));
    await page.getByRole("radio").first().check();
    await page.getByRole("button", { name: words.report.submit }).click();
    await page.getByText(words.report.doneHeading).waitFor();
    await look(page, name("32-report-done"));
    await page.goto(`${link}/delegate`);
    await page.getByRole("button", { name: words.delegate.submit }).click();
    await look(page, name("33-delegate-missing"));
    await page.getByRole("textbox", { name: words.delegate.name }).fill(BEN);
    await page.getByRole("textbox", { name: words.delegate.email }).fill(`ben.${Date.now()}@example.com`);
    await page.getByRole("textbox", { name: words.delegate.reason }).fill("I am away until May.");
    await page.getByRole("button", { name: words.delegate.submit }).click();
    await page.getByText(words.delegate.doneHeading).waitFor();
    await look(page, name("34-delegated"));
    await page.goto(link);
    await look(page, name("35-delegated-link"));

    const voided = await sends(server, { to: [ana, ben], order: "parallel" });
    await voided.linkFor(ANA);
    await voided.isVoided();
    await shows(voided, "36-voided");
    const declined = await sends(server, {});
    await declined.isDeclinedBy(ANA);
    await shows(declined, "37-declined");
    const byOther = await sends(server, { to: [ana, ben], order: "parallel" });
    await byOther.linkFor(ANA);
    await byOther.isDeclinedBy(BEN);
    await shows(byOther, "38-declined-by-other");
    const expired = await sends(server, {});
    await expired.linkFor(ANA);
    await expired.expires();
    await shows(expired, "39-expired");
    const waiting = await sends(server, { to: [ben, ana] });
    await page.goto(await waiting.earlyLinkFor(ANA));
    await look(page, name("40-waiting"));
    const copy = await sends(server, { to: [ben, { ...ana, role: "copy" }] });
    await page.goto(await copy.earlyLinkFor(ANA));
    await look(page, name("41-copy"));
    await page.goto(`/sign/${"x".repeat(43)}?lang=${language}`);
    await look(page, name("42-not-found"));
    await page.goto(`/sign/kept?lang=${language}`);
    await look(page, name("43-nothing-kept"));
    await context.close();
  });

  test("who shows who they are", async ({ browser, server }) => {
    const context = await newContext(browser);
    const page = await context.newPage();
    const byMail = await sends(server, { to: [{ ...ana, check: "email-code" }] });
    await page.goto(await byMail.linkFor(ANA));
    await look(page, name("50-check"));
    await page.getByRole("button", { name: words.check.submit }).click();
    await look(page, name("51-check-missing"));
    await send(page).click();
    await page.getByRole("status").first().waitFor();
    await page.getByLabel(words.check.fields["email-code"], { exact: true }).fill("000000");
    await page.getByRole("alert").first().waitFor();
    await look(page, name("52-check-wrong"));
    const kinds = [
      { check: "access-code", accessCode: "K7MW-4PXQ" },
      { check: "sms-code", phone: "+15125550117" },
      { check: "authenticator" },
      { check: "second-factor" },
      { check: "passkey" },
    ] as const;
    for (const kind of kinds) {
      const envelope = await sends(server, { to: [{ ...ana, ...kind }] });
      await page.goto(await envelope.linkFor(ANA));
      await look(page, name(`53-${kind.check}`));
      if (kind.check !== "second-factor") continue;
      await send(page).click();
      await page
        .getByLabel(words.check.fields["email-code"], { exact: true })
        .fill(await envelope.codeFor(ANA));
      await page.getByLabel(words.check.fields["email-code"], { exact: true }).waitFor({ state: "hidden" });
      await look(page, name("54-set-up"));
      await page.getByRole("button", { name: words.check.enroll.begin }).click();
      await page.getByRole("img", { name: words.check.enroll.picture }).waitFor();
      await look(page, name("55-set-up-app"));
    }
    await context.close();
  });
});
