"use client";

import {
  ArrowDown,
  ArrowUp,
  Ellipsis,
  FileInput,
  FileSymlink,
  HeartPulse,
  History,
  LayoutGrid,
  Merge,
  PenLine,
} from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Menu, MenuItem } from "#components/ui/menu.tsx";
import type { PagePlan } from "#lib/envelopes/core/documents/page-plan.ts";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import { publicId } from "#lib/ids.ts";
import { markHealth } from "../../actions.ts";
import type { DocumentCardProps } from "./document-card.tsx";
import { EditDialog } from "./edit/edit-dialog.tsx";
import { PagesDialog } from "./pages-dialog.tsx";
import { useArrange } from "./use-arrange.ts";
import { VersionsDialog } from "./versions-dialog.tsx";

/** What is done with a document as a whole. */
export function DocumentMenu(props: DocumentCardProps) {
  const { id, document, documents, index, queue, store, fieldCount } = props;
  const t = useTranslations("app.prepare.documents");
  const refusals = useTranslations("refusals");
  const input = useRef<HTMLInputElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [isEditing, setEditing] = useState(false);
  const [isLookingBack, setLookingBack] = useState(false);
  const before = documents[index - 1];
  const arrange = useArrange(store);

  async function downloadForm() {
    // Fields that were placed a moment ago are in it too.
    await store.saver.flush();
    window.location.assign(`/envelopes/${id}/form/${publicId("document", document.id)}`);
  }

  async function markAs(holdsHealth: boolean) {
    const mark = () => markHealth(id, publicId("document", document.id), holdsHealth);
    const code = await store.markHealth(mark).catch(() => "files/unavailable");
    if (code) toast.error(refusalText(refusals, { code }));
  }

  const join = (first: DraftDocument) =>
    arrange(
      documents.flatMap((one): PagePlan => {
        if (one.id === document.id) return [];
        if (one.id !== first.id) return [{ keeps: one.id }];
        return [{ name: first.name, pages: [...pagesOf(first), ...pagesOf(document)] }];
      }),
    );
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t("more", { name: document.name })}>
            <Ellipsis aria-hidden="true" className="size-5" />
          </IconButton>
        }
      >
        <MenuItem icon={<LayoutGrid aria-hidden="true" className="size-5" />} onSelect={() => setOpen(true)}>
          {t("arrange")}
        </MenuItem>
        <MenuItem icon={<PenLine aria-hidden="true" className="size-5" />} onSelect={() => setEditing(true)}>
          {t("edit")}
        </MenuItem>
        <MenuItem
          icon={<History aria-hidden="true" className="size-5" />}
          onSelect={() => setLookingBack(true)}
        >
          {t("versionsOf")}
        </MenuItem>
        {fieldCount > 0 ? (
          <MenuItem
            icon={<FileInput aria-hidden="true" className="size-5" />}
            onSelect={() => void downloadForm()}
          >
            {t("form")}
          </MenuItem>
        ) : null}
        <MenuItem
          icon={<FileSymlink aria-hidden="true" className="size-5" />}
          onSelect={() => input.current?.click()}
        >
          {t("replace")}
        </MenuItem>
        <MenuItem
          icon={<HeartPulse aria-hidden="true" className="size-5" />}
          onSelect={() => void markAs(!document.holdsHealth)}
        >
          {t(document.holdsHealth ? "unmarkHealth" : "markHealth")}
        </MenuItem>
        {before ? (
          <>
            <MenuItem
              icon={<Merge aria-hidden="true" className="size-5" />}
              onSelect={() => void join(before)}
            >
              {t("join", { name: before.name })}
            </MenuItem>
            <MenuItem
              icon={<ArrowUp aria-hidden="true" className="size-5" />}
              onSelect={() => props.onMove(index - 1)}
            >
              {t("moveUp")}
            </MenuItem>
          </>
        ) : null}
        {index < documents.length - 1 ? (
          <MenuItem
            icon={<ArrowDown aria-hidden="true" className="size-5" />}
            onSelect={() => props.onMove(index + 1)}
          >
            {t("moveDown")}
          </MenuItem>
        ) : null}
      </Menu>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={t("replaceName", { name: document.name })}
        onChange={(event) => {
          queue.add([...(event.target.files ?? [])].slice(0, 1), document.id);
          event.target.value = "";
        }}
      />
      {isEditing ? <EditDialog {...{ id, document, store }} onClose={() => setEditing(false)} /> : null}
      {isLookingBack ? (
        <VersionsDialog {...{ id, document, store }} onClose={() => setLookingBack(false)} />
      ) : null}
      {isOpen ? (
        <PagesDialog {...{ id, document, documents }} onArrange={arrange} onClose={() => setOpen(false)} />
      ) : null}
    </>
  );
}

export const pagesOf = ({ id, pages }: DraftDocument) =>
  pages.map((_, page) => ({ documentId: id, page, turn: 0 as const }));
