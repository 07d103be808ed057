import type { ProjectView } from "#lib/signing/core/key-project.ts";
import { utcWords } from "../instant-words.ts";
import { facts, heading, type Paper, paragraph, table } from "../paper/paper.ts";
import { visible } from "../trail-words.ts";
import type { KeyRecordWords } from "./key-record-words.ts";

/** The checklist of a key project, for people. */
export function projectPaper(project: ProjectView, words: KeyRecordWords): Pick<Paper, "title" | "blocks"> {
  const say = (key: string, values = {}) => words(`project.${key}`, values);
  const day = (at: Date) => at.toISOString().slice(0, 10);
  const doneOf = ({ doneAt, dueAt }: ProjectView["steps"][number]) => {
    if (!doneAt) return words("open");
    return doneAt > dueAt ? say("late", { done: day(doneAt) }) : day(doneAt);
  };
  return {
    title: say("title", { title: visible(project.title) }),
    blocks: [
      paragraph(say("lead")),
      heading(say("about")),
      facts([
        [say("id"), project.id],
        [say("scope"), visible(project.scope)],
        [say("authority"), visible(project.authority)],
        [say("formats"), visible(project.formats)],
        [say("startedBy"), visible(project.createdBy)],
        [say("starts"), day(project.startsAt)],
        [say("ended"), project.endedAt ? utcWords(project.endedAt) : words("open")],
      ]),
      heading(say("steps")),
      table(
        [
          { title: say("day"), widthPt: 28 },
          { title: say("step"), widthPt: 90 },
          { title: say("owner") },
          { title: say("due"), widthPt: 66 },
          { title: say("done"), widthPt: 110 },
        ],
        project.steps.map((step) => [
          String(step.day),
          say(`names.${step.step}`),
          visible(step.owner),
          day(step.dueAt),
          doneOf(step),
        ]),
      ),
      heading(say("evidence")),
      facts(
        project.steps.map((step) => {
          const label = say("evidenceOf", { day: step.day, step: say(`names.${step.step}`) });
          if (!step.doneAt) return [label, words("open")] as const;
          const evidence = visible(step.evidence ?? "");
          const what = step.isWaived ? say("waived", { evidence }) : evidence;
          const who = say("doneBy", { at: utcWords(step.doneAt), name: visible(step.doneBy ?? "") });
          return [label, what, who] as const;
        }),
      ),
    ],
  };
}
