"use server";

import { refresh } from "next/cache";
import { changeMapping } from "#lib/envelopes/bulk/change-mapping.ts";
import { cancelJob, pauseJob, resumeJob, startJob } from "#lib/envelopes/bulk/run-job.ts";
import { uploadContacts } from "#lib/envelopes/bulk/upload-table.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";
import { jobIdIn } from "./job-id.ts";
import { sourceIn } from "./source-in.ts";

export async function mapColumns(id: string, mapping: (string | null)[]): Promise<FormState> {
  return answerForm(async () => {
    await changeMapping(await memberContext(), { jobId: jobIdIn(String(id)), mapping });
    refresh();
    return undefined;
  });
}

export interface StartSettings {
  readonly perMinute: number;
  readonly quietHours: { readonly from: string; readonly until: string; readonly timeZone: string } | null;
  readonly bouncePercent: number;
  readonly reminderHours: number | null;
  readonly allowsRepeats: boolean;
}

export async function begin(id: string, settings: StartSettings): Promise<FormState> {
  return answerForm(async () => {
    await startJob(await memberContext(), { ...settings, jobId: jobIdIn(String(id)) });
    refresh();
    return undefined;
  });
}

const ACTS = { pause: pauseJob, resume: resumeJob, cancel: cancelJob } as const;

export async function act(id: string, what: keyof typeof ACTS): Promise<FormState> {
  return answerForm(async () => {
    const jobId = jobIdIn(String(id));
    if (!Object.hasOwn(ACTS, what)) throw new TypeError("no such act");
    await ACTS[what](await memberContext(), { jobId });
    refresh();
    return undefined;
  });
}

/** Everybody of a contact list, all of them or a group, for a template or a draft. @returns the job's address */
export async function fromContacts(source: string, group: string | null): Promise<FormState<string>> {
  return answerForm(async () => {
    const input = { source: sourceIn(String(source)), group: group === null ? null : String(group) };
    return publicId("bulkJob", await uploadContacts(await memberContext(), input));
  });
}
