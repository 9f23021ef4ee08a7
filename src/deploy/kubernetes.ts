/**
 * What Kubernetes needs to deploy before the application starts: a Job that deploys, and an init container that waits
 * until it has. Pure: values in, objects out. The database's address is never in it, only the name of the Secret that
 * holds it.
 */
import { LockstepError } from "../core/errors.ts";

export interface KubernetesRequest {
  /** The application's image, with the project and lockstep in it. */
  readonly image: string;
  /** Of the Job; the init container is called after it. */
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly secret: string;
  /** In the Secret. */
  readonly key: string;
  /** Annotations by which Helm runs the Job before an install or an upgrade, and removes the one before. */
  readonly helm: boolean;
  readonly environmentName?: string | undefined;
  /** A Job's own disk is gone with it. */
  readonly backupTo?: string | undefined;
  readonly lockWaitMs: number;
  readonly waitMs: number;
}

/** A node of a manifest: what JSON can hold. */
export type ManifestNode =
  | string
  | number
  | boolean
  | readonly ManifestNode[]
  | { readonly [key: string]: ManifestNode };

export interface KubernetesReport {
  readonly job: ManifestNode;
  /** Goes into the pod of the application, before its containers. */
  readonly initContainer: ManifestNode;
}

export function kubernetesManifests(request: KubernetesRequest): KubernetesReport {
  for (const check of checks) check(request);
  return { job: jobOf(request), initContainer: initContainerOf(request) };
}

function jobOf(request: KubernetesRequest): ManifestNode {
  const { name, namespace, helm } = request;
  const { environmentName, backupTo, lockWaitMs } = request;
  const own = [
    ...(environmentName === undefined ? [] : [variable("LOCKSTEP_ENVIRONMENT", environmentName)]),
    ...(backupTo === undefined ? [] : [variable("LOCKSTEP_BACKUP_TO", backupTo)]),
  ];
  const deploy = ["npx", "lockstep", "deploy", "--lock-wait", seconds(lockWaitMs)];
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(helm ? { annotations: helmAnnotations } : {}),
    },
    spec: {
      // Evicted or killed, it runs again: what is applied is looked up first.
      backoffLimit: 3,
      ttlSecondsAfterFinished: 86_400,
      template: {
        spec: {
          restartPolicy: "Never",
          // What is under way ends before the process does.
          terminationGracePeriodSeconds: 60,
          containers: [containerOf(request, { name: "deploy", command: deploy, own })],
        },
      },
    },
  };
}

const helmAnnotations: ManifestNode = {
  "helm.sh/hook": "pre-install,pre-upgrade",
  "helm.sh/hook-delete-policy": "before-hook-creation,hook-succeeded",
};

function initContainerOf(request: KubernetesRequest): ManifestNode {
  const command = ["npx", "lockstep", "wait", "--applied", "--timeout", seconds(request.waitMs)];
  return containerOf(request, { name: "wait-for-schema", command, own: [] });
}

interface Container {
  readonly name: string;
  readonly command: readonly string[];
  /** Variables beside the database's. */
  readonly own: readonly ManifestNode[];
}

function containerOf(
  { image, secret, key }: KubernetesRequest,
  { name, command, own }: Container,
): ManifestNode {
  const database = { name: "DATABASE_URL", valueFrom: { secretKeyRef: { name: secret, key } } };
  return { name, image, command, env: [database, ...own] };
}

function variable(name: string, value: string): ManifestNode {
  return { name, value };
}

function seconds(durationMs: number): string {
  return `${Math.ceil(durationMs / 1_000)}s`;
}

/** Kubernetes' own rules, so that what it would refuse is refused here. */
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const subdomain = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;

const checks: readonly ((request: KubernetesRequest) => void)[] = [
  ({ image }) => {
    if (/^\S+$/.test(image) && !image.includes("://")) return;
    throw refused("the image's name can't be one", "registry.example.com/shop:1.4.0");
  },
  ({ name }) => {
    if (!label.test(name)) throw refused(`no Job can be called ${name}`, "--name shop-schema");
  },
  ({ namespace }) => {
    if (namespace === undefined || label.test(namespace)) return;
    throw refused(`no namespace can be called ${namespace}`, "--namespace shop");
  },
  ({ secret, key }) => {
    // A URL in its place would be repeated, and it may hold a password.
    if (subdomain.test(secret) && /^[-._a-zA-Z0-9]{1,253}$/.test(key)) return;
    throw refused("--secret takes NAME or NAME/KEY of a Secret", "--secret shop-database/url");
  },
  ({ backupTo = "" }) => {
    if (!/:\/\/[^/]*@/.test(backupTo)) return;
    throw refused("--backup-to holds a user or a password", "--backup-to s3://BUCKET/PREFIX");
  },
];

function refused(message: string, example: string): LockstepError {
  return new LockstepError("USAGE.INVALID", message, {
    next: `lockstep kubernetes IMAGE, such as: ${example}`,
  });
}
