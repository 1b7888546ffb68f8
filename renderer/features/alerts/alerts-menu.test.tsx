import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { Alert } from '../../../electron/contract/alerts.ts';
import { callsOf } from '../../testing/fake-client.ts';
import { renderPage } from '../../testing/render.tsx';
import { sampleCloud, sampleHost } from '../../testing/sample-state.ts';
import { AlertsMenu } from './alerts-menu.tsx';

const host = sampleHost('glance-01');
const alert: Alert = {
  id: `overLimit ${host.id}`,
  rule: 'overLimit',
  severity: 'warning',
  title: 'glance-01 is over its limit',
  text: 'Prune the host.',
  hostId: host.id,
  cloudId: sampleCloud.id,
  subjectId: null,
  since: Date.now() - 300_000,
  acknowledgedAt: null,
  mutedUntil: null,
};
const drift: Alert = {
  ...alert,
  id: 'goldenDrift g',
  rule: 'goldenDrift',
  hostId: null,
  subjectId: 'g',
  title: 'Golden set base drifted on 2 hosts',
};

function show(alerts: Alert[], hosts = [host]) {
  return renderPage(<AlertsMenu />, {
    state: { clouds: [sampleCloud], hosts },
    procedures: {
      'alerts.list': () => ({ alerts }),
      'alerts.acknowledge': () => ({}),
      'alerts.mute': () => ({}),
    },
  });
}

it('counts the alerts that need attention, and links to their subjects', async () => {
  const { user, address } = show([
    alert,
    { ...drift, acknowledgedAt: Date.now() },
    { ...alert, id: 'x', title: 'Muted one', mutedUntil: Date.now() + 3_600_000 },
  ]);
  await user.click(await screen.findByRole('button', { name: 'Alerts: 1' }));
  const list = within(screen.getByRole('dialog', { name: 'Alerts' }));
  list.getByText('2 acknowledged or muted', { exact: false });
  list.getByText(/Muted until/);
  await user.click(list.getByRole('link', { name: alert.title }));
  expect(address()).toBe(`/host/${host.id}`);
});

it('acknowledges one or all alerts, and mutes one for a time', async () => {
  const { user } = show([alert, drift]);
  await user.click(await screen.findByRole('button', { name: 'Alerts: 2' }));
  await user.click(screen.getByRole('button', { name: `Acknowledge: ${drift.title}` }));
  await user.click(screen.getByRole('button', { name: 'Acknowledge all' }));
  expect(callsOf('alerts.acknowledge')).toEqual([{ ids: [drift.id] }, { ids: [alert.id, drift.id] }]);
  await user.click(screen.getByRole('button', { name: `Mute: ${alert.title}` }));
  await user.click(await screen.findByRole('menuitem', { name: 'For 8 hours' }));
  expect(callsOf('alerts.mute')).toEqual([{ ids: [alert.id], minutes: 480 }]);
});

it('groups many alerts of one rule: the group names hosts, opens, and is acknowledged and muted as a whole', async () => {
  const over = ['glance-01', 'glance-02', 'glance-10', 'glance-11', 'glance-12', 'glance-13'].map((name) =>
    sampleHost(name),
  );
  const alerts = over.map(({ id, name }) => ({
    ...alert,
    id: `overLimit ${id}`,
    title: `${name} is full`,
    hostId: id,
  }));
  const ids = alerts.map(({ id }) => id);
  const { user } = show([...alerts, drift], over);
  await user.click(await screen.findByRole('button', { name: 'Alerts: 7' }));
  const list = within(screen.getByRole('list', { name: 'Firing alerts' }));
  expect(list.getAllByRole('listitem')).toHaveLength(2);
  list.getByText('glance-01, glance-02, glance-10, glance-11 and 2 more');
  expect(list.queryByRole('link', { name: 'glance-12 is full' })).toBeNull();
  await user.click(list.getByRole('button', { name: '6 hosts are over their limit' }));
  const members = within(list.getByRole('list', { name: '6 hosts are over their limit' }));
  members.getByRole('link', { name: 'glance-12 is full' });
  await user.click(members.getByRole('button', { name: 'Acknowledge: glance-12 is full' }));
  await user.click(list.getByRole('button', { name: 'Acknowledge: 6 hosts are over their limit' }));
  expect(callsOf('alerts.acknowledge')).toEqual([{ ids: [ids[4]] }, { ids }]);
  await user.click(list.getByRole('button', { name: 'Mute: 6 hosts are over their limit' }));
  await user.click(await screen.findByRole('menuitem', { name: 'For a day' }));
  expect(callsOf('alerts.mute')).toEqual([{ ids, minutes: 1_440 }]);
});

it('unmutes an alert', async () => {
  const { user } = show([{ ...alert, mutedUntil: Date.now() + 3_600_000 }]);
  await user.click(await screen.findByRole('button', { name: 'Alerts: none' }));
  await user.click(screen.getByRole('button', { name: `Unmute: ${alert.title}` }));
  expect(callsOf('alerts.mute')).toEqual([{ ids: [alert.id], minutes: null }]);
});

it('reads the list again when alerts change', async () => {
  let alerts: Alert[] = [];
  const { receive } = renderPage(<AlertsMenu />, { procedures: { 'alerts.list': () => ({ alerts }) } });
  await screen.findByRole('button', { name: 'Alerts: none' });
  alerts = [alert];
  receive({ type: 'alerts' });
  await screen.findByRole('button', { name: 'Alerts: 1' });
});
