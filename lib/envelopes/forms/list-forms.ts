import { z } from "zod";
import { hasPermission, requirePermission } from "#lib/authorize.ts";
import { fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import type { TemplateId } from "#lib/ids.ts";
import { CATALOGUE_LIMITS } from "../core/forms/catalogue.ts";
import { SHIPPED_FORMS } from "../core/forms/shipped-forms.ts";
import { searchQuery } from "../core/search-words.ts";
import {
  type FormRow,
  findFormRows,
  formFacets,
  hasForms,
  listImports,
  loadForm,
  nameOf,
  templatesOn,
} from "./store.ts";

const PAGE_SIZE = 25;
const facet = typedLine(CATALOGUE_LIMITS.text).nullable().default(null);

const Input = z.object({
  search: typedLine(200).default(""),
  /** `US-CA`; null for everywhere. */
  jurisdiction: facet,
  subject: facet,
  kind: facet,
  /** From the page beside this one. */
  cursor: z.string().max(1_500).nullable().default(null),
  direction: z.enum(["on", "back"]).default("on"),
});

export interface FormListItem {
  readonly id: string;
  readonly title: string;
  readonly number: string;
  readonly agency: string;
  readonly jurisdiction: string;
  readonly subject: string;
  readonly kind: string;
  readonly source: string;
  readonly edition: string;
  readonly editionOn: string;
  readonly checkedOn: string | null;
  readonly hasFile: boolean;
}

export interface FormList {
  readonly items: readonly FormListItem[];
  readonly nextCursor: string | null;
  readonly previousCursor: string | null;
}

/** One page of the library, by title. */
export async function listForms(ctx: Context, input: z.input<typeof Input>): Promise<FormList> {
  requirePermission(ctx, "template.read");
  const { search, jurisdiction, subject, kind, cursor, direction } = Input.parse(input);
  const from = cursor === null ? null : parseCursor(cursor);
  const isBack = direction === "back" && from !== null;
  const query = search === "" ? null : searchQuery(search);
  if (search !== "" && query === null) return { items: [], nextCursor: null, previousCursor: null };
  const asked = { query, jurisdiction, subject, kind, from, isBack, limit: PAGE_SIZE + 1 };
  const rows = await inTransaction(ctx, (ctx) => findFormRows(ctx, asked));
  const goesOn = rows.length > PAGE_SIZE;
  const page = isBack ? rows.slice(0, PAGE_SIZE).reverse() : rows.slice(0, PAGE_SIZE);
  const [first, last] = [page.at(0), page.at(-1)];
  return {
    items: page.map(itemOf),
    nextCursor: last && (isBack || goesOn) ? cursorOf(last) : null,
    previousCursor: first && from && (!isBack || goesOn) ? cursorOf(first) : null,
  };
}

export interface LibraryView {
  readonly subjects: readonly string[];
  readonly kinds: readonly string[];
  readonly jurisdictions: readonly string[];
  readonly isEmpty: boolean;
  /** How many forms come with the product. */
  readonly shipped: number;
  /** Newest first. */
  readonly imports: readonly {
    readonly id: string;
    readonly fileName: string;
    readonly isShipped: boolean;
    readonly memberName: string;
    readonly added: number;
    readonly changed: number;
    readonly same: number;
    readonly newEditions: number;
    readonly wrong: number;
    readonly createdAt: Date;
  }[];
  readonly may: { readonly import: boolean; readonly manage: boolean };
}

/** What the library can be browsed by, and how it was filled. */
export async function describeLibrary(ctx: Context): Promise<LibraryView> {
  const member = requirePermission(ctx, "template.read");
  return inTransaction(ctx, async (ctx) => {
    const may = {
      import: hasPermission(member, "form.import"),
      manage: hasPermission(member, "form.manage"),
    };
    const imports = may.import ? await listImports(ctx, 10) : [];
    return {
      subjects: await formFacets(ctx, "subject"),
      kinds: await formFacets(ctx, "kind"),
      jurisdictions: await formFacets(ctx, "jurisdiction"),
      isEmpty: !(await hasForms(ctx, 1)),
      shipped: SHIPPED_FORMS.length,
      imports: imports.map(({ import: row, memberName }) => {
        const { id, fileName, added, changed, same, newEditions, wrong, createdAt } = row;
        return {
          ...{ id, fileName, added, changed, same, newEditions, wrong, createdAt },
          ...{ isShipped: row.format === "shipped", memberName: memberName ?? "" },
        };
      }),
      may,
    };
  });
}

export interface FormView extends FormListItem {
  readonly keywords: string;
  /** Who looked at the source; null where the catalogue says so, or nobody did. */
  readonly checkedBy: string | null;
  readonly fileName: string;
  readonly expectedSha256: string | null;
  readonly file: {
    readonly sha256: string;
    readonly sizeBytes: number;
    readonly addedBy: string;
    readonly addedAt: Date;
  } | null;
  readonly templates: readonly {
    readonly id: TemplateId;
    readonly edition: string;
    readonly isOutdated: boolean;
    readonly isPublished: boolean;
  }[];
  readonly may: { readonly manage: boolean };
}

const ViewInput = z.object({ formId: z.uuid() });

/** @throws envelopes/form-not-found */
export async function getForm(ctx: Context, input: z.input<typeof ViewInput>): Promise<FormView> {
  const member = requirePermission(ctx, "template.read");
  const { formId } = ViewInput.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const form = await loadForm(ctx, formId);
    const built = await templatesOn(ctx, [formId]);
    const { fileSha256, fileSizeBytes, fileAddedAt, fileAddedBy } = form;
    return {
      ...itemOf(form),
      ...{ keywords: form.keywords, fileName: form.fileName, expectedSha256: form.expectedSha256 },
      checkedBy: form.checkedBy ? await nameOf(ctx, form.checkedBy) : null,
      file: fileSha256
        ? {
            ...{ sha256: fileSha256, sizeBytes: fileSizeBytes!, addedAt: fileAddedAt! },
            addedBy: fileAddedBy ? await nameOf(ctx, fileAddedBy) : "",
          }
        : null,
      templates: built.map(({ id, formEdition, formEditionOn, currentVersion }) => ({
        ...{ id, edition: formEdition || formEditionOn || "", isPublished: currentVersion !== null },
        isOutdated: formEditionOn !== null && formEditionOn < form.editionOn,
      })),
      may: { manage: hasPermission(member, "form.manage") },
    };
  });
}

export function itemOf(form: FormRow): FormListItem {
  const { id, title, number, agency, jurisdiction, subject, kind, source, edition, editionOn, checkedOn } =
    form;
  return {
    ...{ id, title, number, agency, jurisdiction, subject, kind, source, edition, editionOn, checkedOn },
    hasFile: form.fileKey !== null,
  };
}

const cursorOf = ({ sortTitle, id }: FormRow): string => toBase64Url(fromUtf8(`${id} ${sortTitle}`));

/** A cursor we did not make starts from the top. */
function parseCursor(cursor: string): { sortTitle: string; id: string } | null {
  const text = toUtf8(fromBase64Url(cursor));
  const [id, sortTitle] = [text.slice(0, 36), text.slice(37)];
  return z.uuid().safeParse(id).success && !sortTitle.includes("\u0000") ? { id, sortTitle } : null;
}
