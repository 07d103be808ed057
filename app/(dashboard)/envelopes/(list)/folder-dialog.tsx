"use client";

import { FolderCog, Trash2, Users } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useState, useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { isWithin } from "#lib/envelopes/core/folder-tree.ts";
import type { FolderView } from "#lib/envelopes/folders.ts";
import type { FormState } from "../../../_server/form.ts";
import { bringBack, placeIt, removeIt, renameIt } from "./actions.ts";

/** Names of folders, what lies in what, and taking one away, which Undo brings back. */
export function FolderDialog({ folders }: { readonly folders: readonly FolderView[] }) {
  const t = useTranslations("app.list.folders");
  const refusals = useTranslations("refusals");
  const [isOpen, setOpen] = useState(false);
  const [problem, setProblem] = useState<{ code: string; reference?: string } | null>(null);
  const [isBusy, start] = useTransition();
  const run = (work: () => Promise<FormState>, done: () => void) =>
    start(async () => {
      setProblem(null);
      const { refusal } = await work();
      if (refusal) return setProblem(refusal);
      done();
    });
  const undo = (id: string, name: string) =>
    start(async () => {
      const { refusal } = await bringBack(id);
      toast(refusal ? refusalText(refusals, refusal) : t("back", { name }));
    });
  const remove = ({ id, name }: FolderView) =>
    run(
      () => removeIt(id),
      () => toast(t("removed", { name }), { action: { label: t("undo"), onClick: () => undo(id, name) } }),
    );
  return (
    <>
      {/* It stays while it is open: the last one that is taken away can be brought back. */}
      {isOpen || folders.some(({ mayChange }) => mayChange) ? (
        <Button kind="secondary" onClick={() => setOpen(true)}>
          <FolderCog aria-hidden="true" className="size-5" />
          {t("open")}
        </Button>
      ) : null}
      <Dialog
        isOpen={isOpen}
        onOpenChange={(next) => {
          setOpen(next);
          setProblem(null);
        }}
        title={t("title")}
        description={t("lead")}
        closeLabel={t("close")}
        footer={
          <Button kind="secondary" onClick={() => setOpen(false)}>
            {t("close")}
          </Button>
        }
      >
        {problem ? (
          <div className="mt-4">
            <Notice tone="bad">{refusalText(refusals, problem)}</Notice>
          </div>
        ) : null}
        {folders.length === 0 ? <p className="mt-4 text-ink-700">{t("none")}</p> : null}
        <ul className="mt-4 divide-y divide-line">
          {folders.map((folder) => (
            <li key={`${folder.id} ${folder.name} ${folder.parentId}`} className="py-3">
              {folder.mayChange ? (
                <Row
                  {...{ folder, folders, isBusy }}
                  onRename={(name) =>
                    run(
                      () => renameIt(folder.id, name),
                      () => toast(t("renamed", { name })),
                    )
                  }
                  onPlace={(parentId) =>
                    run(
                      () => placeIt(folder.id, parentId),
                      () => toast(t("moved", { name: folder.name })),
                    )
                  }
                  onRemove={() => remove(folder)}
                />
              ) : (
                <p className="[overflow-wrap:anywhere]">{folder.path}</p>
              )}
              {folder.teamId ? (
                <p className="mt-1 flex items-center gap-1 text-small text-ink-600">
                  <Users aria-hidden="true" className="size-4 shrink-0" />
                  {t("shared")}
                </p>
              ) : null}
            </li>
          ))}
        </ul>
      </Dialog>
    </>
  );
}

interface RowProps {
  readonly folder: FolderView;
  readonly folders: readonly FolderView[];
  readonly isBusy: boolean;
  readonly onRename: (name: string) => void;
  readonly onPlace: (parentId: string) => void;
  readonly onRemove: () => void;
}

function Row({ folder, folders, isBusy, onRename, onPlace, onRemove }: RowProps) {
  const t = useTranslations("app.list.folders");
  const { id, name, parentId } = folder;
  const [typed, setTyped] = useState(name);
  const isNew = typed.trim() !== "" && typed.trim() !== name;
  const offered = folders.filter((one) => !isWithin(one, id, folders));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isNew) onRename(typed.trim());
  };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-2">
      <form onSubmit={submit} className="flex min-w-0 items-end gap-2">
        <TextField
          label={t("name", { name })}
          value={typed}
          maxLength={60}
          autoComplete="off"
          onChange={({ target }) => setTyped(target.value)}
          className="min-w-0 flex-1"
        />
        {isNew ? (
          <Button type="submit" kind="secondary" isBusy={isBusy}>
            {t("rename")}
          </Button>
        ) : null}
      </form>
      <IconButton label={t("remove", { name })} disabled={isBusy} onClick={onRemove}>
        <Trash2 aria-hidden="true" className="size-5" />
      </IconButton>
      {offered.length > 0 ? (
        <SelectField
          label={t("in", { name })}
          value={parentId ?? ""}
          disabled={isBusy}
          onChange={({ target }) => onPlace(target.value)}
          options={[
            { value: "", label: t("top") },
            ...offered.map((one) => ({ value: one.id, label: one.path })),
          ]}
        />
      ) : null}
    </div>
  );
}
