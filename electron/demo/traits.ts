/** What a demo image is said to be: its tags and its custom properties, as clouds commonly set them. */
export type Traits = { tags: string[]; properties: Record<string, string> };

const distributions: readonly [RegExp, string][] = [
  [/ubuntu-(\d\d\.\d\d)/, 'ubuntu'],
  [/debian-(\d+)/, 'debian'],
  [/rocky-([\d.]+)/, 'rocky'],
  [/rhel-([\d.]+)/, 'rhel'],
  [/almalinux-([\d.]+)/, 'almalinux'],
  [/fedora-(?:cloud|coreos)-(\d+)/, 'fedora'],
  [/opensuse-leap-([\d.]+)/, 'opensuse'],
  [/(?:sles-|sles)(\d+)/, 'sles'],
  [/centos-stream-(\d+)/, 'centos'],
  [/oracle-linux-(\d+)/, 'oraclelinux'],
  [/alpine-([\d.]+)/, 'alpine'],
  [/freebsd-([\d.]+)/, 'freebsd'],
  [/cirros-([\d.]+)/, 'cirros'],
  [/windows-(\d+)/, 'windows'],
];

const tagged: readonly [RegExp, string][] = [
  [/server|genericcloud|almalinux|rocky-\d+\.\d+$/, 'base'],
  [/^(ubuntu-2[024]\.04|vyos.*lts|windows-11-ltsc)/, 'lts'],
  [/k8s-node|flatcar/, 'kubernetes'],
  [/ci-runner|gitlab-runner|jenkins/, 'ci'],
  [/cuda|pytorch/, 'gpu'],
  [/appliance|amphora|trove|manila/, 'appliance'],
  [/ubuntu-20\.04|debian-11|windows-2016|legacy/, 'end-of-life'],
];

const teams = /^(web|data|build|mail|edge|billing|search|media|auth|metrics)-/;

/** What follows from an image's name and format alone. */
export function traitsOf(name: string, format: string, golden: boolean): Traits {
  const tags = tagged.filter(([pattern]) => pattern.test(name)).map(([, tag]) => tag);
  return { tags: golden ? ['golden', ...tags] : tags, properties: propertiesOf(name, format) };
}

function propertiesOf(name: string, format: string): Record<string, string> {
  const team = teams.exec(name)?.[1];
  const owned: Record<string, string> = team === undefined ? {} : { team };
  for (const [pattern, distribution] of distributions) {
    const version = pattern.exec(name)?.[1];
    if (version === undefined) continue;
    const windows = distribution === 'windows';
    return {
      os_type: windows ? 'windows' : 'linux',
      os_distro: distribution,
      os_version: version,
      ...(windows ? { hw_firmware_type: 'uefi', hw_machine_type: 'q35' } : {}),
      ...(format === 'qcow2' ? { hw_disk_bus: 'scsi', hw_scsi_model: 'virtio-scsi', hw_qemu_guest_agent: 'yes' } : {}),
      ...owned,
    };
  }
  return owned;
}
