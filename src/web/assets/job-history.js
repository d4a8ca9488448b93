import { images } from './api.js';
import { accountBatches, batchRow, isInBatch, readBatches } from './batch-history.js';
import { element, find } from './dom.js';
import { jobRow } from './job-row.js';
import { dropResult } from './kept-results.js';
import { signedInAs } from './session.js';

/**
 * A job in the history; `owner` is who was signed in when it was started, null for anonymous callers.
 * @import { BatchDto } from '../../image-jobs/infrastructure/http/batch.dto.ts'
 * @import { ImageDto } from '../../image-jobs/infrastructure/http/image.dto.ts'
 * @typedef {{ id: string, name: string, owner: string | null, job: ImageDto }} Entry
 */

const KEY = 'imagepro.jobs';
const MOST = 20;

/** The account's own jobs, also those that another device or program started. @type {ImageDto[]} */
let ofAccount = [];

/** The name of a job's file. @param {string} id */
export function nameOf(id) {
  return entries().find((entry) => entry.id === id)?.name ?? 'image';
}

/** Keeps the latest state of a job. @param {string} name of the file @param {ImageDto} job */
export function remember(name, job) {
  const kept = remembered();
  const known = kept.find(({ id }) => id === job.id);
  const entry = { id: job.id, name, owner: known ? known.owner : signedInAs(), job };
  write([...kept.filter((other) => other !== known), entry].sort(newestFirst).slice(0, MOST));
  ofAccount = ofAccount.map((one) => (one.id === job.id ? job : one));
}

/** @param {string} id */
export async function drop(id) {
  write(remembered().filter((entry) => entry.id !== id));
  ofAccount = ofAccount.filter((job) => job.id !== id);
  await dropResult(id);
}

/** Forgets what was started in an account, when its person leaves this browser. @param {string | null} owner */
export async function forgetJobsOf(owner) {
  const gone = remembered().filter((entry) => entry.owner === owner);
  write(remembered().filter((entry) => entry.owner !== owner));
  for (const { id } of gone) await dropResult(id);
}

/** Reads the account's own jobs and batches, where somebody is signed in. */
export async function readAccountJobs() {
  const isSignedIn = signedInAs() !== null;
  const [page] = await Promise.all([isSignedIn ? images(`/api/images/?limit=${MOST}`) : null, readBatches(isSignedIn)]);
  ofAccount = page?.results ?? [];
}

/**
 * Lists the jobs and batches; the jobs of a batch are in it.
 * @param {(entry: Entry) => void} onOpen
 * @param {(batch: BatchDto) => void} onOpenBatch
 */
export function showHistory(onOpen, onOpenBatch) {
  const place = find('#history', HTMLElement);
  const rows = [
    ...entries()
      .filter(({ id }) => !isInBatch(id))
      .map((entry) => ({ at: entry.job.created_at, row: () => jobRowOf(entry, onOpen) })),
    ...accountBatches().map((batch) => ({ at: batch.created_at, row: () => batchRow(batch, onOpenBatch) })),
  ];
  if (rows.length === 0) {
    place.replaceChildren(
      element('p', { class: 'hint' }, 'None yet. Without an account, this browser alone knows them.'),
    );
    return;
  }
  const forgetAll = async () => {
    for (const { id } of remembered()) await dropResult(id);
    write([]);
    showHistory(onOpen, onOpenBatch);
  };
  rows.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  place.replaceChildren(
    element('ul', { class: 'rows' }, ...rows.slice(0, MOST).map(({ row }) => row())),
    element(
      'p',
      { class: 'hint forget' },
      'This browser keeps the results that it has fetched. ',
      element('button', { type: 'button', class: 'button quiet small', onclick: forgetAll }, 'Forget them'),
    ),
  );
}

/** @param {Entry} entry @param {(entry: Entry) => void} onOpen */
function jobRowOf(entry, onOpen) {
  return jobRow(entry.job, entry.name, [{ text: 'Show', label: `Show ${entry.name}`, onclick: () => onOpen(entry) }]);
}

/** What this browser started as the present caller, and the account's own, newest first. @returns {Entry[]} */
function entries() {
  const owner = signedInAs();
  const kept = remembered().filter((entry) => entry.owner === null || entry.owner === owner);
  const others = ofAccount
    .filter((job) => !kept.some(({ id }) => id === job.id))
    .map((job) => ({ id: job.id, name: job.source.name, owner, job }));
  return [...kept, ...others].sort(newestFirst).slice(0, MOST);
}

/** @returns {Entry[]} */
function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '[]');
  } catch {
    return [];
  }
}

/** @param {Entry[]} kept */
function write(kept) {
  localStorage.setItem(KEY, JSON.stringify(kept));
}

/** @param {Entry} a @param {Entry} b */
function newestFirst({ job: a }, { job: b }) {
  return Date.parse(b.created_at) - Date.parse(a.created_at);
}
