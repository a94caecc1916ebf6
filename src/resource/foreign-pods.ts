/** Pods that objects of other kinds make (Jobs, Argo's Rollouts, …): tcpmesh runs none of them, and knows that they will be there. */
import { below, stringsAt } from '../yaml/index.ts';
import type { Foreign } from './resource.ts';

/** labels: those of the template; null where the object has none of its own, so that its pods may be any. kind, name: of the object. */
export type ForeignPods = {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: { readonly [key: string]: string } | null;
};

/** By name alone: those of Kruise are called as those of Kubernetes are. */
const makers: ReadonlySet<string> = new Set([
  'CloneSet',
  'CronJob',
  'DaemonSet',
  'DeploymentConfig',
  'Job',
  'ReplicationController',
  'Rollout',
  'StatefulSet',
]);

/** What operators make databases, brokers and the like of; which labels their Pods have the object does not say. */
const operated: ReadonlySet<string> = new Set([
  'CassandraDatacenter',
  'ClickHouseInstallation',
  'Cluster',
  'CrdbCluster',
  'Elasticsearch',
  'InnoDBCluster',
  'Kafka',
  'KafkaBridge',
  'KafkaConnect',
  'KafkaNodePool',
  'MariaDB',
  'MongoDB',
  'MongoDBCommunity',
  'PerconaPGCluster',
  'PerconaServerMongoDB',
  'PerconaXtraDBCluster',
  'Pooler',
  'PostgresCluster',
  'RabbitmqCluster',
  'Redis',
  'RedisCluster',
  'RedisFailover',
  'RedisReplication',
  'RedisSentinel',
  'ScyllaCluster',
  'TidbCluster',
  'postgresql',
]);

/** Does it make Pods that are not read further? */
export function makesPods({ kind }: Pick<Foreign, 'kind'>): boolean {
  return makers.has(kind) || operated.has(kind);
}

export function foreignPodsOf(
  foreign: readonly Foreign[],
  defaultNamespace: string,
): readonly ForeignPods[] {
  return foreign.flatMap(({ kind, name, namespace: written, place: { node } }) => {
    const maker = { kind, name, namespace: written || defaultNamespace };
    if (operated.has(kind)) return { ...maker, labels: null };
    if (!makers.has(kind)) return [];
    const path = kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec'] : ['spec'];
    const has = below(node, ...path, 'template') !== undefined;
    return {
      ...maker,
      labels: has ? stringsAt(node, ...path, 'template', 'metadata', 'labels') : null,
    };
  });
}
