import type { Random } from './random.ts';

export type DemoProject = { id: string; name: string };
export type DemoUser = {
  id: string;
  name: string;
  password: string;
  /** Role names per project id. */
  roles: Record<string, string[]>;
  systemRoles: string[];
};
export type DemoCredential = { id: string; name: string; secret: string; userId: string; projectId: string };

/** Who may log in to the demo cloud. Everybody is of the domain `default`, called Default. */
export class Accounts {
  readonly projects: DemoProject[];
  readonly users: DemoUser[];
  readonly credentials: DemoCredential[];

  constructor(random: Random) {
    const project = (name: string) => ({ id: random.hex(32), name });
    const operations = project('operations');
    const research = project('research');
    this.projects = [operations, research, project('billing')];
    const admin: DemoUser = {
      id: random.hex(32),
      name: 'demo',
      password: 'demo',
      roles: { [operations.id]: ['reader', 'member', 'admin'] },
      systemRoles: ['admin'],
    };
    const member: DemoUser = {
      id: random.hex(32),
      name: 'demo-member',
      password: 'demo',
      roles: { [research.id]: ['reader', 'member'] },
      systemRoles: [],
    };
    this.users = [admin, member];
    this.credentials = [
      { id: random.hex(32), name: 'console', secret: random.hex(40), userId: admin.id, projectId: operations.id },
    ];
  }

  user(by: { id?: string | undefined; name?: string | undefined }): DemoUser | undefined {
    return this.users.find((user) => (by.id === undefined ? user.name === by.name : user.id === by.id));
  }

  project(by: { id?: string | undefined; name?: string | undefined }): DemoProject | undefined {
    return this.projects.find((project) => (by.id === undefined ? project.name === by.name : project.id === by.id));
  }
}
