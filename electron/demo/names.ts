import type { Random } from './random.ts';

/** What an image is like before it has an id: its name, its size in GiB, its format. */
export type ImageKind = { name: string; gib: number; format: 'qcow2' | 'raw' | 'vhd' | 'vmdk' | 'ari' };

const mib = 1 / 1_024;

/** Most popular first. The names and sizes are made up after what clouds usually offer. */
const known: readonly ImageKind[] = [
  { name: 'ubuntu-24.04-server', gib: 2.41, format: 'qcow2' },
  { name: 'rocky-9.4-golden', gib: 8.9, format: 'qcow2' },
  { name: 'windows-2022-std', gib: 41.2, format: 'qcow2' },
  { name: 'debian-12-genericcloud', gib: 0.32, format: 'qcow2' },
  { name: 'k8s-node-1.33.4', gib: 6.2, format: 'qcow2' },
  { name: 'cirros-0.6.2', gib: 20.4 * mib, format: 'qcow2' },
  { name: 'ubuntu-22.04-server', gib: 2.2, format: 'qcow2' },
  { name: 'ci-runner-2026-11', gib: 18.9, format: 'raw' },
  { name: 'amphora-haproxy-2026.1', gib: 0.82, format: 'qcow2' },
  { name: 'almalinux-9.4', gib: 0.61, format: 'qcow2' },
  { name: 'gitlab-runner-17.4', gib: 9.8, format: 'qcow2' },
  { name: 'debian-13-genericcloud', gib: 0.34, format: 'qcow2' },
  { name: 'cuda-13.0-ubuntu-24.04', gib: 24.6, format: 'raw' },
  { name: 'bastion-hardened', gib: 1.9, format: 'qcow2' },
  { name: 'rhel-9.4-server', gib: 3.8, format: 'qcow2' },
  { name: 'postgres-17-appliance', gib: 4.6, format: 'qcow2' },
  { name: 'k8s-node-1.32.8', gib: 6, format: 'qcow2' },
  { name: 'windows-2019-std', gib: 36.8, format: 'qcow2' },
  { name: 'jenkins-agent-jdk21', gib: 7.3, format: 'qcow2' },
  { name: 'rocky-8.10-golden', gib: 8.1, format: 'qcow2' },
  { name: 'flatcar-stable', gib: 0.45, format: 'qcow2' },
  { name: 'fedora-cloud-42', gib: 0.51, format: 'qcow2' },
  { name: 'windows-2022-core', gib: 17.6, format: 'vhd' },
  { name: 'opensuse-leap-15.6', gib: 0.72, format: 'qcow2' },
  { name: 'jupyterhub-node', gib: 12.2, format: 'qcow2' },
  { name: 'haproxy-3.0', gib: 0.7, format: 'qcow2' },
  { name: 'centos-stream-9', gib: 1.1, format: 'qcow2' },
  { name: 'mariadb-11.4-appliance', gib: 3.9, format: 'qcow2' },
  { name: 'ubuntu-26.04-server', gib: 2.6, format: 'qcow2' },
  { name: 'ci-runner-2026-07', gib: 18.3, format: 'raw' },
  { name: 'alpine-3.22', gib: 0.16, format: 'qcow2' },
  { name: 'pytorch-2.8-cuda', gib: 27.9, format: 'raw' },
  { name: 'vyos-1.4-lts', gib: 0.55, format: 'qcow2' },
  { name: 'desktop-ubuntu-24.04-vdi', gib: 14.2, format: 'qcow2' },
  { name: 'trove-mysql-8.4', gib: 2.7, format: 'qcow2' },
  { name: 'elastic-9-node', gib: 5.2, format: 'qcow2' },
  { name: 'redis-8', gib: 1.1, format: 'qcow2' },
  { name: 'windows-2025-std', gib: 44.5, format: 'qcow2' },
  { name: 'sles-15-sp6', gib: 2.9, format: 'qcow2' },
  { name: 'nginx-1.28', gib: 0.52, format: 'qcow2' },
  { name: 'kafka-4.0', gib: 3.4, format: 'qcow2' },
  { name: 'fedora-coreos-42', gib: 0.73, format: 'qcow2' },
  { name: 'oracle-db-19c', gib: 38.1, format: 'raw' },
  { name: 'fortigate-7.6', gib: 2.3, format: 'qcow2' },
  { name: 'manila-service-image', gib: 0.5, format: 'qcow2' },
  { name: 'k8s-node-1.31.12', gib: 5.8, format: 'qcow2' },
  { name: 'windows-11-ltsc-vdi', gib: 52.3, format: 'vhd' },
  { name: 'mongodb-8', gib: 4.2, format: 'qcow2' },
  { name: 'oracle-linux-9', gib: 1.4, format: 'qcow2' },
  { name: 'pfsense-2.8', gib: 1.2, format: 'qcow2' },
  { name: 'ci-runner-2026-06', gib: 18.1, format: 'raw' },
  { name: 'freebsd-14.3', gib: 0.62, format: 'qcow2' },
  { name: 'ironic-deploy-ramdisk', gib: 0.41, format: 'ari' },
  { name: 'sap-hana-sles15', gib: 60, format: 'raw' },
  { name: 'csr1000v-17.15', gib: 1.6, format: 'vmdk' },
  { name: 'rescue-system-12', gib: 0.9, format: 'qcow2' },
  { name: 'rocky-10.1', gib: 1.1, format: 'qcow2' },
  { name: 'rhel-8.10-server', gib: 3.2, format: 'qcow2' },
  { name: 'cirros-0.6.3', gib: 20.7 * mib, format: 'qcow2' },
  { name: 'cuda-12.6-ubuntu-22.04', gib: 21.4, format: 'raw' },
  { name: 'legacy-erp-2016', gib: 57.5, format: 'vmdk' },
  { name: 'wordpress-6-appliance', gib: 1.3, format: 'qcow2' },
  { name: 'tempest-test-image', gib: 40 * mib, format: 'raw' },
  { name: 'prometheus-3-node', gib: 1.7, format: 'qcow2' },
  { name: 'vault-1.18', gib: 0.8, format: 'qcow2' },
  { name: 'debian-11-genericcloud', gib: 0.29, format: 'qcow2' },
  { name: 'ubuntu-20.04-server', gib: 1.9, format: 'qcow2' },
  { name: 'netbox-4', gib: 1.5, format: 'qcow2' },
  { name: 'gitea-1.23', gib: 1.2, format: 'qcow2' },
  { name: 'harbor-2.12', gib: 2.8, format: 'qcow2' },
];

const teams = ['web', 'data', 'build', 'mail', 'edge', 'billing', 'search', 'media', 'auth', 'metrics'];

/** As many kinds of image as asked for, no name twice: the known ones first, then dated builds of many teams. */
export function imageKinds(count: number, random: Random): ImageKind[] {
  const kinds = known.slice(0, count);
  for (let index = kinds.length; index < count; index += 1) {
    const base = random.pick(known);
    const serial = index - known.length;
    const week = String(1 + (serial % 52)).padStart(2, '0');
    const team = teams[Math.floor(serial / 52) % teams.length] ?? 'web';
    const round = Math.floor(serial / (52 * teams.length));
    const name = `${team}-${base.name}-2026w${week}${round > 0 ? `-r${round}` : ''}`;
    kinds.push({ name, gib: Math.max(20 * mib, base.gib * random.between(0.7, 1.3)), format: base.format });
  }
  return kinds;
}
