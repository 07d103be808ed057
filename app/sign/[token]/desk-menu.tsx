"use client";

import { MenuButton, MenuLink, SignerMenu } from "#components/signing/signer-menu.tsx";
import { fillIn, mailTo, type SignWords } from "#components/signing/words.ts";
import { attests, ROLE_SUFFIX } from "#lib/envelopes/core/roles.ts";
import type { CeremonyView } from "#lib/signing/open-ceremony.ts";
import type { OpenSheet } from "./use-ceremony.ts";

interface DeskMenuProps {
  readonly token: string;
  readonly view: CeremonyView;
  readonly words: SignWords;
  /** Nothing leads away from a page that stands for another. */
  readonly isPreview: boolean;
  onOpen(sheet: OpenSheet): void;
}

export function DeskMenu({ token, view, words: { menu, telephone }, isPreview, onOpen }: DeskMenuProps) {
  const { sender, documents, shortId, title } = view;
  // On somebody else's device there is nothing to take along, and nothing leads off the person's own pages.
  if (view.inPerson || isPreview)
    return (
      <SignerMenu
        label={menu.open}
        help={menu.help}
        reference={fillIn(menu.reference, { shortId })}
        keys={menu.keys}
      >
        <MenuButton onPress={() => onOpen({ kind: "notice" })}>{menu.notice}</MenuButton>
        {isPreview ? null : (
          <>
            <MenuLink href={`/sign/${token}/rights#paper-part`}>{menu.paper}</MenuLink>
            <MenuLink href={`/sign/${token}/rights#contact-part`}>{menu.contact}</MenuLink>
            <MenuLink href={`/sign/${token}/rights#withdraw-part`}>{menu.withdraw}</MenuLink>
          </>
        )}
        <MenuButton onPress={() => onOpen({ kind: "decline", reason: null })}>
          {view.me.role === "approver" ? menu.declineApprove : menu.decline}
        </MenuButton>
        {isPreview ? null : <MenuLink href={`/sign/${token}/report`}>{menu.report}</MenuLink>}
      </SignerMenu>
    );
  return (
    <SignerMenu
      label={menu.open}
      help={menu.help}
      contact={{
        label: fillIn(menu.writeTo, { name: sender.name }),
        address: sender.email,
        href: mailTo(sender.email, `${title} (${shortId})`),
      }}
      reference={fillIn(menu.reference, { shortId })}
      keys={menu.keys}
    >
      {documents.map(({ id, name }) => (
        <MenuLink key={id} href={`/sign/${token}/files/documents/${id}`}>
          {documents.length > 1 ? fillIn(menu.downloadNamed, { name }) : menu.download}
        </MenuLink>
      ))}
      <MenuButton onPress={() => onOpen({ kind: "later" })}>{menu.later}</MenuButton>
      <span className="pointer-coarse:hidden">
        <MenuButton onPress={() => onOpen({ kind: "telephone", fieldId: null })}>
          {telephone.moveOpen}
        </MenuButton>
      </span>
      <MenuButton onPress={() => onOpen({ kind: "notice" })}>{menu.notice}</MenuButton>
      <MenuButton onPress={() => onOpen({ kind: "paper" })}>{menu.paper}</MenuButton>
      <MenuLink href={`/sign/${token}/rights#contact-part`}>{menu.contact}</MenuLink>
      {view.me.role === "signer" ? (
        <MenuLink href={`/sign/${token}/certificate`}>{menu.certificate}</MenuLink>
      ) : null}
      {attests(view.me.role) ? (
        <MenuLink href={`/sign/${token}/attestation`}>{menu.attestation}</MenuLink>
      ) : null}
      <MenuLink href={`/sign/${token}/rights#withdraw-part`}>{menu.withdraw}</MenuLink>
      {view.delegation.rule === "nobody" ? null : (
        <MenuLink href={`/sign/${token}/delegate`}>{menu.delegate}</MenuLink>
      )}
      <MenuButton onPress={() => onOpen({ kind: "decline", reason: null })}>
        {menu[`decline${ROLE_SUFFIX[view.me.role]}`]}
      </MenuButton>
      <MenuLink href={`/sign/${token}/report`}>{menu.report}</MenuLink>
    </SignerMenu>
  );
}
