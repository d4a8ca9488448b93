import 'reflect-metadata';
import { describe, expect, test } from 'vitest';
import { changedPolicy, policyLines } from '../../../src/accounts/infrastructure/own-policy.ts';
import { loadSettings } from '../../../src/settings/load-settings.ts';

const { authenticated } = loadSettings({}).policies;

describe("an account's own policy", () => {
  test('is what the operator wishes, beside what was set before', () => {
    const first = changedPolicy(null, ['file_bytes=5', 'images_per_month=0'], authenticated);
    expect(first).toEqual({ fileBytes: 5, imagesPerMonth: 0 });
    const second = changedPolicy(
      first,
      ['file_bytes=default', 'quality_min=95', 'images_per_month=none'],
      authenticated,
    );
    expect(second).toEqual({ qualityMin: 95, imagesPerMonth: null });
    expect(changedPolicy(second, [], authenticated)).toEqual(second);
    expect(changedPolicy(second, ['quality_min=default', 'images_per_month=default'], authenticated)).toBeNull();
  });

  test('is shown by the names of the API, with what is its own', () => {
    const lines = policyLines({ activeJobs: 7, imagesPerMonth: 9 }, authenticated);
    expect(lines).toHaveLength(13);
    expect(lines).toContain('active_jobs             7  (its own; default 100)');
    expect(lines).toContain('images_per_month        9  (its own; default none)');
    expect(lines).toContain('file_bytes              10485760');
  });

  test.each<[string, string[], RegExp]>([
    ['no such figure', ['bytes=5'], /one of file_bytes, operations, .*images_per_month, received bytes=5$/],
    ['a figure that every object has', ['constructor=1'], /received constructor=1$/],
    ['a name of the settings', ['fileBytes=1'], /received fileBytes=1$/],
    ['no value', ['file_bytes='], /received file_bytes=$/],
    ['no figure', ['1000'], /received 1000$/],
    ['a word', ['file_bytes=big'], /^Expected an integer from 1 to 1073741824 for file_bytes, received "big"$/],
    ['a fraction', ['operations=1.5'], /for operations, received "1.5"$/],
    ['less than there can be', ['active_jobs=0'], /from 1 to 1000000 for active_jobs, received 0$/],
    ['none where there must be a limit', ['file_bytes=none'], /for file_bytes, received null$/],
    ['a least above the most', ['quality_min=96'], /at most quality_max, which is 95, for quality_min, received 96$/],
    ['all of them', ['file_bytes=x', 'output_side=0'], /for file_bytes, .*\n.*for output_side, /],
  ])('is not set to %s', (_case, wishes, message) => {
    expect(() => changedPolicy(null, ['operations=3', ...wishes], authenticated)).toThrow(message);
  });
});
