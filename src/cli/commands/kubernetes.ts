/** `lockstep kubernetes`: a Job that deploys, and an init container that waits for it, as YAML on stdout. */
import { kubernetesManifests, type KubernetesReport } from "../../deploy/kubernetes.ts";
import type { Command } from "../command.ts";
import { toYaml } from "../render/yaml.ts";

const tenMinutesMs = 600_000;

export const kubernetes: Command = {
  name: "kubernetes",
  summary: "Print a Kubernetes Job that deploys, and an init container that waits for it",
  description:
    "Prints a Job that runs lockstep deploy in the application's image, and, as a comment behind it, the init container " +
    "for the application's pods, which lets them start once everything of their image is applied. The image has to hold " +
    "the project and lockstep. The database's URL comes from a Secret, by default NAME-database with the key url; it is " +
    "never in the text.\n\n" +
    "With --helm the Job is a hook that Helm runs before an install and an upgrade, and a Job that failed stops those. " +
    "Without Helm a Job of the same name has to go first: kubectl replace --force -f FILE does both.\n\n" +
    "A Job's disk is gone with it: say with --backup-to where backups go. Touches no database and no cluster.",
  positionals: [
    { name: "IMAGE", doc: "The application's image, with the project in it.", count: "one" },
  ],
  flags: [
    ...(["jobName", "namespace", "secret", "helm", "environment"] as const),
    ...(["backupTo", "lockWait", "timeout"] as const),
  ],
  examples: [
    { line: "lockstep kubernetes registry.example.com/shop:1.4.0 > job.yaml", doc: "For kubectl." },
    {
      line: "lockstep kubernetes shop:1.4.0 --helm --secret shop-database/url",
      doc: "For a chart's templates folder.",
    },
  ],
  run: (context) => {
    const { flags, positionals } = context;
    const name = flags.jobName ?? "lockstep-deploy";
    const [secret = "", key = "url", ...more] = (flags.secret ?? `${name}-database`).split("/");
    const report = kubernetesManifests({
      ...{ image: positionals[0] ?? "", name, namespace: flags.namespace },
      ...{ secret, key: more.length > 0 ? "" : key, helm: flags.helm === true },
      ...{ environmentName: flags.environment, backupTo: flags.backupTo },
      lockWaitMs: flags.lockWait ?? tenMinutesMs,
      waitMs: flags.timeout ?? tenMinutesMs,
    });
    return Promise.resolve({ json: report, text: textOf(report) });
  },
};

/** The init container is a part of a pod that is somebody else's: as a comment, it is where it is needed. */
function textOf({ job, initContainer }: KubernetesReport): string {
  const comment = toYaml({ initContainers: [initContainer] })
    .trimStart()
    .split("\n")
    .map((line) => `# ${line}\n`);
  return [
    "# Deploys the schema before the application of this image starts.\n",
    `${toYaml(job).trimStart()}\n`,
    "\n# In the application's own pods, in spec.template.spec of its Deployment:\n",
    ...comment,
  ].join("");
}
