/** Comments: pg_description, but for extensions, whose own comments they know. Those of built-in objects and of extensions' members are not the user's. */
import { attachedFactId } from "../../../catalog/id.ts";
import type { Subject } from "../../../catalog/payloads/access.ts";
import { family, type Family } from "./family.ts";

interface CommentRow {
  readonly catalog: string;
  readonly objoid: number;
  readonly objsubid: number;
  readonly description: string;
  /** Of an array type. */
  readonly element: number | null;
}

const publicSchema = 2200;

export const comments: Family = family<CommentRow>({
  name: "pg_description",
  query: () => `
    select classoid::regclass::text as catalog, objoid, objsubid, description, e.oid as element
    from pg_description
    left join pg_type e on e.typarray = objoid and classoid = 'pg_type'::regclass
    where objoid >= 16384 and classoid <> 'pg_extension'::regclass
      or classoid = 'pg_namespace'::regclass and objoid = ${publicSchema}
        and description <> 'standard public schema'
    union all
    select 'pg_namespace', oid, 0, '', null from pg_namespace
    where oid = ${publicSchema} and obj_description(oid, 'pg_namespace') is null`,
  add: (row, build) => {
    const { element } = row;
    const subject = build.subject(row.catalog, element ?? row.objoid, row.objsubid);
    if (subject === undefined) return;
    const { parent } = subject;
    const on = element === null ? subject.on : arrayOf(subject.on);
    build.add({
      kind: "comment",
      id: attachedFactId("comment", on.id),
      name: { name: on.id },
      parent,
      payload: { on, text: row.description },
    });
  },
});

/** An array type comes and goes with its element and is no fact. */
function arrayOf({ id }: Subject): Subject {
  return { kind: "base_type", id: `${id}[]` };
}
