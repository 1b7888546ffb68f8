import { expectAccessible } from './accessible.ts';
import { expect, test } from './fixtures.ts';
import { openHost, railLink, tableRow, untilDemoIsRead } from './page-parts.ts';

// From a selection to a plan, over the demo cloud: images of one kind, a pasted list, one image on many hosts.

test('a host page sets the number of idle days; an image page shows where the image is cached and deletes it there; images are deleted and queued by quick selection and by a pasted list', async ({
  page,
}) => {
  await untilDemoIsRead(page);
  await test.step('the number of days applies to all host pages', async () => {
    await openHost(page, 'glance-02');
    await page.getByRole('button', { name: /^Idle over 30 d/ }).click();
    await page.getByRole('textbox', { name: 'Days without a read' }).fill('90');
    await expect(page.getByRole('button', { name: /^Idle over 90 d/ })).toHaveAttribute('aria-pressed', 'true');
    await openHost(page, 'glance-01');
    await expect(page.getByRole('button', { name: /^Idle over 90 d/ })).toBeVisible();
  });

  await test.step('an image is deleted from all hosts that have it, and its history shows that', async () => {
    await page.getByRole('searchbox', { name: 'Filter images' }).fill('debian-12-genericcloud');
    const row = tableRow(page.getByRole('table', { name: 'Cached images', exact: true }), 0);
    await expect(row).toContainText('debian-12-genericcloud');
    await row.dblclick();
    const details = page.getByRole('dialog', { name: 'Image details' });
    await details.getByRole('tab', { name: 'Hosts' }).click();
    await expect(details).toContainText('Cached on 4 of 5 hosts');
    await expectAccessible(page);
    await details.getByRole('button', { name: 'Delete from 4 hosts…' }).click();
    const remove = page.getByRole('dialog', { name: 'Delete from cache' });
    await remove.getByRole('button', { name: 'Delete 4 copies of 1 image from 4 hosts' }).click();
    await expect(remove.getByRole('status')).toContainText('4 of 4 done.');
    await remove.getByRole('button', { name: 'Done' }).click();

    // Its history, and that of the host.
    await page.getByRole('tab', { name: 'History' }).click();
    await expect(page.getByRole('table', { name: 'History' })).toContainText('1 done');
    await expectAccessible(page);
    await page
      .getByRole('table', { name: 'History' })
      .getByRole('link', { name: /^Delete/ })
      .click();
    await expect(page.getByRole('dialog', { name: /^Delete/ })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });

  await test.step('selected images on many hosts are listed with their hosts, and summed by host', async () => {
    await railLink(page, 'Fleet').click();
    await page.getByRole('button', { name: 'Delete images…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete images' });
    await expect(dialog).toContainText(/\d images will be deleted from 4 hosts/);
    await expect(dialog).toContainText('cannot be fetched again');
    await expectAccessible(page);
    await dialog.getByRole('tab', { name: 'Idle' }).click();
    await dialog.getByRole('textbox', { name: 'Days without a read' }).fill('1');
    await expect(dialog.getByText(/images will be deleted from/)).toBeVisible();
    const many = await dialog.getByText(/images will be deleted from/).textContent();
    await dialog.getByRole('textbox', { name: 'Days without a read' }).fill('60');
    await expect(dialog.getByText(/images will be deleted from/)).not.toHaveText(many ?? '');
    await dialog.getByRole('button', { name: 'Host by host' }).click();
    await expect(dialog.getByRole('row', { name: /glance-02/ })).toBeVisible();
    await expectAccessible(page);
    await dialog.getByRole('textbox', { name: 'Days without a read' }).fill('');
    await expect(dialog.getByRole('status')).toHaveText('Enter a number of days.');
    await dialog.getByRole('tab', { name: 'Never hit' }).click();
    await expect(dialog.getByText(/images? will be deleted from|No matching images/)).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  });

  await test.step('a pasted list accepts names and ids, and lists what does not match', async () => {
    await page.getByRole('checkbox', { name: 'Select glance-01' }).click();
    await page.getByRole('checkbox', { name: 'Select glance-02' }).click();
    await page.getByRole('button', { name: 'Delete images…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete images' });
    await dialog.getByRole('tab', { name: 'Pasted list' }).click();
    await dialog.getByRole('textbox', { name: 'Image names or IDs' }).fill('ubuntu-24.04-server\nno-such-image');
    const unmatched = dialog.getByRole('region', { name: 'Entries not found' });
    await expect(unmatched).toContainText('line 2');
    await expect(unmatched).toContainText('no-such-image');
    await expect(dialog).toContainText('2 copies of 1 image will be deleted from 2 hosts');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Delete 2 copies of 1 image from 2 hosts' }).click();
    await expect(dialog.getByRole('status')).toContainText('2 of 2 done.');
    await dialog.getByRole('button', { name: 'Done', exact: true }).click();
    await expect(dialog).toBeHidden();
  });

  await test.step('a list pasted into the search of the queue dialog becomes the selection of the plan', async () => {
    await page.getByRole('button', { name: 'Queue images…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Queue images' });
    await expect(dialog.getByRole('table')).toContainText('qcow2');
    await dialog.getByRole('searchbox').evaluate((field) => {
      const data = new DataTransfer();
      data.setData('text', 'alpine-3.22\nno-such-image');
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    });
    await expect(dialog.getByRole('tab', { name: 'Pasted list' })).toHaveAttribute('aria-selected', 'true');
    await expect(dialog.getByRole('region', { name: 'Entries not found' })).toContainText('no-such-image');
    await expect(dialog.getByRole('button', { name: /^Queue 1 image/ })).not.toHaveAttribute('aria-disabled', 'true');
  });
});
